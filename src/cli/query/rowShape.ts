import { SHORTEST_TO_EXPIRY_MS } from '../../core/basis.ts';
import type { Asset, DataSource } from '../../core/ids.ts';
import { apartBy, rangeSeriesOf, type RangeSeriesId } from '../../series/range/rangeSeries.ts';
import type { Range, RangeRows } from '../../series/range/readRange.ts';
import { AGGREGATE } from './rangeOptions.ts';

/** A column of rows: what it is called, what kind of value it has and in which unit. */
export interface RowColumn {
  readonly name: string;
  readonly type: 'time' | 'ms' | 'text' | 'number';
  readonly unit: string;
  readonly meaning: string;
}

/** One value, or its absence: `undefined`, never 0. */
export interface Row {
  readonly atMs: number;
  readonly exchange: string;
  /** Of what the exchange has several lines: the feed, or the expiry. */
  readonly feed: string;
  readonly value: number | undefined;
  /** Of a sum: the part of the usual total that its exchanges hold, 0..1. */
  readonly share: number | undefined;
  /** What stands beside the value, by the name of its column. */
  readonly beside?: Readonly<Record<string, number | undefined>>;
  /** How long before `atMs` the value begins to hold; where it is known, no row is due in that time. */
  readonly spanMs?: number | undefined;
}

/** What rows of one call look like: the same columns in every format. */
export interface RowShape {
  readonly id: RangeSeriesId;
  readonly asset: Asset;
  readonly source: DataSource;
  readonly columns: readonly RowColumn[];
  readonly valueName: string;
}

const UNITS = {
  usd: 'USD',
  quote: 'quote currency (USD, USDT or USDC)',
  ratio: 'longs per short',
} as const;

/** Columns of what lines of one exchange are told apart by. */
const APART = {
  feed: { unit: 'endpoint', meaning: 'feeds are never added up' },
  expiry: { unit: 'ISO 8601, UTC', meaning: 'when the future expires, as its exchange listed it' },
} as const;

/** Returns the columns of rows of a series: the value's name carries its unit, as in the data dictionary. */
export function rowShape(id: RangeSeriesId, asset: Asset, source: DataSource, isSummed: boolean): RowShape {
  const series = rangeSeriesOf(id);
  const { unit, label, fields, beside, stated } = series;
  const by = apartBy(series);
  const valueName = stated?.name ?? fields[0] ?? id;
  const stands = label === 'start' ? 'of the moment at the label' : 'of the step that begins at the label, complete at its end'; // prettier-ignore
  const unitWords = stated?.unit ?? (unit === 'base' ? asset : (UNITS[unit as keyof typeof UNITS] ?? unit));
  const columns: readonly RowColumn[] = [
    { name: 'time', type: 'time', unit: 'ISO 8601, UTC', meaning: 'label: the start of the step' },
    { name: 'atMs', type: 'ms', unit: 'ms since 1970, UTC', meaning: 'the same label' },
    {
      name: 'exchange',
      type: 'text',
      unit: 'id',
      meaning: `exchange, or ${AGGREGATE} for the sum over exchanges`,
    },
    ...(by === undefined ? [] : [{ name: by, type: 'text', ...APART[by] } as const]),
    { name: valueName, type: 'number', unit: unitWords, meaning: `${id}, ${stands}` },
    ...(beside?.columns ?? []).map((column) => ({ ...column, type: 'number' }) as const),
    ...(isSummed
      ? [
          {
            name: 'share',
            type: 'number',
            unit: 'fraction 0..1',
            meaning: `of ${AGGREGATE}: the part of the usual total that its exchanges hold`,
          } as const,
        ]
      : []),
    {
      name: 'source',
      type: 'text',
      unit: 'live or simulated',
      meaning: source === 'live' ? 'stated by exchanges' : 'SIMULATED',
    },
  ];
  return { id, asset, source, columns, valueName };
}

