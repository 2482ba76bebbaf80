import { elapsedMs } from '../../core/clock.ts';
import type { Unit } from '../../core/units.ts';
import type { ZScore } from '../metrics/statistics.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from './features.ts';

type Origin = Omit<FeatureOrigin, 'ageMs'> & { readonly newestMs?: number };

/** Collects features with their origins, and the reasons for those that could not be computed. */
export class FeatureCollector {
  readonly #values: RegimeFeatures;
  readonly #origins: Partial<Record<keyof RegimeFeatures, FeatureOrigin>> = {};
  readonly #absent: Partial<Record<keyof RegimeFeatures, string>> = {};
  readonly #nowMs: number;

  constructor(asset: string, nowMs: number) {
    this.#values = { asset };
    this.#nowMs = nowMs;
  }

  /** Keeps a value; undefined or not finite is kept as absent. */
  set<K extends keyof RegimeFeatures>(key: K, value: RegimeFeatures[K] | undefined, origin: Origin): void {
    const isBroken = typeof value === 'number' && !Number.isFinite(value);
    if (value === undefined || isBroken) {
      this.miss(key, 'the history at hand is too short, or the value is not defined');
      return;
    }
    const { newestMs, ...rest } = origin;
    const age = newestMs === undefined ? {} : { ageMs: elapsedMs(newestMs, this.#nowMs) };
    this.#values[key] = value;
    this.#origins[key] = { ...rest, ...age };
  }

  /** Keeps a z-score with the baseline it was measured against, in the unit that readers know it in. */
  setZ(
    key: 'openInterestZ' | 'takerImbalanceZ' | 'spotTakerImbalanceZ' | 'liquidationsZ' | 'depthZ',
    score: ZScore | undefined,
    origin: Origin,
    natural: { readonly unit: Unit; readonly of: (baseline: number) => number },
  ): void {
    const baselineValue = score === undefined ? Number.NaN : natural.of(score.baseline);
    const baseline = Number.isFinite(baselineValue) ? { baselineValue, baselineUnit: natural.unit } : {};
    this.set(key, score?.z, { ...origin, ...baseline });
  }

  /** Notes why a feature is absent. */
  miss(key: keyof RegimeFeatures, reason: string): void {
    this.#absent[key] = reason;
  }

  result(): FeatureSet {
    return { values: this.#values, origins: this.#origins, absent: this.#absent };
  }
}
