import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rowsIn, type RowPiece, type RowShape } from './rowShape.ts';
import { csvHead, csvRow, jsonRow } from './rowText.ts';

/** What became of a file. */
export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}

/** Takes rows in order of time and makes a file of them. */
export interface RowFile {
  add(piece: RowPiece): void;
  /** Writes what is left and gives the file its name. */
  end(): WrittenFile;
  /** Leaves no file. */
  discard(): void;
}

const BYTES_AT_ONCE = 1 << 20;

/** A file that has its name once it is whole, and the hash of what was written into it. */
export class HashedFile {
  readonly #path: string;
  readonly #part: string;
  readonly #hash = createHash('sha256');
  #handle: number | undefined;
  #bytes = 0;

  /** Throws what the file system throws. */
  constructor(folder: string, name: string) {
    this.#path = join(folder, name);
    this.#part = `${this.#path}.part`;
    this.#handle = openSync(this.#part, 'w');
  }

  write(bytes: Uint8Array): void {
    if (this.#handle === undefined) return;
    this.#hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at);
    this.#bytes += bytes.length;
  }

  end(rows: number): WrittenFile {
    this.#close();
    renameSync(this.#part, this.#path);
    return { file: basename(this.#path), bytes: this.#bytes, sha256: this.#hash.digest('hex'), rows };
  }

  discard(): void {
    this.#close();
    rmSync(this.#part, { force: true });
  }

  #close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}

/** Begins a file of comma-separated values, or of one JSON object a line. */
export function textFile(format: 'csv' | 'ndjson', folder: string, name: string, shape: RowShape): RowFile {
  const file = new HashedFile(folder, name);
  let [text, rows] = [format === 'csv' ? csvHead(shape) : '', 0];
  const flush = (): void => {
    file.write(Buffer.from(text, 'utf8'));
    text = '';
  };
  return {
    add(piece) {
      for (const row of rowsIn(piece)) {
        text += format === 'csv' ? csvRow(row, shape) : `${jsonRow(row, shape)}\n`;
        rows += 1;
        if (text.length >= BYTES_AT_ONCE) flush();
      }
    },
    end() {
      flush();
      return file.end(rows);
    },
    discard: () => file.discard(),
  };
}
