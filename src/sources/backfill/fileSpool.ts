import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmdirSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { join } from 'node:path';
import { makeFolder } from '../../store/makeFolder.ts';
import { isRecord } from '../exchanges/kit/field.ts';
import type { FetchedFile } from './exchangeDesk.ts';
import type { Unit } from './plan.ts';

/** A file whose bytes are here. */
export type KeptFile = FetchedFile & { readonly bytes: Uint8Array };

/**
 * A folder with the files that were fetched and read and whose rows are not in the history yet: they go there together, which takes a
 * fraction of the time, and a run that is killed meanwhile does not ask for them again.
 */
export class FileSpool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The files of a chain, with what an earlier run has left of them. */
  of(chainKey: string): ChainSpool {
    return new ChainSpool(this.#folder, `${hash('sha256', chainKey).slice(0, 32)}.files`);
  }

  /** Removes the folder where nothing is left in it. */
  end(): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // It was never made, or another run has something in it.
    }
  }
}

/** The kept files of one chain: one file of records, each a line of JSON and the bytes that it tells of. */
export class ChainSpool {
  readonly #folder: string;
  readonly #path: string;
  #handle: number | undefined;
  /** What an earlier run has left, and this one has not come to yet. */
  readonly #left: Map<number, { readonly unit: Unit; readonly file: KeptFile }>;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#path = join(folder, name);
    this.#left = this.#read();
  }

  /** Returns the file of a unit that an earlier run has left; once. */
  take({ fromMs, toMs }: Unit): KeptFile | undefined {
    const known = this.#left.get(fromMs);
    if (known?.unit.toMs !== toMs) return undefined;
    this.#left.delete(fromMs);
    return known.file;
  }

  /** Keeps a file; returns whether it could: a disk that takes nothing is no reason to stop here. */
  keep({ fromMs, toMs }: Unit, { name, bytes, checksumText, receivedAtMs }: KeptFile): boolean {
    const about = { fromMs, toMs, name, checksumText, receivedAtMs };
    const head = `${JSON.stringify({ ...about, length: bytes.length, crc: crc32(bytes) })}\n`;
    try {
      const record = Buffer.concat([Buffer.from(head), bytes]);
      const handle = this.#open();
      for (let at = 0; at < record.length;) at += writeSync(handle, record, at);
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets those whose rows are in the history now: all, unless some that were left are still to come. */
  clear(): void {
    if (this.#left.size === 0) this.end();
  }

  /** Forgets all of them. */
  end(): void {
    this.close();
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // What cannot be removed is read once more at most: what is in the history is not planned again.
    }
  }

  /** Lets what is kept lie for another run. */
  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #open(): number {
    if (this.#handle !== undefined) return this.#handle;
    makeFolder(this.#folder);
    return (this.#handle = openSync(this.#path, 'a'));
  }

  /** What was left, as far as it is whole: a kill may have cut the last one. */
  #read(): Map<number, { readonly unit: Unit; readonly file: KeptFile }> {
    const files = new Map<number, { readonly unit: Unit; readonly file: KeptFile }>();
    try {
      const all = readFileSync(this.#path);
      let at = 0;
      for (let record = recordAt(all, at); record !== undefined; record = recordAt(all, at)) {
        files.set(record.unit.fromMs, record);
        at = record.endsAt;
      }
      if (at < all.length) truncateSync(this.#path, at);
    } catch {
      // Nothing was left, or nothing that can be read: it is fetched again.
    }
    return files;
  }
}

function recordAt(all: Buffer, at: number) {
  const lineEnd = all.indexOf('\n', at);
  if (lineEnd === -1) return undefined;
  const head = headIn(all.toString('utf8', at, lineEnd));
  if (!isRecord(head)) return undefined;
  const { fromMs, toMs, name, checksumText, receivedAtMs, length, crc } = head;
  if (typeof fromMs !== 'number' || typeof toMs !== 'number' || typeof receivedAtMs !== 'number')
    return undefined;
  if (typeof name !== 'string' || typeof length !== 'number') return undefined;
  const endsAt = lineEnd + 1 + length;
  const bytes = all.subarray(lineEnd + 1, endsAt);
  if (bytes.length !== length || crc32(bytes) !== crc) return undefined;
  const checksum = typeof checksumText === 'string' ? { checksumText } : {};
  const file: KeptFile = { name, bytes, receivedAtMs, ...checksum };
  return { unit: { fromMs, toMs }, file, endsAt };
}

function headIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
