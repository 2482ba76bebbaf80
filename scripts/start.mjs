/**
 * `npm start`: installs what is missing, builds, packages, prints one regime report and opens a real VS Code with the extension and the
 * sample workspace. Flags: `--no-editor`, `--simulated`, `--screenshot FILE` (a picture of the editor instead of the editor).
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, reexecUnderNode24, root } from './bootstrap.mjs';

/** @param {{ simulated: boolean, 'no-editor': boolean, screenshot?: string | undefined }} flags */
async function start(flags) {
  const { ensureBuilt, ensurePackaged } = await import('./package.mjs');
  const { printFirstReport } = await import('./firstReport.mjs');
  await ensureBuilt();
  // Packing needs no network and the report hardly any processor: they share the wait.
  const [source, vsix] = await Promise.all([
    printFirstReport({ simulated: flags.simulated }),
    ensurePackaged(),
  ]);
  if (flags['no-editor']) return;
  const workspace = join(root, 'sample');
  if (flags.screenshot !== undefined) return picture(resolve(flags.screenshot), vsix, source);

  const { findDesktopEditor, openDesktop, openServer } = await import('./editors.mjs');
  const desktop = findDesktopEditor();
  if (desktop !== undefined) {
    openDesktop(desktop, { vsix, workspace, source });
    process.stderr.write(`perpscope: opened ${workspace} with ${desktop}\n`);
    return;
  }
  const server = await openServer({ vsix, workspace, source });
  process.stderr.write(
    'perpscope: no VS Code with a screen here (PERPSCOPE_EDITOR names one): VS Code server runs, Ctrl-C ends it\n',
  );
  process.stdout.write(`Open ${server.url}\n`);
  // Kept until the end: a second Ctrl-C, or one that a parent passes on as well, must not leave the server behind.
  const stopped = new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, done);
  });
  await Promise.race([stopped, server.ended]);
  await server.close();
}

/** @param {string} file @param {string} vsix @param {'live' | 'simulated'} source */
async function picture(file, vsix, source) {
  const { openWorkbench } = await import('./workbench.mjs');
  const workbench = await openWorkbench({ vsix, settings: { 'perpscope.dataSource': source } });
  try {
    await workbench.openFile('bot.py');
    await workbench.page.locator('.activitybar [aria-label^="Perpscope"]').first().click();
    await workbench.waitForText(/Binance/, 20_000).catch(() => undefined);
    await workbench.screenshot(file);
    process.stderr.write(`perpscope: ${file}\n`);
  } finally {
    await workbench.close();
  }
}

try {
  const { values } = parseArgs({
    options: {
      'no-editor': { type: 'boolean', default: false },
      simulated: { type: 'boolean', default: false },
      screenshot: { type: 'string' },
    },
  });
  ensureInstalled();
  await reexecUnderNode24();
  await start(values);
} catch (error) {
  exitWith(error);
}
