import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';
import { fileURLToPath } from 'node:url';
import { python3, pythonWith } from '../../../scripts/python.mjs';

/** Where perpscope.py is. */
export const PYTHON_FOLDER = fileURLToPath(new URL('../../../python', import.meta.url));

/**
 * Returns what a program prints that is given the folder of perpscope.py and then `args`. Throws what it writes to stderr where it
 * fails. `python`: which one runs it.
 */
export function runPython(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  python = python3() ?? 'python3',
): string {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program, PYTHON_FOLDER, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** A hook that skips, and says why, where there is no python3. */
export function skipWithoutPython(this: Context): void {
  if (python3() !== undefined) return;
  process.stderr.write('      skipped: there is no python3 on this machine\n');
  this.skip();
}

/** Skips, and says why, where no Python has what a test is about. */
export function skipWithoutModules(context: Context, ...modules: readonly string[]): string {
  const python = pythonWith(...modules);
  if (python !== undefined) return python;
  process.stderr.write(`      skipped: no python3 of this machine has ${modules.join(' and ')}\n`);
  return context.skip();
}
