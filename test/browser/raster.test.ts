import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { assertClean, settle, startHarness, type Harness } from './harness.ts';

const COLUMNS = 120;
const CANVAS = '[data-kind="liquidation-heatmap"] .plot canvas';

/** Sends the levels of the columns from `first` on, with a change in those named; returns how many columns were painted. */
async function show(
  page: Page,
  first: number,
  version: number,
  changed: readonly number[] = [],
): Promise<number> {
  const painted = await page.evaluate(
    async ({ from, count, number, columns }) => {
      let wide = 0;
      const put = CanvasRenderingContext2D.prototype.putImageData;
      CanvasRenderingContext2D.prototype.putImageData = function counted(...given: unknown[]) {
        if (!this.canvas.classList.contains('legend-bar')) wide += (given[0] as ImageData).width;
        return Reflect.apply(put, this, given) as undefined;
      };
      const whole = window.perpscopePage.demo({ version: number });
      const charts = whole.charts.flatMap((chart) => {
        if (!('priceEdges' in chart)) return [];
        const all = chart.columnAtMs.length;
        const partOf = (whole: Float32Array): Float32Array =>
          Float32Array.from({ length: chart.rows * count }, (_, at) => {
            const [row, column] = [Math.floor(at / count), at % count];
            return whole[row * all + from + (columns.includes(column) ? 3 : column)] ?? 0;
          });
        const sides = { longCells: partOf(chart.longCells), shortCells: partOf(chart.shortCells) };
        return [{ ...chart, ...sides, columnAtMs: chart.columnAtMs.slice(from, from + count), price: { atMs: new Float64Array(), values: new Float64Array() } }];
      }); // prettier-ignore
      window.perpscopePage.send({ ...whole, charts });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      CanvasRenderingContext2D.prototype.putImageData = put;
      return wide;
    },
    { from: first, count: COLUMNS, number: version, columns: changed },
  );
  await settle(page);
  return painted;
}

describe('the raster of a heatmap in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  const pixels = (page: Page) =>
    page.evaluate((each) => {
      const { data } = window.perpscopePage.pixels(each)!;
      // Every seventh pixel tells enough.
      return Array.from(new Uint32Array(data.buffer)).filter((_, at) => at % 7 === 0);
    }, CANVAS);
  const picture = (page: Page) => page.evaluate((each) => window.perpscopePage.colours(each).sum, CANVAS);

  it('paints one column for one that is new, none for the same again, and shows what it would paint anew', async () => {
    const opened = await harness.open({ answer: 'loading', chart: 'liquidation-heatmap' });
    const { page } = opened;
    assert.equal(await show(page, 0, 2), COLUMNS);
    const counts: number[] = [];
    // More than the ring has room for, so that it has gone round.
    for (let first = 1; first <= 20; first++) counts.push(await show(page, first, 2 + first));
    assert.ok(counts.filter((count) => count === 1).length >= 18, counts.join());
    assert.equal(await show(page, 20, 30), 0, 'the same again');
    assert.equal(await show(page, 20, 31, [7]), 1, 'one column has changed');
    const rolled = await pixels(page);
    const anew = await harness.open({ answer: 'loading', chart: 'liquidation-heatmap' });
    assert.equal(await show(anew.page, 20, 31, [7]), COLUMNS);
    // Where the ring is cut a column may begin a pixel earlier or later.
    const other = await pixels(anew.page);
    const differing = rolled.filter((colour, at) => colour !== other[at]).length;
    assert.equal(rolled.length, other.length);
    assert.ok(differing < rolled.length * 0.02, `${differing} of ${rolled.length} pixels differ`);
    await assertClean(opened);
    await anew.close();
    await opened.close();
  });

  it('is not painted again for another theme, whose colours its cells do not have', async () => {
    const opened = await harness.open({ answer: 'loading', chart: 'liquidation-heatmap' });
    const { page } = opened;
    await show(page, 0, 2);
    const dark = await picture(page);
    await page.evaluate(() => window.perpscopePage.setTheme('light'));
    await settle(page);
    assert.notEqual(await picture(page), dark);
    assert.equal(await show(page, 0, 3), 0);
    await page.evaluate(() => window.perpscopePage.setTheme('dark'));
    await settle(page);
    assert.equal(await picture(page), dark);
    await opened.close();
  });
});
