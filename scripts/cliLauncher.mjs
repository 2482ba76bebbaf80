#!/usr/bin/env node
/**
 * Becomes dist/cli.js, the bin `perpscope`. It starts on any Node from 20 on and hands over to the bundle in cliMain.cjs, which needs
 * node:sqlite and a recent Node: in this process where it can, else under the Node that npm installed beside it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

// node:sqlite still announces itself as experimental on some versions; that line is of no use to a reader of ours.
const emitWarning = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).includes('SQLite is an experimental feature')) emitWarning(warning, ...rest);
};

if (await canRunHere()) {
  await import('./cliMain.cjs');
} else {
  const other = join(here, '..', 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(other)) handOver(other);
  else {
    process.stderr.write(
      `perpscope: CONFIG: Node 22.19 or newer is needed, this is ${process.version}, install it or run npm ci\n`,
    );
    process.exitCode = 1;
  }
}

async function canRunHere() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 19)) return false;
  return import('node:sqlite').then(
    () => true,
    () => false,
  );
}

/** @param {string} node */
function handOver(node) {
  const child = spawn(node, [join(here, 'cliMain.cjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C in a terminal reaches the child by itself; sending it again would look like a second Ctrl-C.
  const onTerminal = process.stdin.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => void (onTerminal || child.kill('SIGINT')));
  process.on('SIGTERM', () => void child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`perpscope: CONFIG: ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) =>
    process.exit(code ?? 128 + (signal ? (constants.signals[signal] ?? 1) : 1)),
  );
}
