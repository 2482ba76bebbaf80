import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { CardWish } from '../../src/surfaces/protocol/cards.ts';
import { DEMO_LACKING_MS } from './demoData.ts';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import type { ThemeName } from './themes.ts';

const HOUR_MS = 3_600_000;
const CHANGE = 'Change since the first value shown (%)';
const NEW_CARDS = [
  'open-interest-history',
  'funding',
  'over-spot',
  'basis-index',
  'term-structure',
  'spot-share',
] as const;
/** Twelve hours of a day that OKX lacks. */
const WITHOUT_OKX = { spanMs: 12 * HOUR_MS, endMs: DEMO_LACKING_MS + 18 * HOUR_MS };

const stateOf = (cards: readonly string[], more: object = {}) => ({
  ...{ asset: 'BTC', chart: 'all', cards, timeWindow: {} },
  ...more,
});
const entry = (page: Page, kind: string, name: string) =>
  page.locator(`[data-kind="${kind}"] .legend-entry`, { hasText: name });
const heightOf = (page: Page, kind: string): Promise<number> =>
  page.locator(`[data-kind="${kind}"] .plot`).evaluate((plot) => plot.getBoundingClientRect().height);
const kept = (page: Page): Promise<Record<string, unknown>> =>
  page.evaluate(() => window.perpscopePage.host.state as Record<string, unknown>);
const texts = (page: Page, kind: string): Promise<string[]> =>
  page.evaluate((each) => window.perpscopePage.canvasTexts(each).map(({ text }) => text), kind);
const assetsAsked = (page: Page, kind: string): Promise<string[]> =>
  page.evaluate((each) => {
    const requests = window.perpscopePage.host.received as readonly { method?: string; params: CardWish }[];
    return requests.flatMap(({ method, params }) => (method === 'card' && params.card === each ? [params.asset] : []));
  }, kind); // prettier-ignore

