import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TimeColumn } from '../../../src/surfaces/protocol/payloads.ts';
import type { Range } from '../../../webview/models/axis.ts';
import {
  emptyReduction,
  isSeenIn,
  lonePoints,
  reduceLine,
  visibleValues,
  type ReducedLine,
} from '../../../webview/models/lineReduction.ts';
import { seededRandom } from '../../support/mutate.ts';

const columnOf = (times: readonly number[], values: readonly number[]): TimeColumn => ({
  atMs: Float64Array.from(times),
  values: Float64Array.from(values),
});

function reducedTo(line: TimeColumn, range: Range, columns: number): ReducedLine {
  const reduced = emptyReduction();
  reduceLine(line, range, columns, reduced);
  return reduced;
}

const entriesOf = (
  { count, ...fields }: ReducedLine,
  ...names: ('x' | 'first' | 'low' | 'high' | 'last')[]
) => Array.from({ length: count }, (_, at) => names.map((name) => fields[name][at] ?? NaN));

/** A random walk at uneven times, with gaps of every length. */
function randomLine(random: () => number, count: number): TimeColumn {
  let [time, value, gap] = [0, 100, 0];
  const times: number[] = [];
  const values: number[] = [];
  for (let at = 0; at < count; at++) {
    time += 1 + Math.floor(random() * 4);
    value += random() - 0.5;
    if (random() < 0.001) value += 40 * (random() - 0.5);
    if (gap > 0) gap -= 1;
    else if (random() < 0.002) gap = Math.floor(random() ** 3 * 600);
    times.push(time);
    values.push(gap > 0 ? NaN : value);
  }
  return columnOf(times, values);
}

describe('the reduction of a line to what pixels show', () => {
  it('has each point of a line that is not dense, from the one before the range to the one after it', () => {
    const line = columnOf([0, 10, 20, 30, 40, 50], [1, 2, NaN, 4, 5, 6]);
    const reduced = reducedTo(line, { min: 15, max: 35 }, 20);
    assert.equal(reduced.isDense, false);
    assert.deepEqual(entriesOf(reduced, 'x', 'first'), [
      [-5, 2],
      [5, NaN],
      [15, 4],
      [25, 5],
    ]);
    assert.equal(reducedTo(columnOf([], []), { min: 0, max: 1 }, 10).count, 0);
  });

  it('tells the points that stand alone', () => {
    const line = columnOf([0, 1, 2, 3, 4, 5], [7, NaN, 8, 9, NaN, 6]);
    assert.deepEqual(lonePoints(reducedTo(line, { min: 0, max: 5 }, 100)), [0, 5]);
  });

  it('keeps first, least, greatest and last of every column and every gap, whatever the line', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    for (let round = 0; round < 60; round++) {
      const line = randomLine(random, 200 + Math.floor(random() * 8_000));
      const columns = 5 + Math.floor(random() * 300);
      // Whole numbers, so that it is never a matter of rounding which column a point is in.
      const columnMs = 1 + Math.floor(random() * 60);
      const min = Math.floor(random() * 4_000);
      const max = min + columns * columnMs;
      const reduced = reducedTo(line, { min, max }, columns);
      if (!reduced.isDense) continue;
      // One entry for each stretch between gaps, gaps too, in each column: what is there, said the slow way.
      const inView = [...line.atMs.keys()].filter(
        (at) => (line.atMs[at + 1] ?? Infinity) > min && (line.atMs[at - 1] ?? -Infinity) <= max,
      );
      const wanted: number[][] = [];
      let before: number | undefined;
      for (const at of inView) {
        const value = line.values[at] ?? NaN;
        const column = Math.floor(((line.atMs[at] ?? 0) - min) / columnMs);
        const entry = wanted.at(-1);
        if (entry?.[0] !== column || Number.isNaN(before) !== Number.isNaN(value))
          wanted.push([column, value, value, value, value]);
        else entry.splice(2, 3, Math.min(entry[2] ?? NaN, value), Math.max(entry[3] ?? NaN, value), value);
        before = value;
      }
      const said = `seed ${seed}, round ${round}`;
      assert.deepEqual(entriesOf(reduced, 'x', 'first', 'low', 'high', 'last'), wanted, said);
    }
  });
});

describe('the values that a range shows of a line', () => {
  const line = columnOf([0, 10, 20, 30], [100, 0, 50, NaN]);

  it('are those of its points, and where the line enters and leaves', () => {
    assert.deepEqual(visibleValues(line, { min: 0, max: 30 }), { min: 0, max: 100 });
    assert.deepEqual(visibleValues(line, { min: 5, max: 12 }), { min: 0, max: 50 });
    assert.deepEqual(visibleValues(line, { min: 12, max: 14 }), { min: 10, max: 20 });
  });

  it('are none where it has none', () => {
    assert.equal(visibleValues(line, { min: 22, max: 28 }), undefined);
    assert.equal(visibleValues(line, { min: 40, max: 50 }), undefined);
    assert.equal(visibleValues(line, { min: -9, max: -1 }), undefined);
    assert.equal(visibleValues(columnOf([], []), { min: 0, max: 1 }), undefined);
  });
});

describe('whether a range shows anything of a line', () => {
  const line = columnOf([0, 10, 20, 30, 40, 50], [1, 2, NaN, NaN, 5, 6]);
  const isSeen = (min: number, max: number) => isSeenIn(line, { min, max });

  it('is so where it has a value, to the ends of the range, or goes through from one beside it to another', () => {
    assert.deepEqual(
      [isSeen(10, 20), isSeen(35, 40), isSeen(2, 8), isSeen(44, 46)],
      [true, true, true, true],
    );
  });

  it('is not so within a gap, before the first value, after the last, or where there is none', () => {
    assert.deepEqual([isSeen(11, 39), isSeen(-20, -1), isSeen(51, 90)], [false, false, false]);
    assert.equal(isSeenIn(columnOf([], []), { min: 0, max: 1 }), false);
    assert.equal(isSeenIn(columnOf([0, 10], [NaN, NaN]), { min: 0, max: 10 }), false);
  });
});
