import { usableOpenInterest } from '../liquidations/levelBook.ts';
import type { LeverageWeight } from '../liquidations/leverageTiers.ts';
import { pathOf, type PathBar } from './barPath.ts';
import { leverageBands, type MarginTable } from './marginBands.ts';
import { SideBook, type Side } from './sideBook.ts';

/** What one leverage of an exchange holds, as if it held all. */
export interface LeverageBooks {
  readonly leverage: number;
  readonly long: SideBook;
  readonly short: SideBook;
}

/**
 * The modelled levels of one instrument of one exchange, bar by bar. Leverages that its margin table does not allow have no
 * book. How much each leverage holds is asked for when levels are read (`sharesOf`): one run serves any weights.
 */
export class ExchangeLevels {
  readonly exchange: string;
  readonly books: readonly LeverageBooks[];
  /** Leverages that do not exist here. */
  readonly impossible: readonly number[];
  #openInterestBase: number | undefined;

  /** `priceQuote`: the price at which limits in coins become dollars, that of the first bar. */
  constructor(exchange: string, table: MarginTable, leverages: readonly number[], priceQuote: number) {
    this.exchange = exchange;
    const bands = leverageBands(table, leverages, priceQuote);
    this.impossible = bands.flatMap(({ leverage, long }) => (long.length === 0 ? [leverage] : []));
    this.books = bands.flatMap(({ leverage, long, short }) =>
      long.length === 0
        ? []
        : [{ leverage, long: new SideBook('long', long), short: new SideBook('short', short) }],
    );
  }

  /** The last known open interest in coins; undefined before it is first known. */
  get openInterestBase(): number | undefined {
    return this.#openInterestBase;
  }

  /** Applies the next bar; its prices must be finite and positive. */
  step(bar: PathBar): void {
    const path = pathOf(bar);
    const openInterestBase = usableOpenInterest(bar);
    const volumeBase = bar.volumeBase !== undefined && bar.volumeBase >= 0 ? bar.volumeBase : undefined;
    for (const { long, short } of this.books) {
      long.step(path, openInterestBase, volumeBase);
      short.step(path, openInterestBase, volumeBase);
    }
    this.#openInterestBase = openInterestBase ?? this.#openInterestBase;
  }

  /** Returns the share of each book by weights, 1 in all; weights of leverages that do not exist here are left out. */
  sharesOf(weights: readonly LeverageWeight[]): number[] {
    const own = this.books.map(
      ({ leverage }) => weights.find((one) => one.leverage === leverage)?.weight ?? 0,
    );
    const total = own.reduce((sum, weight) => sum + weight, 0);
    return own.map((weight) => (total > 0 ? weight / total : 0));
  }

  /** Returns the part of open interest whose levels are placed, 0..1; undefined without open interest. */
  placedShare(side: Side, weights: readonly LeverageWeight[]): number | undefined {
    if (this.#openInterestBase === undefined || this.#openInterestBase === 0) return undefined;
    const shares = this.sharesOf(weights);
    const placed = this.books.reduce((sum, book, at) => sum + book[side].placedBase * (shares[at] ?? 0), 0);
    return placed / this.#openInterestBase;
  }
}
