import { ranksOf } from '../metrics/ranks.ts';

/**
 * Returns the ranks of values with a mean of 0 and a length of 1, so that the rank correlation of two lists is the sum of
 * products; undefined where all values are equal.
 */
export function unitRanks(values: Float64Array): Float64Array | undefined {
  const ranks = ranksOf(values);
  const mean = (values.length - 1) / 2;
  let squares = 0;
  for (const rank of ranks) squares += (rank - mean) ** 2;
  if (!(squares > 0)) return undefined;
  const length = Math.sqrt(squares);
  return ranks.map((rank) => (rank - mean) / length);
}

/** Returns the correlation of two lists of unit ranks. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (const [at, one] of a.entries()) sum += one * (b[at] ?? Number.NaN);
  return sum;
}

/**
 * Returns the correlation of x and y given z from the three correlations; undefined where z decides one of them.
 * (r_xy - r_xz r_yz) / sqrt((1 - r_xz^2)(1 - r_yz^2))
 */
export function partialOf(xy: number, xz: number, yz: number): number | undefined {
  const rest = (1 - xz * xz) * (1 - yz * yz);
  return rest > 1e-12 ? (xy - xz * yz) / Math.sqrt(rest) : undefined;
}
