import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PerpscopeError } from '../core/errors.ts';
import { quoted } from '../core/outsideText.ts';

/** Names that Windows keeps for devices, whatever follows the point. */
const DEVICES = /(?:^|[\\/])(?:con|prn|aux|nul|com\d|lpt\d)(?:\.[^\\/]*)?$/i;

/** Folders of Unix in which the system shows itself, and no file is kept. */
const SYSTEM = /^\/(?:proc|sys)\//;

/**
 * Reads `--store`: the path of a file, which need not exist. Errors: `usage` where it cannot be one: empty, an address, a
 * word that SQLite takes for something else, a folder or a device.
 */
export function readStorePath(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const refuse = (why: string): PerpscopeError =>
    new PerpscopeError('usage', `--store takes the path of a file, for example history.sqlite; ${why}`);
  if (value.trim() === '') throw refuse('it is empty');
  if (/^[a-z+]{2,}:\/\//i.test(value)) throw refuse('databases on a server are not supported yet');
  if (/^(?:file|sqlite):/i.test(value)) throw refuse(`${quoted(value)} is an address, write the path alone`);
  if (value.startsWith(':')) throw refuse('leave --store out to keep nothing');
  if (value.includes('\0')) throw refuse(`${quoted(value)} is no path`);
  const isDevice = resolve(value).startsWith('/dev/') || value.startsWith('\\\\.\\') || DEVICES.test(value);
  if (SYSTEM.test(resolve(value))) throw refuse(`${quoted(value)} is in a folder of the system`);
  if (isDevice) throw refuse(`${quoted(value)} is a device`);
  const found = statOf(value);
  if (found !== undefined && !found.isFile())
    throw refuse(`${quoted(value)} is ${found.isDirectory() ? 'a folder' : 'no file'}`);
  return value;
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    // Not there yet, or out of reach: opening it says which.
    return undefined;
  }
}
