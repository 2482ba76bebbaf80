import type { InstrumentKind } from '../../core/instrument.ts';
import type { ObservationKind } from '../../core/observation.ts';
import type { ExchangeAdapter } from './contract.ts';
import type { CoverageEntry, CoverageTense } from './coverage.ts';

/** The rows of the tables: what, of which market, by which kind of observation. */
const ROWS: readonly (readonly [InstrumentKind, ObservationKind, string])[] = [
  ['perpetual', 'open-interest', 'Open interest'],
  ['perpetual', 'funding-rate', 'Funding'],
  ['perpetual', 'mark-price', 'Mark, index, last price'],
  ['perpetual', 'basis', 'Basis as stated'],
  ['perpetual', 'volume', 'Volume 24 h'],
  ['perpetual', 'candle', 'Price bars'],
  ['perpetual', 'long-short-ratio', 'Long/short'],
  ['perpetual', 'taker-volume', 'Taker volume'],
  ['perpetual', 'trade', 'Trades (taker flow)'],
  ['perpetual', 'depth', 'Depth ±1 %'],
  ['perpetual', 'liquidation-volume', 'Liquidations by bar'],
  ['perpetual', 'liquidation', 'Single liquidations'],
  ['perpetual', 'margin-tiers', 'Maintenance margin tiers'],
  ['dated-future', 'mark-price', 'Dated futures: prices'],
  ['dated-future', 'open-interest', 'Dated futures: open interest'],
  ['dated-future', 'basis', 'Dated futures: basis as stated'],
  ['spot', 'mark-price', 'Spot: price'],
  ['spot', 'volume', 'Spot: volume 24 h'],
  ['spot', 'candle', 'Spot: price bars'],
  ['spot', 'taker-volume', 'Spot: taker volume'],
  ['spot', 'trade', 'Spot: trades (taker flow)'],
];
const TENSES: readonly CoverageTense[] = ['now', 'history', 'stream'];
const WORDS: Readonly<Record<string, string>> = {
  one: 'one side',
  both: 'both sides, halved',
  unverified: 'unverified',
  complete: 'complete',
  sampled: 'sampled',
  'all-accounts': 'all accounts',
  'top-accounts': 'top accounts',
  'top-positions': 'top positions',
  unstated: 'population not stated',
};

const named = (adapters: readonly ExchangeAdapter[], id: string): string =>
  adapters.find((adapter) => adapter.id === id)?.displayName ?? id;

/** Returns the coverage table in Markdown: metric by exchange, when, with side or completeness; a dash = not offered. */
export function coverageMarkdown(
  adapters: readonly ExchangeAdapter[],
  entries: readonly CoverageEntry[],
): string {
  const lines = ROWS.flatMap(([market, kind, name]) => {
    const cells = adapters.map(({ id }) =>
      cell(entries.filter((one) => one.exchange === id && one.market === market && one.kind === kind)),
    );
    return cells.every((text) => text === '—') ? [] : [`| ${name} | ${cells.join(' | ')} |`];
  });
  const header = `| Metric | ${adapters.map((adapter) => adapter.displayName).join(' | ')} |`;
  return [header, `| --- |${' --- |'.repeat(adapters.length)}`, ...lines].join('\n');
}

function cell(entries: readonly CoverageEntry[]): string {
  const parts = TENSES.flatMap((tense) => {
    const own = entries.filter((one) => one.tense === tense && one.payloads.length > 0);
    if (own.length === 0) return [];
    const qualities = [...new Set(own.flatMap((one) => one.qualities))].map(
      (quality) => WORDS[quality] ?? quality,
    );
    return [qualities.length === 0 ? tense : `${tense} (${qualities.join('; ')})`];
  });
  return parts.length === 0 ? '—' : parts.join(', ');
}

/** Returns every source behind the table in Markdown, with the payloads that show what it decodes to. */
export function evidenceMarkdown(
  adapters: readonly ExchangeAdapter[],
  entries: readonly CoverageEntry[],
): string {
  const header = ['Metric', 'When', 'Poll or channel', 'Side or completeness', 'Read in the tests from'];
  const sections = adapters.map(({ id }) => {
    const lines = ROWS.flatMap(([market, kind, name]) =>
      entries
        .filter((one) => one.exchange === id && one.market === market && one.kind === kind)
        .map((one) => {
          const qualities = one.qualities.map((quality) => WORDS[quality] ?? quality).join(', ');
          const source = `[${one.source.replace(/^[^/]*\//, '')}](${one.docsUrl})`;
          return `| ${name} | ${one.tense} | ${source} | ${qualities} | ${one.payloads.join(', ')} |`;
        }),
    );
    const rule = `|${' --- |'.repeat(header.length)}`;
    return [`## ${named(adapters, id)}`, '', `| ${header.join(' | ')} |`, rule, ...lines].join('\n');
  });
  const intro = [
    '# Coverage, source by source',
    '',
    'Made by `npm run docs` from the tables of the adapters and the payloads in `test/fixtures`; do not edit. A metric',
    'without a line is not published by that exchange without a key, or not read. What each unit and side rests on stands',
    "in the evidence table at the top of the exchange's `adapter.ts`.",
  ];
  return `${[intro.join('\n'), ...sections].join('\n\n')}\n`;
}
