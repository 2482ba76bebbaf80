import type { Unit } from '../../../core/units.ts';
import type { ZScore } from '../statistics.ts';
import type { Known, MetricOrigin } from './metric.ts';

/** Returns a fraction as percent. */
export function percentOf(fraction: number | undefined): number | undefined {
  return fraction === undefined ? undefined : fraction * 100;
}

/** Returns a score with what was usual, in the unit that readers know it in: `of` turns the score's own baseline into it. */
export function scoreOutcome(
  score: ZScore | undefined,
  origin: MetricOrigin,
  natural: { readonly unit: Unit; readonly of: (baseline: number) => number },
): Known<number> {
  const usual = score === undefined ? Number.NaN : natural.of(score.baseline);
  const baseline = Number.isFinite(usual) ? { baselineValue: usual, baselineUnit: natural.unit } : {};
  return { value: score?.z, origin: { ...origin, ...baseline } };
}
