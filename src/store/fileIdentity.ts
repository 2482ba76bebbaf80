import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What tells a file from another at the same path. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bytes: bigint;
}

/** Returns what stands at a path; undefined where nothing does, or it cannot be looked at. */
export function identityOf(path: string): FileIdentity | undefined {
  try {
    const { dev, ino, size } = statSync(path, { bigint: true });
    return { device: dev, inode: ino, bytes: size };
  } catch {
    return undefined;
  }
}

/** Returns whether two looks at a path saw the same file, whatever was written in between. */
export function isSameFile(one: FileIdentity | undefined, other: FileIdentity | undefined): boolean {
  return one !== undefined && one.device === other?.device && one.inode === other.inode;
}

/** What every database of SQLite begins with, https://www.sqlite.org/fileformat.html */
const MAGIC = 'SQLite format 3\0';

/** Returns whether a file begins as a database does; also where it cannot be read, or is empty still. */
export function beginsAsDatabase(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    const begin = Buffer.alloc(MAGIC.length);
    const length = readSync(file, begin, 0, MAGIC.length, 0);
    closeSync(file);
    return length === 0 || begin.toString('latin1') === MAGIC;
  } catch {
    return true;
  }
}
