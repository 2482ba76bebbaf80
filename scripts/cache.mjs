/** Big things that do not belong into node_modules live in a cache of their own, one complete folder per name and version. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const abandonedAfterMs = 60 * 60 * 1000;

export function cacheFolder() {
  const chosen = process.env['PERPSCOPE_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'perpscope');
}

/**
 * The folder of that name, filled once. It is filled under a temporary name and renamed when complete, so that a half-written one is
 * never used and two processes at a time do no harm.
 * @param {string} name must change with its content, thus holds the version
 * @param {(folder: string) => Promise<void>} fill
 * @returns {Promise<string>}
 */
export async function cachedFolder(name, fill) {
  const base = cacheFolder();
  const complete = join(base, name);
  if (existsSync(complete)) return complete;
  mkdirSync(base, { recursive: true });
  removeAbandoned(base);
  const temporary = mkdtempSync(join(base, `${name}.partial-`));
  try {
    await fill(temporary);
    renameSync(temporary, complete);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process finished first: its folder is as good as ours.
    if (!existsSync(complete)) throw error;
  }
  return complete;
}

/** @param {string} base */
function removeAbandoned(base) {
  for (const entry of readdirSync(base)) {
    const path = join(base, entry);
    if (/\.partial-\w+$/.test(entry) && Date.now() - statSync(path).mtimeMs > abandonedAfterMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
