import { pathOf, type PathBar } from './barPath.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, type LeverageWeight } from './leveragePriors.ts';
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
  /** Leverages that do not exist here. */
  readonly impossible: readonly number[];
  readonly #made: ConstructorParameters<typeof ExchangeLevels>;
  #books: readonly LeverageBooks[];
  #openInterestBase: number | undefined;

  /** `priceQuote`: the price at which limits in coins become dollars, that of the first bar. */
  constructor(exchange: string, table: MarginTable, leverages: readonly number[], priceQuote: number) {
    this.exchange = exchange;
    this.#made = [exchange, table, leverages, priceQuote];
    const bands = leverageBands(table, leverages, priceQuote);
    this.impossible = bands.flatMap(({ leverage, long }) => (long.length === 0 ? [leverage] : []));
    this.#books = bands.flatMap(({ leverage, long, short }) =>
      long.length === 0
        ? []
        : [{ leverage, long: new SideBook('long', long), short: new SideBook('short', short) }],
    );
  }

  get books(): readonly LeverageBooks[] {
    return this.#books;
  }

  /** Returns levels of their own that stand as these do: a bar applied to one is not applied to the other. */
  copy(): ExchangeLevels {
    const other = new ExchangeLevels(...this.#made);
    other.#books = this.#books.map(({ leverage, long, short }) => ({
      ...{ leverage, long: long.copy(), short: short.copy() },
    }));
    other.#openInterestBase = this.#openInterestBase;
    return other;
  }

  /** The last known open interest in coins; undefined before it is first known. */
  get openInterestBase(): number | undefined {
    return this.#openInterestBase;
  }

  /** Applies the next bar; its prices must be finite and positive. */
  step(bar: PathBar): void {
    const path = pathOf(bar);
    const [openInterestBase, volumeBase] = [bar.openInterestBase, bar.volumeBase].map(amountOf);
    for (const { long, short } of this.books) {
      long.step(path, openInterestBase, volumeBase);
      short.step(path, openInterestBase, volumeBase);
    }
    this.#openInterestBase = openInterestBase ?? this.#openInterestBase;
  }

  /**
   * Returns the share of each book by weights, 1 in all. The part of leverages that do not exist here goes to those that do, as
   * the assumed weights split it: so a share is linear in the weights, over any number of exchanges.
   */
  sharesOf(weights: readonly LeverageWeight[]): number[] {
    const total = sumOf(weights.map(({ weight }) => weight));
    const [own, assumed] = [weights, DEFAULT_LEVERAGE_WEIGHTS].map((list) =>
      this.books.map(({ leverage }) => list.find((one) => one.leverage === leverage)?.weight ?? 0),
    );
    const missing = total - sumOf(own ?? []);
    const split = sumOf(assumed ?? []);
    return (own ?? []).map((weight, at) => (weight + (missing * (assumed?.[at] ?? 0)) / split) / total);
  }

  /** Returns the coins of a side whose levels are placed: at most the open interest. */
  placedBase(side: Side, weights: readonly LeverageWeight[]): number {
    const shares = this.sharesOf(weights);
    return sumOf(this.books.map((book, at) => book[side].placedBase * (shares[at] ?? 0)));
  }
}

/**
 * Returns the part of the open interest of exchanges whose levels are placed, 0..1; undefined where none of them has open
 * interest.
 */
export function placedShare(
  exchanges: readonly ExchangeLevels[],
  side: Side,
  weights: readonly LeverageWeight[],
): number | undefined {
  const whole = sumOf(exchanges.map(({ openInterestBase = 0 }) => openInterestBase));
  return whole > 0 ? sumOf(exchanges.map((one) => one.placedBase(side, weights))) / whole : undefined;
}

/** A reported zero is a value, nonsense is none. */
const amountOf = (base: number | undefined): number | undefined =>
  base !== undefined && base >= 0 && Number.isFinite(base) ? base : undefined;

const sumOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
