import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TimeColumn } from '../../../src/surfaces/protocol/payloads.ts';
import { scaledTitle, valueAxis, valueSince } from '../../../webview/models/valueAxis.ts';

const line = (...values: number[]): TimeColumn => ({
  atMs: Float64Array.from(values, (_, at) => at * 10),
  values: Float64Array.from(values),
});
const all = { min: 0, max: 40 };
const rounded = ({ min, max }: { min: number; max: number }): number[] =>
  [min, max].map((one) => Number(one.toFixed(3)));

describe('the axis of values', () => {
  it('is fitted to what is visible of the lines, not to zero', () => {
    const lines = [line(100, 200, 150, 900, 5), line(120, NaN, NaN, NaN, NaN)];
    assert.deepEqual(rounded(valueAxis(lines, all, 'linear').range), [0, 944.75]);
    assert.deepEqual(rounded(valueAxis(lines, { min: 0, max: 20 }, 'linear').range), [95, 205]);
    // 5.7 % of a large number are a slope, not a flat line.
    const fall = valueAxis([line(260_000, 252_000, 245_180)], { min: 0, max: 20 }, 'linear');
    assert.ok((260_000 - 245_180) / (fall.range.max - fall.range.min) > 0.85);
  });

  it('has a range and no ticks where there is nothing, and room about one value', () => {
    const none = valueAxis([line(NaN, NaN)], all, 'linear');
    assert.deepEqual([none.range, none.ticks(none.range, 5)], [{ min: 0, max: 1 }, []]);
    assert.deepEqual(rounded(valueAxis([line(200, 200)], { min: 0, max: 10 }, 'linear').range), [199, 201]);
    assert.deepEqual(rounded(valueAxis([line(0, 0)], { min: 0, max: 10 }, 'linear').range), [0, 0.5]);
    assert.deepEqual(rounded(valueAxis([line(-2, 2)], { min: 0, max: 10 }, 'linear').range), [-2.2, 2.2]);
  });

  it('is logarithmic only where every visible value is above zero', () => {
    const lines = [line(10, 100, 1_000, 0, 5)];
    const log = valueAxis(lines, { min: 0, max: 20 }, 'log');
    assert.equal(log.scale, 'log');
    assert.deepEqual(rounded(log.range), [0.9, 3.1]);
    assert.equal(log.maps[0]?.(100), 2);
    const ticks = log.ticks(log.range, 10);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['10', '20', '50', '100', '200', '500', '1K'],
    );
    assert.ok(
      ticks.every(({ value, label }) => Math.abs(10 ** value - Number(label.replace('K', '000'))) < 1e-6),
    );
    for (const broken of [lines, [line(10, -1, 5, 5, 5)]])
      assert.equal(valueAxis(broken, all, 'log').scale, 'linear');
    // Within a decade ticks are round values, as on a straight axis.
    const near = valueAxis([line(90_000, 98_000)], { min: 0, max: 10 }, 'log');
    assert.ok(near.ticks(near.range, 6).some(({ label }) => label === '94K'));
  });

  it('shows the change since the first value shown of each line by itself', () => {
    const lines = [line(200, 210, 190), line(NaN, 50, 100), line(0, 5, 5)];
    const axis = valueAxis(lines, { min: 0, max: 20 }, 'change');
    assert.deepEqual(
      axis.maps.map((map) => Number(map(105).toFixed(3))),
      [-47.5, 110, NaN],
    );
    assert.deepEqual(rounded(axis.range), [-10.25, 105.25]);
    const labels = axis.ticks({ min: -5, max: 5 }, 4).map(({ label }) => label);
    assert.deepEqual(labels, ['−5.0 %', '−2.5 %', '0.0 %', '+2.5 %', '+5.0 %']);
    // Where the left edge moves, so does what is compared with.
    assert.equal(valueSince(lines[0]!, { min: 5, max: 20 }), 210);
    assert.equal(valueSince(lines[1]!, { min: 0, max: 5 }), undefined);
    assert.equal(valueSince(lines[2]!, all), undefined);
    assert.equal(valueAxis([line(0, 5)], all, 'change').scale, 'linear');
  });

  it('says in its title what it shows', () => {
    const titles = (['linear', 'log', 'change'] as const).map((scale) => scaledTitle('Price (USDT)', scale));
    assert.deepEqual(titles, ['Price (USDT)', 'Price (USDT), log', 'Change since the first value shown (%)']);
  });
});
