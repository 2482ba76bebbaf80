import type { PathBar, PriceBar } from '../analysis/heatmap/barPath.ts';
import type { ExchangeId } from '../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import { valueAt, type StepColumn } from '../series/hours.ts';
import { barsOf, reachNow, type LevelSeries, type PriceBars } from './priceBars.ts';

/** As far back as a history is held by the hour: what stands before the picture fills the levels. */
export const HELD_HOURS = 720;
/** An exchange with fewer of the hours that the reference has takes the prices of that. */
const OWN_SHARE = 0.95;

/** What bars are made of; each may be of several exchanges. */
export const LEVEL_COLUMNS = [
  ...(['open-interest', 'volume', 'volume-usd'] as const),
  ...(['mark-open', 'mark-high', 'mark-low', 'mark-close'] as const),
  ...(['last-open', 'last-high', 'last-low', 'last-close'] as const),
];

/** Whose prices bars have. */
export type Prices = Omit<PriceBars, 'bars'>;

/** The bars of an exchange that fill its levels. */
export interface LevelSource {
  readonly exchange: ExchangeId;
  readonly bars: readonly PathBar[];
  /** Whose prices they are. */
  readonly prices: Prices;
  /** Hours between the first bar and the last without prices. */
  readonly withoutPrices: number;
  readonly withoutOpenInterest: number;
  readonly hasVolume: boolean;
}

/**
 * Returns the bars of an exchange by the hour from where its open interest is first known, or the first whole day of UTC that is held,
 * so that levels move with what happens and not with where the history begins: its own prices (mark before last) where it has nearly
 * all of the hours of the `reference`, else those; its one-sided open interest at the end of each bar, and what was traded in it, in
 * coins.
 */
export function levelSource(history: LevelSeries, exchange: ExchangeId, reference: PriceBars): LevelSource {
  const given = pathBars(history, exchange, reference);
  const own = (['mark price', 'last price'] as const)
    .map((priceType) => ({ exchange, priceType }))
    .map((prices) => ({ prices, bars: pathBars(history, exchange, prices) }))
    .find(({ bars }) => reachNow(bars, history.nowMs) && bars.length >= OWN_SHARE * given.length);
  const { exchange: priceFrom, priceType } = reference;
  const { prices, bars } = own ?? { prices: { exchange: priceFrom, priceType }, bars: given };
  return { exchange, prices, ...withFacts(bars) };
}

/** Returns bars with what is lacking in them. */
export function withFacts(bars: readonly PathBar[]): Omit<LevelSource, 'exchange' | 'prices'> {
  const [firstMs, lastMs] = [bars[0]?.atMs ?? 0, bars.at(-1)?.atMs ?? -HOUR_MS];
  return {
    bars,
    withoutPrices: (lastMs - firstMs) / HOUR_MS + 1 - bars.length,
    withoutOpenInterest: bars.filter(({ openInterestBase }) => openInterestBase === undefined).length,
    hasVolume: bars.some(({ volumeBase }) => volumeBase !== undefined),
  };
}

/** Returns the bars of an exchange with prices of its own or of another one, from where its open interest is first known. */
export function pathBars(history: LevelSeries, exchange: ExchangeId, prices: Prices): PathBar[] {
  const openInterest = history.column('open-interest').get(exchange);
  const [coins, dollars] = (['volume', 'volume-usd'] as const).map((id) => history.column(id).get(exchange));
  const first = openInterest?.values.findIndex((value) => !Number.isNaN(value)) ?? -1;
  const knownMs = openInterest === undefined || first < 0 ? Infinity : openInterest.firstMs + first * HOUR_MS;
  return heldPrices(history, prices)
    .bars.filter(({ atMs }) => atMs >= knownMs - HOUR_MS)
    .map((bar): PathBar => {
      const usd = known(dollars, bar.atMs);
      const volumeBase = known(coins, bar.atMs) ?? (usd === undefined ? undefined : usd / bar.closeQuote);
      // A value labelled with an hour is the reading at its start: the level at a bar's end is the next hour's.
      return { ...bar, openInterestBase: known(openInterest, bar.atMs + bar.barMs), volumeBase };
    });
}

/** The first whole day of UTC of the days that are held up to a moment. */
export const firstHeldMs = (nowMs: number): number =>
  Math.ceil((nowMs - HELD_HOURS * HOUR_MS) / DAY_MS) * DAY_MS;

/** Returns the prices of an exchange from the first whole day of UTC that is held. */
export function heldPrices(history: LevelSeries, { exchange, priceType }: Prices): PriceBars {
  const fromMs = firstHeldMs(history.nowMs);
  const all = barsOf(history, priceType === 'mark price' ? 'mark' : 'last', exchange, HELD_HOURS);
  return { exchange, priceType, bars: all.filter((bar) => bar.atMs >= fromMs && isPossible(bar)) };
}

function known(column: StepColumn | undefined, atMs: number): number | undefined {
  const value = column === undefined ? Number.NaN : valueAt(column, atMs);
  return Number.isNaN(value) ? undefined : value;
}

const isPossible = ({ openQuote, highQuote, lowQuote, closeQuote }: PriceBar): boolean =>
  lowQuote > 0 &&
  lowQuote <= Math.min(openQuote, closeQuote) &&
  highQuote >= Math.max(openQuote, closeQuote) &&
  Number.isFinite(highQuote);
