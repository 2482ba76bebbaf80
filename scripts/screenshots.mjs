/**
 * `node scripts/screenshots.mjs [--out docs/images] [--theme dark] [--scene NAME]`: pictures of the extension in a real editor over the
 * simulated market, each scene in every theme.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, reexecUnderNode24, root, SetupError } from './bootstrap.mjs';
import { emptyNotebook, executeNotebook } from './executedNotebook.mjs';
import { madeUpWeek } from './madeUpWeek.mjs';

/** @typedef {import('./workbench.d.mts').Workbench} Workbench */

/** @param {Workbench} workbench @param {number} widthPx */
async function narrow({ page }, widthPx) {
  // Types are stripped by the Node that the pictures are taken with, not by the one that starts this.
  const { resizeSideBar } = await import('../test/support/workbenchPage.ts');
  await resizeSideBar(page, widthPx);
}

/** @param {Workbench} workbench */
async function hoverStatus({ page }) {
  await page.locator('[id="perpscope.perpscope.perpscope.regime"]').hover();
  await page.locator('.monaco-hover .hover-contents').first().waitFor();
  // It fades in: a picture of that moment shows what lies below it as well.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => 0))),
  );
}

/** What to do before the picture is taken; scenes of one theme share an editor and run in this order. */
/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const scenes = {
  workbench: async ({ openFile, page, runCommand, waitForText }) => {
    await openFile('bot.py');
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await runCommand('Perpscope: Refresh Now');
    await page
      .getByRole('treeitem', { name: /^Binance, SIMULATED fresh/ })
      .first()
      .click();
    // Open the sums and one exchange down to its numbers.
    await page
      .getByRole('treeitem', { name: /^BTC, SIMULATED \$/ })
      .first()
      .click();
    await page
      .getByRole('treeitem', { name: /^BTC, SIMULATED open interest/ })
      .first()
      .click();
    await waitForText(/s OI of 9/);
  },
  'tree-300': (workbench) => narrow(workbench, 300),
  'tree-190': (workbench) => narrow(workbench, 190),
  status: async (workbench) => {
    await narrow(workbench, 300);
    await hoverStatus(workbench);
  },
  health: async ({ page, runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await runCommand('Perpscope: Show Exchange Health');
    await waitForText(/exchanges were asked/);
    await runCommand('Perpscope: Focus on Health View');
    await page
      .getByRole('treeitem', { name: /^OKX, SIMULATED fresh · \d/ })
      .first()
      .click();
    await waitForText(/Stream trades/);
  },
  charts: async ({ openFile, page, runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await runCommand('View: Close Primary Side Bar');
    await openFile('research.ipynb');
    await runCommand('Perpscope: Open Charts Beside');
    await waitForText(/MODELLED/);
    await page.waitForTimeout(500);
  },
  cards: async ({ openFile, page, runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await openFile('research.ipynb');
    await runCommand('Perpscope: Open Charts Beside');
    const panel = await waitForText(/More charts/);
    for (const title of ['Price', 'Taker delta', 'Futures volume'])
      await panel.getByRole('button', { name: title, exact: true }).click();
    await panel.locator('[data-kind="taker-delta"]').getByRole('button', { name: 'Summed up' }).click();
    for (const kind of ['price', 'taker-delta', 'volume'])
      await panel.locator(`[data-kind="${kind}"] .legend-entry`).first().waitFor();
    await panel.locator('[data-kind="price"]').scrollIntoViewIfNeeded();
    await panel.locator('[data-kind="volume"]').scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
  },
  'heatmap-cards': async ({ openFile, page, runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await openFile('research.ipynb');
    await runCommand('Perpscope: Open Charts Beside');
    const panel = await waitForText(/9 of 9 exchanges/);
    const chosen = panel.locator('[aria-label="More charts"]').locator('[aria-pressed="true"]');
    while ((await chosen.count()) > 0) await chosen.first().click();
    for (const title of ['Open interest change', 'Open interest change by asset', 'Funding by asset'])
      await panel.getByRole('button', { name: title, exact: true }).click();
    for (const kind of ['open-interest-change', 'open-interest-change-assets', 'funding-assets'])
      await panel.locator(`[data-kind="${kind}"] .legend-labels span`).first().waitFor();
    await panel.locator('[data-kind="funding-assets"]').scrollIntoViewIfNeeded();
    await panel.locator('[data-kind="open-interest-change"] .controls').scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
  },
  liquidations: async ({ runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await runCommand('Perpscope: Open Liquidation Heatmap');
    await waitForText(/MODELLED/);
  },
  report: async ({ runCommand, waitForText }) => {
    await runCommand('View: Close All Editors');
    await runCommand('Perpscope: Show Regime Report');
    await waitForText(/Evidence/);
  },
};

/** One fault in each setting that can have one. */
const FAULTY = {
  'perpscope.exchanges': ['binanse', 'okx'],
  'perpscope.assets': ['BTC', 'ETH/USDT'],
  'perpscope.refreshSeconds': 1,
  'perpscope.history.keepMonths': 0,
  'perpscope.dataSource': 'simulatd',
  'perpscope.simulator.scenario': 'selling-wafe',
  'perpscope.simulator.seed': 'one',
  'perpscope.endpoints': 'http://127.0.0.1:9',
  'perpscope.statusBar.show': ['prise', 'price', 'price-24h'],
  'perpscope.exchange': ['okx'],
};

/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const faultyScenes = {
  'faulty-settings': async ({ page }) => {
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await page
      .getByRole('treeitem', { name: /^OKX, SIMULATED fresh/ })
      .first()
      .waitFor();
  },
  'faulty-settings-190': (workbench) => narrow(workbench, 190),
  'faulty-settings-status': hoverStatus,
};

/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const nobodyScenes = {
  'nobody-asked': async (workbench) => {
    await workbench.page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await workbench.page.getByRole('treeitem', { name: /^Not started, .*no exchange is asked/ }).waitFor();
    await hoverStatus(workbench);
  },
};

/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const weekScenes = {
  timeline: async ({ page, runCommand, waitForText }) => {
    // The palette lists what is there when it opens.
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().waitFor();
    await runCommand('View: Close Primary Side Bar');
    await runCommand('Perpscope: Open Regime Timeline');
    await waitForText(/What followed upon what/);
    await page.waitForTimeout(500);
  },
};

const NOTEBOOK = 'open-interest.ipynb';

/** The cell that Insert Notebook Cell puts into a notebook, run by a kernel, beside the chart of the same numbers. */
/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const notebookScenes = {
  notebook: async ({ openFile, page, runCommand, waitForText, workspace }) => {
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await runCommand('Perpscope: Refresh Now');
    await page
      .getByRole('treeitem', { name: /^Binance, SIMULATED fresh/ })
      .first()
      .waitFor();
    await runCommand('View: Close Primary Side Bar');
    await openFile(NOTEBOOK);
    await waitForText('put the cell below here');
    await runCommand('Perpscope: Open Open-Interest Chart');
    // All that give the hours of the week have given them: what the cell finds is what the chart shows.
    await waitForText(/aggregate of 6/, 180_000);
    await runCommand('Perpscope: Insert Notebook Cell');
    await page.locator('.notebook-editor .code-cell-row').first().waitFor();
    await runCommand('File: Save');
    await page.locator('.tab.dirty').first().waitFor({ state: 'hidden' });
    executeNotebook(join(workspace, NOTEBOOK));
    // The editor takes in what the kernel wrote into the file.
    await waitForText(/aggregate\.openInterestBase/);
  },
};

/** Scenes that need settings or a history of their own have an editor of their own. */
const sets = [
  { settings: {}, scenes },
  { settings: FAULTY, scenes: faultyScenes },
  { settings: { 'perpscope.exchanges': ['binanse'] }, scenes: nobodyScenes },
  { settings: {}, scenes: weekScenes, storage: madeUpWeek },
  { settings: {}, scenes: notebookScenes, workspace: emptyNotebook, viewport: { width: 1680, height: 1000 } },
];

try {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(root, 'docs', 'images') },
      theme: { type: 'string', multiple: true },
      scene: { type: 'string', multiple: true },
    },
  });
  ensureInstalled();
  await reexecUnderNode24();
  const { openWorkbench, themes } = await import('./workbench.mjs');
  const chosen = values.theme ?? ['light', 'dark', 'high-contrast'];
  for (const theme of chosen) if (!(theme in themes)) throw new SetupError(`USAGE: no theme ${theme}`);
  for (const scene of values.scene ?? [])
    if (!sets.some((set) => scene in set.scenes)) throw new SetupError(`USAGE: no scene ${scene}`);
  for (const theme of chosen)
    for (const set of sets) {
      const wanted = Object.entries(set.scenes).filter(([scene]) => values.scene?.includes(scene) ?? true);
      if (wanted.length === 0) continue;
      const workbench = await openWorkbench({
        theme: /** @type {import('./workbench.d.mts').Theme} */ (theme),
        settings: set.settings,
        ...('storage' in set ? { storage: await set.storage() } : {}),
        ...('viewport' in set ? { viewport: set.viewport } : {}),
        ...('workspace' in set ? { workspace: set.workspace(NOTEBOOK) } : {}),
      });
      try {
        for (const [scene, play] of wanted) {
          await play(workbench);
          const file = join(resolve(values.out), `${scene}-${theme}.png`);
          await workbench.screenshot(file, { keepPointer: /status|nobody/.test(scene) });
          process.stderr.write(`perpscope: ${file}\n`);
        }
      } finally {
        await workbench.close();
      }
    }
} catch (error) {
  exitWith(error);
}
