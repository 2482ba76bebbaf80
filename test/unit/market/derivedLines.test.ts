import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../src/core/units.ts';
import { overSpot, spotShareLines } from '../../../src/market/derivedLines.ts';
import type { RangeSeriesId, ShownLine } from '../../../src/market/shownLines.ts';

const GAP = Number.NaN;
const line = (series: RangeSeriesId, id: string, values: number[], more: Partial<ShownLine> = {}): ShownLine => ({
  ...{ series, id, firstMs: 0, values: Float64Array.from(values) },
  ...more,
}); // prettier-ignore
const sumOf = (series: RangeSeriesId, ...exchanges: string[]) => ({ series, exchanges, leftOut: [], share: 1 }); // prettier-ignore
const shown = (lines: readonly ShownLine[]) => lines.map(({ id, firstMs, values }) => [id, firstMs, ...values]); // prettier-ignore

describe('how far a perpetual stands over spot', () => {
  const USDT = { quoteAsset: 'USDT' };
  const perpetual = (values: number[], more = {}) => line('last-close', 'okx', values, { ...USDT, ...more });
  const spot = (values: number[], more = {}) => line('spot-close', 'okx', values, { ...USDT, ...more });

  it('is of both prices at one label, whatever labels the lines begin with', () => {
    const { lines } = overSpot([perpetual([110, 121, 132])], [spot([110, 120], { firstMs: HOUR_MS })], HOUR_MS); // prettier-ignore
    assert.deepEqual(shown(lines), [['okx', 0, GAP, 121 / 110 - 1, 132 / 120 - 1]]);
    const early = overSpot([perpetual([110], { firstMs: HOUR_MS })], [spot([50, 100])], HOUR_MS);
    assert.deepEqual(shown(early.lines), [['okx', HOUR_MS, 110 / 100 - 1]]);
  });

  it('is a gap where one price lacks or is none', () => {
    const { lines } = overSpot([perpetual([110, GAP, 110])], [spot([GAP, 100, 0])], HOUR_MS);
    assert.deepEqual(shown(lines), [['okx', 0, GAP, GAP, GAP]]);
  });

  it('is of nobody whose prices are in two currencies, or in one that is not known', () => {
    for (const more of [{ quoteAsset: 'USDC' }, { quoteAsset: undefined }])
      assert.deepEqual(overSpot([perpetual([110])], [spot([100], more)], HOUR_MS), { lines: [], otherQuote: ['okx'] }); // prettier-ignore
    const none = overSpot([perpetual([110], { quoteAsset: undefined })], [spot([100], { quoteAsset: undefined })], HOUR_MS); // prettier-ignore
    assert.deepEqual(none.otherQuote, ['okx']);
    assert.deepEqual(overSpot([perpetual([110])], [line('spot-close', 'gate', [100], USDT)], HOUR_MS), { lines: [], otherQuote: [] }); // prettier-ignore
  });
});

describe('the part of spot in what is traded', () => {
  const spots = [line('spot-volume-usd', 'okx', [1, GAP, 3]), line('spot-volume-usd', 'gate', [1, 1], { firstMs: HOUR_MS })]; // prettier-ignore
  const futures = [
    line('volume-usd', 'okx', [3, 3, GAP]),
    line('volume-usd', 'gate', [9, 3, 1]),
    line('volume-usd', 'htx', [7, 7, 7]),
    // The sum of all is not the sum of those that have spot.
    line('volume-usd', 'aggregate', [19, 13, GAP]),
  ];
  const sums = [sumOf('spot-volume-usd', 'gate', 'okx'), sumOf('volume-usd', 'gate', 'htx', 'okx')];

  it('is of both amounts at one label, and of the same exchanges on both sides', () => {
    const { lines, exchanges, oneSided, leftOut } = spotShareLines(spots, futures, sums, HOUR_MS);
    assert.deepEqual(shown(lines), [
      ['okx', 0, 1 / 4, GAP, GAP],
      ['gate', HOUR_MS, 1 / 4, 1 / 2],
      ['aggregate', 0, GAP, GAP, GAP],
    ]);
    assert.deepEqual([exchanges, oneSided, leftOut], [['okx', 'gate'], ['htx'], []]);
    const whole = spotShareLines([line('spot-volume-usd', 'okx', [1]), line('spot-volume-usd', 'gate', [3])], futures, sums, HOUR_MS); // prettier-ignore
    assert.deepEqual(shown(whole.lines).at(-1), ['aggregate', 0, 4 / 16]);
  });

  it('has no aggregate of fewer than two that both sums count, and says who is left out', () => {
    const other = [sumOf('spot-volume-usd', 'gate', 'okx'), sumOf('volume-usd', 'gate', 'htx')];
    const { lines, exchanges, leftOut } = spotShareLines(spots, futures, other, HOUR_MS);
    assert.deepEqual([lines.map(({ id }) => id), exchanges, leftOut], [['okx', 'gate'], [], ['okx', 'gate']]);
    assert.deepEqual(spotShareLines(spots, futures, other.slice(0, 1), HOUR_MS).exchanges, []);
    assert.deepEqual(spotShareLines([], futures, sums, HOUR_MS).lines, []);
  });

  it('is a gap where nothing was traded at all', () => {
    const { lines } = spotShareLines([line('spot-volume-usd', 'okx', [0])], [line('volume-usd', 'okx', [0])], [], HOUR_MS); // prettier-ignore
    assert.deepEqual(shown(lines), [['okx', 0, GAP]]);
  });
});
