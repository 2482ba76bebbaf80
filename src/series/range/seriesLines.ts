import { PerpscopeError } from '../../core/errors.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { seriesOf, type Series, type SeriesId } from '../catalogue.ts';
import { readRange, type Range } from './readRange.ts';
import type { RangeQuery, RangeStore } from './rangeQuery.ts';

/** Series of an asset at even steps, and over which time: labels from `fromMs` to before `toMs`, epoch ms. */
export interface LinesWish extends Pick<RangeQuery, 'asset' | 'stepMs' | 'fromMs' | 'toMs'> {
  readonly series: readonly SeriesId[];
}

/** `values[i]` belongs to the label `firstMs + i × stepMs`, in the unit of the series; NaN = absent. */
export interface SeriesLine {
  readonly series: SeriesId;
  readonly id: ExchangeId | 'aggregate';
  /** Where feeds of one exchange tell of the same events: which one. */
  readonly feed?: string;
  readonly firstMs: number;
  readonly values: Float64Array;
}

/** Whom a sum is of. */
export interface LinesSum {
  readonly series: SeriesId;
  readonly exchanges: readonly ExchangeId[];
  readonly leftOut: readonly { readonly exchange: ExchangeId; readonly reason: string }[];
  /** The part of the usual total that these exchanges hold, 0..1. */
  readonly share: number;
}

export interface SeriesLines {
  readonly stepMs: number;
  /** As many steps in each; exchanges ascending, the sum after them. */
  readonly lines: readonly SeriesLine[];
  readonly sums: readonly LinesSum[];
  /** Values that neighbours contradict, and that are left out. */
  readonly apart: number;
}

/** A year at five minutes is 105,120 steps. */
export const MOST_STEPS = 120_000;

/** Whether exchanges of a series have a sum: amounts do, unless feeds tell of the same events. */
export const hasSum = ({ kind, isByFeed }: Series): boolean => kind === 'adds-up' && isByFeed !== true;

/** The moment that lines are judged at, and of which exchanges they are; of all of them without a choice. */
export type LinesJudged = Pick<RangeQuery, 'nowMs' | 'exchanges' | 'sidesOf'>;

/**
 * Reads series of an asset as a query does, each with its sum where there is one: that of the exchanges that are chosen and no
 * others, as in every chart. Errors: `usage` for more steps than `MOST_STEPS` or none; `signal` ends it with its reason.
 */
export async function seriesLines(
  history: RangeStore,
  { series, ...wish }: LinesWish,
  { exchanges, ...judged }: LinesJudged,
  signal?: AbortSignal,
): Promise<SeriesLines> {
  const store = exchanges === undefined ? history : onlyOf(history, exchanges);
  const steps = (wish.toMs - wish.fromMs) / wish.stepMs;
  if (!(steps > 0 && steps <= MOST_STEPS))
    throw new PerpscopeError('usage', `a line has 1 to ${MOST_STEPS} steps, not ${Math.ceil(steps)}`);
  const lines: SeriesLine[] = [];
  const sums: LinesSum[] = [];
  let apart = 0;
  for (const id of series) {
    const range = await readRange(store, { ...wish, ...judged, id, isSummed: hasSum(seriesOf(id)) }, signal);
    apart += range.apart;
    lines.push(...(await linesOf(id, range)));
    const { sum } = range;
    if (sum !== undefined) {
      const { exchanges, leftOut, share } = sum;
      sums.push({ series: id, exchanges, leftOut, share });
    }
  }
  return { stepMs: wish.stepMs, lines, sums, apart };
}

/** A history in which there are no other exchanges. */
function onlyOf(history: RangeStore, exchanges: readonly ExchangeId[]): RangeStore {
  return {
    columns: async (query) =>
      (await history.columns(query)).filter(({ shared }) =>
        exchanges.some((one) => one === shared['exchange']),
      ),
  };
}

/** The lines of one series, each as long as the range. */
async function linesOf(
  series: SeriesId,
  { extent, stepMs, columns, sum, rows }: Range,
): Promise<SeriesLine[]> {
  if (extent === undefined) return [];
  const { firstMs } = extent;
  const empty = (): Float64Array => new Float64Array((extent.lastMs - firstMs) / stepMs + 1).fill(Number.NaN);
  const values = columns.map(empty);
  const total = sum === undefined || sum.exchanges.length < 2 ? undefined : empty();
  for await (const piece of rows()) {
    const from = (piece.firstMs - firstMs) / stepMs;
    for (const [at, column] of piece.columns.entries()) values[at]?.set(column, from);
    if (piece.sum !== undefined) total?.set(piece.sum, from);
  }
  const own = columns.map(({ exchange, feed }, at): SeriesLine => {
    const line = { series, id: exchange, firstMs, values: values[at] ?? empty() };
    return feed === undefined ? line : { ...line, feed };
  });
  return total === undefined ? own : [...own, { series, id: 'aggregate', firstMs, values: total }];
}