describe('the use of cards', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('greys a line of which nothing is shown, says so, and never as one that is switched off', async () => {
    const opened = await harness.open({ state: stateOf(['depth'], { timeWindow: WITHOUT_OKX }) });
    const { page } = opened;
    const okx = entry(page, 'depth', 'OKX');
    await okx.waitFor();
    await settle(page);
    const look = (name: string) =>
      entry(page, 'depth', name).evaluate((button) => {
        const { color, textDecorationLine: line, fontStyle } = getComputedStyle(button);
        return { color, line, fontStyle, pressed: button.getAttribute('aria-pressed') };
      });
    const [seen, unseen] = [await look('Binance'), await look('OKX')];
    assert.deepEqual(unseen, { ...unseen, line: 'none', fontStyle: 'italic', pressed: 'true' });
    assert.notEqual(unseen.color, seen.color);
    const names = page.locator('[data-kind="depth"] .legend').getByRole('button');
    assert.deepEqual(await names.allTextContents(), ['Aggregate of 2 (no number in this range)', 'Binance', 'OKX (no number in this range)']); // prettier-ignore
    await shoot(page, 'legend-unseen', '[data-kind="depth"]');
    await okx.click();
    const off = await look('OKX');
    assert.deepEqual([off.line, off.fontStyle, off.pressed], ['line-through', 'normal', 'false']);
    assert.notEqual(off.color, unseen.color);
    await okx.click();
    await page.getByRole('button', { name: 'Show the last 7 d' }).click();
    await page.locator('[data-kind="depth"] .legend-entry:not(.unseen)', { hasText: 'OKX' }).waitFor();
    assert.equal(await entry(page, 'depth', 'OKX').textContent(), 'OKX');
    await assertClean(opened);
    await opened.close();
  });

  it('switches off a line whose name is long, and keeps it so', async () => {
    const opened = await harness.open({ state: stateOf(['liquidations']) });
    const okx = (page: Page) => entry(page, 'liquidations', 'OKX longs');
    await okx(opened.page).click();
    assert.equal(await okx(opened.page).getAttribute('aria-pressed'), 'false');
    const state = await kept(opened.page);
    await opened.close();
    const again = await harness.open({ state });
    await again.page.locator('[data-kind="liquidations"] .legend-entry[aria-pressed="false"]', { hasText: 'OKX longs' }).waitFor();
    await again.close();
  }); // prettier-ignore

  it('compares with a second asset as change in percent, and comes back with it', async () => {
    const opened = await harness.open({ state: stateOf(['open-interest-history', 'taker-delta']) });
    const { page } = opened;
    const select = (of: Page) => of.getByLabel('Compare Open interest history with');
    await entry(page, 'open-interest-history', 'Binance').waitFor();
    assert.deepEqual(await select(page).locator('option').allTextContents(), ['nothing', 'ETH', 'SOL']);
    assert.equal(await page.getByLabel('Compare Taker delta with').isVisible(), false, 'below zero a change says nothing');
    await select(page).selectOption('ETH');
    await entry(page, 'open-interest-history', 'ETH, Aggregate of 2').waitFor();
    await settle(page);
    assert.deepEqual(await page.locator('[data-kind="open-interest-history"] .legend-entry').allTextContents(), ['BTC, Aggregate of 2', 'ETH, Aggregate of 2']);
    assert.ok((await texts(page, 'open-interest-history')).includes(CHANGE), 'one axis, in percent');
    assert.equal(await page.locator('[data-kind="open-interest-history"]').getByRole('button', { name: 'Linear' }).isVisible(), false);
    assert.deepEqual([...new Set(await assetsAsked(page, 'open-interest-history'))], ['BTC', 'ETH']);
    await page.locator('[data-kind="open-interest-history"] .plot').focus();
    await page.keyboard.press('Shift+ArrowLeft');
    const words = (await page.locator('[data-kind="open-interest-history"] .hover').textContent()) ?? '';
    assert.match(words, /BTC, Aggregate of 2: [\d,.]+ BTC, [+−][\d.]+ %/);
    assert.match(words, /ETH, Aggregate of 2: [\d,.]+ ETH, [+−][\d.]+ %/);
    const state = await kept(page);
    await assertClean(opened);
    await opened.close();

    const again = await harness.open({ state });
    await entry(again.page, 'open-interest-history', 'ETH, Aggregate of 2').waitFor();
    assert.equal(await select(again.page).inputValue(), 'ETH');
    await select(again.page).selectOption('');
    await entry(again.page, 'open-interest-history', 'Binance').waitFor();
    await settle(again.page);
    assert.ok((await texts(again.page, 'open-interest-history')).includes('Open interest history (BTC)'));
    assert.deepEqual((await kept(again.page))['compared'], {});
    await assertClean(again);
    await again.close();
  }); // prettier-ignore

  it('is of no asset that is not followed any more, nor of the panel’s own', async () => {
    for (const other of ['DOGE', 'BTC']) {
      const opened = await harness.open({ state: stateOf(['price'], { compared: { price: other } }) });
      await entry(opened.page, 'price', 'Binance').waitFor();
      assert.deepEqual([...new Set(await assetsAsked(opened.page, 'price'))], ['BTC'], other);
      assert.equal(await opened.page.getByLabel('Compare Price with').inputValue(), '');
      await opened.close();
    }
  });

  it('gives a card three heights by key, which come back with the panel', async () => {
    const opened = await harness.open({ state: stateOf(['price', 'depth']) });
    const { page } = opened;
    await entry(page, 'price', 'Binance').waitFor();
    const usual = await heightOf(page, 'price');
    const button = page.getByRole('button', { name: 'Height of Price: ' });
    await button.focus();
    await page.keyboard.press('Enter');
    await settle(page);
    const tall = await heightOf(page, 'price');
    assert.equal(await button.getAttribute('aria-label'), 'Height of Price: tall, next small');
    const canvas = () => page.locator('[data-kind="price"] canvas').evaluate((one) => one.getBoundingClientRect().height); // prettier-ignore
    assert.equal(await canvas(), tall, 'the picture is as high');
    await page.keyboard.press('Enter');
    await settle(page);
    const small = await heightOf(page, 'price');
    assert.ok(small < usual - 50 && usual < tall - 50, `${small} ${usual} ${tall}`);
    assert.equal(await heightOf(page, 'depth'), usual, 'of that card alone');
    const state = await kept(page);
    await assertClean(opened);
    await opened.close();
    const again = await harness.open({ state });
    await entry(again.page, 'price', 'Binance').waitFor();
    assert.equal(await heightOf(again.page, 'price'), small);
    await again.page.getByRole('button', { name: 'Height of Price: small, next usual' }).click();
    assert.equal(await heightOf(again.page, 'price'), usual);
    await again.close();
  });

  for (const [theme, width] of [['dark', 1200], ['light', 700], ['hc-black', 1200], ['dark', 380], ['hc-light', 380]] as const satisfies readonly (readonly [ThemeName, number])[])
    it(`is seen: ${theme}, ${width} px`, async () => {
      const source = width < 1000 ? 'simulated' : 'live';
      const more = { compared: { price: 'ETH' }, cardHeights: { 'spot-share': 'small' }, timeWindow: { spanMs: 7 * 24 * HOUR_MS } };
      const opened = await harness.open({ theme, width, demo: { source }, state: stateOf([...NEW_CARDS, 'price'], more) });
      const { page } = opened;
      await entry(page, 'price', 'ETH, Binance').waitFor();
      for (const kind of NEW_CARDS) await entry(page, kind, 'OKX').waitFor();
      await settle(page);
      for (const kind of NEW_CARDS) {
        const { distinct } = await page.evaluate((each) => window.perpscopePage.colours(`[data-kind="${each}"] .plot canvas`), kind);
        assert.ok(distinct > 5, `${kind}: ${distinct} colours`);
      }
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      assert.ok(scroll <= client, `${scroll} px of content in ${client} px`);
      await shoot(page, `card-use-${theme}-${width}`, '.cards');
      await assertClean(opened);
      await opened.close();
    }); // prettier-ignore
});
