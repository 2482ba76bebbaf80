import { statSync } from 'node:fs';

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
