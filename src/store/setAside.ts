import { existsSync, renameSync, statSync } from 'node:fs';
import { basename, join, parse } from 'node:path';

/** Identity of the file behind a path, to notice that another process has replaced it. Undefined: no such file. */
export function fileIdentity(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

/**
 * Renames a damaged database and its journal to the first free `name.damaged-N.ext` beside it; deletes nothing.
 * Does nothing if the path no longer leads to `identity`: another window has already set the file aside.
 * Returns a sentence for the user. Throws what the file system throws.
 */
export function setAside(file: string, identity: string | undefined, reason: string): string {
  const { dir, name, ext } = parse(file);
  if (fileIdentity(file) !== identity)
    return `The history ${basename(file)} was damaged (${reason}) and has been replaced by another window.`;
  let number = 1;
  let kept: string;
  do kept = join(dir, `${name}.damaged-${number++}${ext}`);
  while (existsSync(kept));
  renameSync(file, kept);
  // The journal holds the newest rows and is found by SQLite under the database's name.
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
  return (
    `The history ${basename(file)} is damaged (${reason}). It was kept as ${basename(kept)} ` +
    'and a new, empty history was started.'
  );
}
