import type { FeatureHistory } from '../analysis/regime/derive/input.ts';
import type { Asset } from '../core/ids.ts';
import type { Candle, Observation } from '../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { withKnownSides } from './storedSides.ts';

/** How far back features and charts look. */
export const HISTORY_WINDOW_MS = 30 * DAY_MS;

/** The stored rows of one asset that features and charts are made from; hourly bars, ascending. */
export interface AssetHistory extends FeatureHistory {
  readonly asset: Asset;
  readonly fromMs: number;
  readonly markCandles: readonly Candle[];
}

/** Sums and scores are of perpetuals; dated futures and spot pairs of the same asset stand beside them. */
const isPerpetual = (row: Observation): boolean => row.market === undefined;

/** A bar that is over by now and was last seen while it ran: its close and volume are those of a part of it. */
const isCutOff = (bar: Candle, nowMs: number): boolean =>
  bar.atMs + bar.barMs <= nowMs && bar.receivedAtMs < bar.atMs + bar.barMs;

/** Reads an asset's history up to `nowMs`; `adapters` say how the exchanges count open interest. */
export async function readAssetHistory(
  store: HistoryStore,
  asset: Asset,
  nowMs: number,
  adapters: readonly ExchangeAdapter[],
): Promise<AssetHistory> {
  const fromMs = nowMs - HISTORY_WINDOW_MS;
  const range = { baseAsset: asset, fromMs, toMs: nowMs + HOUR_MS };
  const hourBar = `bar-${HOUR_MS}`;
  const [bars, readings, openInterestDaily, candles, markCandles, takerVolume] = await Promise.all([
    store.query({ ...range, kind: 'open-interest', facet: hourBar }),
    store.query({ ...range, kind: 'open-interest', facet: 'now' }),
    store.query({ ...range, kind: 'open-interest', facet: `bar-${DAY_MS}`, fromMs: 0 }),
    store.query({ ...range, kind: 'candle', facet: `last-${HOUR_MS}` }),
    store.query({ ...range, kind: 'candle', facet: `mark-${HOUR_MS}` }),
    store.query({ ...range, kind: 'taker-volume', facet: hourBar }),
  ]);
  const [longShort, settledFunding, depth, liquidationVolume] = await Promise.all([
    store.query({ ...range, kind: 'long-short-ratio', facet: `all-accounts-${HOUR_MS}` }),
    store.query({ ...range, kind: 'funding-rate', facet: 'settled' }),
    store.query({ ...range, kind: 'depth' }),
    store.query({ ...range, kind: 'liquidation-volume', facet: hourBar }),
  ]);
  const withBars = new Set(bars.map((row) => row.instrument));
  const openInterest = [...bars, ...readings.filter((row) => !withBars.has(row.instrument))];
  return {
    asset,
    fromMs,
    openInterest: withKnownSides(openInterest.filter(isPerpetual), adapters),
    openInterestDaily: withKnownSides(openInterestDaily.filter(isPerpetual), adapters),
    candles: candles.filter(isPerpetual).filter((bar) => !isCutOff(bar, nowMs)),
    markCandles: markCandles.filter(isPerpetual).filter((bar) => !isCutOff(bar, nowMs)),
    takerVolume: takerVolume.filter(isPerpetual),
    spotTakerVolume: takerVolume.filter((row) => row.market === 'spot'),
    longShort: longShort.filter(isPerpetual),
    settledFunding: settledFunding.filter(isPerpetual),
    depth: depth.filter(isPerpetual),
    liquidationVolume: liquidationVolume.filter(isPerpetual),
  };
}
