import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rows } from '../core/chunk.ts';
import type { DataSource } from '../core/ids.ts';
import type { AppendResult, HistoryStore } from './historyStore.ts';
import { createMemoryStore } from './memoryStore.ts';
import { countRows } from './preparedRows.ts';

type Writing = 'append' | 'noteNewest' | 'appendContext' | 'appendGaps' | 'appendJournal';
type WorkOf<W extends Writing> = { readonly by: W; readonly items: Parameters<HistoryStore[W]>[0] };
/** Something that is to be written, and by what a history is told. */
export type Work = { [W in Writing]: WorkOf<W> }[Writing];

const NOTHING: AppendResult = { inserted: 0, unchanged: 0, revised: 0 };

/** Does one piece of work on a history. */
export async function doWork(store: HistoryStore, { by, items }: Work): Promise<AppendResult> {
  return (await store[by](items as never)) ?? NOTHING;
}

/** Every item but a chunk counts as one. */
const sizeOf = ({ items }: Work): number => countRows(items as Rows);

/** The most rows that wait; beyond, the oldest tenth is dropped. */
export const MOST_WAITING_ROWS = 100_000;
const KEPT_PART = 0.9;
/** How many rows are read again before other work of the thread gets its turn. */
const SLICE_ROWS = 256;

/** Work that no file has taken yet, in order, and a history in memory of what it holds, for who reads meanwhile. */
export class Waiting {
  readonly #source: DataSource;
  readonly #most: number;
  readonly #queue: Work[] = [];
  #rows = 0;
  /** How many pieces of work were in the queue and are not any more. */
  #gone = 0;
  #view: HistoryStore;
  #renewed = Promise.resolve();
  /** Rows that there was no place for. */
  dropped = 0;

  constructor(source: DataSource, most: number = MOST_WAITING_ROWS) {
    this.#source = source;
    this.#most = most;
    this.#view = createMemoryStore(source);
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes work; what it did is said as far as waiting rows are concerned. Throws for rows that no history takes. */
  async add(work: Work): Promise<AppendResult> {
    const view = this.#view;
    const result = await doWork(view, work);
    this.#queue.push(work);
    this.#rows += sizeOf(work);
    // Another has taken its place, which was made of the queue without this work.
    if (view !== this.#view) await doWork(this.#view, work);
    if (this.#rows > this.#most) this.#drop();
    return result;
  }

  /** What waits, as a history. */
  async view(): Promise<HistoryStore> {
    await this.#renewed;
    return this.#view;
  }

  /** Writes what waits, in order, until something is refused: that is thrown, and it waits on. */
  async drain(store: HistoryStore): Promise<void> {
    for (let work = this.#queue[0]; work !== undefined; work = this.#queue[0]) {
      await doWork(store, work);
      // What came first may have been dropped meanwhile.
      if (this.#queue[0] === work) this.#remove(1);
    }
    this.#view = createMemoryStore(this.#source);
  }

  /** Drops many at once: what is left has to be read again. */
  #drop(): void {
    let [rows, count] = [this.#rows, 0];
    while (rows > KEPT_PART * this.#most && count < this.#queue.length - 1)
      rows -= sizeOf(this.#queue[count++] as Work);
    this.dropped += this.#rows - rows;
    this.#remove(count);
    this.#renewed = this.#renewed.then(() => this.#renew());
  }

  #remove(count: number): void {
    for (const work of this.#queue.splice(0, count)) this.#rows -= sizeOf(work);
    this.#gone += count;
  }

  /** Reads the queue again, and what comes meanwhile, in slices. */
  async #renew(): Promise<void> {
    const [before, view] = [this.#view, createMemoryStore(this.#source)];
    let rows = 0;
    for (
      let place = this.#gone;
      place < this.#gone + this.#queue.length;
      place = Math.max(place + 1, this.#gone)
    ) {
      const work = this.#queue[place - this.#gone] as Work;
      await doWork(view, work);
      rows += sizeOf(work);
      if (rows < SLICE_ROWS) continue;
      rows = 0;
      await nextTurn();
    }
    // Where all of it was written meanwhile, nothing is left to be read.
    if (this.#view === before) this.#view = view;
  }
}
