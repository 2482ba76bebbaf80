import type { ExchangeId } from '../../core/ids.ts';
import type { MetricOrigin } from '../metrics/kit/metric.ts';
import type { Range } from '../metrics/kit/range.ts';
import type { RegisteredFeature } from '../metrics/registry.ts';

/** A feature that a rule can look at: a number, or a claim that is counted as 1 or 0. */
export type JudgedFeature = RegisteredFeature['key'];

// Each of these looks at one member of a union after the other.
type BesideOf<F> = F extends { readonly beside: infer B } ? B : never;
type KeysOf<B> = B extends unknown ? keyof B : never;
type RangeAt<B, Key> = B extends unknown ? (Key extends keyof B ? B[Key] : never) : never;

type Beside = BesideOf<RegisteredFeature>;
type BesideKey = KeysOf<Beside>;
type UnitOf<Key> = Extract<RegisteredFeature, { readonly key: Key }>['unit'];
type ValueOf<R> = R extends { readonly kind: infer Kind extends Range['kind'] } ? ValueOfKind[Kind] : never;

interface ValueOfKind {
  number: number;
  boolean: boolean;
  'by-exchange-number': Readonly<Record<ExchangeId, number>>;
  'by-exchange-boolean': Readonly<Record<ExchangeId, boolean>>;
}

/**
 * The values a regime is judged from. Percent in names = per hundred; ratios and z-scores are plain. Every key is
 * optional: what is absent counts as missing, never as zero. The keys are the ones users write in a features file: those of the
 * metrics' features and what stands beside them.
 */
export type RegimeFeatures = { asset?: string } & {
  [Key in JudgedFeature]?: UnitOf<Key> extends 'boolean' ? boolean : number;
} & { [Key in BesideKey]?: ValueOf<RangeAt<Beside, Key>> };

/** Where a feature came from; stated values have none. */
export interface FeatureOrigin extends Omit<MetricOrigin, 'newestMs'> {
  /** The stated keys that a value was computed from where it was not stated itself. */
  readonly derivedFrom?: readonly (keyof RegimeFeatures)[];
  readonly ageMs?: number;
}

export interface FeatureSet {
  readonly values: RegimeFeatures;
  readonly origins: Readonly<Partial<Record<keyof RegimeFeatures, FeatureOrigin>>>;
  /** Why a feature could not be computed. */
  readonly absent: Readonly<Partial<Record<keyof RegimeFeatures, string>>>;
}
