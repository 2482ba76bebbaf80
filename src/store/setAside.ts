import { existsSync, renameSync } from 'node:fs';
import { basename, join, parse } from 'node:path';

/** Where a file was kept, and a sentence about it for the user. */
export interface SetAside {
  readonly kept: string;
  readonly notice: string;
}

/**
 * Renames a damaged database and its journal to the first free `name.damaged-N.ext` beside it; deletes nothing. Throws what
 * the file system throws. Call it under the opening lock.
 */
export function setAside(file: string, reason: string): SetAside {
  const { dir, name, ext } = parse(file);
  let number = 1;
  let kept: string;
  do kept = join(dir, `${name}.damaged-${number++}${ext}`);
  while (existsSync(kept));
  // The journal holds the newest rows; SQLite finds it by the database's name. It goes first, so that a new database
  // at this path never meets it.
  for (const suffix of ['-wal', '-shm', ''])
    if (suffix === '' || existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
  const notice =
    `The history ${basename(file)} is damaged (${reason}). It was kept as ${basename(kept)} ` +
    'and a new one was started; what can still be read is taken over.';
  return { kept, notice };
}
