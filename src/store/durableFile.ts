import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerpscopeError } from '../core/errors.ts';
import type { AppendResult } from './historyStore.ts';
import type { StoreDamage } from './damage.ts';
import { ReadingEpoch } from './readingEpoch.ts';
import { salvage, type Salvaged } from './salvage.ts';
import { isBusy, isDamage, isOfEnvironment, storeError } from './sqliteErrors.ts';
import {
  fateOf,
  look,
  openFile,
  openKept,
  removeLeftJournal,
  setAsideDamaged,
  type FileOptions,
  type OpenFile,
} from './sqliteFile.ts';
import type { SqliteHistory } from './sqliteHistory.ts';
import { Waiting, type Work } from './waiting.ts';

/** `isHistoryLost`: what comes is in memory alone, and gone with the process unless the file takes it before. */
export type OnNotice = (notice: string, about: { readonly isHistoryLost: boolean }) => void;

export interface DurableOptions extends FileOptions {
  /** Told what the user should know once: a file that was set aside, a disk that takes nothing. */
  readonly onNotice?: OnNotice | undefined;
  readonly mostWaitingRows?: number;
}

/** How long a write waits for another process before its rows wait in memory. The thread is free meanwhile. */
const [PATIENCE_MS, POLL_MS] = [1_000, 25];
/** How often the file is looked at. */
const LOOK_MS = 200;
/** When a disk that refused is tried again: first, and at most. */
const [FIRST_RETRY_MS, LONGEST_RETRY_MS] = [1_000, 60_000];
/** How many damaged files are set aside within a time. */
const [MOST_MENDS, MEND_WINDOW_MS] = [3, 60_000];
/** When work that is put off begins after a write, and goes on. */
const [REST_MS, BREATH_MS] = [250, 20];

/**
 * Keeps a file open, whatever becomes of it: `read` and `write` go to the file, or to what waits in memory until the file
 * takes it. docs/reliability.md says what is done about which fault.
 */
