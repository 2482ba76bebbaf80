/** A bar of prices, `[atMs, atMs + barMs)`, in quote currency. */
export interface PriceBar {
  readonly atMs: number;
  readonly barMs: number;
  readonly openQuote: number;
  readonly highQuote: number;
  readonly lowQuote: number;
  readonly closeQuote: number;
}

/** A bar of one instrument. */
export interface PathBar extends PriceBar {
  /** Open interest at the end of the bar in coins, each contract counted once; undefined = not known. */
  readonly openInterestBase: number | undefined;
  /** Coins traded in the bar, each trade once; undefined = not known. */
  readonly volumeBase: number | undefined;
}

/** A bin of price: 0.05 %, a twelfth of the distance of a 100x level. */
export const BIN_LOG = 0.0005;
/** Entries are spread over at most so many places of a bar, and not closer together than two bins. */
const MOST_ENTRIES = 12;
const ENTRY_BINS = 2;

/** The way a price took through a bar, in bins of the logarithm of price. */
export interface BarPath {
  /** Where it went, turning points and entries in the order of time. */
  readonly stops: readonly number[];
  /** The share of what the bar opens that enters at each stop; 0 at turning points, 1 in all. */
  readonly shares: readonly number[];
  readonly lowest: number;
  readonly highest: number;
}

/** Returns the position of a price in bins, a real number. */
export const positionOf = (priceQuote: number): number => Math.log(priceQuote) / BIN_LOG;

/**
 * Returns the way through a bar: from open to close over low and high, in a rising bar over the low first, because most bars
 * turn before they go their way. Entries stand at equal distances along it: a price that goes back and forth is traded there
 * more often.
 */
export function pathOf(bar: PathBar): BarPath {
  const [open, low] = [positionOf(bar.openQuote), positionOf(bar.lowQuote)];
  const [high, close] = [positionOf(bar.highQuote), positionOf(bar.closeQuote)];
  const [first, second] = close >= open ? [low, high] : [high, low];
  const length = Math.abs(first - open) + Math.abs(second - first) + Math.abs(close - second);
  const entries = Math.max(1, Math.min(MOST_ENTRIES, Math.ceil(length / ENTRY_BINS)));
  // Plain lists: they are made for every bar, and typed arrays take longer to make than to fill.
  const [stops, shares] = [[open], [0]];
  let [entered, walked, from] = [0, 0, open];
  for (let leg = 0; leg < 3; leg += 1) {
    const to = leg === 0 ? first : leg === 1 ? second : close;
    const [span, sign] = [Math.abs(to - from), Math.sign(to - from)];
    for (; entered < entries; entered += 1) {
      const along = ((entered + 0.5) / entries) * length - walked;
      if (along > span || span === 0) break;
      shares.push(1 / entries);
      stops.push(from + sign * along);
    }
    shares.push(0);
    stops.push(to);
    walked += span;
    from = to;
  }
  // Rounding may leave the last entry behind the end, and a price that stood still has no leg.
  shares[shares.length - 1] = (entries - entered) / entries;
  return {
    stops,
    shares,
    lowest: Math.min(low, open, close),
    highest: Math.max(high, open, close),
  };
}
