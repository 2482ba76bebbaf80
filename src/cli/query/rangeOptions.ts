import { PerpscopeError } from '../../core/errors.ts';
import { isImported, type Asset, type ExchangeId } from '../../core/ids.ts';
import { quoted } from '../../core/outsideText.ts';
import { knownSides } from '../../market/storedSides.ts';
import { RANGE_STEPS, type RangeQuery, type RangeStep } from '../../series/range/rangeQuery.ts';
import { rangeSeriesOf, type RangeSeriesId } from '../../series/range/rangeSeries.ts';
import { hasSum } from '../../series/range/seriesLines.ts';
import { exchangeAdapters } from '../../sources/exchanges/registry.ts';
import { openForReading, type ReadOnlyHistory } from '../../store/readOnlyHistory.ts';
import { formatUtc } from '../../surfaces/reports/format.ts';
import { readAssets, type Arguments } from '../arguments.ts';
import { readExchanges } from '../engineFor.ts';
import { readStorePath } from '../storePath.ts';
import { readMoment, readSince } from '../timeline/times.ts';
import { readMetric } from './metricChoice.ts';

export const AGGREGATE = 'aggregate';
const DEFAULT_SINCE = '30d';
const DEFAULT_STEP: RangeStep = '1h';

/** What is asked for, of one asset and one series. */
export interface Asked {
  readonly query: RangeQuery;
  readonly step: RangeStep;
}

/** Opens the history that `--store` names, for reading alone. Errors: `usage`, `store`. */
export function openAskedStore(args: Arguments): ReadOnlyHistory {
  const path = readStorePath(args.values['store']);
  if (path !== undefined) return openForReading(path);
  throw new PerpscopeError('usage', `${args.command} reads what a history keeps: add --store FILE`);
}

/** Reads the options that `query` and `export` share; `metrics` are those of one call. Errors: `usage`. */
export function readAsked(args: Arguments, metrics: readonly RangeSeriesId[], nowMs: number): Asked[] {
  const { values } = args;
  const step = readStep(values['step'] ?? DEFAULT_STEP);
  const knownAtMs = readMoment('as-known-at', values['as-known-at']);
  if (knownAtMs !== undefined && knownAtMs > nowMs)
    throw new PerpscopeError('usage', '--as-known-at lies ahead: nothing is known from there yet');
  // What was known at a moment is judged at that moment: a bar that ran then is no value.
  const judgedMs = knownAtMs ?? nowMs;
  const fromMs = readSince('since', values['since'] ?? DEFAULT_SINCE, judgedMs) ?? 0;
  const toMs = readSince('until', values['until'], judgedMs) ?? judgedMs + 1;
  if (fromMs >= toMs)
    throw new PerpscopeError(
      'usage',
      `--since ${formatUtc(fromMs)} is not before --until ${formatUtc(toMs)}: there is no time between them`,
    );
  const chosen = readChosen(values['exchange']);
  const sides = knownSides(exchangeAdapters);
  return readAssets(values['asset']).flatMap((asset) =>
    metrics.map((id) => ({
      step,
      query: {
        ...{ asset, id, fromMs: Math.max(0, fromMs), toMs, nowMs: judgedMs },
        stepMs: stepFor(id, step),
        ...(knownAtMs === undefined ? {} : { knownAtMs }),
        ...(chosen.exchanges === undefined ? {} : { exchanges: chosen.exchanges }),
        isSummed: isSummed(id, chosen.isAggregate),
        sidesOf: (exchange: ExchangeId) => sides.get(exchange),
      },
    })),
  );
}

/** Reads a comma-separated list of metrics, each once. Errors: `usage`. */
export function readMetrics(option: string, value: string | undefined): readonly RangeSeriesId[] {
  if (value === undefined || value.trim() === '')
    throw new PerpscopeError('usage', `which metric? Add --${option}, for example --${option} open-interest`);
  return [...new Set(value.split(',').map((one) => readMetric(option, one)))];
}

/** Reads the one asset of a call. Errors: `usage`. */
export function readOneAsset(args: Arguments): Asset {
  const [asset, ...others] = readAssets(args.values['asset']);
  if (asset !== undefined && others.length === 0) return asset;
  throw new PerpscopeError('usage', `${args.command} takes one asset at a time`);
}

/** Reads one of some words. Errors: `usage`, naming all of them. */
export function readChoice<const T extends string>(option: string, value: string, choices: readonly T[]): T {
  const chosen = choices.find((one) => one === value.trim().toLowerCase());
  if (chosen !== undefined) return chosen;
  throw new PerpscopeError('usage', `--${option} takes ${choices.join(', ')}, not ${quoted(value)}`);
}

const readStep = (value: string): RangeStep =>
  readChoice('step', value, Object.keys(RANGE_STEPS) as RangeStep[]);

function stepFor(id: RangeSeriesId, step: RangeStep): number {
  const stepMs = RANGE_STEPS[step];
  const series = rangeSeriesOf(id);
  if (series.beside !== undefined && stepMs !== series.stepMs)
    throw new PerpscopeError('usage', `${id} is kept by settlement, not by steps: leave out --step`);
  if (stepMs >= series.stepMs || series.stepMs === RANGE_STEPS['1h']) return stepMs;
  throw new PerpscopeError('usage', `${id} is kept by the day: add --step 1d`);
}

/** Without a choice a sum is stated where there is one. */
function isSummed(id: RangeSeriesId, isAggregate: boolean | undefined): boolean {
  const { kind, isByFeed, beside } = rangeSeriesOf(id);
  const isAddedUp = hasSum(rangeSeriesOf(id));
  if (isAggregate !== true || isAddedUp) return isAggregate ?? isAddedUp;
  if (beside !== undefined)
    throw new PerpscopeError(
      'usage',
      `of ${id} exchanges have a mean for the moment alone, weighted by open interest (perpscope snapshot): leave out ${AGGREGATE}`,
    );
  throw new PerpscopeError(
    'usage',
    isByFeed === true
      ? `feeds of ${id} tell of the same events and have no sum: leave out ${AGGREGATE}`
      : `${id} is a ${kind}, of which exchanges have no sum: leave out ${AGGREGATE}`,
  );
}

function readChosen(value: string | undefined): {
  readonly exchanges: readonly ExchangeId[] | undefined;
  readonly isAggregate: boolean | undefined;
} {
  if (value === undefined) return { exchanges: undefined, isAggregate: undefined };
  const words = value.split(',').map((word) => word.trim().toLowerCase());
  const own = words.filter(isImported);
  const others = words.filter((word) => word !== AGGREGATE && !isImported(word));
  const exchanges = others.length === 0 ? [] : (readExchanges(others.join(','), '--exchange') ?? []);
  return {
    exchanges: [...new Set([...exchanges, ...own])],
    isAggregate: words.includes(AGGREGATE),
  };
}
