import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import {
  labelOfReading,
  newestLabel,
  newestStep,
  stepOf,
  valueAt,
  type ColumnsByExchange,
  type StepColumn,
} from '../../../src/series/hours.ts';
import { alignedSum, newestAlignedSum, rollingDifference, rollingSum } from '../../../src/series/sums.ts';

const T0 = Date.UTC(2026, 9, 1);
const at = (hour: number): number => T0 + hour * HOUR_MS;
const { NaN: gap } = Number;

/** Hours from T0 on; undefined leaves an hour out. */
const hours = (...values: (number | undefined)[]): StepColumn => ({
  firstMs: T0,
  stepMs: HOUR_MS,
  values: Float64Array.from(values, (value) => value ?? gap),
});
const table = (byExchange: Record<string, StepColumn>): ColumnsByExchange =>
  new Map(Object.entries(byExchange));
const plain = (values: Float64Array | undefined): number[] => [...(values ?? [])];
const sumOf = (columns: ColumnsByExchange, endMs: number, steps: number, minimumSteps: number, carryMs = 0) =>
  alignedSum(columns, endMs, steps, { minimumSteps, carryMs });

describe('an aligned sum over exchanges', () => {
  it('adds up hour by hour and says who is in it', () => {
    const sum = sumOf(table({ okx: hours(1, 2, 3), gate: hours(10, 20, 30) }), at(2), 3, 1);
    assert.deepEqual(plain(sum?.values), [11, 22, 33]);
    assert.deepEqual(sum?.exchanges, ['okx', 'gate']);
    assert.deepEqual([sum.firstMs, sum.stepMs, sum.share], [at(0), HOUR_MS, 1]);
  });

  it('shows an hour that one exchange misses as a gap, never as a fall', () => {
    const sum = sumOf(table({ okx: hours(1, 2, 3), gate: hours(10, undefined, 30) }), at(2), 3, 1);
    assert.deepEqual(plain(sum?.values), [11, gap, 33]);
  });

  it('leaves out an exchange with more than two holes and 5 % of holes, which would blank the sum', () => {
    const whole = hours(...Array.from({ length: 60 }, () => 1));
    const holed = (...holes: number[]) =>
      hours(...Array.from({ length: 60 }, (_, hour) => (holes.includes(hour) ? undefined : 10)));
    const members = (own: StepColumn, length = 60) =>
      sumOf(table({ holed: own, whole }), at(59), length, 1)?.exchanges;
    assert.deepEqual(members(holed(10, 20, 30)), ['holed', 'whole']);
    assert.deepEqual(members(holed(10, 20, 30, 40)), ['whole']);
    assert.deepEqual(members(holed(56, 57), 5), ['holed', 'whole'], 'two holes may be in any case');
    assert.deepEqual(members(holed(55, 56, 57), 5), ['holed', 'whole'], 'hours before its first are no holes'); // prettier-ignore
    assert.deepEqual(members(holed(55, 56, 57, 58), 10), ['whole']);
    assert.deepEqual(members(holed(...Array.from({ length: 50 }, (_, hour) => hour))), ['holed', 'whole']);
  });

  it('keeps a reported zero, which is no gap', () => {
    assert.deepEqual(plain(sumOf(table({ okx: hours(1, 0, 3) }), at(2), 3, 1)?.values), [1, 0, 3]);
  });

  it('leaves out an exchange without the last hour, for its number is old', () => {
    const sum = sumOf(table({ okx: hours(1, 2, 3), gate: hours(10, 20) }), at(2), 3, 1);
    assert.deepEqual([sum?.exchanges, plain(sum?.values)], [['okx'], [1, 2, 3]]);
  });

  it('leaves out an exchange with too few hours; hours outside the stretch do not count', () => {
    const short = hours(10, 20, 30, undefined, undefined, 60);
    const whole = hours(1, 2, 3, 4, 5, 6);
    assert.deepEqual(sumOf(table({ short, whole }), at(5), 3, 2)?.exchanges, ['whole']);
    assert.deepEqual(sumOf(table({ short, whole }), at(5), 3, 1)?.exchanges, ['short', 'whole']);
  });

  it('is none where nobody qualifies', () => {
    assert.equal(sumOf(table({ okx: hours(1, 2) }), at(5), 3, 1), undefined);
    assert.equal(sumOf(table({}), at(5), 3, 1), undefined);
  });

  it('steps by days; days that begin at another hour than those of the end are none of the sum', () => {
    const days = (firstMs: number) => ({ firstMs, stepMs: DAY_MS, values: Float64Array.of(1, 2, 3) });
    const columns = table({ okx: days(T0), gate: days(T0 - 8 * HOUR_MS) });
    const sum = sumOf(columns, T0 + 2 * DAY_MS, 3, 3);
    assert.deepEqual([plain(sum?.values), sum?.exchanges, sum?.firstMs], [[1, 2, 3], ['okx'], T0]);
  });

  it('says which part of the usual total it rests on', () => {
    const columns = table({ okx: hours(30, 30, 30), gate: hours(10, 10), bybit: hours(undefined, 60) });
    assert.equal(sumOf(columns, at(2), 3, 1)?.share, 0.3);
    assert.equal(sumOf(columns, at(1), 2, 1)?.share, 1);
  });

  it('carries an exchange over a hole of the stated length and no longer, names it, and never at its end', () => {
    const columns = table({
      okx: hours(1, 2, 3, 4, 5),
      gate: hours(undefined, 20, undefined, undefined, 50),
    });
    const carried = sumOf(columns, at(4), 5, 1, 2 * HOUR_MS);
    assert.deepEqual(plain(carried?.values), [gap, 22, 23, 24, 55]);
    assert.deepEqual(carried?.carried, ['gate']);
    assert.deepEqual(plain(sumOf(columns, at(4), 5, 1, HOUR_MS)?.values), [gap, 22, gap, gap, 55]);
    assert.deepEqual(sumOf(columns, at(4), 5, 1)?.carried, []);
    const late = table({ okx: hours(1, 2, 3), gate: hours(10, 20) });
    assert.deepEqual(sumOf(late, at(2), 3, 1, HOUR_MS)?.exchanges, ['okx'], 'an old number is no new one');
  });
});

