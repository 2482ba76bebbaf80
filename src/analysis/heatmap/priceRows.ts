import type { LeverageWeight } from './leveragePriors.ts';
import { BIN_LOG, positionOf } from './barPath.ts';
import type { ExchangeLevels } from './exchangeLevels.ts';
import type { Side, SideBook } from './sideBook.ts';

/** Rows of 0.25 % of the price at hand, up to 12 % away: what calibration scores. */
export const ROW_FRACTION = 0.0025;
export const ROWS = 48;

/** For each bin away from the price, the row that its centre lies in; it ends where the last row does. */
function rowOfBins(sign: 1 | -1): Uint8Array {
  const rows: number[] = [];
  for (let bin = 0; ; bin += 1) {
    const row = Math.floor((sign * -Math.expm1(-sign * (bin + 0.5) * BIN_LOG)) / ROW_FRACTION);
    if (row >= ROWS) return Uint8Array.from(rows);
    rows.push(row);
  }
}

const ROW_OF_BINS = { long: rowOfBins(1), short: rowOfBins(-1) } as const;

/** Adds the notional of a book to the rows that lie between the price and 12 % away from it, in quote currency at the level's price. */
export function addRows(
  book: SideBook,
  side: Side,
  priceQuote: number,
  weight: number,
  into: Float32Array | Float64Array,
  start = 0,
): void {
  const first = Math.floor(positionOf(priceQuote));
  const step = side === 'long' ? -1 : 1;
  const rows = ROW_OF_BINS[side];
  for (let away = 0; away < rows.length; away += 1) {
    const size = book.sizeAt(first + step * away);
    if (size === 0) continue;
    const place = start + (rows[away] ?? 0);
    const notional = size * Math.exp((first + step * away + 0.5) * BIN_LOG);
    into[place] = (into[place] ?? Number.NaN) + weight * notional;
  }
}

/** A row of modelled levels of one side. */
export interface ModelledRow {
  readonly side: Side;
  /** Of the price at hand, fractions: the row's near and far end, both positive. */
  readonly nearFraction: number;
  readonly farFraction: number;
  /** Price range in quote currency. */
  readonly lowQuote: number;
  readonly highQuote: number;
  /** Modelled notional in quote currency, by the weights in force. */
  readonly notionalQuote: number;
  /** The least and the most that other priors of leverage give. */
  readonly leastQuote: number;
  readonly mostQuote: number;
}

/**
 * Returns the rows of one side, nearest first, added up over exchanges. `priors` are the other weights that could hold as well:
 * what they make of a row is its uncertainty.
 */
export function modelledRows(
  exchanges: readonly ExchangeLevels[],
  side: Side,
  priceQuote: number,
  weights: readonly LeverageWeight[],
  priors: readonly (readonly LeverageWeight[])[],
): ModelledRow[] {
  const [own, ...others] = [weights, ...priors].map((prior) => {
    const into = new Float64Array(ROWS);
    for (const levels of exchanges) {
      const shares = levels.sharesOf(prior);
      for (const [at, book] of levels.books.entries())
        addRows(book[side], side, priceQuote, shares[at] ?? 0, into);
    }
    return into;
  });
  return Array.from(own ?? [], (notionalQuote, row) => {
    const [nearFraction, farFraction] = [row * ROW_FRACTION, (row + 1) * ROW_FRACTION];
    const sign = side === 'long' ? -1 : 1;
    const ends = [priceQuote * (1 + sign * nearFraction), priceQuote * (1 + sign * farFraction)];
    const all = [notionalQuote, ...others.map((other) => other[row] ?? Number.NaN)];
    return {
      ...{ side, nearFraction, farFraction, notionalQuote },
      ...{ lowQuote: Math.min(...ends), highQuote: Math.max(...ends) },
      ...{ leastQuote: Math.min(...all), mostQuote: Math.max(...all) },
    };
  });
}

/**
 * Returns the largest levels of both sides, largest first: rows that are larger than the rows beside them, so that a broad level is
 * named once. `rows` come side by side, nearest first.
 */
export function largestRows(rows: readonly ModelledRow[], count: number): ModelledRow[] {
  const sizeBeside = ({ side }: ModelledRow, at: number): number => {
    const beside = rows[at];
    return beside?.side === side ? beside.notionalQuote : 0;
  };
  return rows
    .filter(
      (row, at) =>
        row.notionalQuote > sizeBeside(row, at - 1) && row.notionalQuote >= sizeBeside(row, at + 1),
    )
    .toSorted((a, b) => b.notionalQuote - a.notionalQuote)
    .slice(0, count);
}
