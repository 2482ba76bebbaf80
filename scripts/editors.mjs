/** Opens the sample workspace in a real VS Code that has the packaged extension: a desktop one where there is one, else VS Code server. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, delimiter, dirname, join } from 'node:path';
import { SetupError } from './bootstrap.mjs';
import { cacheFolder } from './cache.mjs';
import { installVsix, startEditorServer, writeMachineSettings } from './editorServer.mjs';
import { hashOf } from './stamp.mjs';

const preferredPort = 18377;
const firstSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * The address below names a file to open, at which a reload of it would otherwise open that file alone; it is brought forward
 * where it is open already.
 */
const restoredEditors = { 'window.restoreWindows': 'preserve', 'workbench.editor.revealIfOpen': true };

/** @typedef {import('./editors.d.mts').Opening} Opening */

/** A profile of our own: what the reader has set up and installed stays untouched. */
function profile(/** @type {string} */ kind, folder = join(cacheFolder(), `profile-${kind}`)) {
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    extensions: join(folder, 'extensions'),
    userData: join(folder, 'user-data'),
    data: join(folder, 'server'),
  };
}

/**
 * The desktop VS Code to use. PERPSCOPE_EDITOR names one, or says `server`; without it, `code` on PATH where there is a screen. The `code`
 * of a remote terminal opens files in a window elsewhere and takes no profile, so it does not count.
 * @returns {string | undefined}
 */
export function findDesktopEditor() {
  const chosen = process.env['PERPSCOPE_EDITOR'] ?? '';
  if (chosen === 'server') return undefined;
  if (chosen !== '') {
    const found =
      chosen.includes('/') || chosen.includes('\\') ? [chosen].find(isExecutable) : onPath([chosen]);
    if (found === undefined) throw new SetupError(`CONFIG: PERPSCOPE_EDITOR: ${chosen} is not a program`);
    return found;
  }
  if (process.env['VSCODE_IPC_HOOK_CLI']) return undefined;
  const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  return hasScreen ? onPath(process.platform === 'win32' ? ['code.cmd'] : ['code', 'codium']) : undefined;
}

/** @param {readonly string[]} names */
function onPath(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} editor @param {Opening} opening */
export function openDesktop(editor, { vsix, workspace, source }) {
  const { extensions, userData } = profile('desktop');
  const own = ['--user-data-dir', userData, '--extensions-dir', extensions];
  if (process.platform === 'linux' && process.getuid?.() === 0) own.push('--no-sandbox');
  changeSettings(join(userData, 'User', 'settings.json'), { 'perpscope.dataSource': source });
  const shell = process.platform === 'win32';
  const installed = spawnSync(editor, [...own, '--install-extension', vsix, '--force'], {
    encoding: 'utf8',
    shell,
  });
  if (installed.status !== 0) {
    throw new SetupError(
      `EDITOR: ${editor} did not install the VSIX: ${installed.stderr || installed.error?.message}`,
    );
  }
  const args = [...own, '--new-window', '--disable-workspace-trust', workspace, join(workspace, 'bot.py')];
  spawn(editor, args, { stdio: 'ignore', detached: true, shell }).unref();
}

/** Settings of the profile's user; what stands there from an earlier start stays. */
function changeSettings(/** @type {string} */ file, /** @type {Record<string, unknown>} */ settings) {
  mkdirSync(dirname(file), { recursive: true });
  let present = firstSettings;
  try {
    if (existsSync(file)) present = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new SetupError(`SETTINGS: ${file} is not plain JSON (a comment, perhaps); correct or delete it`);
  }
  writeFileSync(file, JSON.stringify({ ...present, ...settings }, undefined, 2));
}

/**
 * @param {Opening & { folder?: string }} opening `folder` holds the profile; one in the cache unless stated
 * @returns {Promise<import('./editorServer.d.mts').EditorServer>} its url opens the workspace and carries the token it takes
 */
export async function openServer({ vsix, workspace, source, folder: own }) {
  const { folder, extensions, data } = profile('server', own);
  const stamp = join(folder, 'installed');
  const wanted = hashOf([basename(vsix)], dirname(vsix));
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(extensions, { recursive: true, force: true });
    await installVsix(vsix, extensions);
    writeFileSync(stamp, wanted);
  }
  writeMachineSettings(data, { 'perpscope.dataSource': source });
  changeSettings(join(data, 'data', 'User', 'settings.json'), restoredEditors);
  // Without a token everyone with an account on this machine could run programs as the reader.
  const connectionToken = randomBytes(16).toString('hex');
  const port = await freePort(preferredPort);
  const server = await startEditorServer({
    extensionsDir: extensions,
    serverDataDir: data,
    port,
    connectionToken,
  });
  const file = `vscode-remote://${server.authority}${join(workspace, 'bot.py')}`;
  const query = new URLSearchParams({
    tkn: connectionToken,
    folder: workspace,
    payload: JSON.stringify([['openFile', file]]),
  });
  return { ...server, url: `http://${server.authority}/?${query}` };
}

/** @param {number} wanted @returns {Promise<number>} 0, any free one, where the wanted one is taken */
function freePort(wanted) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}
