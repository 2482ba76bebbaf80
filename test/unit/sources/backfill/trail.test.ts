import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Chunk } from '../../../../src/core/chunk.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { holesIn } from '../../../../src/sources/backfill/trail.ts';

const barsAt = (...hours: number[]): Chunk => ({
  shared: {
    ...{ exchange: 'okx', instrument: 'okx:A', venueSymbol: 'A', baseAsset: 'BTC', endpoint: 'GET /x' },
    ...{ receivedAtMs: 0, kind: 'open-interest', sides: 'one', barMs: HOUR_MS },
  } as never,
  atMs: Float64Array.from(hours, (hour) => hour * HOUR_MS),
  columns: { openInterestBase: Float64Array.from(hours, () => 1) },
});

describe('the holes of pages', () => {
  it('finds none before the first row, between neighbours or where a page begins', () => {
    const first = holesIn([barsAt(5, 6, 7)], {});
    assert.deepEqual(first.gaps, []);
    assert.deepEqual(holesIn([barsAt(8, 9)], first.last).gaps, []);
  });

  it('finds those inside a page and at its border, as times without rows', () => {
    const first = holesIn([barsAt(5, 9)], {});
    assert.deepEqual(
      first.gaps.map(({ fromMs, toMs, cause }) => [fromMs / HOUR_MS, toMs / HOUR_MS, cause]),
      [[6, 9, 'missing']],
    );
    const second = holesIn([barsAt(12)], first.last);
    assert.deepEqual(
      second.gaps.map(({ fromMs, toMs }) => [fromMs / HOUR_MS, toMs / HOUR_MS]),
      [[10, 12]],
    );
  });

  it('takes rows that overlap the page before for no hole', () => {
    const { last } = holesIn([barsAt(5, 6)], {});
    assert.deepEqual(holesIn([barsAt(5, 6, 7)], last).gaps, []);
  });
});
