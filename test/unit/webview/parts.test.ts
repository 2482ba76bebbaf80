import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { frameModel } from '../../../webview/models/frame.ts';
import { evenColumns, evenRows } from '../../../webview/models/grid.ts';
import { numberCell, timeTable } from '../../../webview/models/table.ts';
import { DEMO_AS_OF_MS, demoFunding, demoOpenInterest, demoSnapshot } from '../../browser/demoData.ts';

describe('the parts of a panel', () => {
  it('have pages of 100 rows, the newest first and the rest on the last', () => {
    const atMs = Float64Array.from({ length: 250 }, (_, minute) => DEMO_AS_OF_MS + minute * 60_000);
    const table = timeTable('Minutes', ['At'], atMs, (at) => numberCell(at, String));
    assert.equal(table.pageCount, 3);
    const ends = [0, 1, 2].map((index) => {
      const { rows } = table.page(index);
      return [rows.length, rows[0]?.[1]?.value, rows.at(-1)?.[1]?.value];
    });
    assert.deepEqual(ends, [
      [100, 249, 150],
      [100, 149, 50],
      [50, 49, 0],
    ]);
    assert.equal(timeTable('None', [], new Float64Array(0), () => numberCell(NaN, String)).pageCount, 1);
  });

  it('take time and exchanges from the charts where the snapshot does not state them', () => {
    const narrow = { ...demoFunding(), coverage: { fresh: 1, of: 1 }, asOfMs: DEMO_AS_OF_MS - 3_600_000 };
    const wide = { ...demoOpenInterest(), coverage: { fresh: 2, of: 3 } };
    for (const charts of [
      [narrow, wide],
      [wide, narrow],
    ]) {
      const frame = frameModel({ ...demoSnapshot(), charts }, DEMO_AS_OF_MS);
      assert.deepEqual(
        [frame.coverage, frame.time, frame.problem],
        ['2 of 3 exchanges', 'Data of 2026-11-22 04:30 UTC', ''],
      );
    }
    const stated = { coverage: { fresh: 1, of: 1 }, asOfMs: DEMO_AS_OF_MS - 60_000, problem: 'No network' };
    const frame = frameModel({ ...demoSnapshot(), ...stated }, DEMO_AS_OF_MS);
    assert.deepEqual(
      [frame.coverage, frame.time, frame.age, frame.problem],
      ['1 of 1 exchange', 'Data of 2026-11-22 04:29 UTC', '1 min old', 'No network'],
    );
  });

  it('lay one bin or column as it is, and refuse what has no extent', () => {
    assert.deepEqual(evenRows(Float64Array.of(1, 3)), {
      source: Int32Array.of(0),
      yRange: { min: 1, max: 3 },
    });
    // Within a hundredth of a bin edges count as even; beyond it rows are half as high.
    assert.equal(evenRows(Float64Array.of(0, 1.009, 2)).source.length, 2);
    assert.equal(evenRows(Float64Array.of(0, 1.015, 2)).source.length, 4);
    assert.throws(() => evenRows(Float64Array.of(5, 5)), /no price bins/);
    assert.deepEqual(evenColumns(Float64Array.of(7), 10).xRange, { min: 7, max: 17 });
    assert.throws(() => evenColumns(Float64Array.of(7), 0), /no columns/);
    assert.equal(evenColumns(Float64Array.of(0, 16_383), 1).source.length, 16_384);
    assert.throws(() => evenColumns(Float64Array.of(0, 16_384), 1), /more than 16384/);
  });
});
