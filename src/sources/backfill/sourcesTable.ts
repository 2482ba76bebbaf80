import { exchangeName } from '../../core/exchangeNames.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { deepPages, notByPage } from '../exchanges/deepRegistry.ts';
import { exchangeAdapters } from '../exchanges/registry.ts';
import { coinMarginedFiles } from './binanceFiles.ts';
import { fileSources } from './fileSources.ts';
import { exchangeOf, isFiles, metricsOf, type BackfillSource } from './plan.ts';

/** Returns the table of all sources of older history, by exchange, and what is not to be had. For the documentation. */
export function backfillMarkdown(): string {
  const sources: readonly BackfillSource[] = [...deepPages, ...fileSources, ...coinMarginedFiles(() => true)];
  const rows = exchangeAdapters.flatMap(({ id }) =>
    sources
      .filter((one) => exchangeOf(one) === id)
      .map((one) =>
        [
          ...[
            exchangeName(id),
            `\`${one.id}\``,
            metricsOf(one).join(', '),
            stepText(one.stepMs),
            reachText(one),
          ],
          comesAs(one),
          one.reason,
        ].join(' | '),
      ),
  );
  const absent = exchangeAdapters.flatMap(({ id }) =>
    notByPage
      .filter((one) => one.exchange === id)
      .map((one) => [exchangeName(id), one.metric, one.reason].join(' | ')),
  );
  return [
    table(['exchange', 'source', 'metrics', 'step', 'since', 'comes as', 'how that is known'], rows),
    'Not to be had without a key:',
    table(['exchange', 'metric', 'why'], absent),
  ].join('\n\n');
}

function table(titles: readonly string[], rows: readonly string[]): string {
  const head = [`| ${titles.join(' | ')} |`, `| ${titles.map(() => '---').join(' | ')} |`];
  return [...head, ...rows.map((row) => `| ${row} |`)].join('\n');
}

function comesAs(source: BackfillSource): string {
  if (!isFiles(source)) return `${source.rows.toLocaleString('en-US')} rows a page`;
  return { day: 'daily files', month: 'monthly files', whole: 'one file' }[source.period];
}

function stepText(stepMs: number): string {
  if (stepMs < MINUTE_MS) return `${stepMs / 1_000} s`;
  if (stepMs < HOUR_MS) return `${stepMs / MINUTE_MS} min`;
  return stepMs < DAY_MS ? `${stepMs / HOUR_MS} h` : `${stepMs / DAY_MS} d`;
}

function reachText(source: BackfillSource): string {
  if (isFiles(source))
    return source.until === undefined ? source.since : `${source.since}, before ${source.until}`;
  const { reach } = source;
  if (reach === 'launch') return 'the first day of the contract';
  if ('since' in reach) return reach.since;
  return 'days' in reach ? `${reach.days} days ago` : `the newest ${reach.rows.toLocaleString('en-US')} rows`;
}
