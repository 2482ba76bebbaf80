import { currentNumbers, type CurrentNumbers } from '../analysis/metrics/currentNumbers.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { AssetCharts, ChartColumn, LiquidationModel, OpenInterestHistory } from './charts.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** What was read since the last hour of charts; times are epoch ms. */
export interface NewestReadings {
  /** The end of each line that has a newer reading of the same kind; one-sided, coins and US dollars. */
  readonly openInterest: readonly NewestReading[];
  /** The newest price of the kind and exchange that the levels stand around, in its quote currency. */
  readonly price?: { readonly atMs: number; readonly quote: number };
}

interface NewestReading {
  readonly id: ExchangeId | 'aggregate';
  readonly atMs: number;
  readonly base: number;
  readonly usd?: number;
}

/**
 * Returns the newest reading of each line that the charts draw. A line goes on only with a reading that counts sides as
 * the line does: two ways of counting would make a step that the market did not. The aggregate goes on only where each
 * of its exchanges does. Pure.
 */
export function newestReadings(
  snapshot: AssetSnapshot | undefined,
  charts: Partial<AssetCharts>,
): NewestReadings {
  const leftOut = new Set(snapshot?.aggregate.leftOut?.map(({ exchange }) => exchange));
  const current = new Map(
    (snapshot?.exchanges ?? [])
      .filter(({ exchange, status }) => status === 'fresh' && !leftOut.has(exchange))
      .map(({ exchange, instruments }) => [exchange, currentNumbers(instruments)]),
  );
  const { openInterest, liquidation } = charts;
  const price =
    liquidation !== undefined && 'data' in liquidation ? newestPrice(liquidation.data, current) : undefined;
  return {
    openInterest:
      openInterest !== undefined && 'data' in openInterest ? endsOf(openInterest.data, current) : [],
    ...(price === undefined ? {} : { price }),
  };
}

type Current = ReadonlyMap<ExchangeId, CurrentNumbers>;

function endsOf({ lines, aggregated }: OpenInterestHistory, current: Current): NewestReading[] {
  const readings = lines.flatMap((line): NewestReading[] => {
    const { row, base, usd } = current.get(line.id)?.openInterest ?? {};
    if (row === undefined || base === undefined || line.sides !== lineSides[row.sides]) return [];
    if (!(row.atMs > lastAtMs(line.base))) return [];
    return [
      {
        id: line.id,
        atMs: row.atMs,
        base: base.value,
        ...(usd === undefined ? {} : { usd: usd.value }),
      },
    ];
  });
  const counted = readings.filter(({ id }) => aggregated.includes(id));
  const line = lines.find(({ id }) => id === 'aggregate');
  if (line === undefined || counted.length < aggregated.length) return readings;
  // A sum is no newer than its oldest part.
  const atMs = Math.min(...counted.map((one) => one.atMs));
  if (!(atMs > lastAtMs(line.base))) return readings;
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const usd = counted.flatMap((one) => one.usd ?? []);
  const sum = {
    id: 'aggregate' as const,
    atMs,
    base: total(counted.map((one) => one.base)),
    ...(usd.length === counted.length ? { usd: total(usd) } : {}),
  };
  return [sum, ...readings];
}

const lineSides: Readonly<
  Record<'one' | 'both' | 'unverified', OpenInterestHistory['lines'][number]['sides']>
> = {
  one: 'one',
  both: 'both, halved',
  unverified: 'unverified',
};

function lastAtMs({ atMs, values }: ChartColumn): number {
  return atMs[values.findLastIndex((value) => !Number.isNaN(value))] ?? Number.NEGATIVE_INFINITY;
}

function newestPrice(
  { priceFrom, priceType }: LiquidationModel,
  current: Current,
): NewestReadings['price'] | undefined {
  const numbers = current.get(priceFrom);
  const row = priceType === 'mark price' ? numbers?.mark : numbers?.price?.row;
  const quote = priceType === 'mark price' ? row?.markPriceQuote : row?.lastPriceQuote;
  return row === undefined || quote === undefined ? undefined : { atMs: row.atMs, quote };
}
