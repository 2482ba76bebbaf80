import type { DumpDefects } from './table.ts';

/** The hosts of public files that are simulated. */
export const DUMP_HOSTS = ['binance', 'okx', 'gate', 'hyperliquid'] as const;
export type DumpHostId = (typeof DUMP_HOSTS)[number];

/** A file that a host has, once it is published. */
export interface DumpFile {
  readonly path: string;
  readonly publishedMs: number;
  readonly contentType: string;
  /** A SHA-256 stands beside it under its name and `.CHECKSUM`. */
  readonly hasChecksum: boolean;
  /** What is wrong with its rows in an issue; 0 is the first one. */
  defects(issue: number): DumpDefects;
  /** Makes the file of an issue. Large ones let others run in between. */
  make(issue: number): Promise<Uint8Array>;
}

/** One host of public files. */
export interface DumpHost {
  readonly id: DumpHostId;
  /** Returns the file of a path, whether or not it is published yet; undefined where there never is one. */
  find(path: string, nowMs: number): DumpFile | undefined;
  /** Lists what stands under a prefix: folders and files, whether or not they are published. */
  list?(prefix: string, nowMs: number): { readonly folders: string[]; readonly files: string[] };
}

/** Whether files have the defects of the real ones, or are as the market is. */
export type DefectMode = 'as-published' | 'none';
