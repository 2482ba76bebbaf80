import { PerpscopeError } from '../../core/errors.ts';
import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import type { OpenInterest } from '../../core/observation.ts';
import { readRange, type Range } from './readRange.ts';
import type { RangeQuery, RangeStore } from './rangeQuery.ts';
import { apartBy, rangeSeriesOf, type RangeSeries, type RangeSeriesId } from './rangeSeries.ts';

/** Series of an asset at even steps, and over which time: labels from `fromMs` to before `toMs`, epoch ms. */
export interface LinesWish extends Pick<RangeQuery, 'asset' | 'stepMs' | 'fromMs' | 'toMs'> {
  readonly series: readonly RangeSeriesId[];
}

/** `values[i]` belongs to the label `firstMs + i × stepMs`, in the unit of the series, of funding per year; NaN = absent. */
export interface SeriesLine {
  readonly series: RangeSeriesId;
  readonly id: ExchangeId | 'aggregate';
  /** Where an exchange has several lines: which feed, or when the future expires (ISO). */
  readonly feed?: string;
  /** Of a level or a ratio: the one that speaks for its exchange. */
  readonly instrument?: InstrumentKey;
  /** Of open interest: how its sources count sides. */
  readonly sides?: readonly OpenInterest['sides'][];
  readonly firstMs: number;
  readonly values: Float64Array;
  /** What stands beside the values, by the name of its column, where the series has such. */
  readonly beside?: Readonly<Record<string, Float64Array>>;
}

/** Whom a sum is of. */
export interface LinesSum {
  readonly series: RangeSeriesId;
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
export const hasSum = (series: RangeSeries): boolean =>
  series.kind === 'adds-up' && apartBy(series) === undefined;

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
    const range = await readRange(
      store,
      { ...wish, ...judged, id, isSummed: hasSum(rangeSeriesOf(id)) },
      signal,
    );
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
  series: RangeSeriesId,
  { extent, stepMs, columns, sum, sources, rows }: Range,
): Promise<SeriesLine[]> {
  if (extent === undefined) return [];
  const { firstMs } = extent;
  const empty = (): Float64Array => new Float64Array((extent.lastMs - firstMs) / stepMs + 1).fill(Number.NaN);
  const values = columns.map(empty);
  const named = rangeSeriesOf(series).beside?.columns ?? [];
  const beside = columns.map(() => named.map(empty));
  const total = sum === undefined || sum.exchanges.length < 2 ? undefined : empty();
  for await (const piece of rows()) {
    const from = (piece.firstMs - firstMs) / stepMs;
    for (const [at, column] of piece.columns.entries()) values[at]?.set(column, from);
    for (const [at, own] of piece.beside.entries())
      for (const [place, column] of own.entries()) beside[at]?.[place]?.set(column, from);
    if (piece.sum !== undefined) total?.set(piece.sum, from);
  }
  const own = columns.map(({ exchange, feed, instrument }, at): SeriesLine => {
    const sides = sources.flatMap((one) => (one.exchange === exchange ? one.sides : []));
    const pairs = named.map(({ name }, place) => [name, beside[at]?.[place] ?? empty()] as const);
    return {
      ...{ series, id: exchange, firstMs, values: values[at] ?? empty() },
      ...(feed === undefined ? {} : { feed }),
      ...(instrument === undefined ? {} : { instrument }),
      ...(sides.length === 0 ? {} : { sides: [...new Set(sides)] }),
      ...(pairs.length === 0 ? {} : { beside: Object.fromEntries(pairs) }),
    };
  });
  return total === undefined ? own : [...own, { series, id: 'aggregate', firstMs, values: total }];
}
