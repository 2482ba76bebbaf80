import { isChunk, keepRows, rowAt, type Chunk } from './chunk.ts';
import type { Observation } from './observation.ts';
import { numberAt } from './quantities.ts';

/** Rows, single ones and those in columns. */
export type Part = Observation | Chunk;

/**
 * The rows of several parts counted through: a single row takes one place, a chunk one for each of its rows. Judges name rows
 * by their places, so that none has to be made of a chunk before something is wrong with it.
 */
export class Places<P extends Part = Part> {
  readonly parts: readonly P[];
  /** The place of the first row of each part. */
  readonly firsts: readonly number[];
  readonly count: number;

  constructor(parts: readonly P[]) {
    this.parts = parts;
    const firsts: number[] = [];
    let count = 0;
    for (const part of parts) {
      firsts.push(count);
      count += isChunk(part) ? part.atMs.length : 1;
    }
    this.firsts = firsts;
    this.count = count;
  }

  /** Calls for each part with the place of its first row. */
  each(take: (part: P, first: number) => void): void {
    for (const [index, part] of this.parts.entries()) take(part, this.firsts[index] ?? 0);
  }

  /** The row at a place; of a chunk a new object. */
  rowAt(place: number): Observation | undefined {
    const index = this.#indexOf(place);
    const part = this.parts[index];
    if (part === undefined) return undefined;
    return isChunk(part) ? rowAt(part, place - (this.firsts[index] ?? 0)) : part;
  }

  /** What a field of the row at a place states; undefined where it does not. */
  numberAt(place: number, field: string): number | undefined {
    const index = this.#indexOf(place);
    const part = this.parts[index];
    if (part === undefined) return undefined;
    if (!isChunk(part)) return numberAt(part, field);
    const value = part.columns[field]?.[place - (this.firsts[index] ?? 0)];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /**
   * Returns the parts with what `change` makes of the rows at these places, undefined for nothing. A row of a chunk that is
   * changed leaves it, and stands beside it by itself.
   */
  with(
    places: ReadonlySet<number>,
    change: (row: Observation, place: number) => Observation | undefined,
  ): P[] {
    return this.parts.flatMap((part, index): Part[] => {
      const first = this.firsts[index] ?? 0;
      if (!isChunk(part)) {
        const row = places.has(first) ? change(part, first) : part;
        return row === undefined ? [] : [row];
      }
      const own = Array.from(part.atMs.keys()).filter((at) => places.has(first + at));
      if (own.length === 0) return [part];
      const kept = keepRows(part, (at) => !places.has(first + at));
      const changed = own.flatMap((at) => change(rowAt(part, at), first + at) ?? []);
      return kept.atMs.length === 0 ? changed : [kept, ...changed];
    }) as P[];
  }

  #indexOf(place: number): number {
    let [low, high] = [0, this.firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.firsts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
