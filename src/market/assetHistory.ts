import type { FeatureHistory } from '../analysis/regime/derive/input.ts';
import type { Asset } from '../core/ids.ts';
import type { Candle, ObservationKind, ObservationOf } from '../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { HistoryQuery, HistoryStore } from '../store/historyStore.ts';

/** How far back features and charts look. */
export const HISTORY_WINDOW_MS = 30 * DAY_MS;

/** The stored rows of one asset that features and charts are made from; hourly bars, ascending. */
export interface AssetHistory extends FeatureHistory {
  readonly asset: Asset;
  readonly fromMs: number;
  readonly markCandles: readonly Candle[];
}

/** Reads an asset's history up to `nowMs`. */
export async function readAssetHistory(
  store: HistoryStore,
  asset: Asset,
  nowMs: number,
): Promise<AssetHistory> {
  const fromMs = nowMs - HISTORY_WINDOW_MS;
  const range = { baseAsset: asset, fromMs, toMs: nowMs + HOUR_MS };
  const hourBar = `bar-${HOUR_MS}`;
  // These are series of perpetuals: spot pairs and dated futures of the same asset are told apart by their market.
  const read = async <K extends ObservationKind>(query: HistoryQuery<K>): Promise<ObservationOf<K>[]> =>
    (await store.query(query)).filter((row) => row.market === undefined);
  const [bars, readings, openInterestDaily, candles, markCandles, takerVolume] = await Promise.all([
    read({ ...range, kind: 'open-interest', facet: hourBar }),
    read({ ...range, kind: 'open-interest', facet: 'now' }),
    read({ ...range, kind: 'open-interest', facet: `bar-${DAY_MS}`, fromMs: 0 }),
    read({ ...range, kind: 'candle', facet: `last-${HOUR_MS}` }),
    read({ ...range, kind: 'candle', facet: `mark-${HOUR_MS}` }),
    read({ ...range, kind: 'taker-volume', facet: hourBar }),
  ]);
  const [longShort, settledFunding, depth, liquidationVolume] = await Promise.all([
    read({ ...range, kind: 'long-short-ratio', facet: `all-accounts-${HOUR_MS}` }),
    read({ ...range, kind: 'funding-rate', facet: 'settled' }),
    read({ ...range, kind: 'depth' }),
    read({ ...range, kind: 'liquidation-volume', facet: hourBar }),
  ]);
  const withBars = new Set(bars.map((row) => row.instrument));
  const openInterest = [...bars, ...readings.filter((row) => !withBars.has(row.instrument))];
  return {
    asset, fromMs, openInterest, openInterestDaily, candles, markCandles, takerVolume, longShort, settledFunding,
    depth, liquidationVolume,
  }; // prettier-ignore
}
