import { assess } from '../analysis/regime/assess.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { deriveFeatures, type FeatureInput } from '../analysis/regime/deriveFeatures.ts';
import type { DataSource } from '../core/ids.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { readingsOf } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';
import { storedHistoryOf } from './storedHistory.ts';

/** Returns the regime of an asset by its numbers and history; `before` is the assessment that stands, for hysteresis. */
export function assessAsset(
  snapshot: AssetSnapshot,
  history: AssetSeries,
  source: DataSource,
  nowMs: number,
  before: RegimeAssessment | undefined,
): RegimeAssessment {
  const assessment = assess(deriveFeatures(featureInput(snapshot, history, nowMs)), {
    asOfMs: nowMs,
    baseAsset: snapshot.asset,
    source,
    coverage: snapshot.aggregate.coverage,
    ...(before === undefined ? {} : { previous: before }),
  });
  const storedHistory = storedHistoryOf(assessment, snapshot, history);
  return storedHistory === undefined ? assessment : { ...assessment, storedHistory };
}

/** Puts together what the regime's features are computed from: the history, and the counted exchanges' readings. */
export function featureInput(snapshot: AssetSnapshot, history: AssetSeries, nowMs: number): FeatureInput {
  const leftOut = new Set(snapshot.aggregate.leftOut?.map(({ exchange }) => exchange));
  const counted = snapshot.exchanges.filter((one) => one.status === 'fresh' && !leftOut.has(one.exchange));
  return {
    ...{ asset: snapshot.asset, nowMs, series: history },
    readings: counted.map((one) => readingsOf(one, nowMs)),
  };
}
