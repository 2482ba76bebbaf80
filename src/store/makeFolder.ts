import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, as many as are missing, each tried once: making them "recursively" is tried without
 * end by Node where the system says that the folder above is missing although it is there, as under /proc. Throws the
 * error of the system for what cannot be made.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  // The parent of a root is the root itself, also of a drive or a share of Windows.
  for (let at = resolve(path); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  for (const folder of missing.reverse()) makeOne(folder);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
