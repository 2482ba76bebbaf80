/**
 * A real VS Code without a desktop: the VS Code server out of the npm package `code-server`, in a cache of its own so that the
 * extension's dependency tree stays small. docs: https://github.com/coder/code-server
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitWith, node24, npmEnvironment, root, SetupError } from './bootstrap.mjs';
import { cachedFolder } from './cache.mjs';
import { pace } from './testing/pace.mjs';

const version = '4.139.1';
const startTimeoutMs = 60_000 * pace();
const closeTimeoutMs = 5_000;
const vscodeParts = ['node_modules', 'code-server', 'lib', 'vscode'];

/** @returns {Promise<string>} the folder that holds node_modules/code-server, installed on first use (about 620 MB) */
export async function ensureEditorServer() {
  const folder = await cachedFolder(`editor-server-${version}`, async (folder) => {
    progress(`installing VS Code server ${version}, once ...`);
    const startedAt = Date.now();
    const manifest = {
      name: 'perpscope-editor-server',
      private: true,
      dependencies: { 'code-server': version },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    // Without scripts nothing is compiled; the extension host, the workbench and webviews do not need what would be, but for logs.
    const quiet = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await npm(quiet, folder);
    const vscode = join(folder, ...vscodeParts);
    progress('installing what the editor itself depends on ...');
    await npm([...quiet, '--omit=dev'], vscode);
    await npm([...quiet, '--omit=dev'], join(vscode, 'extensions'));
    if (!existsSync(serverMain(folder))) throw new SetupError('INSTALL: code-server has no server-main.js');
    progress(`VS Code server is ready (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`);
  });
  giveLogWriter(folder);
  return folder;
}

/**
 * Gives the editor a log writer where its own was not compiled. Several processes may do so at the same time.
 * @param {string} folder
 */
function giveLogWriter(folder) {
  const own = join(folder, ...vscodeParts, 'node_modules', '@vscode', 'spdlog');
  if (existsSync(join(own, 'build', 'Release', 'spdlog.node'))) return;
  const source = join(root, 'scripts', 'logWriter.cjs');
  const target = join(own, 'index.js');
  if (readFileSync(target, 'utf8') === readFileSync(source, 'utf8')) return;
  const temporary = `${target}.${process.pid}`;
  copyFileSync(source, temporary);
  renameSync(temporary, target);
}

/** @param {string} folder */
function serverMain(folder) {
  return join(folder, ...vscodeParts, 'out', 'server-main.js');
}

/** @param {string} text */
function progress(text) {
  process.stderr.write(`perpscope: ${text}\n`);
}

/** @param {readonly string[]} args @param {string} cwd @returns {Promise<void>} */
function npm(args, cwd) {
  return new Promise((resolve, reject) => {
    const env = npmEnvironment(dirname(node24()));
    const child = spawn('npm', args, {
      cwd,
      env,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    child.once('error', (error) =>
      reject(new SetupError(`INSTALL: npm could not be started: ${error.message}`)),
    );
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`INSTALL: npm ${args[0]} in ${cwd} ended with exit code ${code}`));
    });
  });
}

/** What the editor says about itself and about the shell it was started from is nothing that a test or an extension should see. */
function serverEnvironment(/** @type {Record<string, string>} */ extra) {
  const env = npmEnvironment();
  for (const name of Object.keys(env))
    if (/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL)/.test(name)) delete env[name];
  return { ...env, ...extra };
}

/**
 * @param {string} vsix @param {string} extensionsDir
 * @returns {Promise<void>}
 */
export async function installVsix(vsix, extensionsDir) {
  const folder = await ensureEditorServer();
  mkdirSync(extensionsDir, { recursive: true });
  const args = [
    serverMain(folder),
    '--install-extension',
    vsix,
    '--force',
    '--extensions-dir',
    extensionsDir,
  ];
  args.push('--server-data-dir', join(extensionsDir, '..', 'install-data'), '--accept-server-license-terms');
  const { code, output } = await new Promise((resolve) => {
    const child = spawn(node24(), args, { env: serverEnvironment({}), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (exitCode) => resolve({ code: exitCode, output: text }));
  });
  if (code !== 0 || !/successfully installed/.test(output)) {
    throw new SetupError(`INSTALL: the editor refused ${vsix}: ${output.trim()}`);
  }
}

/**
 * Writes settings of the machine that the server runs on; the only place, apart from the user's own, for machine-scoped settings.
 * @param {string} serverDataDir @param {Record<string, unknown>} settings `undefined` takes a setting away
 */
export function writeMachineSettings(serverDataDir, settings) {
  const file = join(serverDataDir, 'data', 'Machine', 'settings.json');
  mkdirSync(dirname(file), { recursive: true });
  const present = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(file, `${JSON.stringify({ ...present, ...settings }, undefined, 2)}\n`);
}

/**
 * @param {import('./editorServer.d.mts').EditorServerOptions} options
 * @returns {Promise<import('./editorServer.d.mts').EditorServer>}
 */
export async function startEditorServer(options) {
  const folder = await ensureEditorServer();
  const userDataDir = options.userDataDir ?? join(options.serverDataDir, 'data');
  for (const path of [options.extensionsDir, options.serverDataDir, userDataDir])
    mkdirSync(path, { recursive: true });
  const token = options.connectionToken;
  const args = [
    serverMain(folder),
    '--host',
    '127.0.0.1',
    '--port',
    String(options.port),
    '--accept-server-license-terms',
  ];
  args.push(...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]));
  args.push('--server-data-dir', options.serverDataDir, '--user-data-dir', userDataDir);
  args.push('--extensions-dir', options.extensionsDir, '--disable-telemetry', '--disable-workspace-trust');
  if (options.smokeTest === true) args.push('--enable-smoke-test-driver');

  // A process group of its own, because the extension hosts are its children and must end with it.
  const grouped = process.platform !== 'win32';
  const child = spawn(node24(), args, {
    env: serverEnvironment(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: grouped,
  });
  const kill = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (grouped && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  const onExit = () => kill('SIGKILL');
  process.once('exit', onExit);
  const letGo = endWithUs(() => kill('SIGTERM'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async () => {
    process.off('exit', onExit);
    letGo();
    kill('SIGTERM');
    const timer = setTimeout(() => kill('SIGKILL'), closeTimeoutMs);
    await ended;
    clearTimeout(timer);
    kill('SIGKILL');
  };
  try {
    const port = await listeningPort(child, options.log);
    const query = token === undefined ? '' : `?tkn=${token}`;
    return { url: `http://127.0.0.1:${port}/${query}`, authority: `127.0.0.1:${port}`, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Ends the server together with this process, which may end by a signal; where somebody else listens too, they decide about the process.
 * @param {() => void} end
 * @returns {() => void} stops listening
 */
function endWithUs(end) {
  const offs = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).map((signal) => {
    const handler = () => {
      end();
      if (process.listenerCount(signal) > 1) return;
      process.off(signal, handler);
      process.kill(process.pid, signal);
    };
    process.on(signal, handler);
    return () => void process.off(signal, handler);
  });
  return () => offs.forEach((off) => off());
}

/** @param {import('node:child_process').ChildProcess} child @param {((line: string) => void) | undefined} log @returns {Promise<number>} */
function listeningPort(child, log) {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (/** @type {string} */ reason) =>
      reject(new SetupError(`EDITOR: the server ${reason}: ${text.trim().slice(-2000)}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    const onData = (/** @type {unknown} */ chunk) => {
      const part = String(chunk);
      log?.(part);
      if (text.length < 100_000) text += part;
      const port = /agent listening on (\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code}`);
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await ensureEditorServer().catch(exitWith);
