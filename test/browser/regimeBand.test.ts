import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { parseColour } from '../../webview/models/colour.ts';
import { demoRegime } from './demoData.ts';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { THEMES } from './themes.ts';
import type { ThemeName } from './themes.ts';

const KINDS = ['open-interest', 'regime-timeline'] as const;
const { runs, fromMs } = demoRegime();
const endMs = runs.at(-1)?.toMs ?? 0;

/** Returns the colour of the picture at a place of the band: a share of its width, a share of its height. */
async function colourAt(page: Page, across: number, down: number): Promise<number[]> {
  return page.evaluate(
    ([x, y]) => {
      const band = document.querySelector<HTMLElement>('.band-row')?.getBoundingClientRect();
      const canvas = document.querySelector('.plot canvas')?.getBoundingClientRect();
      const read = window.perpscopePage.pixels('.plot canvas');
      if (!band || !canvas || !read) return [];
      const left = Math.round(band.left - canvas.left + band.width * (x ?? 0));
      const top = Math.round(band.top - canvas.top + band.height * (y ?? 0));
      return [...read.data.slice((top * read.width + left) * 4, (top * read.width + left) * 4 + 3)];
    },
    [across, down],
  );
}

/** Where a moment is in the band of the timeline, as a share of its width. */
const acrossOf = (atMs: number): number => (atMs - fromMs) / (endMs - fromMs);
const middleOf = (index: number): number =>
  acrossOf(((runs[index]?.fromMs ?? 0) + (runs[index]?.toMs ?? 0)) / 2);
const indexOf = (label: string, isWeak = false): number =>
  runs.findIndex((run) => run.label === label && run.isWeak === isWeak);

