import { join, parse } from 'node:path';
import type { DataSource } from '../core/ids.ts';

/**
 * Returns the file that holds the history of a data source, given the path the user configured: live numbers at the
 * path itself, simulated ones beside it (`history.db` becomes `history.simulated.db`), so that the two never meet. Where
 * several processes share a history, each market but the exchanges' own has files of its own, named after it
 * (`history.simulated.calm-1.db`): a label or a number of one market says nothing in another.
 */
export function storePathFor(path: string, source: DataSource, market?: string): string {
  if (source === 'live' && market === undefined) return path;
  const { dir, name, ext } = parse(path);
  const ofSource = source === 'live' ? name : `${name}.simulated`;
  return join(dir, `${ofSource}${market === undefined ? '' : `.${market}`}${ext}`);
}

/** Returns the file beside the history in which pauses of exchanges are shared (`history.db` has `history.pauses.json`). */
export function pausesPathFor(path: string): string {
  const { dir, name } = parse(path);
  return join(dir, `${name}.pauses.json`);
}

/** Returns the folder beside the history that holds files of a back-fill until their rows are in it (`history.db` has `history.backfill`). */
export function spoolPathFor(path: string): string {
  const { dir, name } = parse(path);
  return join(dir, `${name}.backfill`);
}
