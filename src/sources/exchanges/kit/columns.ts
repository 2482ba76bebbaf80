import type { Chunk } from '../../../core/chunk.ts';
import type { ObservationKind, ObservationOf, Provenance } from '../../../core/observation.ts';
import type { MapContext } from '../mapContext.ts';
import { namesOf, type Subject } from './subject.ts';

type Own<K extends ObservationKind> = Exclude<keyof ObservationOf<K>, keyof Provenance | 'kind'>;

/** The numeric fields of a kind. */
export type NumberName<K extends ObservationKind> = {
  [F in Own<K>]: Exclude<ObservationOf<K>[F], undefined> extends number ? F : never;
}[Own<K>] &
  string;

/** Fields that all rows of a chunk share. */
export type Constants<K extends ObservationKind> = {
  readonly [F in Own<K>]?: ObservationOf<K>[F] | undefined;
};

/** Takes the rows of one chunk. */
export interface Pusher<N extends readonly string[]> {
  /** Adds a row: its time, and a number for each column, undefined (never 0) where the row does not state it. */
  push(atMs: number, ...values: { readonly [I in keyof N]: number | undefined }): void;
  /**
   * Adds the row that a reader has read last as it stands: `slots` are those of its time and of each column. For the longest
   * histories, whose numbers need not be made one by one.
   */
  copy(numbers: Float64Array, slots: readonly number[]): void;
}

const FIRST_ROWS = 64;

/** The most columns that a chunk has. */
const MOST_COLUMNS = 8;

function put(column: Float64Array | undefined, at: number, value: number | undefined): void {
  if (column !== undefined) column[at] = value ?? Number.NaN;
}

class ChunkBuilder {
  readonly who: Subject;
  variant: object | undefined;
  readonly content: string;
  #atMs: Float64Array;
  #columns: Float64Array[];
  #rows = 0;
  #isAscending = true;

  constructor(who: Subject, variant: object | undefined, content: string, columns: number, rows: number) {
    this.who = who;
    this.variant = variant;
    this.content = content;
    this.#atMs = new Float64Array(rows);
    this.#columns = Array.from({ length: columns }, () => new Float64Array(rows));
  }

  /** Written out, since a list of values would have to be made for every row. */
  push(
    atMs: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    e?: number,
    f?: number,
    g?: number,
    h?: number,
  ): void {
    const at = this.#begin(atMs);
    const columns = this.#columns;
    const { length } = columns;
    if (length > 0) put(columns[0], at, a);
    if (length > 1) put(columns[1], at, b);
    if (length > 2) put(columns[2], at, c);
    if (length > 3) put(columns[3], at, d);
    if (length > 4) put(columns[4], at, e);
    if (length > 5) put(columns[5], at, f);
    if (length > 6) put(columns[6], at, g);
    if (length > 7) put(columns[7], at, h);
  }

  copy(numbers: Float64Array, slots: readonly number[]): void {
    const at = this.#begin(numbers[slots[0] ?? -1] ?? Number.NaN);
    const columns = this.#columns;
    for (let index = 0; index < columns.length; index += 1)
      put(columns[index], at, numbers[slots[index + 1] ?? -1]);
  }

