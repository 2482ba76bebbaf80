import { existsSync, renameSync } from 'node:fs';
import { basename, join, parse } from 'node:path';

/**
 * Renames a damaged database and its journal to the first free `name.damaged-N.ext` beside it; deletes nothing.
 * Returns a sentence for the user. Throws what the file system throws. Call it under the opening lock.
 */
export function setAside(file: string, reason: string): string {
  const { dir, name, ext } = parse(file);
  let number = 1;
  let kept: string;
  do kept = join(dir, `${name}.damaged-${number++}${ext}`);
  while (existsSync(kept));
  // The journal holds the newest rows; SQLite finds it by the database's name. It goes first, so that a new database
  // at this path never meets it.
  for (const suffix of ['-wal', '-shm', ''])
    if (suffix === '' || existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
  return (
    `The history ${basename(file)} is damaged (${reason}). It was kept as ${basename(kept)} ` +
    'and a new, empty history was started.'
  );
}
