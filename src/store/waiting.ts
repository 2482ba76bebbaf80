import type { Rows } from '../core/chunk.ts';
import type { ContextValue } from '../core/contextValue.ts';
import type { DataSource } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { StreamGap } from '../core/streamGap.ts';
import type { AppendResult, HistoryStore } from './historyStore.ts';
import type { JournalEntry } from './journal.ts';
import { createMemoryStore } from './memoryStore.ts';
import { countRows } from './preparedRows.ts';

/** Something that is to be written. */
export type Work =
  | { readonly of: 'rows'; readonly rows: Rows }
  | { readonly of: 'newest'; readonly rows: readonly Observation[] }
  | { readonly of: 'context'; readonly values: readonly ContextValue[] }
  | { readonly of: 'gaps'; readonly gaps: readonly StreamGap[] }
  | { readonly of: 'journal'; readonly entries: readonly JournalEntry[] };

const NOTHING: AppendResult = { inserted: 0, unchanged: 0, revised: 0 };

/** Does one piece of work on a history. */
export async function doWork(store: HistoryStore, work: Work): Promise<AppendResult> {
  switch (work.of) {
    case 'rows':
      return store.append(work.rows);
    case 'context':
      return store.appendContext(work.values);
    case 'newest':
      await store.noteNewest(work.rows);
      return NOTHING;
    case 'gaps':
      await store.appendGaps(work.gaps);
      return NOTHING;
    case 'journal':
      await store.appendJournal(work.entries);
      return NOTHING;
  }
}

function sizeOf(work: Work): number {
  switch (work.of) {
    case 'rows':
    case 'newest':
      return countRows(work.rows);
    case 'context':
      return work.values.length;
    case 'gaps':
      return work.gaps.length;
    case 'journal':
      return work.entries.length;
  }
}

/** The most rows that wait; what came first is dropped beyond. */
export const MOST_WAITING_ROWS = 100_000;

/** Work that no file has taken yet, in order, and a history in memory of what it holds, for who reads meanwhile. */
export class Waiting {
  readonly #source: DataSource;
  readonly #most: number;
  #queue: Work[] = [];
  #rows = 0;
  #view: HistoryStore | undefined;
  /** Rows that there was no place for. */
  dropped = 0;

  constructor(source: DataSource, most: number = MOST_WAITING_ROWS) {
    this.#source = source;
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes work; what it did is said as far as waiting rows are concerned. Throws for rows that no history takes. */
  async add(work: Work): Promise<AppendResult> {
    const result = await doWork(await this.view(), work);
    this.#queue.push(work);
    this.#rows += sizeOf(work);
    while (this.#rows > this.#most && this.#queue.length > 1) {
      const size = sizeOf(this.#queue.shift() ?? work);
      this.#rows -= size;
      this.dropped += size;
      this.#view = undefined;
    }
    return result;
  }

  /** What waits, as a history. */
  async view(): Promise<HistoryStore> {
    if (this.#view !== undefined) return this.#view;
    const view = createMemoryStore(this.#source);
    this.#view = view;
    for (const work of this.#queue) await doWork(view, work);
    return view;
  }

  /** Writes what waits, in order, until something is refused: that is thrown, and it waits on. */
  async drain(store: HistoryStore): Promise<void> {
    for (let work = this.#queue[0]; work !== undefined; work = this.#queue[0]) {
      await doWork(store, work);
      // What came first may have been dropped meanwhile.
      if (this.#queue[0] !== work) continue;
      this.#queue.shift();
      this.#rows -= sizeOf(work);
    }
    this.#view = undefined;
  }
}
