import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Frame, Page } from 'playwright-core';
import { openWorkbench, type Workbench } from '../../../scripts/workbench.mjs';
import { until } from '../../support/until.ts';
import {
  canvasTexts, colours, domTexts, overlaps, popups, recordCanvasTexts, savedLayout, watchPopups,
} from '../../support/workbenchPage.ts'; // prettier-ignore

const SHOTS = join(import.meta.dirname, '../../../test-results/journeys');
const KINDS = ['open-interest', 'funding-heatmap', 'liquidation-heatmap'];
/** Port 9 answers nobody: "live" means exchanges that cannot be reached, on every machine. */
const UNREACHABLE = Object.fromEntries(
  ['binance', 'okx', 'bybit', 'bitget', 'gate'].map((id) => [id, { rest: 'http://127.0.0.1:9' }]),
);
const THEMES = { light: 'Light Modern', 'high contrast': 'Dark High Contrast', dark: 'Dark Modern' };

describe('a journey through the workbench, with the packaged extension', () => {
  let workbench: Workbench;
  let page: Page;
  let panel: Frame;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'perpscope.endpoints': UNREACHABLE } });
    page = workbench.page;
    await recordCanvasTexts(page);
    await watchPopups(page);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await page.screenshot({ path: join(SHOTS, `${this.currentTest.title.replace(/\W+/g, '-')}.png`) });
  });
  after(() => workbench.close());

  const status = () => page.locator('[id="perpscope.perpscope.perpscope.regime"]');
  const treeItem = (name: RegExp) => page.getByRole('treeitem', { name }).first();

  async function isDrawn(): Promise<Map<string, { distinct: number; sum: number }>> {
    const drawn = new Map<string, { distinct: number; sum: number }>();
    for (const kind of KINDS)
      drawn.set(
        kind,
        await until(
          `${kind} is drawn`,
          () => colours(panel, kind),
          ({ distinct }) => distinct > 5,
        ),
      );
    return drawn;
  }

  async function chooseTheme(name: string): Promise<void> {
    const prompt = page.locator('.quick-input-widget');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await workbench.throughPrompt(async (limits) => {
      await workbench.chooseCommand(
        'Preferences: Color Theme',
        rows.filter({ hasText: 'Solarized' }).first(),
      );
      await prompt.locator('input').first().fill(name, limits);
      await rows.filter({ hasText: name }).first().click(limits);
      await prompt.waitFor({ state: 'hidden', ...limits });
    });
  }

  it('starts with a status item that has read nothing', async () => {
    await status().waitFor();
    assert.match(await status().innerText(), /SIMULATED BTC not read yet/);
  });

  it('shows a tree with units as soon as the view is opened', async () => {
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    const exchange = treeItem(/^Binance, SIMULATED fresh/);
    await exchange.waitFor();
    await treeItem(
      /^BTC, SIMULATED open interest \$[\d.]+B of 9 exchanges, funding [+−][\d.]+ %\/yr/,
    ).waitFor();
    await exchange.click();
    await treeItem(/^BTC, SIMULATED \$[\d.]+B OI, [+−][\d.]+ %\/yr/).click();
    for (const row of [
      /^SIMULATED Mark price, \$[\d,]+, \d+ s old/,
      /^SIMULATED Open interest, [\d.]+K BTC, /,
      /^SIMULATED Open interest in USD, \$[\d.]+B, /,
      /^SIMULATED Funding per 8 h, [+−][\d.]+ %, /,
      /^SIMULATED Next funding, [-\d]+ [\d:]+ UTC, in [\d hmins]+/,
    ])
      await treeItem(row).waitFor();
    const labels = await page
      .getByRole('treeitem')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
    for (const label of labels) assert.doesNotMatch(label, /NaN|undefined|Infinity/);
  });

  it('shows the health of every exchange and its streams', async () => {
    await workbench.runCommand('Perpscope: Focus on Health View');
    const exchange = treeItem(/^Binance, SIMULATED fresh · \d+\/\d+ streams live · .* old · \d+ ms/);
    await exchange.waitFor();
    await exchange.click();
    await treeItem(/^Requests, \d+ answered, 0 failed/).waitFor();
    await workbench.runCommand('Perpscope: Show Exchange Health');
    const report = await workbench.waitForText(/9 of 9 exchanges were asked/);
    assert.match(await report.locator('body').innerText(), /SIMULATED · Exchange health/);
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Perpscope: Focus on Markets View');
  });

  it('names the regime in the status bar and its evidence in the hover', async () => {
    const text = await until(
      'status',
      () => status().innerText(),
      (value) => /SIMULATED BTC (?!not read yet|loading)/.test(value),
    );
    assert.match(text, /SIMULATED BTC spot-led rally(?: \(weak\))? \d+ % · funding [+−-][\d.]+ %\/yr/);
    await status().hover();
    const hover = page.locator('.monaco-hover').filter({ hasText: 'Reason' });
    await hover.waitFor();
    const words = await hover.innerText();
    assert.match(words, /SIMULATED BTC: spot-led rally/);
    const plain = words.replaceAll('\u00a0', ' ');
    assert.match(
      plain,
      /Confidence \d+ %, seen in \S+(?: 1)? % of shuffled hours; rests on \d of 9 exchanges/,
    );
    assert.match(plain, /Read \d+ s ago, from 9 of 9 exchanges/);
    // At the width that the editor gives it no line ends between a number and its unit.
    const parted = await hover.evaluate((element) => {
      const found: string[] = [];
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
        for (const match of (node.textContent ?? '').matchAll(
          /\d[KMBT]?\s(%|sd|pp|h|d|min|s|UTC|BTC|exchanges)/g,
        )) {
          const range = document.createRange();
          range.setStart(node, match.index);
          range.setEnd(node, match.index + match[0].length);
          const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (tops.size > 1) found.push(match[0]);
        }
      return found;
    });
    assert.deepEqual(parted, []);
    assert.ok((await hover.locator('table tr').count()) > 2, words);
    assert.deepEqual(await hover.locator('th').allInnerTexts(), [
      'Reason',
      'Seen',
      'Out by',
      'Threshold',
      'Age',
      'Source',
    ]);
    await page.mouse.move(0, 0);
  });

  it('draws charts beside the notebook, marked as simulated and modelled', async () => {
    await workbench.openFile('research.ipynb');
    await workbench.runCommand('Perpscope: Open Charts Beside');
    panel = await workbench.waitForText('MODELLED');
    await isDrawn();
    const words = await panel.locator('body').innerText();
    assert.ok((words.match(/SIMULATED/g) ?? []).length >= 4, 'the panel and each chart say so');
    assert.match(words, /9 of 9 exchanges/);
    const [openInterest, levels] = [await canvasTexts(panel, KINDS[0]!), await canvasTexts(panel, KINDS[2]!)];
    assert.ok(openInterest.some(({ text }) => text === 'Open interest (BTC)'));
    assert.ok(levels.some(({ text }) => text === 'Price (USDT)'));
    const columns = await page.locator('.editor-group-container').count();
    assert.equal(columns, 2);
    assert.match(
      await page.locator('.editor-group-container.active .tab.active').innerText(),
      /research\s*\.ipynb/,
    );
  });

  for (const [name, title] of Object.entries(THEMES))
    it(`follows the ${name} theme while it is open, without texts over each other`, async () => {
      const before = await isDrawn();
      await chooseTheme(title);
      for (const kind of KINDS)
        await until(`${kind} in ${name}`, () => colours(panel, kind), ({ distinct, sum }) => distinct > 5 && sum !== before.get(kind)?.sum); // prettier-ignore
      assert.deepEqual(overlaps(await domTexts(panel)), []);
      for (const kind of KINDS) assert.deepEqual(overlaps(await canvasTexts(panel, kind)), [], kind);
      const { scroll, client } = await panel.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `${scroll} px in ${client} px`);
      await page.screenshot({ path: join(SHOTS, `charts-${name.replace(' ', '-')}.png`) });
    });

  it('previews a report that says where its numbers come from', async () => {
    await workbench.runCommand('Perpscope: Show Regime Report');
    const report = await workbench.waitForText(/Evidence/);
    const words = await report.locator('body').innerText();
    assert.match(words, /SIMULATED/);
    assert.match(words, /9 of 9 exchanges/);
  });

  it('says offline and offers a way on where no exchange can be reached, without a pop-up', async () => {
    await workbench.runCommand('Perpscope: Use Live Data');
    await until(
      'status',
      () => status().innerText(),
      (value) => /^\s*BTC offline\s*$/.test(value),
    );
    const view = page.locator('.welcome-view-content').filter({ hasText: 'No exchange could be reached' });
    await view.waitFor();
    assert.deepEqual(await view.getByRole('button').allInnerTexts(), [
      'Show the reasons',
      'Try again',
      'Show the log',
      'Use the simulated market',
    ]);
    await view.getByRole('button', { name: 'Try again' }).click();
    await until(
      'status',
      () => status().innerText(),
      (value) => /BTC offline/.test(value),
    );
    await workbench.waitForText(/No exchange could be reached at the last refresh/);
    await view.getByRole('button', { name: 'Use the simulated market' }).click();
    await until(
      'status',
      () => status().innerText(),
      (value) => /SIMULATED BTC spot-led rally/.test(value),
    );
    assert.deepEqual(
      (await popups(page)).filter((text) => /perpscope/i.test(text)),
      [],
    );
  });

  it('brings the panel back after a reload of the window', async () => {
    await until(
      'the layout is saved',
      () => savedLayout(page),
      (layout) => layout.includes('perpscope.charts'),
    );
    await Promise.all([
      page.waitForEvent('domcontentloaded'),
      workbench.runCommand('Developer: Reload Window').catch(() => undefined),
    ]);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await watchPopups(page);
    panel = await workbench.waitForText('MODELLED');
    await isDrawn();
    assert.match(await panel.locator('body').innerText(), /SIMULATED/);
  });
});
