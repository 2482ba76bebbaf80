import type { Depth, Provenance } from '../../../core/observation.ts';
import type { Reporting } from './rowReader.ts';
import { arrayReader, rowReader, type RowReader } from './rowReader.ts';
import { nonNegative, positive } from './fields.ts';

/** One side of a book, in the order in which it came: prices in quote currency, sizes in coins or contracts. */
export interface Side {
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
}

/** The band that the product reports: one percent to each side of the mid price. */
export const DEPTH_BAND = 0.01;

type Names = readonly [price: string, size: string];
const IN_ORDER: Names = ['price', 'size'];
const READERS = new Map<string, RowReader<Readonly<Record<string, number>>>>();

function readerOf([price, size]: Names): RowReader<Readonly<Record<string, number>>> {
  const known = READERS.get(`${price} ${size}`);
  const shape = { [price]: positive, [size]: nonNegative };
  const reader = known ?? (price === IN_ORDER[0] ? arrayReader(shape) : rowReader(shape));
  READERS.set(`${price} ${size}`, reader);
  return reader;
}

/**
 * Reads one side of a book: levels that begin with price and size, or that name them. All or nothing, since a book only means
 * something whole: with a level that cannot be read the side is empty. Levels of size 0 are none. `convert` gives a size in
 * another unit.
 */
export function readSide(
  context: Reporting,
  list: readonly unknown[],
  path: string,
  convert?: (size: number, priceQuote: number) => number,
  names: Names = IN_ORDER,
): Side {
  const [prices, sizes] = [new Float64Array(list.length), new Float64Array(list.length)];
  let [read, count] = [0, 0];
  const [priceName, sizeName] = names;
  readerOf(names).each(list, path, context, (level) => {
    read += 1;
    const [price, size] = [level[priceName] ?? 0, level[sizeName] ?? 0];
    if (size === 0) return;
    prices[count] = price;
    sizes[count] = convert === undefined ? size : convert(size, price);
    count += 1;
  });
  const end = read === list.length ? count : 0;
  return { prices: prices.subarray(0, end), sizes: sizes.subarray(0, end) };
}

type DepthSums = Omit<Depth, 'kind' | keyof Provenance>;

const highest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
const lowest = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);

/**
 * Sums a book within `DEPTH_BAND` of the mid price, per side, in coins and quote currency. `basePerUnit` converts a
 * level's size to coins (1 for coins, the contract size for linear contracts); undefined keeps contracts. Levels may
 * come in any order. Returns undefined for a book that is empty on one side or crossed.
 * Formula: Σ price × size over levels with |price / mid − 1| ≤ band (definitions: depth).
 */
export function sumBook(bids: Side, asks: Side, basePerUnit: number | undefined): DepthSums | undefined {
  if (bids.prices.length === 0 || asks.prices.length === 0) return undefined;
  const [bestBid, bestAsk] = [highest(bids.prices), lowest(asks.prices)];
  if (bestBid >= bestAsk) return undefined;
  const mid = (bestBid + bestAsk) / 2;
  const [least, most] = [mid * (1 - DEPTH_BAND), mid * (1 + DEPTH_BAND)];
  const [bid, ask] = [sumBetween(bids, least, Infinity), sumBetween(asks, 0, most)];
  const reach = {
    bandFraction: DEPTH_BAND,
    midPriceQuote: mid,
    reachedBid: lowest(bids.prices) <= least,
    reachedAsk: highest(asks.prices) >= most,
    levels: bid.levels + ask.levels,
  };
  if (basePerUnit === undefined) return { ...reach, bidContracts: bid.size, askContracts: ask.size };
  return {
    ...reach,
    bidBase: bid.size * basePerUnit,
    askBase: ask.size * basePerUnit,
    bidUsd: bid.quote * basePerUnit,
    askUsd: ask.quote * basePerUnit,
  };
}

/** What stands at prices from `least` to `most`, both included. */
function sumBetween({ prices, sizes }: Side, least: number, most: number) {
  let [size, quote, levels] = [0, 0, 0];
  for (let at = 0; at < prices.length; at += 1) {
    const [price, own] = [prices[at] ?? 0, sizes[at] ?? 0];
    if (price < least || price > most) continue;
    size += own;
    quote += price * own;
    levels += 1;
  }
  return { size, quote, levels };
}
