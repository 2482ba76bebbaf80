import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { CardWish } from '../../src/surfaces/protocol/cards.ts';
import { DEMO_AS_OF_MS, DEMO_OLDEST_MS } from './demoData.ts';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import type { ThemeName } from './themes.ts';

const DAY_MS = 86_400_000;

/** What was asked of cards, oldest first. */
async function wishes(page: Page): Promise<CardWish[]> {
  const received = await page.evaluate(() => window.perpscopePage.host.received);
  const requests = received as readonly { method?: string; params: CardWish }[];
  return requests.filter(({ method }) => method === 'card').map(({ params }) => params);
}

/** Waits for a request that is right. */
async function asked(page: Page, isRight: (wish: CardWish) => boolean): Promise<CardWish> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = (await wishes(page)).findLast(isRight);
    if (found !== undefined) return found;
    await page.waitForTimeout(25);
  }
  return assert.fail(JSON.stringify(await wishes(page)));
}

const titles = (page: Page): Promise<string[]> => page.locator('.cards .chart h2').allTextContents();
const chooser = (page: Page, title: string) =>
  page.locator('[aria-label="More charts"]').getByRole('button', { name: title, exact: true });

describe('cards of lines in a panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('are chosen, ask for what the charts show, and are drawn on the same time', async () => {
    const opened = await harness.open();
    const { page } = opened;
    assert.deepEqual(await wishes(page), [], 'nothing is asked for that nobody sees');
    await chooser(page, 'Futures volume').click();
    const wish = await asked(page, ({ card }) => card === 'volume');
    assert.equal(wish.asset, 'BTC');
    assert.ok(wish.fromMs <= DEMO_AS_OF_MS - 7 * DAY_MS && wish.toMs >= DEMO_AS_OF_MS, JSON.stringify(wish));
    await page.locator('[data-kind="volume"] .legend-entry', { hasText: 'Aggregate of 2' }).waitFor();
    await settle(page);
    const { distinct } = await page.evaluate(() =>
      window.perpscopePage.colours('[data-kind="volume"] .plot canvas'),
    );
    assert.ok(distinct > 5, `${distinct} colours`);
    const labels = async (kind: string) => (await page.evaluate((each) => window.perpscopePage.canvasTexts(each).map(({ text }) => text), kind)).filter((text) => /\d \w{3}|\d\d:\d\d/.test(text)); // prettier-ignore
    assert.deepEqual(await labels('volume'), await labels('open-interest'), 'one time axis');
    await assertClean(opened);
    await opened.close();
  });

  it('keep their order and come back with it', async () => {
    const opened = await harness.open();
    const { page } = opened;
    for (const title of ['Price', 'Taker delta', 'Liquidations']) await chooser(page, title).click();
    await page.getByRole('button', { name: 'Move Liquidations up' }).click();
    await page.getByRole('button', { name: 'Remove Price' }).click();
    assert.deepEqual(await titles(page), ['Liquidations', 'Taker delta']);
    await page.locator('[data-kind="taker-delta"]').getByRole('button', { name: 'Summed up' }).click();
    const state = (await page.evaluate(() => window.perpscopePage.host.state)) as object;
    assert.deepEqual({ ...state, cards: 0, summedUp: 0 }, { ...state, cards: 0, summedUp: 0 });
    await opened.close();
    const again = await harness.open({ state });
    assert.deepEqual(await titles(again.page), ['Liquidations', 'Taker delta']);
    const sum = again.page.locator('[data-kind="taker-delta"]').getByRole('button', { name: 'Summed up' });
    assert.equal(await sum.getAttribute('aria-pressed'), 'true');
    await again.page.locator('[data-kind="taker-delta"]', { hasText: 'the level means nothing' }).waitFor();
    await assertClean(again);
    await again.close();
  });

  it('reach as far back as the history, at a step for the width, and ask for nothing that they hold', async () => {
    const opened = await harness.open({ state: { asset: 'BTC', chart: 'all', cards: ['depth'] } });
    const { page } = opened;
    const range = (text: string) => page.getByRole('button', { name: text, exact: true });
    await page
      .locator('.time-toolbar button[aria-label="Show the last 1 y"][aria-disabled="false"]')
      .waitFor();
    await range('Show the last 1 y').click();
    const year = await asked(page, ({ card, stepMs }) => card === 'depth' && stepMs === DAY_MS);
    assert.ok(year.fromMs <= DEMO_AS_OF_MS - 365 * DAY_MS);
    await page.locator('[data-kind="depth"] .meta', { hasText: 'daily' }).waitFor();
    const before = (await wishes(page)).length;
    await page.locator('[data-kind="depth"] .plot').focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForTimeout(400);
    assert.equal((await wishes(page)).length, before, 'a little way asks nothing');
    await range('Show all').click();
    await settle(page);
    const text = (await page.locator('.time-range').textContent()) ?? '';
    assert.ok(
      text.startsWith(new Date(Math.ceil(DEMO_OLDEST_MS / DAY_MS) * DAY_MS).toISOString().slice(0, 10)),
      text,
    );
    await assertClean(opened);
    await opened.close();
  });

  it('leave a panel at its week, which is what it shows first', async () => {
    const opened = await harness.open({ state: { asset: 'BTC', chart: 'all', cards: ['depth'] } });
    const { page } = opened;
    await page
      .locator('.time-toolbar button[aria-label="Show the last 1 y"][aria-disabled="false"]')
      .waitFor();
    const pressed = page.locator('.time-toolbar [aria-pressed="true"]');
    assert.deepEqual(await pressed.allTextContents(), ['7 d']);
    await opened.close();
  });

  it('are not offered where a panel was opened for one chart', async () => {
    const opened = await harness.open({ chart: 'open-interest', state: { asset: 'BTC', chart: 'all', cards: ['depth'] } });
    assert.equal(await opened.page.locator('[aria-label="More charts"]').isVisible(), false);
    assert.deepEqual([await titles(opened.page), await wishes(opened.page)], [[], []]);
    await opened.close();
  }); // prettier-ignore

  it('say why they show nothing', async () => {
    const opened = await harness.open({ answer: 'failure', state: { asset: 'BTC', chart: 'all', cards: ['price'] } });
    await opened.page.locator('[data-kind="price"]', { hasText: 'Not read: no exchange could be reached.' }).waitFor();
    await opened.close();
  }); // prettier-ignore

  for (const [theme, width] of [['dark', 1200], ['light', 600], ['hc-black', 480], ['hc-light', 1200]] as const satisfies readonly (readonly [ThemeName, number])[])
    it(`fit: ${theme}, ${width} px`, async () => {
      const source = width < 1000 ? 'simulated' : 'live';
      const cards = ['price', 'taker-delta', 'liquidations'];
      const opened = await harness.open({ theme, width, demo: { source }, state: { asset: 'BTC', chart: 'all', cards } });
      const { page } = opened;
      await page.locator('[data-kind="liquidations"] .legend-entry').first().waitFor();
      await settle(page);
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      assert.ok(scroll <= client, `${scroll} px of content in ${client} px`);
      await shoot(page, `cards-${theme}-${width}`);
      await assertClean(opened);
      await opened.close();
    }); // prettier-ignore
});