describe('the band of regimes in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('has the colour of the family in the lane of its direction, and nothing where nobody watched', async () => {
    for (const theme of ['dark', 'light', 'hc-black', 'hc-light'] satisfies ThemeName[]) {
      const opened = await harness.open({ theme, chart: 'regime-timeline' });
      const { page } = opened;
      const { variables } = THEMES[theme];
      const ground = parseColour(variables['editor-background']);
      const [high, low] = [0.06, 0.94];
      const rally = middleOf(indexOf('leverage-led rally'));
      const fall = middleOf(indexOf('new shorts'));
      assert.deepEqual(await colourAt(page, rally, high), parseColour(variables['charts-green']), theme);
      assert.deepEqual(await colourAt(page, rally, low), ground, theme);
      assert.deepEqual(await colourAt(page, fall, low), parseColour(variables['charts-red']), theme);
      assert.deepEqual(await colourAt(page, fall, high), ground, theme);
      const gapAt = acrossOf((runs[indexOf('leverage-led rally')]?.toMs ?? 0) + 4 * 3_600_000);
      for (const down of [high, 0.5, low]) assert.deepEqual(await colourAt(page, gapAt, down), ground, theme);
      await assertClean(opened);
      await opened.close();
    }
  });

  it('shows what is weak hatched and paler than what is not', async () => {
    const opened = await harness.open({ chart: 'regime-timeline' });
    const { page } = opened;
    const coloursIn = async (index: number): Promise<Set<string>> => {
      const found = new Set<string>();
      for (let step = -4; step <= 4; step++)
        found.add((await colourAt(page, middleOf(index) + step / 1_100, 0.9)).join());
      return found;
    };
    const solid = parseColour(THEMES.dark.variables['charts-orange']) ?? [];
    assert.deepEqual(await coloursIn(indexOf('long squeeze')), new Set([solid.join()]));
    const weak = await coloursIn(indexOf('long squeeze', true));
    const brightness = (colour: string): number =>
      colour.split(',').reduce((sum, part) => sum + Number(part), 0);
    const darkest = Math.min(...[...weak].map(brightness));
    assert.ok(weak.size >= 2 && darkest < brightness(solid.join()) / 2, [...weak].join(' | '));
    await opened.close();
  });

  it('stands on the time axis of its chart: under the pointer it says the regime of that moment', async () => {
    for (const chart of KINDS) {
      const opened = await harness.open({ chart });
      const { page } = opened;
      const hover = page.locator('.hover');
      const box = await page.locator('.band-row').boundingBox();
      const [first, last] = await page.evaluate(async () => {
        // The chart's own axis: what the lines say at both ends of it.
        const plot = document.querySelector('.plot');
        const band = document.querySelector('.band-row')?.getBoundingClientRect();
        return [band?.left ?? 0, band?.right ?? 0].map((clientX, at) => {
          plot?.dispatchEvent(new PointerEvent('pointermove', { clientX: clientX + (at === 0 ? 1 : -1), clientY: (band?.top ?? 0) - 60 })); // prettier-ignore
          return document.querySelector('.hover strong')?.textContent ?? '';
        });
      });
      const [axisFrom, axisTo] = [first, last].map((text = '') => Date.parse(text.replace(' UTC', 'Z').replace(' ', 'T'))); // prettier-ignore
      assert.ok(box && axisFrom !== undefined && axisTo !== undefined);
      for (const run of runs.filter((one) => one.toMs - one.fromMs > 6 * 3_600_000)) {
        const middle = (run.fromMs + run.toMs) / 2;
        const x = (box.width * (middle - axisFrom)) / (axisTo - axisFrom);
        await page.locator('.band-row').hover({ position: { x, y: 4 } });
        const text = await hover.innerText();
        assert.ok(text.startsWith(`${run.label}${run.isWeak ? ' (weak)' : ''}\n`), `${chart} ${text}`);
        assert.match(text, /Since 2026-11-\d\d \d\d:\d\d UTC/);
      }
      assert.equal(await page.locator('.crosshair').isVisible(), true);
      await page.mouse.move(2, 2);
      assert.equal(await hover.isVisible(), false);
      await assertClean(opened);
      await opened.close();
    }
  });

  it('shows and says what was seen once, at the end of a history that has just begun', async () => {
    const opened = await harness.open({ chart: 'regime-timeline' });
    const { page } = opened;
    await page.evaluate(() => {
      const whole = window.perpscopePage.demo({ version: 2 });
      const timeline = window.perpscopePage.timeline();
      const last = timeline.runs.at(-1)!;
      const runs = [{ ...last, fromMs: last.toMs }];
      window.perpscopePage.send({ ...whole, charts: [{ ...timeline, runs }] });
    });
    await settle(page);
    const box = await page.locator('.band-row').boundingBox();
    assert.ok(box);
    const blue = parseColour(THEMES.dark.variables['charts-blue']);
    assert.deepEqual(await colourAt(page, 1 - 1 / box.width, 0.06), blue);
    await page.locator('.band-row').hover({ position: { x: box.width - 3, y: 4 } });
    assert.match(await page.locator('.hover').innerText(), /^short squeeze\n.*Still so at/s);
    assert.match(await page.locator('.scroller').first().innerText(), /No regime was seen to follow/);
    await page.locator('.band-row').hover({ position: { x: box.width / 2, y: 4 } });
    assert.match(await page.locator('.hover').innerText(), /^Not watched\n/);
    await assertClean(opened);
    await opened.close();
  });

  it('is read and stepped through by keyboard as a slider is', async () => {
    const opened = await harness.open({ chart: 'regime-timeline' });
    const { page } = opened;
    const slider = page.getByRole('slider', { name: 'Regime over time' });
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab');
      if (await slider.evaluate((one) => one === document.activeElement)) break;
    }
    const value = () => slider.getAttribute('aria-valuetext');
    assert.match((await value()) ?? '', /^short squeeze\. Family: short covering\. .*Still so at 2026-11-22 04:30 UTC$/); // prettier-ignore
    assert.equal(await page.locator('.hover strong').innerText(), 'short squeeze');
    await page.keyboard.press('ArrowLeft');
    assert.match((await value()) ?? '', /^neutral\. Family: quiet\. /);
    assert.equal(await page.locator('.hover strong').innerText(), 'neutral');
    await page.keyboard.press('Home');
    assert.equal(await slider.getAttribute('aria-valuenow'), '1');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await slider.getAttribute('aria-valuenow'), '1');
    const gap = runs.findIndex((run, index) => run.fromMs !== (runs[index - 1]?.toMs ?? run.fromMs));
    for (let press = 0; press < gap; press++) await page.keyboard.press('ArrowRight');
    assert.match((await value()) ?? '', /^Not watched\. From .*UTC\. To .*UTC$/);
    await page.keyboard.press('End');
    assert.equal(await slider.getAttribute('aria-valuenow'), await slider.getAttribute('aria-valuemax'));
    await shoot(page, 'regime-keyboard', '[data-kind="regime-timeline"]');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator('.hover').isVisible(), false);
    await assertClean(opened);
    await opened.close();
  });

  it('has a table of its stretches, a legend of its letters, and counts of what followed', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    await page.getByRole('button', { name: 'Show regime: Regime timeline' }).click();
    const rows = page.locator('.twin').last().locator('tbody tr');
    // One for each run, and one for the time that nobody watched.
    assert.equal(await rows.count(), runs.length + 1);
    assert.match(await rows.first().innerText(), /2026-11-22 04:30\tshort squeeze\tshort covering\tup\t78\.4\t3\.1/); // prettier-ignore
    assert.match(await page.locator('.chart').innerText(), /▲ SS short squeeze \(short covering\)/);
    assert.equal(await page.locator('.twin tbody').count(), 1);
    await opened.close();
    const timeline = await harness.open({ chart: 'regime-timeline' });
    const text = await timeline.page.getByRole('region', { name: 'What followed upon what' }).innerText();
    assert.match(text, /neutral → short squeeze\t1\t3\t33\t0/);
    assert.doesNotMatch(text, /leverage-led rally → short squeeze/, 'nothing follows over a gap');
    await timeline.close();
  });

  it('goes with the regime and comes back with it, and the chart takes the room', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const slider = page.locator('.band-row');
    assert.equal(await slider.isVisible(), true);
    await page.evaluate(() => window.perpscopePage.notify({ version: 2, isBare: true }));
    await settle(page);
    assert.equal(await slider.isVisible(), false);
    assert.equal(await page.getByRole('button', { name: /Show regime/ }).count(), 0);
    await page.evaluate(() => window.perpscopePage.notify({ version: 3 }));
    await settle(page);
    assert.equal(await slider.isVisible(), true);
    await assertClean(opened);
    await opened.close();
  });

  for (const width of [300, 1200])
    it(`fits without a word cut off or over another: ${width} px`, async () => {
      for (const chart of KINDS) {
        const opened = await harness.open({ chart, width, theme: width === 300 ? 'light' : 'hc-black', demo: { source: 'simulated' } }); // prettier-ignore
        const { page } = opened;
        const { words, canvas, scroll, client } = await page.evaluate((kind) => {
          const drawn = document.querySelector('.plot canvas');
          const { scrollWidth, clientWidth } = document.documentElement;
          return { words: window.perpscopePage.canvasTexts(kind), canvas: drawn?.clientWidth ?? 0, scroll: scrollWidth, client: clientWidth }; // prettier-ignore
        }, chart);
        assert.ok(scroll <= client && words.some(({ text }) => text === 'SIMULATED'));
        assert.ok(width === 300 || words.some(({ text }) => text === 'SLR'));
        for (const [at, one] of words.entries()) {
          assert.ok(one.left >= -1 && one.right <= canvas + 1, one.text);
          for (const other of words.slice(at + 1)) {
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            assert.ok(wide <= 1.5 || high <= 1.5, `"${one.text}" over "${other.text}"`);
          }
        }
        await shoot(page, `regime-${chart}-${width}`);
        await assertClean(opened);
        await opened.close();
      }
    });
});
