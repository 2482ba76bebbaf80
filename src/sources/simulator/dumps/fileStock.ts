import { createHash } from 'node:crypto';
import type { DumpFile } from './dumpHost.ts';

/** Files as they are made, kept as long as there is room: one is asked for together with its checksum, and again after a fault. */
export class FileStock {
  readonly #issues = new Map<string, { readonly issue: number; readonly atMs: number }>();
  readonly #made = new Map<string, Promise<Uint8Array>>();
  readonly #most: number;

  constructor(most = 16) {
    this.#most = most;
  }

  /** From now on another issue of a file is served. */
  reissue(path: string, nowMs: number): void {
    this.#issues.set(path, { issue: this.issueOf(path) + 1, atMs: nowMs });
  }

  issueOf(path: string): number {
    return this.#issues.get(path)?.issue ?? 0;
  }

  modifiedMs(file: DumpFile): number {
    return this.#issues.get(file.path)?.atMs ?? file.publishedMs;
  }

  /** Returns the bytes of the issue that is served. */
  bytesOf(file: DumpFile): Promise<Uint8Array> {
    const key = `${file.path}#${this.issueOf(file.path)}#${file.publishedMs}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = file.make(this.issueOf(file.path));
    for (const oldest of this.#made.keys()) {
      if (this.#made.size < this.#most) break;
      this.#made.delete(oldest);
    }
    this.#made.set(key, made);
    // A file that could not be made is not kept as one.
    made.catch(() => this.#made.delete(key));
    return made;
  }

  /** Returns the line that stands in the checksum beside a file. */
  async checksumOf(file: DumpFile): Promise<string> {
    const digits = createHash('sha256')
      .update(await this.bytesOf(file))
      .digest('hex');
    return `${digits}  ${file.path.replace(/^.*\//, '')}\n`;
  }
}
