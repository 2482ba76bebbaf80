import type { FeatureInput } from '../analysis/regime/deriveFeatures.ts';
import type { AssetHistory } from './assetHistory.ts';
import { readingsOf } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** Puts together what the regime's features are computed from: the history, and the counted exchanges' readings. */
export function featureInput(snapshot: AssetSnapshot, history: AssetHistory, nowMs: number): FeatureInput {
  const leftOut = new Set(snapshot.aggregate.leftOut?.map(({ exchange }) => exchange));
  const counted = snapshot.exchanges.filter((one) => one.status === 'fresh' && !leftOut.has(one.exchange));
  return {
    ...{ asset: snapshot.asset, nowMs, series: history },
    readings: counted.map((one) => readingsOf(one, nowMs)),
  };
}
