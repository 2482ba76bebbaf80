import type { SqliteHistory } from './sqliteHistory.ts';

type History = Pick<SqliteHistory, 'takenOver'>;

/** Counts how often what was read before may have lacked what can be read now: see `HistoryStore.readingEpoch`. */
export class ReadingEpoch {
  #count = 0;
  #history: History | undefined;
  /** How many files were taken over into that history, as seen last. */
  #takenOver = 0;

  /** From now on more can be read. */
  advance(): void {
    this.#count += 1;
  }

  /** The count, with what was taken over into the history that is open, by whichever process. */
  now(history: History | undefined): number {
    if (history === undefined) return this.#count;
    if (history !== this.#history) this.#takenOver = 0;
    this.#history = history;
    const takenOver = history.takenOver() ?? this.#takenOver;
    if (takenOver > this.#takenOver) this.advance();
    this.#takenOver = takenOver;
    return this.#count;
  }
}
