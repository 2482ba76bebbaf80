import { changeFraction } from '../analysis/metrics/flow.ts';
import { usableFunding } from '../analysis/metrics/usableFunding.ts';
import type { ExchangeId } from '../core/ids.ts';
import { countedReadings } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';

export { SETTLED_COLUMN_MS, settledColumns, type EvenColumns } from './settledColumns.ts';

/**
 * Returns how far a level came in each step, a fraction: the level at the end of the step by that at its start − 1, as many as
 * there are steps between levels. Without a level above zero at the start, or any at the end, there is none (NaN).
 */
export function stepChanges(levels: Float64Array): Float64Array {
  const steps = Math.max(0, levels.length - 1);
  return Float64Array.from(
    { length: steps },
    (_, at) => changeFraction(levels[at] ?? Number.NaN, levels[at + 1] ?? Number.NaN) ?? Number.NaN,
  );
}

/**
 * Returns the exchange whose funding speaks for an asset where one has to: that with the largest open interest of those with a
 * usable rate, as in the metric `funding-percentile`. Undefined where none is known now.
 */
export function leadingFunding(asset: AssetSnapshot | undefined, nowMs: number): ExchangeId | undefined {
  if (asset === undefined) return undefined;
  return usableFunding({ readings: countedReadings(asset, nowMs), nowMs })?.largest.exchange;
}
