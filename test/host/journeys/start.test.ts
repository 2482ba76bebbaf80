import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser, Frame, Page } from 'playwright-core';
import type { EditorServer } from '../../../scripts/editorServer.d.mts';
import { writeMachineSettings } from '../../../scripts/editorServer.mjs';
import { openServer } from '../../../scripts/editors.mjs';
import { ensurePackaged } from '../../../scripts/package.mjs';
import { pace } from '../../../scripts/testing/pace.mjs';
import type { WorkbenchActions } from '../../../scripts/workbench.d.mts';
import { workbenchActions } from '../../../scripts/workbench.mjs';
import { launchBrowser } from '../../support/browser.ts';
import { until } from '../../support/until.ts';
import { savedLayout } from '../../support/workbenchPage.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SHOTS = join(ROOT, 'test-results/journeys');
/** Port 9 answers nobody. */
const UNREACHABLE = Object.fromEntries(
  ['binance', 'okx', 'bybit', 'bitget', 'gate', 'deribit', 'hyperliquid', 'kraken-futures', 'htx'].map((id) => [
    id,
    { rest: 'http://127.0.0.1:9' },
  ]),
); // prettier-ignore

/** The editor as `npm start` opens it, at the address that it prints. */
describe('the address that npm start prints', function () {
  this.timeout(120_000);
  let folder = '';
  let server: EditorServer;
  let browser: Browser;
  let page: Page;
  let act: WorkbenchActions;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-start-'));
    const workspace = join(folder, 'workspace');
    cpSync(join(ROOT, 'sample'), workspace, { recursive: true });
    const profile = join(folder, 'profile');
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    writeFileSync(
      join(workspace, 'events.csv'),
      `time,text\n${yesterday},"FOMC, as expected"\n2026-11-20T14:00,Lost\n`,
    );
    writeMachineSettings(join(profile, 'server'), {
      'perpscope.endpoints': UNREACHABLE,
      'perpscope.events.file': 'events.csv',
    });
    server = await openServer({
      ...{ vsix: await ensurePackaged(), workspace, source: 'simulated', folder: profile },
    });
    browser = await launchBrowser();
    page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page.setDefaultTimeout(60_000 * pace());
    act = workbenchActions(page);
    await page.goto(server.url);
    await status().waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await page.screenshot({ path: join(SHOTS, `${this.currentTest.title.replace(/\W+/g, '-')}.png`) });
  });
  after(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const status = () => page.locator('[id="perpscope.perpscope.perpscope.regime"]');
  const tabs = async (): Promise<string[]> =>
    (await page.locator('.tab').allInnerTexts()).map((text) => text.replace(/\s+/g, ''));
  const panel = (): Promise<Frame> => act.waitForText('MODELLED');

  it('opens the sample with a bot, and charts beside it', async () => {
    await until('tabs', tabs, (open) => open.includes('bot.py'));
    await act.runCommand('Perpscope: Open Charts Beside');
    await panel();
  });

  it('E09 draws sharp after a move to a sharper screen, and back to one that is less so', async () => {
    const frame = await panel();
    const session = await page.context().newCDPSession(page);
    for (const deviceScaleFactor of [2, 1.44]) {
      await session.send('Emulation.setDeviceMetricsOverride', { width: 1440, height: 900, deviceScaleFactor, mobile: false });
      await until(
        `sharp at ${deviceScaleFactor}`,
        () => frame.evaluate(() => [...document.querySelectorAll<HTMLCanvasElement>('.plot canvas')].map((one) => one.width / one.getBoundingClientRect().width)),
        (ratios) => ratios.length === 3 && ratios.every((ratio) => Math.abs(ratio - deviceScaleFactor) < 0.03),
      );
    }
    await session.send('Emulation.clearDeviceMetricsOverride');
    await session.detach();
    await page.setViewportSize({ width: 1440, height: 900 });
  }); // prettier-ignore

  it('shows pushed numbers within seconds, between two refreshes', async () => {
    const frame = await panel();
    const now = () => frame.locator('[data-kind="liquidation-heatmap"] .legend').innerText();
    // Refreshes are a minute apart: so many prices in a row are pushed ones.
    const seen = new Set<string>();
    const startMs = Date.now();
    await until('prices', async () => seen.add(await now()).size, (count) => count >= 5);
    assert.ok(Date.now() - startMs < 30_000);
    assert.match(await now(), /, newest [\d,.]+ \w+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    assert.match(await frame.locator('.fact-age').innerText(), /^\d s old$/);
  }); // prettier-ignore

  it('E16 copies and saves the numbers of a chart, with units, UTC times and their source', async () => {
    const frame = await panel();
    const card = frame.locator('[data-kind="open-interest"] .twin').first();
    await card.getByRole('button', { name: 'Show numbers' }).click();
    await card.getByRole('button', { name: /^Copy/ }).click();
    await until('copied', () => card.locator('.outcome').innerText(), (words) => /^\d+ rows copied\.$/.test(words));
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const [head = '', first = ''] = copied.split('\n');
    assert.match(head, /^Time \(UTC\)\tAggregate of \d \(BTC\)\tBinance \(BTC\)\t.*\tSource$/);
    assert.match(first, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[\d.]*\t.*\tsimulated$/);
    await card.getByRole('button', { name: /^Save as CSV/ }).click();
    const input = page.locator('.quick-input-widget input').first();
    await until('the name', () => input.inputValue(), (path) => path.endsWith('perpscope-BTC-open-interest-simulated.csv'));
    await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).first().click();
    await until('saved', () => card.locator('.outcome').innerText(), (words) => words === 'Saved as perpscope-BTC-open-interest-simulated.csv.');
    const csv = readFileSync(join(folder, 'workspace', 'perpscope-BTC-open-interest-simulated.csv'), 'utf8');
    assert.match(csv, /^Time \(UTC\),Aggregate of \d \(BTC\),Binance \(BTC\),[^\r]*,Source\r\n\d{4}-/);
    assert.ok(csv.split('\r\n').length > 160);
  }); // prettier-ignore

  it('shows the events of a file in the folder, and which line of it is none', async () => {
    const frame = await panel();
    await frame.locator('.events summary', { hasText: '1 event in the time shown' }).waitFor();
    const faults = frame.locator('[aria-label="Faults in the file of events"]');
    assert.match(await faults.innerText(), /^Events: events\.csv, line 3: the time must be /);
  });

  it('saves a picture of a chart that every program can open', async () => {
    const frame = await panel();
    const card = frame.locator('[data-kind="open-interest"]');
    const name = 'perpscope-BTC-open-interest-simulated.png';
    await card.getByRole('button', { name: /^Save picture/ }).click();
    const input = page.locator('.quick-input-widget input').first();
    await until('the name', () => input.inputValue(), (path) => path.endsWith(name));
    await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).first().click();
    await until('saved', () => card.locator('.picture-outcome').innerText(), (words) => words === `Saved as ${name}.`);
    const png = readFileSync(join(folder, 'workspace', name));
    const size = await page.evaluate(async (file) => {
      const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
      const { width, height } = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      return { width, height };
    }, png.toString('base64'));
    assert.ok(size.width > 300 && size.height > 300, JSON.stringify(size));
  }); // prettier-ignore

  it('F21 keeps its place and its open table when another tab was in front', async () => {
    const frame = await panel();
    await frame.evaluate(() => window.scrollTo(0, 300));
    // The page keeps its place once scrolling rests.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await page.locator('.tab').filter({ hasText: 'BTC Charts' }).click();
    await act.openFile('bot.ts');
    await page.locator('.tab').filter({ hasText: 'BTC Charts' }).click();
    const again = await panel();
    // What the browser rounds, and no more: the page is where it was left.
    await until('scrolled', () => again.evaluate(() => window.scrollY), (at) => Math.abs(at - 300) < 3);
    assert.equal(await again.locator('[data-kind="open-interest"] table').count(), 1);
  }); // prettier-ignore

  it('E10 brings charts and files back when it is loaded again', async () => {
    const isSaved = (layout: string): boolean => layout.includes('perpscope.charts');
    await until('the layout is saved', () => savedLayout(page), isSaved);
    await page.goto(server.url);
    await status().waitFor();
    // Which of a group's tabs was in front may be of a moment that was not saved any more.
    await page.locator('.tab').filter({ hasText: 'BTC Charts' }).click();
    await panel();
    assert.deepEqual((await tabs()).toSorted(), ['BTCCharts', 'bot.py', 'bot.ts']);
  });

  it('E08 says in the log why no exchange could be reached, and leads to the reasons', async () => {
    await act.runCommand('Perpscope: Use Live Data');
    await until('offline', () => status().innerText(), (words) => /BTC offline/.test(words));
    await act.runCommand('Perpscope: Show Log');
    await page.locator('.output-view-content, .part.panel .view-lines').getByText('[warning]').first().waitFor();
    const [file = ''] = globSync('profile/server/data/logs/*/exthost*/perpscope.perpscope/Perpscope.log', { cwd: folder });
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    assert.ok(lines.some((line) => /^[\d-]+ [\d:.]+ \[warning\] binance: .*ECONNREFUSED/.test(line)), lines.join('\n'));
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    const view = page.locator('.welcome-view-content').filter({ hasText: 'No exchange could be reached' });
    await view.getByRole('button', { name: 'Show the reasons' }).click();
    const health = await act.waitForText(/exchanges were asked/);
    assert.match(await health.locator('body').innerText(), /refused|ECONNREFUSED/);
  }); // prettier-ignore

  it('E07 forwards no port when the simulated market is started anew', async () => {
    await act.runCommand('Perpscope: Use Simulated Market');
    await until('simulated', () => status().innerText(), (words) => /SIMULATED BTC (?!not read|loading)/.test(words));
    await act.runCommand('Ports: Focus on Ports View');
    await page.getByText(/No forwarded ports|Forwarded Address/).first().waitFor();
    // Ports of other programs of this machine may be found; none is of an extension host.
    assert.doesNotMatch(await page.locator('.part.panel').innerText(), /extensionHost/);
  }); // prettier-ignore
});
