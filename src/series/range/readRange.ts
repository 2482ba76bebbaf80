import { isImported, type ExchangeId, type InstrumentKey } from '../../core/ids.ts';
import type { OpenInterest } from '../../core/observation.ts';
import { DAY_MS } from '../../core/units.ts';
import {
  besideIn,
  columnIn,
  extended,
  LineBook,
  NO_EXTENT,
  sumOver,
  type MadeColumn,
  type RangeColumn,
  type RangeSum,
} from './rangeLines.ts';
import { readPiece, type Piece, type PieceSource } from './rangePiece.ts';
import type { RangeQuery, RangeStore } from './rangeQuery.ts';
import { rangeSeriesOf } from './rangeSeries.ts';

/** As much is read at once as the live market looks at: neighbours judge alike. */
const PIECE_MS = 30 * DAY_MS;
/** So many values are kept from one look to the next; a range that holds more is read again for each. */
const MOST_KEPT_VALUES = 4_000_000;

/** What an endpoint gave of an instrument over the whole range. */
export interface RangeSource {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly venueSymbol: string;
  readonly endpoint: string;
  readonly isReading: boolean;
  /** How open interest counts sides; several where that changed. Empty for other series. */
  readonly sides: readonly OpenInterest['sides'][];
  readonly values: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Values of a piece of a range: `columns[i][at]` is of column `i` at the label `firstMs + at × stepMs`; NaN = absent. */
export interface RangeRows {
  readonly firstMs: number;
  readonly steps: number;
  readonly columns: readonly Float64Array[];
  /** Of each column what stands beside its values, where the series has such. */
  readonly beside: readonly (readonly Float64Array[])[];
  /** The sum over exchanges, where one is wanted. */
  readonly sum: Float64Array | undefined;
}

/** A range that has been looked through; its values are read piece by piece. */
export interface Range {
  readonly stepMs: number;
  readonly columns: readonly RangeColumn[];
  readonly sum: RangeSum | undefined;
  readonly sources: readonly RangeSource[];
  /** Labels of the first and the last value; undefined where there is none at all. */
  readonly extent: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** Values that neighbours contradict, and that are left out. */
  readonly apart: number;
  /** From the first value to the last, ascending; every step is there. */
  rows(): AsyncGenerator<RangeRows>;
}

/**
 * Looks through a range: which instruments and exchanges speak, from when to when. Holds a piece of it at a time. `signal` ends
 * it with its reason.
 */
export async function readRange(store: RangeStore, query: RangeQuery, signal?: AbortSignal): Promise<Range> {
  const { stepMs } = query;
  const series = rangeSeriesOf(query.id);
  const pieces = new Pieces(store, query, signal);
  const book = new LineBook();
  const sources = new Map<string, RangeSource>();
  let apart = 0;
  for await (const piece of pieces.all()) {
    book.note(piece, stepMs);
    apart += piece.apart;
    for (const source of piece.sources) noteSource(sources, source);
  }
  const made = book.columns(series.kind, stepMs);
  const extents = made.map(() => NO_EXTENT);
  for await (const piece of pieces.all())
    for (const [at, column] of made.entries())
      extents[at] = extended(extents[at] ?? NO_EXTENT, columnIn(piece, column, pieces.stepsOf(piece)), piece.firstMs, stepMs); // prettier-ignore
  const isWanted = ({ exchange }: RangeColumn): boolean => query.exchanges?.includes(exchange) ?? true;
  const all = made.map((column, at) => ({ ...column, extent: extents[at] ?? NO_EXTENT }));
  const summed = all.filter(({ exchange }) => !isImported(exchange));
  const sum = query.isSummed && summed.length > 0 ? sumOver(summed, stepMs) : undefined;
  const members = all.filter(({ exchange }) => sum?.exchanges.includes(exchange) ?? false);
  const isSum = sum !== undefined && members.length > 1;
  const shown = all.filter((column) => isWanted(column) && column.extent.count > 0);
  const counted = [...shown, ...(isSum ? members : [])].map(({ extent }) => extent);
  const extent = counted.length === 0 ? undefined : {
    firstMs: Math.min(...counted.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...counted.map(({ lastMs }) => lastMs)),
  }; // prettier-ignore
  return {
    ...{ stepMs, sum, extent, apart },
    columns: shown.map(({ exchange, feed, instrument }) => ({ exchange, feed, ...(instrument === undefined ? {} : { instrument }) })), // prettier-ignore
    sources: [...sources.values()].filter((one) => isWanted({ ...one, feed: undefined }) || query.isSummed),
    rows: () => rowsOf(pieces, { stepMs, extent, shown, members: isSum ? members : [], sum }),
  };
}

interface Rows {
  readonly stepMs: number;
  readonly extent: Range['extent'];
  readonly shown: readonly MadeColumn[];
  readonly members: readonly MadeColumn[];
  readonly sum: RangeSum | undefined;
}

async function* rowsOf(
  pieces: Pieces,
  { stepMs, extent, shown, members, sum }: Rows,
): AsyncGenerator<RangeRows> {
  if (extent === undefined) return;
  for await (const piece of pieces.all(extent)) {
    const steps = pieces.stepsOf(piece);
    const from = Math.max(0, (extent.firstMs - piece.firstMs) / stepMs);
    const to = Math.min(steps, (extent.lastMs - piece.firstMs) / stepMs + 1);
    const columns = shown.map((column) => columnIn(piece, column, steps).subarray(from, to));
    const beside = shown.map((column) => besideIn(piece, column).map((one) => one.subarray(from, to)));
    const summed = members.map((column) => columnIn(piece, column, steps).subarray(from, to));
    const firstMs = piece.firstMs + from * stepMs;
    const total = sum && totalOf(summed, (sum.endMs - firstMs) / stepMs, to - from);
    yield { firstMs, steps: to - from, columns, beside, sum: total };
  }
}

/** What columns come to at each step up to the last that the sum has; without columns there is none. */
function totalOf(columns: readonly Float64Array[], last: number, steps: number): Float64Array {
  const total = new Float64Array(steps).fill(Number.NaN);
  const end = columns.length === 0 ? 0 : Math.min(steps, last + 1);
  if (end > 0) total.fill(0, 0, end);
  for (const column of columns)
    for (let at = 0; at < end; at += 1) total[at] = (total[at] ?? 0) + (column[at] ?? Number.NaN);
  return total;
}

/** The pieces of a range, each read when it is its turn and kept while there is room. */
class Pieces {
  readonly #store: RangeStore;
  readonly #query: RangeQuery;
  readonly #signal: AbortSignal | undefined;
  readonly #kept = new Map<number, Piece>();
  readonly #firstMs: number;
  readonly #endMs: number;
  #values = 0;

