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

/** Returns the net taker volume B − S in the unit of the inputs. */
export function netTakerVolume(buys: number, sells: number): number | undefined {
  return isSize(buys) && isSize(sells) ? finite(buys - sells) : undefined;
}

/** Returns the change from an earlier value as a fraction, now / before − 1; undefined where before is not > 0. */
export function changeFraction(before: number, now: number): number | undefined {
  return before > 0 && Number.isFinite(before) && isSize(now) ? finite(now / before - 1) : undefined;
}

function isSize(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
