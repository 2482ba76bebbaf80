import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { PALETTES } from '../../webview/models/palettes.ts';
import { assertClean, settle, startHarness, type Harness } from './harness.ts';
import { THEMES, type ThemeName } from './themes.ts';

const HEATMAPS = ['funding-heatmap', 'liquidation-heatmap', 'open-interest-change'];
const STATE = { cards: ['open-interest-change'], timeWindow: {} };
/** The end of the largest: longs or below zero, shorts or above. */
const SAFE_ENDS = { 'liquidation-heatmap': [[144, 227, 254], [255, 208, 131]], 'funding-heatmap': [[110, 210, 255], [254, 185, 102]] } as const; // prettier-ignore

async function ready(page: Page): Promise<void> {
  await page.locator('[data-kind="open-interest-change"] .legend-labels span').first().waitFor();
  await settle(page);
}

const ends = (page: Page, kind: string) =>
  page.evaluate((selector) => {
    const all = window.perpscopePage.pixels(selector)?.data ?? [];
    return [[...all.slice(0, 3)], [...all.slice(-4, -1)]];
  }, `[data-kind="${kind}"] .legend-bar`);
const sums = (page: Page) =>
  page.evaluate(
    (kinds) => kinds.map((kind) => window.perpscopePage.colours(`[data-kind="${kind}"] .plot canvas`).sum),
    HEATMAPS,
  );
const asked = (page: Page) => page.evaluate(() => window.perpscopePage.host.received.length);

describe('the choice of colours', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('draws all heatmaps and their legends at once, asks the host for nothing, and is kept over a reload', async () => {
    const opened = await harness.open({ state: STATE });
    const { page } = opened;
    await ready(page);
    const [usual, before] = [await sums(page), await asked(page)];
    assert.equal(await page.getByLabel('Colours', { exact: true }).inputValue(), '');
    const seen = new Set(usual.map(String));
    for (const palette of Object.keys(PALETTES)) {
      // Read in the same turn: nothing can have come from the host in between.
      const now = await page.evaluate(
        ({ value, kinds }) => {
          const select = document.querySelector<HTMLSelectElement>('select[aria-label="Colours"]')!;
          select.value = value;
          select.dispatchEvent(new Event('change'));
          return kinds.map((kind) => window.perpscopePage.colours(`[data-kind="${kind}"] .plot canvas`).sum);
        },
        { value: palette, kinds: HEATMAPS },
      );
      if (palette === 'usual') assert.deepEqual(now, usual);
      else now.forEach((sum, at) => assert.notEqual(sum, usual[at], `${palette}: ${HEATMAPS[at]}`));
      seen.add(String(now[1]));
    }
    assert.ok(seen.size >= 4 + 2, 'levels are of other colours in each');
    await page.getByLabel('Colours', { exact: true }).selectOption('Colour-blind safe');
    await settle(page);
    for (const [kind, wanted] of Object.entries(SAFE_ENDS)) assert.deepEqual(await ends(page, kind), wanted, kind);
    assert.equal(await asked(page), before, 'the host is asked for nothing');
    const [state, chosen] = [await page.evaluate(() => window.perpscopePage.host.state), await sums(page)];
    await assertClean(opened);
    await opened.close();
    const again = await harness.open({ state });
    await ready(again.page);
    assert.equal(await again.page.getByLabel('Colours', { exact: true }).inputValue(), 'colour-blind-safe');
    assert.deepEqual(await sums(again.page), chosen);
    await assertClean(again);
    await again.close();
  }); // prettier-ignore

  it('is high contrast in a theme of high contrast, unless another one was chosen', async () => {
    const opened = await harness.open({ state: STATE });
    const { page } = opened;
    await ready(page);
    const show = async (theme: ThemeName): Promise<number[][]> => {
      await page.evaluate((name) => window.perpscopePage.setTheme(name), theme);
      await settle(page);
      return ends(page, 'liquidation-heatmap');
    };
    const wanted = { dark: [226, 252, 250], light: [226, 252, 250], 'hc-black': [185, 241, 254], 'hc-light': [1, 42, 68] }; // prettier-ignore
    for (const theme of Object.keys(THEMES) as ThemeName[])
      assert.deepEqual((await show(theme))[0], wanted[theme], theme);
    await page.getByLabel('Colours', { exact: true }).selectOption('Usual');
    assert.deepEqual((await show('hc-black'))[0], wanted.dark);
    await page.getByLabel('Colours', { exact: true }).selectOption('By theme');
    await settle(page);
    assert.deepEqual((await ends(page, 'liquidation-heatmap'))[0], wanted['hc-black']);
    await assertClean(opened);
    await opened.close();
  });

  it('is that of a picture taken away, in its legend too', async () => {
    const opened = await harness.open({ state: { ...STATE, palette: 'colour-blind-safe' } });
    const { page } = opened;
    for (const [kind, wanted] of Object.entries(SAFE_ENDS)) {
      const card = page.locator(`[data-kind="${kind}"]`);
      await card.locator('.picture button').click();
      await card.locator('.picture-outcome', { hasText: 'Saved' }).waitFor();
      const counts = await page.evaluate(async (colours) => {
        const bytes = Uint8Array.from(atob(window.perpscopePage.picture()), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
        pen.drawImage(bitmap, 0, 0);
        const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
        const words = new Uint32Array(data.buffer);
        return colours.map(([red, green, blue]) => words.filter((word) => word === (((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0)).length);
      }, wanted as readonly (readonly [number, number, number])[]);
      for (const count of counts) assert.ok(count >= 10, `${kind}: ${counts.join()}`);
    }
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore
});