  constructor(store: RangeStore, query: RangeQuery, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#query = query;
    this.#signal = signal;
    const { fromMs, toMs, stepMs } = query;
    this.#firstMs = Math.ceil(fromMs / stepMs) * stepMs;
    this.#endMs = Math.ceil(toMs / stepMs) * stepMs;
  }

  stepsOf({ firstMs }: Piece): number {
    return (Math.min(this.#endMs, firstMs + PIECE_MS) - firstMs) / this.#query.stepMs;
  }

  /** Those that hold labels of an extent; all of them without one. */
  async *all(
    extent: NonNullable<Range['extent']> = { firstMs: -Infinity, lastMs: Infinity },
  ): AsyncGenerator<Piece> {
    // prettier-ignore
    for (let firstMs = this.#firstMs; firstMs < this.#endMs; firstMs += PIECE_MS) {
      this.#signal?.throwIfAborted();
      if (firstMs + PIECE_MS <= extent.firstMs || firstMs > extent.lastMs) continue;
      yield this.#kept.get(firstMs) ?? (await this.#read(firstMs));
    }
  }

  async #read(firstMs: number): Promise<Piece> {
    const { stepMs } = this.#query;
    const steps = (Math.min(this.#endMs, firstMs + PIECE_MS) - firstMs) / stepMs;
    const piece = await readPiece(this.#store, this.#query, firstMs, steps);
    const size = piece.lines.length * steps;
    if (this.#values + size <= MOST_KEPT_VALUES) {
      this.#values += size;
      this.#kept.set(firstMs, piece);
    }
    return piece;
  }
}

function noteSource(sources: Map<string, RangeSource>, found: PieceSource): void {
  const { exchange, instrument, venueSymbol, endpoint, isReading, sides } = found;
  const key = `${instrument} ${endpoint} ${isReading}`;
  const known = sources.get(key);
  const all = new Set([...(known?.sides ?? []), ...(sides === undefined ? [] : [sides])]);
  sources.set(key, {
    ...{ exchange, instrument, venueSymbol, endpoint, isReading },
    sides: [...all],
    values: (known?.values ?? 0) + found.values,
    firstMs: Math.min(known?.firstMs ?? Infinity, found.firstMs),
    lastMs: Math.max(known?.lastMs ?? -Infinity, found.lastMs),
  });
}
