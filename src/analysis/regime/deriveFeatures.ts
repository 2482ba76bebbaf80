import type { Asset } from '../../core/ids.ts';
import type { Metric } from '../metrics/kit/metric.ts';
import type { MetricInputs } from '../metrics/kit/inputs.ts';
import { METRICS } from '../metrics/registry.ts';
import { FeatureCollector } from './featureCollector.ts';
import type { FeatureSet } from './features.ts';

/** What the features of one asset are computed from. */
export interface FeatureInput extends MetricInputs {
  readonly asset: Asset;
}

/**
 * Computes the regime's features: the metrics that have a key in a features file. Pure. What cannot be computed is absent, with the
 * reason; windows, sources and ages are kept beside each value.
 */
export function deriveFeatures(input: FeatureInput, metrics: readonly Metric[] = METRICS): FeatureSet {
  const table = new FeatureCollector(input.asset, input.nowMs);
  for (const { feature, computation } of metrics) {
    if (feature === undefined || computation === undefined) continue;
    const outcome = computation.batch(input);
    if ('absent' in outcome) {
      table.miss(feature.key, outcome.absent);
      continue;
    }
    table.set(feature.key, outcome);
    for (const [key, known] of Object.entries(outcome.beside ?? {})) table.set(key, known);
  }
  return table.result();
}
