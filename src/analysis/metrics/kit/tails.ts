import { RollingMoments } from '../rolling/rollingMoments.ts';
import { RollingZ } from '../rolling/rollingZ.ts';
import { moments, valueAt, zScore, type Moments, type ZScore } from '../statistics.ts';
import type { Through } from './through.ts';
import { BASELINE_HOURS, FLOW_WINDOW_HOURS } from './windows.ts';

/** What is read off the newest end of a column of hours, all at once or hour by hour. */
export interface Tail<Result> {
  /** `sums` end with the newest hour and are as long as the stretch that is looked at. */
  readonly batch: (sums: readonly Float64Array[]) => Result;
  /** `hours`: how long that stretch is, so that no more of the past counts. */
  readonly start: (hours: number) => TailRun<Result>;
}

export interface TailRun<Result> {
  push(sums: readonly number[]): void;
  read(): Result;
}

const lastOf = (values: Float64Array): number => valueAt(values, values.length - 1);

/** The newest value. */
export function newest(through: Through): Tail<number> {
  return {
    batch: (sums) => lastOf(through.batch(sums)),
    start: () => {
      const next = through.start();
      let value = Number.NaN;
      return { push: (sums) => void (value = next(sums)), read: () => value };
    },
  };
}

/** The newest value, and that of `hours` before it. */
export function twoEndsOf(through: Through, hours: number): Tail<{ now: number; then: number }> {
  return {
    batch: (sums) => {
      const values = through.batch(sums);
      return { now: lastOf(values), then: valueAt(values, values.length - 1 - hours) };
    },
    start: () => {
      const next = through.start();
      const past: number[] = [];
      return {
        push: (sums) => {
          past.push(next(sums));
          if (past.length > hours + 1) past.shift();
        },
        read: () => ({
          now: past.at(-1) ?? Number.NaN,
          then: past.length > hours ? valueAt(past, 0) : Number.NaN,
        }),
      };
    },
  };
}

export interface Scored {
  readonly newest: number;
  readonly score: ZScore | undefined;
}

/** The score of the newest value against the week before it; the value itself is left out. */
export function againstWeek(through: Through): Tail<Scored> {
  const windowPoints = BASELINE_HOURS;
  return {
    batch: (sums) => {
      const values = through.batch(sums);
      const score = zScore(values.slice(-windowPoints - 1, -1), lastOf(values), { windowPoints });
      return { newest: lastOf(values), score };
    },
    start: (hours) => {
      const next = through.start();
      const before = new RollingZ(windowPoints, Math.min(windowPoints, hours - 1 - through.warmup));
      let value: number | undefined;
      return {
        push: (sums) => {
          if (value !== undefined) before.push(value);
          value = next(sums);
        },
        read: () => ({
          newest: value ?? Number.NaN,
          score: value === undefined ? undefined : before.scoreOf(value),
        }),
      };
    },
  };
}

export interface AgainstUsual {
  readonly newest: number;
  /** What was usual in the week before the last day. */
  readonly usual: Moments | undefined;
}

/** The newest value beside the mean of those that ended a day before it and earlier. */
export function againstUsual(through: Through): Tail<AgainstUsual> {
  return {
    batch: (sums) => {
      const values = through.batch(sums);
      return { newest: lastOf(values), usual: moments(values.slice(0, -FLOW_WINDOW_HOURS)) };
    },
    start: (hours) => {
      const next = through.start();
      const usual = new RollingMoments(hours - FLOW_WINDOW_HOURS - through.warmup);
      const lastDay: number[] = [];
      return {
        push: (sums) => {
          lastDay.push(next(sums));
          if (lastDay.length > FLOW_WINDOW_HOURS) usual.push(lastDay.shift() ?? Number.NaN);
        },
        read: () => ({ newest: lastDay.at(-1) ?? Number.NaN, usual: usual.moments() }),
      };
    },
  };
}