/** One exchange's values of a piece, or the sum's; NaN = absent. */
export interface RowLine {
  readonly exchange: string;
  readonly feed: string;
  readonly values: Float64Array;
  /** Of a sum, as `Row` has it. */
  readonly shares: Float64Array | undefined;
  /** What stands beside the values, by the name of its column; where there is such, a step without a value is no row. */
  readonly beside?: Readonly<Record<string, Float64Array>>;
  /** As `Row` has it. */
  readonly spansMs?: Float64Array | undefined;
  /** Of what ends: after it no value is due, epoch ms. A step without one is no row then: it would be one for every future that ever was. */
  readonly dueUntilMs?: number | undefined;
}

/** Rows of some steps as columns: by time, then by line. */
export interface RowPiece {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly lines: readonly RowLine[];
}

/** Returns a piece of a range as rows stand in it: exchanges in their order, the sum last. */
export function pieceOf(
  { id }: Pick<RowShape, 'id'>,
  range: Range,
  { firstMs, steps, columns, beside, sum }: RangeRows,
): RowPiece {
  const series = rangeSeriesOf(id);
  const own = series.beside;
  const isOfFutures = apartBy(series) === 'expiry';
  const absent = (): Float64Array => new Float64Array(steps).fill(Number.NaN);
  const lines = range.columns.map(({ exchange, feed = '' }, index): RowLine => {
    const dueUntilMs = isOfFutures ? Date.parse(feed) - SHORTEST_TO_EXPIRY_MS : undefined;
    const line = { exchange, feed, values: columns[index] ?? absent(), shares: undefined, dueUntilMs };
    if (own === undefined) return line;
    const numbers = own.columns.map((_, column) => beside[index]?.[column] ?? absent());
    const named = own.columns.map(({ name }, column) => [name, numbers[column]] as const);
    return {
      ...line,
      beside: Object.fromEntries(named) as Record<string, Float64Array>,
      spansMs: numbers[own.spanColumn],
    };
  });
  const share = range.sum?.share ?? Number.NaN;
  if (sum !== undefined)
    lines.push({
      ...{ exchange: AGGREGATE, feed: '', values: sum },
      shares: sum.map((value) => (Number.isNaN(value) ? value : share)),
    });
  return { firstMs, stepMs: range.stepMs, steps, lines };
}

/** Whether a line has a row at a step: at every one, unless its values stand at some alone (settlements) or end (futures). */
export function hasRow({ values, beside, dueUntilMs }: RowLine, at: number): boolean {
  return (beside === undefined && dueUntilMs === undefined) || !Number.isNaN(values[at] ?? Number.NaN);
}

/** Returns the numbers of a line that stand in a column, as `cellOf` has them of a row; undefined where it has none. */
export function numbersIn(line: RowLine, name: string, valueName: string): Float64Array | undefined {
  if (name === 'share') return line.shares;
  return name === valueName ? line.values : line.beside?.[name];
}

/** Returns the rows of a piece one by one. */
export function* rowsIn({ firstMs, stepMs, steps, lines }: RowPiece): Generator<Row> {
  const numberAt = (values: Float64Array | undefined, at: number): number | undefined => {
    const value = values?.[at] ?? Number.NaN;
    return Number.isNaN(value) ? undefined : value;
  };
  for (let at = 0; at < steps; at += 1)
    for (const line of lines) {
      if (!hasRow(line, at)) continue;
      const { exchange, feed, values, shares, beside, spansMs } = line;
      const row = {
        ...{ atMs: firstMs + at * stepMs, exchange, feed },
        ...{ value: numberAt(values, at), share: numberAt(shares, at) },
      };
      if (beside === undefined) yield row;
      else {
        const named = Object.entries(beside).map(([name, numbers]) => [name, numberAt(numbers, at)]);
        yield {
          ...row,
          beside: Object.fromEntries(named) as Row['beside'] & object,
          spanMs: numberAt(spansMs, at),
        };
      }
    }
}

/** Returns the cell of a row in a column; times as ISO text and as ms. */
export function cellOf(
  row: Row,
  { name, type }: RowColumn,
  { source, valueName }: RowShape,
): string | number | undefined {
  // prettier-ignore
  if (type === 'time') return new Date(row.atMs).toISOString();
  if (type === 'ms') return row.atMs;
  if (type === 'number')
    return name === 'share' ? row.share : name === valueName ? row.value : row.beside?.[name];
  if (name === 'source') return source;
  return name === 'exchange' ? row.exchange : row.feed;
}
