import { rollingDifference, rollingSum } from '../../../series/sums.ts';
import { RollingSum } from '../rolling/rollingSum.ts';
import { valueAt } from '../statistics.ts';

/**
 * What hourly sums go through before they are scored or compared: one value an hour from one or several sums, over a
 * whole column or hour by hour. NaN = gap.
 */
export interface Through {
  /** Hours at the beginning of a column for which there is no value yet. */
  readonly warmup: number;
  readonly batch: (sums: readonly Float64Array[]) => Float64Array;
  readonly start: () => (sums: readonly number[]) => number;
}

const GAP = Number.NaN;
const column = (sums: readonly Float64Array[], place: number): Float64Array =>
  sums[place] ?? new Float64Array(0);

/** The sum as it is. */
export const itself: Through = {
  warmup: 0,
  batch: (sums) => column(sums, 0),
  start: () => (sums) => valueAt(sums, 0),
};

/** The logarithm; 0 is a gap. */
export const logarithm: Through = {
  warmup: 0,
  batch: (sums) => column(sums, 0).map(logOrGap),
  start: () => (sums) => logOrGap(valueAt(sums, 0)),
};

/** The change of the logarithm over `hours`. */
export function changeOfLog(hours: number): Through {
  return {
    warmup: hours,
    batch: (sums) => rollingDifference(column(sums, 0).map(logOrGap), hours),
    start: () => {
      const logs: number[] = [];
      return (sums) => {
        const now = logOrGap(valueAt(sums, 0));
        logs.push(now);
        return logs.length > hours ? now - (logs.shift() ?? GAP) : GAP;
      };
    },
  };
}

/** What `of` makes of the sums of the last `hours` of each column, one argument a column; undefined is a gap. */
export function ofTrailing(hours: number, of: (...sums: number[]) => number | undefined): Through {
  return {
    warmup: hours - 1,
    batch: (sums) => {
      const trailing = sums.map((one) => rollingSum(one, hours));
      return column(trailing, 0).map((_, at) => of(...trailing.map((one) => valueAt(one, at))) ?? GAP);
    },
    start: () => {
      let trailing: RollingSum[] = [];
      return (sums) => {
        if (trailing.length === 0) trailing = sums.map(() => new RollingSum(hours));
        return of(...trailing.map((one, place) => one.push(valueAt(sums, place)))) ?? GAP;
      };
    },
  };
}

function logOrGap(value: number): number {
  return value > 0 ? Math.log(value) : GAP;
}
