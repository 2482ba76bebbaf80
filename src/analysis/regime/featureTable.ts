import type { ZScore } from '../metrics/statistics.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from './features.ts';

type FeatureKey = keyof RegimeFeatures;

/** Where a computed feature came from; `newestMs` is the time of its newest (or oldest relevant) reading. */
export type ComputedOrigin = Omit<FeatureOrigin, 'ageMs'> & { readonly newestMs?: number };

const NOT_ENOUGH = 'the history has gaps or does not reach back far enough';

/** Collects features with their origins, and the reasons for those that could not be computed. */
export class FeatureTable {
  readonly #nowMs: number;
  readonly #values: Partial<Record<FeatureKey, unknown>>;
  readonly #origins: Partial<Record<FeatureKey, FeatureOrigin>> = {};
  readonly #absent: Partial<Record<FeatureKey, string>> = {};

  constructor(asset: string, nowMs: number) {
    this.#nowMs = nowMs;
    this.#values = { asset };
  }

  /** Takes a value; undefined and numbers that are not finite count as absent. */
  set<K extends FeatureKey>(key: K, value: RegimeFeatures[K] | undefined, origin: ComputedOrigin): void {
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
      this.miss(key, NOT_ENOUGH);
      return;
    }
    const { newestMs, ...rest } = origin;
    this.#values[key] = value;
    this.#origins[key] =
      newestMs === undefined ? rest : { ...rest, ageMs: Math.max(0, this.#nowMs - newestMs) };
    delete this.#absent[key];
  }

  /** Takes a z-score together with its baseline. */
  setZ(
    key: 'openInterestZ' | 'takerImbalanceZ' | 'depthZ' | 'liquidationsZ',
    score: ZScore | undefined,
    origin: ComputedOrigin,
  ): void {
    this.set(key, score?.z, score === undefined ? origin : { ...origin, baseline: score.baseline });
  }

  /** Notes why a feature is absent. */
  miss(key: FeatureKey, reason: string): void {
    if (this.#values[key] === undefined) this.#absent[key] = reason;
  }

  result(): FeatureSet {
    return {
      values: { ...this.#values } as RegimeFeatures,
      origins: { ...this.#origins },
      absent: { ...this.#absent },
    };
  }
}
