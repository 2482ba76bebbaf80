import { assess } from '../analysis/regime/assess.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { deriveFeatures } from '../analysis/regime/deriveFeatures.ts';
import type { DataSource } from '../core/ids.ts';
import type { AssetHistory } from './assetHistory.ts';
import { featureInput } from './featureInput.ts';
import type { AssetSnapshot } from './snapshot.ts';
import { storedHistoryOf } from './storedHistory.ts';

/** Returns the regime of an asset by its numbers and history; `before` is the assessment that stands, for hysteresis. */
export function assessAsset(
  snapshot: AssetSnapshot,
  history: AssetHistory,
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
