import { valueAt } from './statistics.ts';

/**
 * Taker flow and changes over a window. Sizes are in one unit throughout (coins or USD), ratios and changes are plain
 * fractions. What is not defined (no volume, no earlier value) is undefined, never 0. Source: definitions.md §2.
 */

/** Returns taker buys / taker sells; undefined where nothing was sold or an input is not a size. */
export function takerRatio(buys: number, sells: number): number | undefined {
  if (!isSize(buys) || !isSize(sells) || sells === 0) return undefined;
  return finite(buys / sells);
}

/** Returns the taker imbalance (B − S) / (B + S), -1..1; undefined without volume. */
export function takerImbalance(buys: number, sells: number): number | undefined {
  if (!isSize(buys) || !isSize(sells)) return undefined;
  const largest = Math.max(buys, sells);
  if (largest === 0) return undefined;
  return finite((buys / largest - sells / largest) / (buys / largest + sells / largest));
}

/** Returns the imbalance of a taker ratio: (r − 1) / (r + 1). 0.79 gives -0.117. */
export function imbalanceFromRatio(ratio: number): number | undefined {
  return isSize(ratio) ? finite((ratio - 1) / (ratio + 1)) : undefined;
}

/** Returns the taker ratio of an imbalance: (1 + i) / (1 − i); undefined outside [-1, 1). */
export function ratioFromImbalance(imbalance: number): number | undefined {
  return imbalance >= -1 && imbalance < 1 ? finite((1 + imbalance) / (1 - imbalance)) : undefined;
}

/** Returns the net taker volume B − S in the unit of the inputs. */
export function netTakerVolume(buys: number, sells: number): number | undefined {
  return isSize(buys) && isSize(sells) ? finite(buys - sells) : undefined;
}

/** Returns the change from an earlier value as a fraction, now / before − 1; undefined where before is not > 0. */
export function changeFraction(before: number, now: number): number | undefined {
  return before > 0 && Number.isFinite(before) && isSize(now) ? finite(now / before - 1) : undefined;
}

/** A change over a window, with the stretch of time that it really covers. */
export interface WindowChange {
  readonly change: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the change of a series (prices, open interest) over the window that ends at its latest reading, as a
 * fraction. The earlier reading is the nearest one to the window's start; undefined where the nearest is further off
 * than `toleranceMs` (default a tenth of the window) or a value is missing.
 */
export function changeOverWindow(
  atMs: ArrayLike<number>,
  values: ArrayLike<number>,
  windowMs: number,
  toleranceMs = windowMs / 10,
): WindowChange | undefined {
  let last = values.length - 1;
  while (last >= 0 && !Number.isFinite(values[last])) last -= 1;
  if (last < 0 || !(windowMs > 0)) return undefined;
  const toMs = valueAt(atMs, last);
  const wantedMs = toMs - windowMs;
  let best = -1;
  for (let index = 0; index < last; index += 1) {
    if (!Number.isFinite(values[index])) continue;
    if (best < 0 || Math.abs(valueAt(atMs, index) - wantedMs) < Math.abs(valueAt(atMs, best) - wantedMs))
      best = index;
  }
  if (best < 0 || Math.abs(valueAt(atMs, best) - wantedMs) > toleranceMs) return undefined;
  const change = changeFraction(valueAt(values, best), valueAt(values, last));
  return change === undefined ? undefined : { change, fromMs: valueAt(atMs, best), toMs };
}

function isSize(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
