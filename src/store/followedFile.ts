import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import { isPerpscopeError, PerpscopeError } from '../core/errors.ts';

/** A look costs a system call; asking the system to tell would miss files on other machines, and folders that come later. */
const LOOK_EVERY_MS = 500;
const MAX_BYTES = 1_048_576;

/** What a file came to when it was read: its text, or why there is none. */
export type FileReading = { readonly text: string } | { readonly error: PerpscopeError };

/** Reads a text file of at most 1 MiB. Rejects with `config`, naming what is wrong and not the path. */
export async function readTextFile(path: string): Promise<string> {
  try {
    // Before it is opened: a pipe would keep whoever opens it waiting.
    const about = await stat(path);
    if (!about.isFile()) throw new PerpscopeError('config', 'no file');
    if (about.size > MAX_BYTES) throw new PerpscopeError('config', 'more than 1 MiB');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isPerpscopeError(error)) throw error;
    const { code = 'an error of the system' } = error as { readonly code?: string };
    throw new PerpscopeError('config', code === 'ENOENT' ? 'no file of this name' : code, { cause: error });
  }
}

/**
 * Reads a small text file, and again whenever it has changed, appears or is gone, once it has been left alone for a moment: an editor
 * writes a file in parts. `onRead` gets each reading.
 */
export class FollowedFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #onRead: (reading: FileReading) => Promise<void>;
  readonly #ended = new AbortController();
  /** How the file looked when it was read. */
  #read = '';

  constructor(path: string, clock: Clock, onRead: (reading: FileReading) => Promise<void>) {
    this.#path = path;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  /** Reads it for the first time and follows it from then on. Never rejects. */
  async start(): Promise<void> {
    await this.#take(await this.#look());
    void this.#follow();
  }

  dispose(): void {
    this.#ended.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    for (let before = this.#read; ;) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const now = await this.#look();
      if (now !== this.#read && now === before) await this.#take(now);
      before = now;
    }
  }

  async #take(look: string): Promise<void> {
    this.#read = look;
    const reading = await readTextFile(this.#path).then(
      (text) => ({ text }),
      (error: unknown) => ({ error: error as PerpscopeError }),
    );
    if (!this.#ended.signal.aborted) await this.#onRead(reading);
  }

  /** What changes whenever the file does; the same as long as it is not there. */
  async #look(): Promise<string> {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await stat(this.#path);
      return [ino, size, mtimeMs, ctimeMs].join(' ');
    } catch {
      return 'none';
    }
  }
}
