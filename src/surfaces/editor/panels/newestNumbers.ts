import { currentNumbers, type CurrentNumbers } from '../../../analysis/metrics/currentNumbers.ts';
import type { Asset, ExchangeId } from '../../../core/ids.ts';
import type {
  AssetCharts,
  ChartColumn,
  LiquidationModel,
  OpenInterestHistory,
} from '../../../market/charts.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import type { NewestNumbers, OpenInterestLine } from '../../protocol/payloads.ts';

type NewestReading = NewestNumbers['openInterest'][number];

/** Time, coverage and clock of a panel's numbers; each is absent where it is not known. */
export function headOf(
  state: MarketState,
  asset: Asset,
): Pick<NewestNumbers, 'asOfMs' | 'coverage' | 'clockBehindMs'> {
  const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const times = snapshot?.exchanges.flatMap((one) => one.newestAtMs ?? []) ?? [];
  const machineClock = state.snapshot?.machineClock;
  return {
    ...(times.length === 0 ? {} : { asOfMs: Math.max(...times) }),
    ...(machineClock === undefined ? {} : { clockBehindMs: machineClock.behindMs }),
    ...(snapshot === undefined ? {} : { coverage: snapshot.aggregate.coverage }),
  };
}

/**
 * Returns the newest reading of each line that the charts draw, from the market's state. A line goes on only with a
 * reading that counts sides as the line does: two ways of counting would make a step that the market did not. The
 * aggregate goes on only where each of its exchanges does. Pure.
 */
export function newestNumbers(input: {
  readonly version: number;
  readonly asset: Asset;
  readonly state: MarketState;
  readonly charts: AssetCharts;
}): NewestNumbers {
  const { version, asset, state, charts } = input;
  const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const leftOut = new Set(snapshot?.aggregate.leftOut?.map(({ exchange }) => exchange));
  const current = new Map(
    (snapshot?.exchanges ?? [])
      .filter(({ exchange, status }) => status === 'fresh' && !leftOut.has(exchange))
      .map(({ exchange, instruments }) => [exchange, currentNumbers(instruments)]),
  );
  const { openInterest, liquidation } = charts;
  const price = 'data' in liquidation ? newestPrice(liquidation.data, current) : undefined;
  return {
    version,
    ...headOf(state, asset),
    openInterest: 'data' in openInterest ? newestReadings(openInterest.data, current) : [],
    ...(price === undefined ? {} : { price }),
  };
}

type Current = ReadonlyMap<ExchangeId, CurrentNumbers>;

function newestReadings({ lines, aggregated }: OpenInterestHistory, current: Current): NewestReading[] {
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

const lineSides: Readonly<Record<'one' | 'both' | 'unverified', OpenInterestLine['sides']>> = {
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
): NewestNumbers['price'] | undefined {
  const numbers = current.get(priceFrom);
  const row = priceType === 'mark price' ? numbers?.mark : numbers?.price?.row;
  const quote = priceType === 'mark price' ? row?.markPriceQuote : row?.lastPriceQuote;
  return row === undefined || quote === undefined ? undefined : { atMs: row.atMs, quote };
}
