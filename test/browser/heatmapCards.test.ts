import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { HeatmapWish } from '../../src/surfaces/protocol/heatmaps.ts';
import { DEMO_AS_OF_MS } from './demoData.ts';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import type { ThemeName } from './themes.ts';

const DAY_MS = 86_400_000;
const CHANGE = '[data-kind="open-interest-change"]';
const ALL = ['open-interest-change', 'open-interest-change-assets', 'funding-assets'] as const;
const WEEK = { spanMs: 7 * DAY_MS };
const stateWith = (cards: readonly string[], more: object = {}) => ({
  asset: 'BTC',
  chart: 'all',
  cards,
  timeWindow: WEEK,
  ...more,
});

/** What was asked of heatmap cards, oldest first. */
async function wishes(page: Page): Promise<HeatmapWish[]> {
  const received = await page.evaluate(() => window.perpscopePage.host.received);
  const requests = received as readonly { method?: string; params: HeatmapWish }[];
  return requests.filter(({ method }) => method === 'heatmap').map(({ params }) => params);
}

/** Waits until a card has its legend: it has been answered. */
async function drawn(page: Page, kind: string): Promise<void> {
  await page.locator(`[data-kind="${kind}"] .legend-labels span`).first().waitFor();
  await settle(page);
}

const colours = (page: Page, kind: string) =>
  page.evaluate((selector) => window.perpscopePage.colours(selector), `[data-kind="${kind}"] .plot canvas`);
const texts = async (page: Page, kind: string): Promise<string[]> =>
  (await page.evaluate((each) => window.perpscopePage.canvasTexts(each), kind)).map(({ text }) => text);

