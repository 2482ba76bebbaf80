import { CHANGE_WINDOWS_MS } from '../analysis/metrics/changes.ts';
import type { FeatureHistory } from '../analysis/regime/derive/input.ts';
import type { Beside } from '../core/beside.ts';
import { AHEAD_TOLERANCE_MS } from '../core/clock.ts';
import { emptiedMarkets } from '../core/emptiedMarkets.ts';
import type { Asset } from '../core/ids.ts';
import { siftRows } from '../core/neighbours.ts';
import type { Candle, FundingRate, MarkPrice, Observation, OpenInterest } from '../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { withKnownSides } from './storedSides.ts';

/** How far back features and charts look. */
export const HISTORY_WINDOW_MS = 30 * DAY_MS;
/** Readings are looked for so long before and after the moment one window ago. */
const AROUND_THEN_MS = 30 * MINUTE_MS;

/** The stored rows of one asset that features and charts are made from; hourly bars, ascending. */
export interface AssetHistory extends FeatureHistory {
  readonly asset: Asset;
  readonly fromMs: number;
  readonly markCandles: readonly Candle[];
  /** Running rates that were read about an hour ago: settlements are too far apart to tell of then. */
  readonly runningFunding: readonly FundingRate[];
  /** Mark and last prices that were read about an hour ago: hours are too far apart to tell of then. */
  readonly priceReadings: readonly MarkPrice[];
  /** Open interest as read about one window of changes ago, of all exchanges, those with hourly history too. */
  readonly openInterestReadings: readonly OpenInterest[];
  /** How many stored rows, or fields of rows, were left out because their neighbours or current readings contradict them. */
  readonly apart: number;
}

const NOTHING: Beside = { levelOf: () => undefined, isEmpty: () => undefined };

/** Sums and scores are of perpetuals; dated futures and spot pairs of the same asset stand beside them. */
const isPerpetual = (row: Observation): boolean => row.market === undefined;

/** A bar that is over by now and was last seen while it ran: its close and volume are those of a part of it. */
const isCutOff = (bar: Candle, nowMs: number): boolean =>
  bar.atMs + bar.barMs <= nowMs && bar.receivedAtMs < bar.atMs + bar.barMs;

/**
 * Reads an asset's history up to `nowMs`; rows that are dated ahead of it were not measured. `adapters` say how the
 * exchanges count open interest. Stores may hold rows of before their neighbours were known: what these, or the levels
 * known `beside` them (of current readings), contradict is left out and counted.
 */
export async function readAssetHistory(
  store: HistoryStore,
  asset: Asset,
  nowMs: number,
  adapters: readonly ExchangeAdapter[],
  beside: Beside = NOTHING,
): Promise<AssetHistory> {
  const fromMs = nowMs - HISTORY_WINDOW_MS;
  const range = { baseAsset: asset, fromMs, toMs: nowMs + AHEAD_TOLERANCE_MS };
  const hourBar = `bar-${HOUR_MS}`;
  const [bars, readings, openInterestDaily, candles, markCandles, takerVolume] = await Promise.all([
    store.query({ ...range, kind: 'open-interest', facet: hourBar }),
    store.query({ ...range, kind: 'open-interest', facet: 'now' }),
    store.query({ ...range, kind: 'open-interest', facet: `bar-${DAY_MS}`, fromMs: 0 }),
    store.query({ ...range, kind: 'candle', facet: `last-${HOUR_MS}` }),
    store.query({ ...range, kind: 'candle', facet: `mark-${HOUR_MS}` }),
    store.query({ ...range, kind: 'taker-volume', facet: hourBar }),
  ]);
  const thenMs = nowMs - HOUR_MS;
  const around = { fromMs: thenMs - AROUND_THEN_MS, toMs: thenMs + AROUND_THEN_MS };
  const [longShort, settledFunding, runningFunding, prices, depth, liquidationVolume] = await Promise.all([
    store.query({ ...range, kind: 'long-short-ratio', facet: `all-accounts-${HOUR_MS}` }),
    store.query({ ...range, kind: 'funding-rate', facet: 'settled' }),
    store.query({ ...range, ...around, kind: 'funding-rate', facet: 'predicted' }),
    store.query({ ...range, ...around, kind: 'mark-price' }),
    store.query({ ...range, kind: 'depth' }),
    store.query({ ...range, kind: 'liquidation-volume', facet: hourBar }),
  ]);
  const emptied = emptiedMarkets(candles);
  const known: Beside = {
    levelOf: (instrument, quantity) => beside.levelOf(instrument, quantity),
    isEmpty: (instrument) => beside.isEmpty(instrument) ?? emptied.get(instrument),
  };
  let apart = 0;
  const plausible = <O extends Observation>(rows: readonly O[]): O[] => {
    const sifted = siftRows(rows, known, { isStrict: true });
    apart += sifted.apart.length;
    // Rows stay what they were, less a field.
    return sifted.kept as O[];
  };
  const ended = (rows: readonly Candle[]): Candle[] =>
    plausible(rows.filter(isPerpetual).filter((bar) => !isCutOff(bar, nowMs)));
  const plausibleBars = plausible(bars.filter(isPerpetual));
  const withBars = new Set(bars.map((row) => row.instrument));
  const isOfThen = ({ atMs }: Observation): boolean =>
    CHANGE_WINDOWS_MS.some((windowMs) => Math.abs(nowMs - windowMs - atMs) <= AROUND_THEN_MS);
  const plausibleReadings = plausible(
    readings.filter((row) => isPerpetual(row) && (!withBars.has(row.instrument) || isOfThen(row))),
  );
  const flows = plausible(takerVolume);
  const lists = {
    openInterest: withKnownSides(
      [...plausibleBars, ...plausibleReadings.filter((row) => !withBars.has(row.instrument))],
      adapters,
    ),
    openInterestReadings: withKnownSides(plausibleReadings.filter(isOfThen), adapters),
    openInterestDaily: withKnownSides(plausible(openInterestDaily.filter(isPerpetual)), adapters),
    candles: ended(candles),
    markCandles: ended(markCandles),
    takerVolume: flows.filter(isPerpetual),
    spotTakerVolume: flows.filter((row) => row.market === 'spot'),
    longShort: longShort.filter(isPerpetual),
    settledFunding: settledFunding.filter(isPerpetual),
    runningFunding: runningFunding.filter(isPerpetual),
    priceReadings: plausible(prices.filter(isPerpetual)),
    depth: plausible(depth.filter(isPerpetual)),
    liquidationVolume: plausible(liquidationVolume.filter(isPerpetual)),
  };
  return { asset, fromMs, ...lists, apart };
}
