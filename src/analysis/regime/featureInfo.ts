import { HOUR_MS } from '../../core/units.ts';
import type { Feature, Metric } from '../metrics/kit/metric.ts';
import { metricIdWithWindow } from '../metrics/metricIds.ts';
import { METRICS } from '../metrics/registry.ts';
import type { FeatureOrigin, JudgedFeature } from './features.ts';

export type { JudgedFeature } from './features.ts';

/** A feature with the metric that it is. */
export interface FeatureInfo extends Feature {
  readonly metric: Metric;
}

/** Returns the features of metrics by their key, in the metrics' order. */
export function featureTable(metrics: readonly Metric[]): Readonly<Record<string, FeatureInfo>> {
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      metric.feature === undefined ? [] : [[metric.feature.key, { ...metric.feature, metric }] as const],
    ),
  );
}

/** Every feature; the keys are those of a features file. */
export const FEATURES = featureTable(METRICS) as Readonly<Record<JudgedFeature, FeatureInfo>>;

/** Every feature's key, in the order in which missing inputs are named. */
export const JUDGED_FEATURES = Object.keys(FEATURES) as readonly JudgedFeature[];

/** Returns the window that a feature itself was taken over; undefined where it is of the moment or not known. */
export function readingWindowMs(
  feature: JudgedFeature,
  origin: FeatureOrigin | undefined,
  windowHours?: number,
): number | undefined {
  const isStated = FEATURES[feature].hasReturnWindow && windowHours !== undefined;
  return origin?.windowMs ?? (isStated ? windowHours * HOUR_MS : undefined);
}

/**
 * Returns the metric id of a feature over the window it was really taken over: what is a rank within history carries
 * that history's window. Without a window where none is known, as for stated z-scores.
 */
export function featureMetricId(
  feature: JudgedFeature,
  origin: FeatureOrigin | undefined,
  windowHours?: number,
): string {
  const { metric, unit } = FEATURES[feature];
  const isRank = unit === 'z-score' || unit === 'percentile' || unit === 'boolean';
  const ownMs = readingWindowMs(feature, origin, windowHours);
  return metricIdWithWindow(metric.id, (isRank ? origin?.baselineWindowMs : undefined) ?? ownMs);
}
