import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { DEMO_AS_OF_MS } from './demoData.ts';
import { assertClean, settle, shoot, startHarness, type Harness } from './harness.ts';

const HOUR = 3_600_000;
const OPEN_INTEREST = '[data-kind="open-interest"]';
const FUNDING = '[data-kind="funding-heatmap"]';

/** The range that the toolbar says, epoch ms. */
async function shownRange(page: Page): Promise<[from: number, to: number]> {
  await settle(page);
  const text = await page.locator('.time-range').innerText();
  const [from = '', to = ''] = text.replace(' UTC', '').split(' to ');
  return [Date.parse(`${from}Z`), Date.parse(`${to}Z`)];
}

const hoursShown = async (page: Page): Promise<number> => {
  const [from, to] = await shownRange(page);
  return Math.round((to - from) / HOUR);
};

describe('the time axis of a panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  const choose = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('shows all at first and the last hours on request, in every chart', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const sums = () =>
      page.evaluate(() =>
        ['open-interest', 'funding-heatmap', 'liquidation-heatmap'].map(
          (kind) => window.perpscopePage.colours(`[data-kind="${kind}"] .plot canvas`).sum,
        ),
      );
    const all = await sums();
    const [from, to] = await shownRange(page);
    assert.ok(from < DEMO_AS_OF_MS - 600 * HOUR && to >= DEMO_AS_OF_MS && to < DEMO_AS_OF_MS + HOUR);
    await choose(page, 'Show the last 7 d');
    assert.equal(await hoursShown(page), 168);
    (await sums()).forEach((sum, at) => assert.notEqual(sum, all[at]));
    assert.equal(
      await page.getByRole('button', { name: 'Show the last 7 d' }).getAttribute('aria-pressed'),
      'true',
    );
    // There is less than a year: that button says so and does nothing.
    const year = page.getByRole('button', { name: 'Show the last 1 y' });
    assert.equal(await year.getAttribute('aria-disabled'), 'true');
    await year.click({ force: true });
    assert.equal(await hoursShown(page), 168);
    await choose(page, 'Show all');
    assert.deepEqual([await shownRange(page), await sums()], [[from, to], all]);
    await assertClean(opened);
    await opened.close();
  });

  it('moves by dragging, zooms by wheel and by a marked stretch, and shows all on a double-click', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await choose(page, 'Show the last 7 d');
    const box = await page.locator(`${OPEN_INTEREST} .plot`).boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + 600, box.y + 100];
    const drag = async (by: number, key?: string) => {
      await page.mouse.move(x, y);
      if (key !== undefined) await page.keyboard.down(key);
      await page.mouse.down();
      await page.mouse.move(x + by / 2, y, { steps: 3 });
      await page.mouse.move(x + by, y, { steps: 3 });
      await page.mouse.up();
      if (key !== undefined) await page.keyboard.up(key);
      await settle(page);
    };
    const [before] = await shownRange(page);
    await drag(200);
    const [dragged] = await shownRange(page);
    assert.ok(dragged < before - 20 * HOUR && (await hoursShown(page)) === 168, 'the same span, earlier');
    // Without Ctrl the wheel scrolls the page, until the chart has the focus.
    await page.locator('h1').click();
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 40);
    await page.waitForFunction(() => window.scrollY > 0);
    assert.equal(await hoursShown(page), 168);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    const zoomedHours = await hoursShown(page);
    assert.ok(zoomedHours > 90 && zoomedHours < 120, `${zoomedHours} h`);
    await drag(110, 'Shift');
    const marked = await hoursShown(page);
    assert.ok(marked > 5 && marked < 20, `${marked} h`);
    await page.mouse.dblclick(x, y);
    assert.ok((await hoursShown(page)) > 600);
    await assertClean(opened);
    await opened.close();
  });

  it('has no range to choose where there is nothing of any time', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const { page } = opened;
    assert.equal(await page.locator('.time-toolbar').isVisible(), true);
    await page.evaluate(() => {
      const whole = window.perpscopePage.demo({ version: 2 });
      window.perpscopePage.send({
        ...whole,
        charts: [{ kind: 'liquidation-heatmap', unavailable: 'Not yet.' }],
      });
    });
    await settle(page);
    assert.equal(await page.locator('.unavailable').innerText(), 'Not yet.');
    assert.equal(await page.locator('.time-toolbar').isVisible(), false);
    assert.ok(!(await page.locator('body').innerText()).includes('1970'));
    await assertClean(opened);
    await opened.close();
  });

  it('zooms by two fingers, about what is between them', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await choose(page, 'Show the last 7 d');
    const box = await page.locator(`${OPEN_INTEREST} .plot`).boundingBox();
    assert.ok(box);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 100, id })),
      });
    await touch('touchStart', 500);
    await touch('touchStart', 500, 700);
    for (const by of [20, 60, 100]) await touch('touchMove', 500 - by, 700 + by);
    await touch('touchEnd');
    const [from, to] = await shownRange(page);
    assert.equal(Math.round((to - from) / HOUR), 84, 'twice as near');
    const whole = DEMO_AS_OF_MS + 3 * 60_000 - 168 * HOUR;
    assert.ok(from > whole + 20 * HOUR && to < whole + 148 * HOUR, 'about the middle');
    await assertClean(opened);
    await opened.close();
  });

  it('goes by keyboard, and reads value by value', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    await page.locator(`${OPEN_INTEREST} .plot`).focus();
    const [all] = await shownRange(page);
    for (let press = 0; press < 4; press++) await page.keyboard.press('+');
    const zoomedHours = await hoursShown(page);
    assert.ok(zoomedHours > 120 && zoomedHours < 150, `${zoomedHours} h`);
    await page.keyboard.press('Home');
    assert.deepEqual((await shownRange(page))[0], all);
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+ArrowLeft');
    const hover = page.locator(`${OPEN_INTEREST} .hover`);
    const first = await hover.innerText();
    await page.keyboard.press('Shift+ArrowLeft');
    const second = await hover.innerText();
    assert.ok(first.slice(0, 16) > second.slice(0, 16), `${first} after ${second}`);
    assert.match(second, /UTC\nAll exchanges: [\d,]+ BTC/);
    assert.match(
      (await page.locator('.visually-hidden[role=status]').textContent()) ?? '',
      /All exchanges: [\d,]+ BTC/,
    );
    await page.keyboard.press('0');
    assert.equal((await shownRange(page))[0], all);
    await page.getByRole('button', { name: 'Show all' }).focus();
    await page.keyboard.press('ArrowLeft');
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /1 y/);
    await assertClean(opened);
    await opened.close();
  });

  it('reads the value of a key that comes before the frame of the key before it', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    await page.locator(`${OPEN_INTEREST} .plot`).focus();
    for (let press = 0; press < 4; press++) await page.keyboard.press('+');
    await page.keyboard.press('Home');
    await settle(page);
    await page.evaluate((selector) => {
      const press = (key: string, shiftKey: boolean) =>
        document.querySelector(selector)?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey }));
      press('End', false);
      press('ArrowLeft', true);
    }, `${OPEN_INTEREST} .plot`);
    const [, to] = await shownRange(page);
    const hover = page.locator(`${OPEN_INTEREST} .hover`);
    assert.ok(await hover.isVisible(), 'the frame that came late did not take the words away');
    const shown = await hover.innerText();
    const atMs = Date.parse(`${shown.slice(0, 16)}Z`);
    assert.ok(atMs <= to && atMs > to - 8 * HOUR, shown);
    await assertClean(opened);
    await opened.close();
  });

  it('keeps the words of a key when the pointer leaves another chart', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.locator(`${FUNDING} .plot`).hover({ position: { x: 900, y: 40 } });
    await page.locator(`${OPEN_INTEREST} .plot`).evaluate((plot: HTMLElement) => {
      plot.focus({ preventScroll: true });
      plot.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', shiftKey: true }));
    });
    assert.ok(await page.locator(`${OPEN_INTEREST} .hover`).isVisible());
    await page.mouse.move(2, 2);
    assert.equal(await page.locator(`${OPEN_INTEREST} .hover`).isVisible(), true);
    await assertClean(opened);
    await opened.close();
  });

  it('has one crosshair in all charts, and one readout with what each of them has', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.locator(`${OPEN_INTEREST} .plot`).hover({ position: { x: 900, y: 90 } });
    assert.equal(await page.locator('.crosshair:visible').count(), 3);
    assert.equal(await page.locator('.hover:visible').count(), 1);
    const text = await page.locator(`${OPEN_INTEREST} .hover`).innerText();
    assert.match(text, /All exchanges: .*Funding a year: Binance .*Mark price, Binance: [\d,]+ USDT/s);
    await shoot(page, 'crosshair');
    await page.mouse.move(2, 2);
    assert.equal(await page.locator('.crosshair:visible').count(), 0);
    await page.locator(`${FUNDING} .plot`).hover({ position: { x: 900, y: 40 } });
    assert.match(
      await page.locator(`${FUNDING} .hover`).innerText(),
      /a year.*Open interest, All exchanges/s,
    );
    await assertClean(opened);
    await opened.close();
  });

  it('fits the values to what is visible, and shows them as change or logarithm', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const words = () =>
      page.evaluate(() => window.perpscopePage.canvasTexts('open-interest').map(({ text }) => text));
    assert.ok(!(await words()).includes('0'), 'the axis does not start from zero');
    await page.getByRole('button', { name: '% change' }).click();
    await settle(page);
    const changes = await words();
    assert.ok(
      changes.includes('Change since the first value shown (%)') && changes.includes('0.0 %'),
      changes.join(),
    );
    await page.locator(`${OPEN_INTEREST} .plot`).hover({ position: { x: 900, y: 90 } });
    assert.match(
      await page.locator(`${OPEN_INTEREST} .hover`).innerText(),
      /Binance: [\d,]+ BTC, [+−][\d.]+ %/,
    );
    await shoot(page, 'change', OPEN_INTEREST);
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await settle(page);
    assert.ok((await words()).includes('Open interest (BTC), log'));
    await shoot(page, 'log', OPEN_INTEREST);
    await opened.close();
  });

  it('comes back with the range and the scale that it was left with', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await choose(page, 'Show the last 4 h');
    await page.getByRole('button', { name: '% change' }).click();
    await page.waitForFunction(
      () =>
        (window.perpscopePage.host.state as { timeWindow?: { spanMs?: number } }).timeWindow?.spanMs ===
        14_400_000,
    );
    const state = await page.evaluate(() => window.perpscopePage.host.state);
    await opened.close();
    const again = await harness.open({ state });
    assert.equal(await hoursShown(again.page), 4);
    assert.equal(
      await again.page.getByRole('button', { name: '% change' }).getAttribute('aria-pressed'),
      'true',
    );
    await assertClean(again);
    await again.close();
  });
});
