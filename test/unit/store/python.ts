import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';
import { fileURLToPath } from 'node:url';

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
  python = 'python3',
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
  if (spawnSync('python3', ['--version']).status === 0) return;
  process.stderr.write('      skipped: there is no python3 on this machine\n');
  this.skip();
}

/** Returns a Python that has these modules: the first of the path, else the one of the system, whose packages are its own. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const program = modules.map((name) => `import ${name}\n`).join('');
  return ['python3', '/usr/bin/python3'].find((one) => spawnSync(one, ['-c', program]).status === 0);
}

/** Skips, and says why, where no Python has what a test is about. */
export function skipWithoutModules(context: Context, ...modules: readonly string[]): string {
  const python = pythonWith(...modules);
  if (python !== undefined) return python;
  process.stderr.write(`      skipped: no python3 of this machine has ${modules.join(' and ')}\n`);
  return context.skip();
}