export class DurableFile {
  readonly #options: DurableOptions;
  readonly #waiting: Waiting;
  #open: OpenFile | undefined;
  #salvage: { readonly db: DatabaseSync; readonly pieces: Generator<Salvaged> } | undefined;
  /** What was read of another file and is not written yet. */
  #piece: Salvaged | undefined;
  #mendedAtMs: number[] = [];
  #mending: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #draining: Promise<boolean> | undefined;
  #lookedAtMs = 0;
  #retry = { atMs: 0, afterMs: FIRST_RETRY_MS };
  #isRefused = false;
  #isDamageSaid = false;
  #isClosed = false;
  readonly #readingEpoch = new ReadingEpoch();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DurableOptions, open: OpenFile | undefined) {
    this.#options = options;
    this.#waiting = new Waiting(options.source, options.mostWaitingRows);
    this.#open = open;
    // Who found that it cannot be opened has said so.
    this.#isRefused = open === undefined;
    if (open !== undefined) this.#begin(open);
    else this.#postpone();
  }

  /** Writes, or lets wait; throws code `store` for what no history takes. */
  async write(work: Work, run: (history: SqliteHistory) => Promise<AppendResult>): Promise<AppendResult> {
    await this.#look();
    if (this.#waiting.isEmpty || (await this.#drain())) {
      try {
        const result = await this.#patiently(run);
        if (result !== undefined) {
          this.#rest(REST_MS);
          return result;
        }
      } catch (error) {
        this.#refuse(error);
      }
    }
    const result = await this.#waiting.add(work);
    this.#rest(POLL_MS);
    return result;
  }

  /** Writes what makes no sense to be written later; throws a retryable error of code `store` where it cannot be now. */
  async writeNow<T>(run: (history: SqliteHistory) => Promise<T>): Promise<T> {
    await this.#look();
    const startMs = performance.now();
    for (;;) {
      try {
        const history = this.#open?.history;
        if (history === undefined)
          throw new PerpscopeError('store', 'no history file is open', { retryable: true });
        return await run(history);
      } catch (error) {
        if (isBusy(error) && performance.now() - startMs < PATIENCE_MS) await sleep(POLL_MS);
        else if (isDamage(error) && (await this.#mendDamage(error))) continue;
        else throw storeError(error, this.#options.file);
      }
    }
  }

  /** Reads from the file, as far as it can be read, together with what waits. */
  async read<T>(
    run: (history: SqliteHistory) => Promise<T>,
    none: T,
    together: (file: T, waiting: Awaited<ReturnType<Waiting['view']>>) => Promise<T>,
  ): Promise<T> {
    await this.#look();
    const answer = await this.#patiently(run).catch((error: unknown) => this.#refuse(error));
    if (answer === undefined && this.#open !== undefined) this.#readingEpoch.advance();
    const found = answer ?? none;
    this.#sayDamage();
    return this.#waiting.isEmpty ? found : together(found, await this.#waiting.view());
  }

  /** Changes when what was read before may have lacked what can be read now. */
  readingEpoch(): number {
    return this.#readingEpoch.now(this.#open?.history);
  }

  damage(): StoreDamage {
    const found = this.#open?.history.damage() ?? { rows: 0, blocks: 0, names: [] };
    return { ...found, dropped: this.#waiting.dropped };
  }

  /** Does everything that is put off, as far as the file lets it. */
  async settle(): Promise<void> {
    this.#assertOpen();
    while (await this.#slice());
  }

  /** A few milliseconds of what is put off; returns whether there was any. */
  tidySlice(): boolean {
    this.#assertOpen();
    return this.#open?.history.tidySlice() ?? false;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    if (!this.#waiting.isEmpty) {
      this.#retry.atMs = 0;
      await this.#drain();
    }
    this.#isClosed = true;
    await this.#mending;
    await this.#opening?.catch(() => undefined);
    this.#endSalvage();
    await this.#open?.history.close();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PerpscopeError('store', 'the history is closed');
  }

  /** Runs once the locks of others allow it; undefined where they do not, or no file is open. */
  async #patiently<T>(run: (history: SqliteHistory) => Promise<T>): Promise<T | undefined> {
    const startMs = performance.now();
    for (;;) {
      const history = this.#open?.history;
      if (history === undefined) return undefined;
      try {
        return await run(history);
      } catch (error) {
        this.#assertOpen();
        if (isBusy(error)) {
          if (performance.now() - startMs >= PATIENCE_MS) return undefined;
          await sleep(POLL_MS);
        } else if (!isDamage(error) || !(await this.#mendDamage(error))) throw error;
      }
    }
  }

  /** Writes what waits, if it is time to try; returns whether nothing waits any more. Who asks meanwhile waits for the same. */
  async #drain(): Promise<boolean> {
    if (performance.now() < this.#retry.atMs) return false;
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drainOnce(): Promise<boolean> {
    try {
      await this.#mending;
      if (this.#open === undefined) await this.#reopenOnce();
      const isDone = await this.#patiently(async (history) => {
        await this.#waiting.drain(history);
        return true;
      });
      if (isDone !== true) return false;
      this.#retry = { atMs: 0, afterMs: FIRST_RETRY_MS };
      this.#isRefused = false;
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  /** What the disk refuses is tried again later, and said once; other errors are thrown. */
  #refuse(error: unknown): undefined {
    if (!isOfEnvironment(error) && !isDamage(error)) throw storeError(error, this.#options.file);
    this.#postpone();
    if (this.#isRefused || isBusy(error)) return undefined;
    this.#isRefused = true;
    const reason = storeError(error, this.#options.file).message;
    this.#say(`The history cannot be written and is kept in memory until it can: ${reason}`, true);
    return undefined;
  }

  #postpone(): void {
    const { afterMs } = this.#retry;
    this.#retry = { atMs: performance.now() + afterMs, afterMs: Math.min(2 * afterMs, LONGEST_RETRY_MS) };
    this.#rest(afterMs);
  }

  /** Looks whether the path still leads to the file that is open; where none is, opens it if it is time to try. */
  async #look(): Promise<void> {
    this.#assertOpen();
    await this.#mending;
    const nowMs = performance.now();
    if (this.#open === undefined) {
      if (nowMs >= this.#retry.atMs) await this.#mend(() => this.#reopenAgain());
      return;
    }
    if (nowMs - this.#lookedAtMs < LOOK_MS) return;
    this.#lookedAtMs = nowMs;
    const { file } = this.#options;
    const fate = fateOf(file, this.#open.seen);
    if (fate === 'as-it-was') this.#open = { ...this.#open, seen: look(file) };
    else if (fate === 'gone' || fate === 'replaced') await this.#mend(() => this.#leave(fate));
    else await this.#mend(() => this.#replaceDamaged(`it was ${fate.replace('-', ' ')}`));
  }

  /** Returns whether another file is open now. */
  async #mendDamage(error: unknown): Promise<boolean> {
    const before = this.#open;
    const nowMs = performance.now();
    this.#mendedAtMs = this.#mendedAtMs.filter((atMs) => nowMs - atMs < MEND_WINDOW_MS);
    // A disk that damages each new file is not given one after the other.
    if (this.#mending === undefined && this.#mendedAtMs.length >= MOST_MENDS) return false;
    this.#mendedAtMs.push(nowMs);
    if (this.#mending !== undefined) await this.#mending;
    else await this.#mend(() => this.#replaceDamaged(error instanceof Error ? error.message : String(error)));
    return this.#open !== undefined && this.#open !== before;
  }

  async #mend(work: () => Promise<void>): Promise<void> {
    this.#mending ??= work()
      .catch((error: unknown) => void this.#refuse(error))
      .finally(() => {
        this.#mending = undefined;
      });
    await this.#mending;
  }

  async #replaceDamaged(reason: string): Promise<void> {
    const before = this.#open;
    this.#open = undefined;
    if (before === undefined) return this.#reopen();
    // What is open knows more than the file: pages in memory and in the journal. Windows moves no open file.
    const isMoved = process.platform !== 'win32';
    if (!isMoved) await before.history.close().catch(() => undefined);
    const { notice, kept } = await setAsideDamaged(this.#options, before.seen, reason);
    if (isMoved) this.#takeFrom(before.history.database());
    this.#say(notice);
    await this.#reopen(isMoved ? undefined : kept);
  }

  /** The path leads to another file, or to none. What was open can still be read, and is written again. */
  async #leave(fate: 'gone' | 'replaced'): Promise<void> {
    const before = this.#open;
    this.#open = undefined;
    if (before !== undefined) {
      this.#takeFrom(before.history.database());
      await removeLeftJournal(this.#options, before.seen);
    }
    const what = fate === 'gone' ? 'deleted' : 'replaced';
    const name = basename(this.#options.file);
    this.#say(
      `The history ${name} was ${what} while it was open. What Perpscope still has of it is written again.`,
    );
    await this.#reopen();
  }

  /** A file that is no history of ours is refused to who writes; reading goes on with what waits. */
  async #reopenAgain(): Promise<void> {
    try {
      await this.#reopenOnce();
      if (!this.#waiting.isEmpty) return;
      this.#retry = { atMs: 0, afterMs: FIRST_RETRY_MS };
      this.#isRefused = false;
    } catch (error) {
      if (isOfEnvironment(error) || isDamage(error)) this.#refuse(error);
      else this.#postpone();
    }
  }

  /** Who finds no file open while it is being opened waits for the same. */
  #reopenOnce(): Promise<void> {
    this.#opening ??= this.#reopen()
      .then(() => this.#readingEpoch.advance())
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  async #reopen(kept?: string): Promise<void> {
    const open = await openFile(this.#options);
    if (open.notice !== undefined) this.#say(open.notice);
    this.#open = open;
    this.#isDamageSaid = false;
    this.#begin({ ...open, kept: open.kept ?? kept });
  }

  #begin({ kept }: OpenFile): void {
    this.#lookedAtMs = performance.now();
    const db = kept === undefined ? undefined : openKept(this.#options.sqlite, kept);
    if (db !== undefined) this.#takeFrom(db);
  }

  #takeFrom(db: DatabaseSync): void {
    this.#endSalvage();
    this.#salvage = { db, pieces: salvage(db, this.#options.sqlite) };
    this.#rest(BREATH_MS);
  }

  #endSalvage(): void {
    if (this.#salvage?.db.isOpen === true) this.#salvage.db.close();
    this.#salvage = undefined;
  }

  /** Goes on with what is put off after a while; does not keep a process alive. */
  #rest(afterMs: number): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#slice().then(
        (isMore) => {
          if (isMore) this.#rest(BREATH_MS);
          else if (!this.#waiting.isEmpty || this.#open === undefined)
            this.#rest(Math.max(BREATH_MS, this.#retry.atMs - performance.now()));
        },
        () => undefined,
      );
    }, afterMs).unref();
  }

  /** One piece of what is put off: what waits, then what another file holds, then tidying. Returns whether there is more. */
  async #slice(): Promise<boolean> {
    if (this.#isClosed) return false;
    await this.#look();
    if (!this.#waiting.isEmpty && !(await this.#drain())) return false;
    const history = this.#open?.history;
    if (history === undefined) return false;
    try {
      if (this.#salvage === undefined) return history.tidySlice();
      this.#piece ??= this.#salvage.pieces.next().value as Salvaged | undefined;
      if (this.#piece === undefined) {
        history.endTakeOver();
        this.#endSalvage();
      } else history.takeOver(this.#piece);
      this.#piece = undefined;
      return true;
    } catch (error) {
      if (isDamage(error)) return this.#mendDamage(error);
      // A lock is no refusal: what is written next must not wait for it.
      if (isBusy(error)) this.#rest(FIRST_RETRY_MS);
      else this.#refuse(error);
      return false;
    }
  }

  #sayDamage(): void {
    const { rows, blocks, names } = this.damage();
    if (this.#isDamageSaid || rows + blocks === 0) return;
    this.#isDamageSaid = true;
    const what = [rows > 0 ? [`${rows} rows`] : [], blocks > 0 ? [`${blocks} blocks of rows`] : []].flat();
    this.#say(
      `Parts of the history cannot be read and are left out: ${what.join(' and ')} of ${names.join(', ')}.`,
    );
  }

  #say(notice: string, isHistoryLost = false): void {
    this.#options.onNotice?.(notice, { isHistoryLost });
  }
}
