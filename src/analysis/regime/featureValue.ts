import type { JudgedFeature } from './featureInfo.ts';
import type { FeatureSet } from './features.ts';

/** Returns a feature as a number, claims as 1 or 0; undefined where it is absent or not finite. */
export function featureValue(features: FeatureSet, feature: JudgedFeature): number | undefined {
  const value: unknown = features.values[feature];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (feature !== 'openInterestRecord') return undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  // A record on any one exchange counts where nothing else is said; the statement names where it is.
  const claims: unknown[] = Object.values(features.values.openInterestRecordByExchange ?? {});
  const { openInterestRecordAggregate: aggregate } = features.values;
  if (aggregate !== undefined) claims.push(aggregate);
  return claims.length === 0 ? undefined : Number(claims.includes(true));
}
