import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { highestSince } from '../../../../src/analysis/metrics/highestSince.ts';
import { highestWords, historyWords } from '../../../../src/analysis/regime/highestWords.ts';
import { DAY_MS } from '../../../../src/core/units.ts';

const D0 = Date.UTC(2021, 11, 1);
const daily = (...values: number[]) => ({ atMs: values.map((_, day) => D0 + day * DAY_MS), values });

describe('highest since', () => {
  it('is the last earlier reading that was as high, equal ones included', () => {
    const known = { fromMs: D0, toMs: D0 + 4 * DAY_MS, gaps: 0, longestGapMs: 0 };
    assert.deepEqual(highestSince(daily(9, 7, 3, 4, 6)), { ...known, sinceMs: D0 + DAY_MS });
    assert.deepEqual(highestSince(daily(9, 6, 3, 4, 6)), { ...known, sinceMs: D0 + DAY_MS });
    assert.deepEqual(highestSince(daily(5, 5.5, 3, 4, 6)), known, 'nothing beyond the reach is claimed');
  });

  it('takes NaN and missing days for gaps, which it counts, and never for values', () => {
    const { NaN: none } = Number;
    const reach = highestSince(daily(8, none, none, none, 5, none, 5, 7));
    assert.deepEqual(reach, {
      sinceMs: D0,
      fromMs: D0,
      toMs: D0 + 7 * DAY_MS,
      gaps: 2,
      longestGapMs: 4 * DAY_MS,
    });
    assert.equal(highestSince(daily(none, 5, none)), undefined);
    assert.equal(highestSince(daily()), undefined);
    assert.equal(highestSince(daily(none, 4, 5))?.fromMs, D0 + DAY_MS, 'a history starts where it is known');
  });

  it('holds for every history: nothing after it is as high, and it is', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 60 }), (values) => {
        const reach = highestSince(daily(...values));
        const known = values.flatMap((one, day) =>
          Number.isNaN(one) ? [] : [{ one, atMs: D0 + day * DAY_MS }],
        );
        const latest = known.pop();
        if (latest === undefined || known.length === 0) return reach === undefined;
        const high = known.filter(({ one }) => one >= latest.one).at(-1);
        return (
          reach?.sinceMs === high?.atMs && reach?.fromMs === known[0]?.atMs && reach?.toMs === latest.atMs
        );
      }),
    );
  });

  it('is said in one phrase with the reach of its history and its gaps, for coins and dollars alike', () => {
    const reach = { fromMs: D0, toMs: Date.UTC(2026, 0, 1), gaps: 0, longestGapMs: 0 };
    const sinceMs = Date.UTC(2024, 2, 14);
    assert.equal(highestWords({ ...reach, sinceMs }), 'highest since 2024-03-14; history from 2021-12-01');
    assert.equal(highestWords(reach), 'highest of its history; history from 2021-12-01');
    assert.equal(historyWords({ ...reach, gaps: 3, longestGapMs: 12 * DAY_MS }), 'history from 2021-12-01 with 3 gaps, the longest 12 d'); // prettier-ignore
    assert.equal(historyWords({ ...reach, gaps: 1, longestGapMs: 2 * DAY_MS }), 'history from 2021-12-01 with a gap of 2 d'); // prettier-ignore
  });
});
