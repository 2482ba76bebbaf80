import { endsBetween } from './row.ts';
import { pickRows, joinRows, type SeriesRows } from './seriesRows.ts';

/** What came of merging rows into those that stand. */
export interface MergedRows {
  readonly rows: SeriesRows;
  readonly inserted: number;
  readonly unchanged: number;
  /** Places of standing rows that were replaced. */
  readonly replaced: readonly number[];
  /** Places of incoming rows that were inserted or took another's place. */
  readonly taken: readonly number[];
}

/**
 * Merges rows of one series by time. Of two rows of one time the one stands that stands of single rows (`replaces`); with
 * `always` the incoming one does if it has other values or another receipt.
 */
export function mergeRows(
  standing: SeriesRows,
  incoming: SeriesRows,
  rule: 'always' | { readonly runMs: number },
): MergedRows {
  const both = joinRows([standing, incoming]);
  const [first, second] = [standing.atMs.length, incoming.atMs.length];
  const places: number[] = [];
  const [replaced, taken]: [number[], number[]] = [[], []];
  let unchanged = 0;
  const atOf = (place: number, end: number): number => (place < end ? (both.atMs[place] ?? 0) : Infinity);
  for (let left = 0, right = first; left < first || right < first + second;) {
    const [before, next] = [atOf(left, first), atOf(right, first + second)];
    if (before < next) places.push(left++);
    else if (next < before) {
      taken.push(right - first);
      places.push(right++);
    } else {
      const [earlier = 0, later = 0] = [both.receivedAtMs[left], both.receivedAtMs[right]];
      const isOther = !isEqual(both, left, right);
      const wins =
        rule === 'always'
          ? isOther || later !== earlier
          : later > earlier && (isOther || endsBetween(before, rule.runMs, earlier, later));
      if (wins) {
        replaced.push(left);
        taken.push(right - first);
        places.push(right);
      } else {
        unchanged += 1;
        places.push(left);
      }
      left += 1;
      right += 1;
    }
  }
  const inserted = taken.length - replaced.length;
  return {
    rows: taken.length === 0 ? standing : pickRows(both, places),
    inserted,
    unchanged,
    replaced,
    taken,
  };
}

/** Whether two rows hold the same values, to the bit. */
function isEqual({ restOf, columns }: SeriesRows, left: number, right: number): boolean {
  if (restOf[left] !== restOf[right]) return false;
  for (const name in columns) {
    const column = columns[name];
    if (column !== undefined && !Object.is(column[left], column[right])) return false;
  }
  return true;
}
