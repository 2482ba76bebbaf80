import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sequentialScale } from '../../../webview/models/colourScale.ts';
import { evenColumns } from '../../../webview/models/grid.ts';
import { paintGrid, type GridCells, type PaintedGrid } from '../../../webview/models/raster.ts';
import { seededRandom } from '../../support/mutate.ts';

const COLUMN_MS = 10;

/** A grid of `rows` by the columns that start at these places, with the value of a cell by place and row. */
function gridOf(
  places: readonly number[],
  rows: number,
  valueAt: (place: number, row: number) => number,
  change: Partial<GridCells> = {},
): GridCells {
  const cells = new Float32Array(places.length * rows);
  for (let row = 0; row < rows; row++)
    places.forEach((place, column) => {
      cells[row * places.length + column] = valueAt(place, row);
    });
  const columnAtMs = Float64Array.from(places, (place) => place * COLUMN_MS);
  return {
    cells,
    sourceColumns: places.length,
    columns: evenColumns(columnAtMs, COLUMN_MS),
    rowSource: Int32Array.from({ length: rows }, (_, row) => row),
    yRange: { min: 0, max: rows },
    scale: sequentialScale([Float32Array.of(1, 100)], 'linear'),
    ...change,
  };
}

const run = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const wave = (place: number, row: number): number => 50 + 40 * Math.sin(place / 3 + row);

describe('the raster of a heatmap', () => {
  it('leaves a missing start empty and never stretches its neighbour', () => {
    const { raster } = paintGrid(gridOf([0, 1, 4], 2, (place, row) => (row === 1 ? 100 : 10 * place)));
    assert.deepEqual([...raster.levels], [1, 26, 0, 0, 103, 255, 255, 0, 0, 255]);
    assert.deepEqual([raster.columns, raster.rows, raster.hasBlanks], [5, 2, true]);
    assert.equal(paintGrid(gridOf([0, 1], 2, wave)).raster.hasBlanks, false);
  });

  it('repeats a row of the payload in each row of the picture that shows it', () => {
    const twice = gridOf([0, 1], 2, (_, row) => (row === 1 ? 100 : 0), {
      rowSource: Int32Array.of(1, 1, 0),
    });
    assert.deepEqual([...paintGrid(twice).raster.levels], [255, 255, 255, 255, 1, 1]);
  });

  it('takes a new column for one column', () => {
    const before = paintGrid(gridOf(run(0, 50), 4, wave));
    const { raster } = paintGrid(gridOf(run(1, 51), 4, wave), before);
    assert.deepEqual(raster.since, { key: before.raster.key, shift: 1, columns: [49] });
    const same = paintGrid(gridOf(run(0, 50), 4, wave), before).raster;
    assert.deepEqual(same.since?.columns, []);
  });

  it('keeps no raster that is gone', () => {
    const before = paintGrid(gridOf(run(0, 9), 2, wave));
    const { since } = paintGrid(gridOf(run(1, 10), 2, wave), before).raster;
    assert.deepEqual(Object.keys(since?.key ?? { none: 1 }), []);
  });

  it('starts anew with other colours, rows, prices or steps of time', () => {
    const before = paintGrid(gridOf(run(0, 9), 2, wave));
    const others: Partial<GridCells>[] = [
      { scale: sequentialScale([Float32Array.of(1, 200)], 'linear') },
      { yRange: { min: 0, max: 3 } },
      { rowSource: Int32Array.of(1, 0) },
      {
        columns: evenColumns(
          Float64Array.from(run(0, 9), (place) => place * COLUMN_MS + 3),
          COLUMN_MS,
        ),
      },
      {
        columns: evenColumns(
          Float64Array.from(run(0, 9), (place) => place * 20),
          20,
        ),
      },
    ];
    for (const other of others)
      assert.equal(paintGrid(gridOf(run(0, 9), 2, wave, other), before).raster.since, undefined);
    assert.equal(paintGrid(gridOf(run(90, 99), 2, wave), before).raster.since, undefined);
  });

  it('is the same with what was there before as without it, whatever came, went and changed', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    let before: PaintedGrid | undefined;
    let [from, to, kept] = [100, 140, 0];
    const changes = new Map<string, number>();
    for (let round = 0; round < 300; round++) {
      from = Math.max(0, from + Math.floor(random() * 4) - 1);
      to = Math.max(from + 2, to + Math.floor(random() * 4) - 1);
      // Cells change, others become unknown, and some columns are lacking.
      for (let change = Math.floor(random() * 3); change > 0; change--) {
        const place = from + Math.floor(random() * (to - from));
        changes.set(`${place} ${Math.floor(random() * 6)}`, random() < 0.3 ? NaN : random() * 90);
      }
      const inner = run(from, to).filter(
        (place) => place === from || place === to - 1 || (place * 7919) % 13 !== round % 40,
      );
      const grid = gridOf(inner, 6, (place, row) => changes.get(`${place} ${row}`) ?? wave(place, row));
      const painted = paintGrid(grid, before);
      assert.deepEqual(painted.raster.levels, paintGrid(grid).raster.levels, `seed ${seed}, round ${round}`);
      if (painted.raster.since) kept += 1;
      before = painted;
    }
    assert.ok(kept > 200, `${kept} of 300 were made of the one before, seed ${seed}`);
  });
});
