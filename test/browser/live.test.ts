import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { ExportedTable, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import { pace } from '../../scripts/testing/pace.mjs';
import { DEMO_AS_OF_MS, demoLiquidations, demoOpenInterest } from './demoData.ts';
import { assertClean, settle, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';

const KINDS = ['open-interest', 'funding-heatmap', 'liquidation-heatmap'] as const;
const OPEN_INTEREST = '[data-kind="open-interest"]';
const AT = DEMO_AS_OF_MS + 170_000;

const newestWith = (base: number, version = 1): NewestNumbers => ({
  version,
  asOfMs: AT,
  coverage: { fresh: 5, of: 5 },
  openInterest: [{ id: 'okx', atMs: AT, base, usd: base * 90_000 }],
  price: { atMs: AT, quote: 93_456 },
});

/** Moves the window to a screen of another sharpness, without a change of its size. */
async function setPixelRatio(page: Page, ratio: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: ratio, mobile: false });
  await settle(page);
} // prettier-ignore

describe('a panel that is open for long', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('draws the newest readings in place: lines, times and the price, and nothing else', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.locator(`${OPEN_INTEREST} .twin > button`).first().click();
    const sums = () =>
      page.evaluate(
        (kinds) =>
          kinds.map((kind) => window.perpscopePage.colours(`[data-kind="${kind}"] .plot canvas`).sum),
        KINDS,
      );
    const before = await sums();
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('.plot canvas, table, .notes')) one.setAttribute('data-same', 'yes');
    });
    const marked = await page.locator('[data-same=yes]').count();
    await page.evaluate((newest) => window.perpscopePage.newest(newest), newestWith(90_000));
    await settle(page);
    const after = await sums();
    assert.deepEqual(after.map((sum, index) => sum === before[index]), [false, true, true]);
    assert.match(await page.locator('.panel-head').innerText(), /Data of 2026-11-22 04:32 UTC\s+10 s old\s+5 of 5/);
    assert.match(await page.locator(`${OPEN_INTEREST} .meta`).innerText(), /data of 2026-11-22 04:32 UTC/);
    assert.match(await page.locator('[data-kind="liquidation-heatmap"] .legend').innerText(), /newest 93,456 USDT, 2026-11-22 04:32:50 UTC/);
    const first = page.locator(`${OPEN_INTEREST} tbody tr`).first();
    assert.match(await first.innerText(), /04:32.*90,000/);
    // A row more makes the table another one; the next reading changes that row alone.
    await page.evaluate(() => document.querySelector('table')?.setAttribute('data-same', 'yes'));
    await page.evaluate((newest) => window.perpscopePage.newest(newest), newestWith(90_001));
    await settle(page);
    assert.match(await first.innerText(), /90,001/);
    assert.equal(await page.locator('[data-same=yes]').count(), marked);
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('takes no reading of another snapshot, and forgets readings with the snapshot that they came after', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const sum = () => page.evaluate(() => window.perpscopePage.colours('.plot canvas').sum);
    const first = await sum();
    await page.evaluate((newest) => window.perpscopePage.newest(newest), newestWith(90_000, 7));
    await settle(page);
    assert.equal(await sum(), first);
    await page.evaluate((newest) => window.perpscopePage.newest(newest), newestWith(90_000));
    await settle(page);
    assert.notEqual(await sum(), first);
    await page.evaluate(() => window.perpscopePage.notify({ version: 2 }));
    await settle(page);
    assert.equal(await sum(), first);
    await opened.close();
  });

  it('names in the legend of how many exchanges the newest sum is', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const entry = page.locator('.legend-entry').first();
    const before = await entry.innerText();
    await page.evaluate(() => {
      const shown = window.perpscopePage.demo({ version: 2 });
      const charts = shown.charts.map((chart) =>
        'lines' in chart
          ? {
              ...chart,
              lines: chart.lines.map((line) =>
                line.id === 'aggregate' ? { ...line, label: 'Aggregate of 2' } : line,
              ),
            }
          : chart,
      );
      window.perpscopePage.send({ ...shown, charts });
    });
    await settle(page);
    assert.notEqual(before, 'Aggregate of 2');
    assert.equal(await entry.innerText(), 'Aggregate of 2');
    await opened.close();
  });

  it('draws a burst of readings once a frame, the last one', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const drawn = await page.evaluate(async (newest) => {
      let count = 0;
      const clear = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function counted(...area) {
        count += 1;
        return clear.apply(this, area);
      };
      for (let base = 1; base <= 500; base++)
        window.perpscopePage.newest({
          ...newest,
          openInterest: [{ ...newest.openInterest[0]!, base: 80_000 + base }],
        });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return count;
    }, newestWith(80_000));
    assert.ok(drawn > 0 && drawn <= 4, `${drawn} drawings`);
    await page.locator('.twin > button').first().click();
    assert.match(await page.locator('tbody tr').first().innerText(), /80,500/);
    await opened.close();
  });

  it('is sharp on every screen that it is moved to', async () => {
    const opened = await harness.open();
    const { page } = opened;
    // A chart that was measured again once has looked its ratio up.
    await page.setViewportSize({ width: 1100, height: 900 });
    await settle(page);
    for (const ratio of [2, 1.44]) {
      await setPixelRatio(page, ratio);
      const isSharp = (wanted: number): boolean =>
        [...document.querySelectorAll<HTMLCanvasElement>('.plot canvas')].every(
          (canvas) => Math.abs(canvas.width / canvas.getBoundingClientRect().width - wanted) < 0.02,
        );
      // At the latest with the next look at the age.
      await page.waitForFunction(isSharp, ratio, { timeout: 8_000 * pace() });
      assert.ok((await page.evaluate(() => window.perpscopePage.colours('.plot canvas').distinct)) > 5);
    }
    await assertClean(opened);
    await opened.close();
  });

  it('hands the whole table to the editor, and says what became of it', async () => {
    const opened = await harness.open({ demo: { source: 'simulated' } });
    const { page } = opened;
    const sent = async (method: string): Promise<ExportedTable[]> => {
      const all = await page.evaluate(() => window.perpscopePage.host.received);
      return all.flatMap((one) => {
        const message = one as { method?: string; params?: unknown };
        return message.method === method ? [message.params as ExportedTable] : [];
      });
    };
    for (const kind of KINDS) {
      const card = page.locator(`[data-kind="${kind}"] .twin`).first();
      await card.getByRole('button', { name: 'Show numbers' }).click();
      await card.getByRole('button', { name: /^Copy/ }).click();
      await settle(page);
      const table = (await sent('copyTable')).at(-1);
      assert.deepEqual([table?.asset, table?.chart, table?.source], ['BTC', kind, 'simulated']);
      assert.equal(await card.locator('.outcome').innerText(), `${table?.rows.length} rows copied.`);
    }
    const [openInterest, , levels] = await sent('copyTable');
    assert.equal(openInterest?.rows.length, demoOpenInterest().lines[0]?.base.atMs.length);
    const { longCells, shortCells } = demoLiquidations();
    const held = longCells.filter((long, at) => long + (shortCells[at] ?? NaN) > 0);
    assert.equal(levels?.rows.length, held.length);
    const card = page.locator(`${OPEN_INTEREST} .twin`).first();
    await card.getByRole('button', { name: /^Save as CSV/ }).click();
    await settle(page);
    assert.equal(await card.locator('.outcome').innerText(), 'Not saved: the folder is read-only.');
    assert.deepEqual((await sent('saveTable'))[0], openInterest);
    await opened.close();
  });

  it('hands over only the rows of the time that is shown, where these are chosen', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Show the last 1 d', exact: true }).click();
    await settle(page);
    const [fromMs = 0, toMs = 0] = (await page.locator('.time-range').innerText()).split(' to ').map((text) => Date.parse(`${text.replace(' UTC', '').replace(' ', 'T')}Z`));
    assert.equal(toMs - fromMs, 86_400_000);
    for (const kind of KINDS) {
      const card = page.locator(`[data-kind="${kind}"] .twin`).first();
      await card.getByRole('button', { name: 'Show numbers' }).click();
      const timesOf = async (rows: string): Promise<number[]> => {
        await card.getByRole('button', { name: /^Copy: .*, / }).click();
        await settle(page);
        assert.match(await card.getByRole('button', { name: /^Copy/ }).getAttribute('aria-label') ?? '', new RegExp(`, ${rows}$`));
        const all = (await page.evaluate(() => window.perpscopePage.host.received)) as readonly { method?: string; params: ExportedTable }[];
        const table = all.findLast(({ method }) => method === 'copyTable')?.params;
        assert.equal(await card.locator('.outcome').first().innerText(), `${table?.rows.length} rows copied.`);
        return table?.rows.map(([atMs]) => Number(atMs)) ?? [];
      };
      const whole = await timesOf('all rows');
      await card.getByRole('button', { name: 'Time shown', exact: true }).click();
      const shown = await timesOf('rows of the time shown');
      // A column of a heatmap that reaches into the range from its left is seen.
      const lastsMs = kind === 'open-interest' ? 0 : Math.min(...whole.map((atMs, at) => (whole[at - 1] ?? Infinity) - atMs).filter((gap) => gap > 0));
      const isShown = (atMs: number): boolean => (lastsMs === 0 ? atMs >= fromMs : atMs + lastsMs > fromMs) && (lastsMs === 0 ? atMs <= toMs : atMs < toMs);
      assert.deepEqual(shown, whole.filter(isShown));
      assert.ok(shown.length > 2 && shown.length < whole.length, `${shown.length} of ${whole.length}`);
    }
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('comes back to the place and the tables that it was left with', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.locator('[data-kind="funding-heatmap"] .twin > button').click();
    await page.evaluate(() => window.scrollTo(0, 640));
    await page.waitForFunction(
      () => (window.perpscopePage.host.state as { scrollPx?: number } | undefined)?.scrollPx === 640,
    );
    const state = await page.evaluate(() => window.perpscopePage.host.state);
    await opened.close();
    const again = await harness.open({ state });
    await again.page.waitForFunction(() => window.scrollY === 640);
    assert.equal(await again.page.locator('table').count(), 1);
    assert.equal(await again.page.locator('[data-kind="funding-heatmap"] table').count(), 1);
    await assertClean(again);
    await again.close();
  });
});