describe('heatmap cards in a panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('are chosen beside cards of lines, ask for what the charts show, and are drawn on the same time', async () => {
    const opened = await harness.open({ state: stateWith(['price']) });
    const { page } = opened;
    assert.deepEqual(await wishes(page), [], 'nothing is asked for that nobody sees');
    await page
      .locator('[aria-label="More charts"]')
      .getByRole('button', { name: 'Open interest change', exact: true })
      .click();
    await drawn(page, 'open-interest-change');
    const [wish, ...more] = await wishes(page);
    assert.deepEqual(
      [wish?.card, wish?.asset, wish?.stepMs, more],
      ['open-interest-change', 'BTC', 3_600_000, []],
    );
    assert.ok((wish?.fromMs ?? 0) <= DEMO_AS_OF_MS - 7 * DAY_MS && (wish?.toMs ?? 0) >= DEMO_AS_OF_MS);
    assert.ok((await colours(page, 'open-interest-change')).distinct > 40);
    const own = await texts(page, 'open-interest-change');
    for (const label of ['Aggregate of 3', 'Binance', 'OKX', 'Hyperliquid', 'Exchange'])
      assert.ok(own.includes(label), label);
    const times = (all: readonly string[]) => all.filter((text) => /\d \w{3}|\d\d:\d\d/.test(text));
    assert.deepEqual(times(own), times(await texts(page, 'price')), 'one time axis');
    await page.getByRole('button', { name: 'Move Open interest change up' }).click();
    const state = await page.evaluate(() => window.perpscopePage.host.state);
    assert.deepEqual((state as { cards: unknown }).cards, ['open-interest-change', 'price']);
    await page.getByRole('button', { name: 'Remove Open interest change' }).click();
    assert.equal(await page.locator(CHANGE).count(), 0);
    await assertClean(opened);
    await opened.close();
  });

  it('are read by pointer and by keys, column by column, and beside other charts', async () => {
    const opened = await harness.open({ state: stateWith(['open-interest-change', 'depth']) });
    const { page } = opened;
    await drawn(page, 'open-interest-change');
    await page.locator('[data-kind="depth"] .legend-entry').first().waitFor();
    const plot = page.locator(`${CHANGE} .plot`);
    await plot.hover({ position: { x: 500, y: 20 } });
    const box = page.locator(`${CHANGE} .hover`);
    assert.match(
      await box.innerText(),
      /^Aggregate of 3: [+−0][\d.]* ?%\n2026-11-\d\d \d\d:00 UTC, 1 h\nBinance .*, OKX .*, Hyperliquid .* %\n/,
    );
    await page.locator('[data-kind="depth"] .plot').hover({ position: { x: 500, y: 100 } });
    assert.match(
      await page.locator('[data-kind="depth"] .hover').innerText(),
      /Open interest change, Aggregate of 3: /,
    );
    // Where the page scrolls to what has the focus, another chart may come under a pointer that rests.
    await page.mouse.move(2, 2);
    await plot.focus();
    const said: string[] = [];
    for (let press = 0; press < 3; press += 1) {
      await page.keyboard.press('Shift+ArrowLeft');
      said.push((await box.innerText()).split('\n')[1] ?? '');
    }
    const hours = said.map((text) => Date.parse(text.slice(0, 16).replace(' ', 'T')) / 3_600_000);
    assert.deepEqual(
      hours.map((hour, at) => hour - (hours[at - 1] ?? hour)),
      [0, -1, -1],
      said.join(),
    );
    await assertClean(opened);
    await opened.close();
  });

  it('have a colour scale by the logarithm, which is kept', async () => {
    const opened = await harness.open({ state: stateWith(['open-interest-change']) });
    const { page } = opened;
    await drawn(page, 'open-interest-change');
    const before = await colours(page, 'open-interest-change');
    await page.locator(CHANGE).getByRole('button', { name: 'Log', exact: true }).click();
    await settle(page);
    assert.notEqual((await colours(page, 'open-interest-change')).sum, before.sum);
    assert.equal(
      await page.locator(`${CHANGE} .legend-title`).innerText(),
      'Change of open interest (% of coins per hour, log)',
    );
    const labels = await page.locator(`${CHANGE} .legend-labels span`).allTextContents();
    assert.match(labels[2] ?? '', /^0(\.0+)? %$/);
    assert.equal(labels[0]?.replace(/[≤ −]/g, ''), labels[4]?.replace(/[≥ +]/g, ''), labels.join());
    const state = await page.evaluate(() => window.perpscopePage.host.state);
    await opened.close();
    const again = await harness.open({ state });
    await drawn(again.page, 'open-interest-change');
    const log = again.page.locator(CHANGE).getByRole('button', { name: 'Log', exact: true });
    assert.equal(await log.getAttribute('aria-pressed'), 'true');
    await again.close();
  });

  it('ask by the day for a year, and once', async () => {
    const opened = await harness.open({ state: stateWith(['open-interest-change-assets']) });
    const { page } = opened;
    await drawn(page, 'open-interest-change-assets');
    await page.locator('.time-toolbar button[aria-label="Show the last 1 y"][aria-disabled="false"]').click();
    await page.locator('[data-kind="open-interest-change-assets"] .meta', { hasText: 'daily' }).waitFor();
    assert.deepEqual((await wishes(page)).map(({ stepMs }) => stepMs).slice(-2), [3_600_000, DAY_MS]);
    await assertClean(opened);
    await opened.close();
  });

  it('read again what they read while exchanges were still being asked, once', async () => {
    const opened = await harness.open({
      demo: { isPartial: true },
      state: stateWith(['open-interest-change', 'depth']),
    });
    const { page } = opened;
    await drawn(page, 'open-interest-change');
    const before = (await wishes(page)).length;
    await page.evaluate(() => window.perpscopePage.notify({ version: 2, isPartial: true }));
    await settle(page);
    assert.equal((await wishes(page)).length, before, 'not while they still are');
    for (const version of [3, 4]) {
      await page.evaluate((next) => window.perpscopePage.notify({ version: next }), version);
      await settle(page);
      assert.equal((await wishes(page)).length, before + 1, `version ${version}`);
    }
    await assertClean(opened);
    await opened.close();
  });

  it('have their numbers as a table, and a picture with their legend', async () => {
    const opened = await harness.open({
      demo: { source: 'simulated' },
      state: stateWith(['funding-assets']),
    });
    const { page } = opened;
    await drawn(page, 'funding-assets');
    const card = page.locator('[data-kind="funding-assets"]');
    assert.deepEqual(await card.locator('.badge').allTextContents(), ['SIMULATED']);
    await card.getByRole('button', { name: /^Show numbers/ }).click();
    assert.deepEqual(await card.locator('thead th').allTextContents(), [
      'Time (UTC)',
      'BTC, Binance (% per year)',
      'ETH, Binance (% per year)',
      '1000PEPE, Hyperliquid (% per year)',
    ]);
    await card.getByRole('button', { name: /^Save picture/ }).click();
    await card.locator('.picture-outcome', { hasText: 'Saved as' }).waitFor();
    const words = await page.evaluate(() =>
      window.perpscopePage
        .pictureTexts()
        .map(({ text }) => text)
        .join(' | '),
    );
    for (const part of [
      'Funding by asset',
      'SIMULATED',
      'Followed assets',
      'Funding (% per year, simple)',
      'source: simulated',
    ])
      assert.ok(words.includes(part), `${part} in ${words}`);
    await assertClean(opened);
    await opened.close();
  });

  it('say why they show nothing', async () => {
    const opened = await harness.open({ answer: 'failure', state: stateWith(['funding-assets']) });
    await opened.page
      .locator('[data-kind="funding-assets"]', { hasText: 'Not read: no exchange could be reached.' })
      .waitFor();
    await opened.close();
  });

  for (const [theme, width] of [
    ['dark', 1200],
    ['light', 900],
    ['hc-black', 480],
    ['hc-light', 1200],
  ] as const satisfies readonly (readonly [ThemeName, number])[])
    it(`fit: ${theme}, ${width} px`, async () => {
      const source = width < 1000 ? 'simulated' : 'live';
      const opened = await harness.open({ theme, width, demo: { source }, state: stateWith(ALL) });
      const { page } = opened;
      for (const kind of ALL) await drawn(page, kind);
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `${scroll} px of content in ${client} px`);
      await shoot(page, `heatmap-cards-${theme}-${width}`);
      await assertClean(opened);
      await opened.close();
    });
});
