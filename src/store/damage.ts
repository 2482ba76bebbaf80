/** What could not be read of a history, and what no place was left for; docs/reliability.md. */
export interface StoreDamage {
  /** Rows that are left out because they cannot be read, or their checksum is wrong. */
  readonly rows: number;
  /** Blocks of rows, likewise. */
  readonly blocks: number;
  /** Rows that were thrown away because no file could take them for too long. */
  readonly dropped: number;
  /** What they belong to: instruments, or tables; at most 20 names. */
  readonly names: readonly string[];
}

const MOST_NAMES = 20;
/** Beyond this a count stands still. */
const MOST_COUNTED = 10_000;

/** Counts each damaged thing once, however often it is met. */
export class DamageBook {
  readonly #rows = new Set<string>();
  readonly #blocks = new Set<string>();
  readonly #names = new Set<string>();

  noteRow(name: string, key: string): void {
    if (this.#rows.size < MOST_COUNTED) this.#rows.add(key);
    this.#note(name);
  }

  noteBlock(name: string, key: string): void {
    if (this.#blocks.size < MOST_COUNTED) this.#blocks.add(key);
    this.#note(name);
  }

  read(): StoreDamage {
    return { rows: this.#rows.size, blocks: this.#blocks.size, dropped: 0, names: [...this.#names] };
  }

  #note(name: string): void {
    if (this.#names.size < MOST_NAMES) this.#names.add(name);
  }
}
