/** A column with its times, epoch ms ascending; NaN = not stated. */
export interface TimedColumn {
  readonly atMs: Float64Array;
  readonly values: Float64Array;
}

/** How far two sources of one number differ where they overlap. Differences are fractions of the larger of the two sizes. */
export interface Disagreement {
  /** Times at which both state a number. */
  readonly overlaps: number;
  /** Of these, how many are equal to the last bit. */
  readonly equal: number;
  /** Absent without an overlap. */
  readonly medianRelative?: number;
  readonly largest?: {
    readonly relative: number;
    readonly atMs: number;
    readonly first: number;
    readonly second: number;
  };
}

/**
 * Compares two columns at the times that both have, up to `toleranceMs` apart (each row is used once, the nearest in order). A
 * difference of 1 or more is one of sign, unit or side; two zeros are equal.
 */
export function disagreement(first: TimedColumn, second: TimedColumn, toleranceMs = 0): Disagreement {
  const differences: number[] = [];
  let largest: Disagreement['largest'];
  let [equal, other] = [0, 0];
  for (const [row, atMs] of first.atMs.entries()) {
    while (isNearer(second.atMs, other, atMs, toleranceMs)) other += 1;
    const otherMs = second.atMs[other];
    if (otherMs === undefined) break;
    if (Math.abs(otherMs - atMs) > toleranceMs) continue;
    const [a, b] = [first.values[row] ?? Number.NaN, second.values[other] ?? Number.NaN];
    other += 1;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    const relative = a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
    if (a === b) equal += 1;
    differences.push(relative);
    if (largest === undefined || relative > largest.relative)
      largest = { relative, atMs, first: a, second: b };
  }
  if (largest === undefined) return { overlaps: 0, equal: 0 };
  return { overlaps: differences.length, equal, medianRelative: medianOf(differences), largest };
}

/** Whether the row after a place is at least as near to a time, or the place lies too far before it. */
function isNearer(times: Float64Array, place: number, atMs: number, toleranceMs: number): boolean {
  const [own, next] = [times[place], times[place + 1]];
  if (own === undefined) return false;
  if (own < atMs - toleranceMs) return true;
  return next !== undefined && own < atMs && Math.abs(next - atMs) < Math.abs(own - atMs);
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