describe('the newest aligned sum', () => {
  const newestOf = (columns: ColumnsByExchange, nowMs: number, steps: number, minimumSteps: number) =>
    newestAlignedSum(columns, nowMs, steps, { minimumSteps });

  it('ends an hour back where more exchanges have that hour, carried or not', () => {
    const late = table({ okx: hours(1, 2, 3), gate: hours(10, 20), bybit: hours(100, 200) });
    for (const carryMs of [0, 2 * HOUR_MS]) {
      const sum = newestAlignedSum(late, at(2) + 1, 2, { minimumSteps: 1, carryMs });
      assert.deepEqual(
        [sum?.exchanges, plain(sum?.values)],
        [
          ['okx', 'gate', 'bybit'],
          [111, 222],
        ],
      );
    }
  });

  it('ends with the newest hour where no one is lost by it', () => {
    const sum = newestOf(table({ okx: hours(1, 2, 3), gate: hours(10, 20, 30) }), at(2), 2, 1);
    assert.deepEqual(plain(sum?.values), [22, 33]);
  });

  it('is none without a single hour', () => {
    // One exchange an hour ago is more than none now.
    const behind = newestOf(table({ okx: hours(1, 2), gate: hours(1, 2, 3) }), at(2), 3, 3);
    assert.deepEqual(behind?.exchanges, ['gate']);
    const late = table({ okx: hours(1, 2), gate: hours(undefined, undefined, 3) });
    assert.deepEqual(newestOf(late, at(2), 2, 2)?.exchanges, ['okx']);
    assert.equal(newestOf(table({ okx: hours() }), at(2), 2, 1), undefined);
    assert.equal(newestOf(table({}), at(2), 2, 1), undefined);
  });
});

describe('the newest step', () => {
  it('is the last one that has begun, on any exchange', () => {
    const both = table({ okx: hours(1, 2), gate: hours(1, 2, 3, 4) });
    assert.equal(newestStep(both, at(3) + 5), at(3));
    assert.equal(newestStep(both, at(2) + HOUR_MS - 1), at(2));
    assert.equal(newestStep(both, at(0) - 1), undefined);
    assert.equal(newestLabel(hours(1, undefined)), at(0));
  });

  it('starts with the step of a time; a reading belongs to the nearest one', () => {
    assert.equal(stepOf(at(4) + 59 * MINUTE_MS), at(4));
    assert.equal(stepOf(at(4)), at(4));
    assert.equal(stepOf(T0 + 23 * HOUR_MS, DAY_MS), T0);
    assert.equal(labelOfReading(at(4) + 29 * MINUTE_MS), at(4));
    assert.equal(labelOfReading(at(4) + 30 * MINUTE_MS), at(5));
  });

  it('has a value only where a step begins', () => {
    assert.deepEqual([at(1), at(1) + 1, at(7), at(-1)].map((one) => valueAt(hours(1, 2), one)), [2, gap, gap, gap]); // prettier-ignore
  });
});

describe('rolling windows', () => {
  it('sum the last hours and have no value before they are full', () => {
    assert.deepEqual(plain(rollingSum(Float64Array.of(1, 2, 3, 4), 3)), [gap, gap, 6, 9]);
  });

  it('have no value while a gap lies in them', () => {
    assert.deepEqual(plain(rollingSum(Float64Array.of(1, gap, 3, 4, 5), 2)), [gap, gap, gap, 7, 9]);
  });

  it('take differences to the value so many hours before', () => {
    const values = Float64Array.of(1, 3, gap, 10, 20);
    assert.deepEqual(plain(rollingDifference(values, 2)), [gap, gap, gap, 7, gap]);
  });
});
