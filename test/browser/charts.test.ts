import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { neutralColour, parseColour } from '../../webview/models/colour.ts';
import { GAP, demoFunding, demoLiquidations, demoOpenInterest } from './demoData.ts';
import { assertClean, settle, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { THEMES } from './themes.ts';

const FUNDING = '[data-kind="funding-heatmap"]';
const LEVELS = '[data-kind="liquidation-heatmap"]';
const OPEN_INTEREST = '[data-kind="open-interest"]';

/** Returns for each pixel column of the open interest chart whether a pixel has this colour. */
function columnsWithColour(page: Page, colour: readonly number[]): Promise<boolean[]> {
  return page.evaluate((wanted) => {
    const read = window.perpscopePage.pixels('[data-kind="open-interest"] .plot canvas');
    if (!read) return [];
    const { data, width, height } = read;
    return Array.from({ length: width }, (_, x) => {
      for (let y = 0; y < height; y++) {
        const at = (y * width + x) * 4;
        const isNear = wanted.every((channel, index) => Math.abs((data[at + index] ?? 0) - channel) < 14);
        if (isNear && data[at + 3] === 255) return true;
      }
      return false;
    });
  }, colour);
}

async function texts(page: Page, kind: string): Promise<string[]> {
  return page.evaluate((each) => window.perpscopePage.canvasTexts(each).map(({ text }) => text), kind);
}

describe('charts in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('name every axis with its unit', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const openInterest = await texts(page, 'open-interest');
    assert.ok(openInterest.includes('Open interest (BTC)') && openInterest.includes('Time (UTC)'));
    const funding = await texts(page, 'funding-heatmap');
    for (const text of ['Time (UTC)', 'Exchange, funding interval', 'Binance, 8 h', 'Hyperliquid, 1 h'])
      assert.ok(funding.includes(text), text);
    const levels = await texts(page, 'liquidation-heatmap');
    assert.ok(levels.includes('Price (USDT)') && levels.includes('Time (UTC)'));
    assert.match(await page.locator(`${FUNDING} .legend`).innerText(), /% per year/);
    assert.match(await page.locator(`${LEVELS} .legend`).innerText(), /USD.*Mark price, Binance \(USDT\)/s);
    await assertClean(opened);
    await opened.close();
  });

  it('draw a gap as a gap', async () => {
    // Two pixels for each: a thin line then has pixels of its full colour.
    const opened = await harness.open({ pixelRatio: 2, demo: { isBare: true } });
    const bybit = await columnsWithColour(
      opened.page,
      parseColour(THEMES.dark.variables['charts-green']) ?? [],
    );
    const first = bybit.indexOf(true);
    const last = bybit.lastIndexOf(true);
    const count = demoOpenInterest().lines[0]?.base.atMs.length ?? 0;
    const columnOf = (index: number): number => Math.round(first + ((last - first) * index) / (count - 1));
    assert.ok(last - first > 800, 'the line spans the chart');
    const inside = bybit.slice(columnOf(GAP.from) + 2, columnOf(GAP.to - 1) - 2);
    assert.ok(inside.length > 80 && inside.every((isDrawn) => !isDrawn), 'nothing is drawn in the gap');
    const before = bybit.slice(first, columnOf(GAP.from - 1));
    assert.ok(before.filter(Boolean).length > before.length * 0.95, 'the line is there before the gap');
    const binance = await columnsWithColour(
      opened.page,
      parseColour(THEMES.dark.variables['charts-blue']) ?? [],
    );
    assert.ok(binance.slice(columnOf(GAP.from), columnOf(GAP.to)).filter(Boolean).length > 80);
    await opened.close();
  });

  it('draw every extreme of a line whose points lie closer than pixels, without dashes', async () => {
    const opened = await harness.open({ chart: 'open-interest', demo: { isBare: true }, theme: 'hc-black' });
    const { page } = opened;
    // A flat line with one high and one low reading among 200,000, of the exchange whose line is dashed here.
    await page.evaluate(() => {
      const whole = window.perpscopePage.demo({ version: 2, isBare: true });
      const charts = whole.charts.map((chart) => {
        if (!('lines' in chart)) return chart;
        const count = 200_000;
        const atMs = Float64Array.from({ length: count }, (_, at) => chart.asOfMs - (count - at) * 1_000);
        const values = new Float64Array(count).fill(50_000);
        values[60_000] = 90_000;
        values[140_000] = 10_000;
        const okx = chart.lines.find(({ id }) => id === 'okx')!;
        const none = { atMs, values: values.map(() => NaN) };
        return {
          ...chart,
          lines: [
            { ...okx, id: 'binance', base: none },
            { ...okx, base: { atMs, values } },
          ],
        };
      });
      window.perpscopePage.send({ ...whole, charts });
    });
    await settle(page);
    const orange = parseColour(THEMES['hc-black'].variables['charts-orange']) ?? [];
    const heights = await page.evaluate((wanted) => {
      const read = window.perpscopePage.pixels('[data-kind="open-interest"] .plot canvas')!;
      const { data, width, height } = read;
      return Array.from({ length: width }, (_, x) => {
        const isInk = (y: number): boolean =>
          wanted.every((channel, index) => Math.abs((data[(y * width + x) * 4 + index] ?? 0) - channel) < 40);
        return Array.from({ length: height }, (_, y) => y).filter(isInk).length;
      });
    }, orange);
    const drawn = heights.flatMap((height, x) => (height > 0 ? [x] : []));
    const [first = 0, last = 0] = [drawn[0], drawn.at(-1)];
    assert.ok(
      drawn.length > 900 && last - first + 1 - drawn.length < 4,
      `${drawn.length} columns, no dashes`,
    );
    const spikes = heights.flatMap((height, x) => (height > 60 ? [(x - first) / (last - first)] : []));
    assert.ok(spikes.length >= 2 && spikes.length <= 6, `${spikes}`);
    for (const place of [0.3, 0.7])
      assert.ok(
        spikes.some((each) => Math.abs(each - place) < 0.01),
        `${spikes}`,
      );
    await assertClean(opened);
    await opened.close();
  });

  it('change the pixels of a heatmap with the data', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const read = (selector: string) =>
      page.evaluate((each) => window.perpscopePage.colours(each), `${selector} .plot canvas`);
    let version = 1;
    for (const selector of [FUNDING, LEVELS]) {
      const first = await read(selector);
      assert.ok(first.distinct > 50, `${selector} has many colours`);
      await page.evaluate((each) => window.perpscopePage.notify({ seed: 7, version: each }), ++version);
      await settle(page);
      assert.notEqual((await read(selector)).sum, first.sum);
      await page.evaluate((each) => window.perpscopePage.notify({ seed: 1, version: each }), ++version);
      await settle(page);
      assert.equal((await read(selector)).sum, first.sum, 'the same data gives the same picture');
    }
    await assertClean(opened);
    await opened.close();
  });

  it('paint each cell where its row and column are', async () => {
    const opened = await harness.open({ width: 1_000 });
    const { page } = opened;
    const payload = demoFunding();
    const columns = payload.columnAtMs.length;
    const plot = page.locator(`${FUNDING} .plot`);
    // The hover text names cell and value: it must agree with the payload at places spread over the picture.
    const box = await plot.boundingBox();
    assert.ok(box);
    const read = async (x: number, y: number): Promise<string> => {
      await plot.hover({ position: { x, y } });
      const hover = page.locator(`${FUNDING} .hover`);
      return (await hover.isVisible()) ? hover.innerText() : '';
    };
    let checked = 0;
    for (const [x, y] of [
      [300, 30],
      [500, 60],
      [700, 90],
      [950, 130],
    ] as const) {
      const text = await read(x, y);
      const row = payload.rows.findIndex(({ label }) => text.startsWith(label));
      const at = Date.parse(`${/(\d{4}-\d\d-\d\d \d\d:\d\d) UTC/.exec(text)?.[1] ?? ''}Z`);
      const column = payload.columnAtMs.indexOf(at);
      const percent = Number(/([+−]?[\d.]+) % a year/.exec(text)?.[1]?.replace('−', '-'));
      const value = (payload.cells[row * columns + column] ?? NaN) * 100;
      // Three digits are shown.
      assert.ok(Math.abs(percent - value) <= 0.005 * Math.abs(value), `${text} is ${value}`);
      checked++;
    }
    assert.equal(checked, 4);
    await opened.close();
  });

  it('say under the pointer value, unit, exchange and time', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.locator(`${OPEN_INTEREST} .plot`).hover({ position: { x: 400, y: 120 } });
    const text = await page.locator(`${OPEN_INTEREST} .hover`).innerText();
    assert.match(text, /^2026-11-\d\d \d\d:\d\d UTC\nAll exchanges: [\d,]+ BTC\nBinance: [\d,]+ BTC\n/);
    await page.locator(`${LEVELS} .plot`).hover({ position: { x: 900, y: 200 } });
    assert.match(
      await page.locator(`${LEVELS} .hover`).innerText(),
      /USDT\n.*modelled.*\nLiquidated, measured: .*\nMark price, Binance: [\d,]+ USDT\n.*UTC/i,
    );
    await page.mouse.move(2, 2);
    assert.equal(await page.locator(`${LEVELS} .hover`).isVisible(), false);
    await assertClean(opened);
    await opened.close();
  });

  it('take the colours of a new theme at once', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const zero = () =>
      page.evaluate((selector) => {
        const read = window.perpscopePage.pixels(`${selector} .legend-bar`);
        return [...(read?.data ?? [])].slice(127 * 4, 127 * 4 + 3);
      }, FUNDING);
    const sums = new Set<number>();
    for (const name of ['dark', 'light', 'hc-black', 'hc-light'] as const) {
      await page.evaluate((each) => window.perpscopePage.setTheme(each), name);
      await settle(page);
      const { variables } = THEMES[name];
      const ground = parseColour(variables['editor-background']);
      const ink = parseColour(variables['editor-foreground']);
      assert.ok(ground && ink);
      assert.deepEqual(await zero(), [...neutralColour(ground, ink)], name);
      const hasInk = (await columnsWithColour(page, ink)).filter(Boolean).length;
      assert.ok(hasInk > 350, `${name}: the sum of exchanges is in the theme's ink`);
      sums.add(
        (await page.evaluate((each) => window.perpscopePage.colours(each), `${LEVELS} .plot canvas`)).sum,
      );
    }
    assert.equal(sums.size, 4);
    await assertClean(opened);
    await opened.close();
  });

  it('keep the picture sharp at any pixel ratio and follow the width', async () => {
    const opened = await harness.open({ width: 900 });
    const { page } = opened;
    const sizes = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.plot canvas');
        const plot = canvas?.parentElement;
        return [canvas?.width ?? 0, (plot?.clientWidth ?? 0) * devicePixelRatio];
      });
    const [wide, wideWanted] = await sizes();
    assert.equal(wide, wideWanted);
    await page.setViewportSize({ width: 600, height: 900 });
    await settle(page);
    const [narrow, narrowWanted] = await sizes();
    assert.equal(narrow, narrowWanted);
    assert.ok((narrow ?? 0) < (wide ?? 0));
    await opened.close();

    const sharp = await harness.open({ pixelRatio: 2 });
    const [width, wanted] = await sharp.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.plot canvas');
      return [canvas?.width, (canvas?.parentElement?.clientWidth ?? 0) * 2];
    });
    assert.equal(width, wanted);
    await sharp.close();
  });

  it('have table twins that equal the payload', async () => {
    const opened = await harness.open();
    const { page } = opened;
    for (const selector of [OPEN_INTEREST, FUNDING, LEVELS])
      await page.locator(`${selector} .twin > button`).first().click();
    const values = (selector: string) =>
      page.evaluate(
        (each) =>
          [...document.querySelectorAll<HTMLTableRowElement>(`${each} tbody tr`)].map((row) =>
            [...row.cells].map((cell) => cell.querySelector('data')?.value ?? cell.textContent),
          ),
        selector,
      );
    const openInterest = demoOpenInterest();
    const rows = await values(OPEN_INTEREST);
    assert.equal(rows.length, 100);
    rows.forEach((row, index) => {
      openInterest.lines.forEach((line, column) => {
        const value = line.base.values[line.base.values.length - 1 - index] ?? NaN;
        assert.equal(row[column + 1], Number.isNaN(value) ? '–' : String(value));
      });
    });
    const funding = demoFunding();
    const columns = funding.columnAtMs.length;
    (await values(FUNDING)).forEach((row, index) => {
      funding.rows.forEach((_, at) => {
        const value = funding.cells[at * columns + columns - 1 - index] ?? NaN;
        assert.equal(row[at + 1], Number.isNaN(value) ? '–' : String(value));
      });
    });
    const levels = demoLiquidations();
    const width = levels.columnAtMs.length;
    const shown = (await values(LEVELS)).map((row) => [row[2], row[3]]);
    const wanted = [];
    for (let row = levels.rows - 1; row >= 0; row--) {
      const sides = [levels.longCells, levels.shortCells].map((of) => of[row * width + width - 1] ?? 0);
      if (Math.max(...sides) > 0) wanted.push(sides.map(String));
    }
    assert.deepEqual(shown, wanted);
    const pager = page.locator(`${OPEN_INTEREST} .pager`).first();
    await pager.locator('button').last().click();
    assert.match(await pager.innerText(), /Page 2 of 4/);
    await assertClean(opened);
    await opened.close();
  });
});
