/** Rows of one series of a file, in the order of their labels; each label once. NaN = not stated. */
export interface LabelledTable {
  /** What tells rows apart: the label on its grid, epoch ms. */
  readonly keys: Float64Array;
  /** The label as stated, epoch ms. */
  readonly atMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** The rows of a series, and what was found where several had one label. */
export interface GatheredRows {
  readonly table: LabelledTable;
  /** Rows that say nothing that another one of their label does not say. */
  readonly repeats: number;
  /** Rows that gave another one of their label a number that it lacks. */
  readonly filledUp: number;
  /** Labels whose rows contradict each other: none of them is kept, since nothing tells which is right. */
  readonly conflicts: readonly number[];
  /** How many rows these were. */
  readonly conflictRows: number;
}

/** Gathers the rows of one series as they come, in any order. */
export class LabelledRows {
  readonly #keys: number[] = [];
  readonly #atMs: number[] = [];
  readonly #columns: number[][];

  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => []);
  }

  get length(): number {
    return this.#keys.length;
  }

  /** Returns the labels of all rows, as they came. */
  keys(): readonly number[] {
    return this.#keys;
  }

  add(key: number, atMs: number, values: Float64Array): void {
    this.#keys.push(key);
    this.#atMs.push(atMs);
    for (let index = 0; index < this.#columns.length; index += 1)
      this.#columns[index]?.push(values[index] ?? Number.NaN);
  }

  /**
   * Returns the rows by their labels. Rows of one label become one: what is absent in the first is taken from the others, and
   * two numbers that differ are a contradiction.
   */
  gathered(): GatheredRows {
    const keys = this.#keys;
    // Most files are in order, each label once.
    if (isAscending(keys, (before, key) => key > before)) {
      const all = (column: readonly number[]): Float64Array => new Float64Array(column);
      const table = { keys: all(keys), atMs: all(this.#atMs), columns: this.#columns.map(all) };
      return { table, repeats: 0, filledUp: 0, conflicts: [], conflictRows: 0 };
    }
    const order = orderOf(keys);
    const kept: number[] = [];
    const conflicts: number[] = [];
    let [repeats, filledUp, conflictRows] = [0, 0, 0];
    for (let at = 0; at < order.length;) {
      const first = order[at] ?? 0;
      let [end, said, isConflict] = [at + 1, 0, false];
      for (; end < order.length && keys[order[end] ?? 0] === keys[first]; end += 1) {
        const added = this.#merge(first, order[end] ?? 0);
        if (added === 0) said += 1;
        isConflict ||= added === undefined;
      }
      if (isConflict) {
        conflicts.push(keys[first] ?? 0);
        conflictRows += end - at;
      } else {
        kept.push(first);
        repeats += said;
        filledUp += end - at - 1 - said;
      }
      at = end;
    }
    const pick = (column: readonly number[]): Float64Array => picked(column, kept);
    const table = { keys: pick(keys), atMs: pick(this.#atMs), columns: this.#columns.map(pick) };
    return { table, repeats, filledUp, conflicts, conflictRows };
  }

  /** Fills a row up from another; returns how many numbers it gained, undefined where the two contradict each other. */
  #merge(into: number, from: number): number | undefined {
    let gained = 0;
    for (const column of this.#columns) {
      const [own, other] = [column[into] ?? Number.NaN, column[from] ?? Number.NaN];
      if (Number.isNaN(other) || own === other) continue;
      if (!Number.isNaN(own)) return undefined;
      column[into] = other;
      gained += 1;
    }
    return gained;
  }
}

/** The places of rows by their keys; those of one key as they came. Files are in order but for a few. */
function orderOf(keys: readonly number[]): Uint32Array {
  const order = Uint32Array.from(keys, (_, at) => at);
  return isAscending(keys, (before, key) => key >= before)
    ? order
    : order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

function isAscending(keys: readonly number[], holds: (before: number, key: number) => boolean): boolean {
  for (let at = 1; at < keys.length; at += 1)
    if (!holds(keys[at - 1] ?? Number.NaN, keys[at] ?? Number.NaN)) return false;
  return true;
}

/** The values at places of a column; a loop, since this is done for every number that is read. */
function picked(column: ArrayLike<number>, places: readonly number[]): Float64Array {
  const out = new Float64Array(places.length);
  for (let at = 0; at < out.length; at += 1) out[at] = column[places[at] ?? -1] ?? Number.NaN;
  return out;
}

/** Returns the table without the rows whose place does not hold. */
export function keepLabelled(table: LabelledTable, holds: (row: number) => boolean): LabelledTable {
  const rows: number[] = [];
  for (let row = 0; row < table.keys.length; row += 1) if (holds(row)) rows.push(row);
  if (rows.length === table.keys.length) return table;
  const pick = (column: Float64Array): Float64Array => picked(column, rows);
  return { keys: pick(table.keys), atMs: pick(table.atMs), columns: table.columns.map(pick) };
}
