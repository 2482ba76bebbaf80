import type { ExchangeId, InstrumentKey } from '../../../core/ids.ts';
import type { Observation, OpenInterest } from '../../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { InstrumentTable } from '../../exchanges/decodeAnswer.ts';

/** One instrument's open interest before and after exactly one trade, all in the unit that its contracts count. */
export interface FillWindow {
  readonly exchange: ExchangeId;
  /** Of the open interest, with how the adapter says that it counts sides. */
  readonly endpoint: string;
  readonly sides: OpenInterest['sides'];
  readonly before: number;
  readonly after: number;
  readonly fill: number;
}

interface Reading {
  readonly row: OpenInterest;
  readonly size: number;
}

interface Book {
  readonly trades: { readonly atMs: number; readonly size: number }[];
  /** From here on every trade is known. */
  coveredMs: number;
  before?: Reading;
  after?: Reading;
}

/** Open interest may be counted so much earlier or later than its time says. */
const GUARD_MS = 2 * SECOND_MS;
/** Between readings that are compared; a window is judged one such time later, when its trades have come. */
const SPACING_MS = 10 * SECOND_MS;
const LONGEST_MS = MINUTE_MS;
/** Of one instrument; a market with more in a minute has no lone trade. */
const MAX_TRADES = 64;

/**
 * Finds the lone trades in what one exchange pushes. All times are the exchange's: a window is given out where both
 * edges are dated by it, one trade lies inside it, none near its edges, and nothing was missed. Bounded by what is
 * followed.
 */
export class FillWindows {
  readonly #books = new Map<InstrumentKey, Book>();
  #found: FillWindow[] = [];

  /** Takes the new rows of one frame. */
  add(rows: readonly Observation[], table: InstrumentTable): void {
    const newest = new Map<InstrumentKey, number>();
    for (const row of rows) {
      if (row.market !== undefined) continue;
      const unit = table.get(row.instrument)?.contractSize.unit;
      if (row.kind === 'trade') {
        const size = unit === 'quote' ? row.notionalUsd : row.sizeBase;
        newest.set(row.instrument, Math.max(newest.get(row.instrument) ?? 0, row.atMs));
        this.#trade(row.instrument, row.atMs, unit === undefined ? undefined : size);
      } else if (row.kind === 'open-interest' && row.barMs === undefined && row.atBasis === undefined) {
        const isPriced = row.usdBasis === 'mark-price';
        const size = unit === 'quote' ? (isPriced ? undefined : row.openInterestUsd) : row.openInterestBase;
        if (unit !== undefined && size !== undefined) this.#reading({ row, size });
      }
    }
    // What a first frame repeats of the past may have holes.
    for (const [key, atMs] of newest) {
      const book = this.#books.get(key);
      if (book?.coveredMs === Number.NEGATIVE_INFINITY) book.coveredMs = atMs;
    }
  }

  /** Something may have been missed: windows begin anew. */
  uncover(): void {
    this.#books.clear();
  }

  /** Returns the windows found since it was last asked. */
  drain(): readonly FillWindow[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  #trade(key: InstrumentKey, atMs: number, size: number | undefined): void {
    const book = this.#books.get(key) ?? { trades: [], coveredMs: Number.NEGATIVE_INFINITY };
    this.#books.set(key, book);
    if (size === undefined) return void this.#books.delete(key);
    book.trades.push({ atMs, size });
    if (book.trades.length <= MAX_TRADES) return;
    book.coveredMs = Math.max(book.coveredMs, book.trades.shift()?.atMs ?? 0);
  }

  #reading(reading: Reading): void {
    // Before its first trade nothing tells that an instrument's trades arrive.
    const book = this.#books.get(reading.row.instrument);
    if (book === undefined) return;
    const { before, after } = book;
    const isOther = after !== undefined && after.row.endpoint !== reading.row.endpoint;
    if (after !== undefined && !isOther && reading.row.atMs - after.row.atMs < SPACING_MS) return;
    if (before !== undefined && after !== undefined) this.#judge(book, before, after);
    delete book.before;
    if (after !== undefined && !isOther) book.before = after;
    book.after = reading;
  }

  #judge({ trades, coveredMs }: Book, before: Reading, after: Reading): void {
    const [fromMs, toMs] = [before.row.atMs, after.row.atMs];
    if (coveredMs >= fromMs - GUARD_MS || toMs - fromMs > LONGEST_MS) return;
    const near = trades.filter(({ atMs }) => atMs >= fromMs - GUARD_MS && atMs <= toMs + GUARD_MS);
    const [fill] = near;
    if (fill === undefined || near.length > 1) return;
    if (fill.atMs < fromMs + GUARD_MS || fill.atMs > toMs - GUARD_MS) return;
    const { exchange, endpoint, sides } = after.row;
    this.#found.push({ exchange, endpoint, sides, before: before.size, after: after.size, fill: fill.size });
  }
}