  chunk(shared: Chunk['shared'], names: readonly string[]): Chunk | undefined {
    if (this.#rows === 0) return undefined;
    const order = this.#order();
    const columns: Record<string, Float64Array> = {};
    for (let index = 0; index < names.length; index += 1) {
      const column = this.#columns[index];
      // A column of nothing is not worth its order.
      if (column !== undefined && isStated(column, this.#rows))
        columns[names[index] ?? ''] = this.#finished(column, order);
    }
    return { shared, atMs: this.#finished(this.#atMs, order), columns };
  }

  /** Begins a row; returns its place. */
  #begin(atMs: number): number {
    const at = this.#rows;
    if (at === this.#atMs.length) this.#grow();
    if (at > 0 && atMs < (this.#atMs[at - 1] ?? 0)) this.#isAscending = false;
    this.#atMs[at] = atMs;
    this.#rows = at + 1;
    return at;
  }

  #grow(): void {
    const longer = (column: Float64Array): Float64Array => {
      const copy = new Float64Array(column.length * 2);
      copy.set(column);
      return copy;
    };
    this.#atMs = longer(this.#atMs);
    this.#columns = this.#columns.map(longer);
  }

  /** The places in the order of time; undefined where they are. Rows of one time stay in the order in which they came. */
  #order(): 'reversed' | Uint32Array | undefined {
    if (this.#isAscending) return undefined;
    const times = this.#atMs;
    let isDescending = true;
    for (let at = 1; at < this.#rows && isDescending; at += 1)
      isDescending = (times[at] ?? 0) < (times[at - 1] ?? 0);
    if (isDescending) return 'reversed';
    return Uint32Array.from({ length: this.#rows }, (_, at) => at).sort(
      (a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b,
    );
  }

  #finished(column: Float64Array, order: 'reversed' | Uint32Array | undefined): Float64Array {
    const own = column.length === this.#rows ? column : column.slice(0, this.#rows);
    if (order === undefined) return own;
    return order === 'reversed' ? own.reverse() : Float64Array.from(order, (at) => column[at] ?? Number.NaN);
  }
}

/** Whether a column holds a number in its first rows. */
function isStated(column: Float64Array, rows: number): boolean {
  for (let at = 0; at < rows; at += 1) if (!Number.isNaN(column[at])) return true;
  return false;
}

/** Gathers the rows of a history as columns: one chunk for each subject, and for each set of constants in which its rows differ. */
export class ColumnWriter<K extends ObservationKind, N extends readonly string[]> {
  readonly #context: MapContext;
  readonly #constants: Constants<K> & { readonly kind: K };
  readonly #names: N;
  readonly #rows: number;
  readonly #builders: ChunkBuilder[] = [];
  #last: ChunkBuilder | undefined;

  constructor(context: MapContext, constants: Constants<K> & { readonly kind: K }, names: N, rows: number) {
    this.#context = context;
    this.#constants = constants;
    if (names.length > MOST_COLUMNS) throw new RangeError(`a chunk has at most ${MOST_COLUMNS} columns`);
    this.#names = names;
    this.#rows = rows;
  }

  /** Returns what takes the rows about a subject that also share these constants, for example `{ usdBasis: 'venue' }`. */
  of(who: Subject, variant?: Constants<K>): Pusher<N> {
    const last = this.#last;
    const own = last?.who === who && last.variant === variant ? last : this.#find(who, variant);
    this.#last = own;
    return own as unknown as Pusher<N>;
  }

  /** Returns what was gathered; times ascend in each chunk. */
  chunks(): Chunk[] {
    const chunks: Chunk[] = [];
    for (const one of this.#builders) {
      const shared: Record<string, unknown> = { ...namesOf(this.#context, one.who) };
      const fields: Record<string, unknown> = { ...this.#constants, ...one.variant };
      for (const name in fields) if (fields[name] !== undefined) shared[name] = fields[name];
      const chunk = one.chunk(shared as Chunk['shared'], this.#names);
      if (chunk !== undefined) chunks.push(chunk);
    }
    return chunks;
  }

  #find(who: Subject, variant: object | undefined): ChunkBuilder {
    for (const one of this.#builders) if (one.who === who && one.variant === variant) return one;
    const content = variant === undefined ? '' : JSON.stringify(variant);
    const { venueSymbol, market } = who;
    for (const one of this.#builders) {
      if (one.content !== content || one.who.venueSymbol !== venueSymbol || one.who.market !== market)
        continue;
      one.variant = variant;
      return one;
    }
    const rows = Math.max(1, this.#builders.length === 0 ? this.#rows : FIRST_ROWS);
    const made = new ChunkBuilder(who, variant, content, this.#names.length, rows);
    this.#builders.push(made);
    return made;
  }
}

/**
 * Returns a writer of the columns of a history. `constants` are what all rows share, `names` the fields that become columns,
 * `rows` how many rows the answer holds.
 */
export function columnsOf<K extends ObservationKind, const N extends readonly NumberName<K>[]>(
  context: MapContext,
  constants: Constants<K> & { readonly kind: K },
  names: N,
  rows = FIRST_ROWS,
): ColumnWriter<K, N> {
  return new ColumnWriter(context, constants, names, rows);
}
