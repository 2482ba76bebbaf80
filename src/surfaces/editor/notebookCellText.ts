/** What a cell asks for, and where the reader and the history are. */
export interface CellQuery {
  readonly asset: string;
  /** The id of the tree's row or the kind of chart that it is about; undefined for an asset as a whole. */
  readonly about: string | undefined;
  /** The folder of the reader, which finds the history beside its folder. */
  readonly folder: string;
  readonly isSimulated: boolean;
}

type Metric = readonly [metric: string, words: string];

/** What charts and rows of numbers are about, as `perpscope.series` names it. */
const METRICS: Readonly<Record<string, Metric>> = {
  'open-interest': ['open-interest', 'open interest in coins, longs counted once'],
  'open-interest-usd': ['open-interest-usd', 'open interest in USD, longs counted once'],
  funding: ['funding', 'settled funding as a fraction per year'],
  mark: ['mark-close', 'mark price in the quote currency'],
  volume: ['volume-usd', 'volume in USD by the hour'],
  'long-short-ratio': ['long-short-ratio', 'long/short ratio of all accounts'],
  'taker-ratio': ['taker-buy', 'taker buys in coins by the hour'],
  'depth-1pct': ['depth-usd', 'depth within 1 % in USD'],
  'liquidation-heatmap': ['long-liquidations-usd', 'long liquidations in USD by the hour'],
};

/** Returns a working cell: reader, query, units and, in a comment, a hash of the query that `hashOf` makes. Text from outside is a literal of Python. */
export function pythonCell(
  { asset, about, folder, isSimulated }: CellQuery,
  hashOf: (text: string) => string,
): string {
  const place = about?.split('/') ?? [];
  const last = place.at(-1) ?? '';
  const isNumber = Object.hasOwn(METRICS, last) || last.startsWith('funding');
  const [metric, words] =
    METRICS[last] ?? METRICS[last.startsWith('funding') ? 'funding' : 'open-interest'] ?? [];
  const exchange = isNumber && place.length > 2 ? place.at(-2) : undefined;
  const of =
    exchange === undefined || ['aggregate', asset].includes(exchange)
      ? ''
      : `, exchange=${literal(exchange)}`;
  const source = isSimulated ? ', simulated=True' : '';
  const [call, what] =
    last === 'regime' || last === 'regime-timeline'
      ? [`regimes(${literal(asset)}, since="30d"${source})`, 'regimes as they were judged']
      : [`series(${literal(asset)}, "${metric}", since="30d", step="1h"${of}${source})`, words];
  return [
    `# Perpscope${isSimulated ? ', SIMULATED' : ''}: ${what}; times are UTC, absent is NaN. Query ${hashOf(call)}`,
    'import sys',
    '',
    `sys.path.append(${literal(folder)})`,
    'import perpscope',
    '',
    `frame = perpscope.${call}`,
    'print(frame.attrs)',
    'frame',
  ].join('\n');
}

/** JSON of ASCII alone is a literal of Python as well. */
function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
