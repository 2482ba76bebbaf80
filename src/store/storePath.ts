import { join, parse } from 'node:path';
import type { DataSource } from '../core/ids.ts';

/**
 * Returns the file that holds the history of a data source, given the path the user configured: live numbers at the
 * path itself, simulated ones beside it (`history.db` becomes `history.simulated.db`), so that the two never meet.
 */
export function storePathFor(path: string, source: DataSource): string {
  if (source === 'live') return path;
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.simulated${ext}`);
}

/** Returns the file beside the history in which pauses of exchanges are shared (`history.db` has `history.pauses.json`). */
export function pausesPathFor(path: string): string {
  const { dir, name } = parse(path);
  return join(dir, `${name}.pauses.json`);
}
