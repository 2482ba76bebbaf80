/**
 * `node scripts/screenshots.mjs [--out docs/images] [--theme dark] [--scene NAME]`: pictures of the extension in a real editor over the
 * simulated market, each scene in every theme.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, reexecUnderNode24, root, SetupError } from './bootstrap.mjs';

/** @typedef {import('./workbench.d.mts').Workbench} Workbench */

/** What to do before the picture is taken; scenes of one theme share an editor and run in this order. */
/** @type {Readonly<Record<string, (workbench: Workbench) => Promise<void>>>} */
const scenes = {
  workbench: async ({ openFile, page, runCommand, waitForText }) => {
    await openFile('bot.py');
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await runCommand('Perpscope: Refresh Now');
    await waitForText(/SIMULATED fresh/);
    // Open one exchange down to its numbers.
    await page.getByRole('treeitem', { name: /^BTC,/ }).first().click();
    await waitForText(/Open interest in USD/);
  },
  status: async ({ page }) => {
    const item = page.locator('.statusbar-item').filter({ hasText: 'SIMULATED BTC' }).first();
    await item.hover();
    await page.locator('.monaco-hover .hover-contents').first().waitFor();
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
    if (!(scene in scenes)) throw new SetupError(`USAGE: no scene ${scene}`);
  for (const theme of chosen) {
    const workbench = await openWorkbench({
      theme: /** @type {import('./workbench.d.mts').Theme} */ (theme),
    });
    try {
      for (const [scene, play] of Object.entries(scenes)) {
        if (values.scene !== undefined && !values.scene.includes(scene)) continue;
        await play(workbench);
        const file = join(resolve(values.out), `${scene}-${theme}.png`);
        await workbench.screenshot(file, { keepPointer: scene === 'status' });
        process.stderr.write(`perpscope: ${file}\n`);
      }
    } finally {
      await workbench.close();
    }
  }
} catch (error) {
  exitWith(error);
}
