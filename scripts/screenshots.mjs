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
  overview: async ({ openFile, page }) => {
    await openFile('bot.py');
    await page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
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
        await workbench.screenshot(file);
        process.stderr.write(`perpscope: ${file}\n`);
      }
    } finally {
      await workbench.close();
    }
  }
} catch (error) {
  exitWith(error);
}
