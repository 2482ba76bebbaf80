import { elapsedMs } from '../../core/clock.ts';
import type { Known } from '../metrics/kit/metric.ts';
import type { FeatureOrigin, FeatureSet, RegimeFeatures } from './features.ts';

/** Collects features with their origins, and the reasons for those that could not be computed. */
export class FeatureCollector {
  readonly #values: Record<string, unknown>;
  readonly #origins: Record<string, FeatureOrigin> = {};
  readonly #absent: Record<string, string> = {};
  readonly #nowMs: number;

  constructor(asset: string, nowMs: number) {
    this.#values = { asset };
    this.#nowMs = nowMs;
  }

  /** Keeps a value; undefined or not finite is kept as absent. */
  set(key: string, { value, origin }: Known): void {
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

  /** Notes why a feature is absent. */
  miss(key: string, reason: string): void {
    this.#absent[key] = reason;
  }

  /** Keys are those of the metrics that were asked. */
  result(): FeatureSet {
    return { values: this.#values as RegimeFeatures, origins: this.#origins, absent: this.#absent };
  }
}
