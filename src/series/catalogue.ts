import type { ObservationKind, OpenInterest } from '../core/observation.ts';
import { bookSideUsd } from '../core/bookSide.ts';
import { countedOnce } from '../core/sides.ts';
import { DAY_MS, HOUR_MS, type Unit } from '../core/units.ts';
import type { StoredColumns } from '../store/historyStore.ts';

/**
 * How the instruments of an exchange become one number a step, and whether exchanges have a sum. Amounts add up: coins,
 * dollars. Of a level (a price) or a ratio one instrument speaks for its exchange, and nothing is added up.
 */
export type SeriesKind = 'adds-up' | 'level' | 'ratio';

/** Stored columns of one step that a series is made of; NaN = not stated. */
export interface PartColumns {
  readonly shared: StoredColumns['shared'];
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** One series: what it states, and what of the store it is made of. */
export interface Series {
  readonly unit: Unit;
  readonly kind: SeriesKind;
  /**
   * `start`: a value is of the moment at its label (open interest, an opening price). `end`: it is complete at the end
   * of its step (a close, what was traded), so that a step that runs is not a value yet.
   */
  readonly label: 'start' | 'end';
  readonly stepMs: number;
  readonly market: 'perpetual' | 'spot';
  /** The observation it is made of: its kind, the facet of bars, and whether readings speak for instruments without bars. */
  readonly observation: ObservationKind;
  readonly facet: string;
  readonly hasReadings?: true;
  /** The numeric fields that `value` reads. */
  readonly fields: readonly string[];
  /** What feeds of one exchange tell of the same events: they are told apart and never joined. */
  readonly isByFeed?: true;
  /** Over a hole of this length an exchange may be carried on in a sum over exchanges. */
  readonly carryMs?: number;
  /** The values of rows, NaN where one has none; undefined where none has any. Of what is stated as it is, the column itself. */
  readonly values: (part: PartColumns) => Float64Array | undefined;
}

type Columns = PartColumns['columns'];
const field =
  (name: string) =>
  ({ columns }: PartColumns): Float64Array | undefined =>
    columns[name];

const sidesOf = ({ shared }: PartColumns): OpenInterest['sides'] =>
  (shared['sides'] as OpenInterest['sides'] | undefined) ?? 'unverified';

const oneSided =
  (name: string) =>
  (part: PartColumns): Float64Array | undefined => {
    const sides = sidesOf(part);
    return part.columns[name]?.map((value) => countedOnce(value, sides));
  };

/** Both sides of a taker's flow or neither: a ratio of one of them would be one of two different bars. */
const ofBoth = (name: string, other: string) => ({
  fields: [name, other],
  values: ({ columns }: PartColumns): Float64Array | undefined => {
    const beside = columns[other];
    return columns[name]?.map((value, at) => (Number.isNaN(beside?.[at] ?? Number.NaN) ? Number.NaN : value));
  },
});

/** One side of the book in a row, in USD. */
function sideUsd(columns: Columns, side: 'bid' | 'ask', at: number): number {
  const numberOf = (name: string): number => columns[name]?.[at] ?? Number.NaN;
  return bookSideUsd(numberOf(`${side}Usd`), numberOf(`${side}Base`), numberOf('midPriceQuote'));
}

const hourBar = `bar-${HOUR_MS}`;
const hourly = { stepMs: HOUR_MS, market: 'perpetual' } as const;
const openInterest = { ...hourly, kind: 'adds-up', label: 'start', observation: 'open-interest' } as const;
const last = {
  ...hourly,
  unit: 'quote',
  kind: 'level',
  observation: 'candle',
  facet: `last-${HOUR_MS}`,
} as const;
const mark = { ...last, facet: `mark-${HOUR_MS}` } as const;
const flow = { ...hourly, kind: 'adds-up', label: 'end', facet: hourBar } as const;
const bars = { ...flow, observation: 'candle', facet: `last-${HOUR_MS}` } as const;
const taker = { ...flow, unit: 'base', observation: 'taker-volume' } as const;
const liquidated = { ...flow, observation: 'liquidation-volume', isByFeed: true } as const;
const priceOf = (name: string) => ({ fields: [name], values: field(name) });
const openPrice = { label: 'start', ...priceOf('openQuote') } as const;
const highPrice = { label: 'end', ...priceOf('highQuote') } as const;
const lowPrice = { label: 'end', ...priceOf('lowQuote') } as const;
const closePrice = { label: 'end', ...priceOf('closeQuote') } as const;
const CARRY_MS = 2 * HOUR_MS;

/** Every series that analysis and charts read from history, by its id. */
export const catalogue = {
  /** One-sided, in coins. Instruments whose exchange keeps no hourly history are seen through readings. */
  'open-interest': {
    ...{ ...openInterest, unit: 'base', facet: hourBar, hasReadings: true, carryMs: CARRY_MS },
    ...{ fields: ['openInterestBase'], values: oneSided('openInterestBase') },
  },
  /** One-sided, as the exchange states it in dollars. */
  'open-interest-usd': {
    ...{ ...openInterest, unit: 'usd', facet: hourBar, hasReadings: true },
    ...{ fields: ['openInterestUsd'], values: oneSided('openInterestUsd') },
  },
  /** One-sided, in coins, by the day, as far back as it is stored. */
  'open-interest-daily': {
    ...{ ...openInterest, unit: 'base', stepMs: DAY_MS, facet: `bar-${DAY_MS}` },
    ...{ fields: ['openInterestBase'], values: oneSided('openInterestBase') },
  },
  /** The same in dollars, as the exchange states it. */
  'open-interest-usd-daily': {
    ...{ ...openInterest, unit: 'usd', stepMs: DAY_MS, facet: `bar-${DAY_MS}` },
    ...{ fields: ['openInterestUsd'], values: oneSided('openInterestUsd') },
  },
  'last-open': { ...last, ...openPrice },
  'last-high': { ...last, ...highPrice },
  'last-low': { ...last, ...lowPrice },
  'last-close': { ...last, ...closePrice },
  'mark-open': { ...mark, ...openPrice },
  'mark-high': { ...mark, ...highPrice },
  'mark-low': { ...mark, ...lowPrice },
  'mark-close': { ...mark, ...closePrice },
  /** As stated in dollars, else coins × the close of the bar. */
  'volume-usd': {
    ...{ ...bars, unit: 'usd' },
    fields: ['volumeUsd', 'volumeBase', 'closeQuote'],
    values: ({ columns }) => {
      const [coins, dollars] = [columns['volumeBase'], columns['volumeUsd']];
      return columns['closeQuote']?.map((close, at) => {
        const stated = dollars?.[at] ?? Number.NaN;
        return Number.isNaN(stated) ? (coins?.[at] ?? Number.NaN) * close : stated;
      });
    },
  },
  /** In coins, and in dollars as the exchange states them: nothing is converted. */
  volume: { ...bars, unit: 'base', ...priceOf('volumeBase') },
  'volume-usd-stated': { ...bars, unit: 'usd', ...priceOf('volumeUsd') },
  'taker-buy': { ...taker, ...ofBoth('takerBuyBase', 'takerSellBase') },
  'taker-sell': { ...taker, ...ofBoth('takerSellBase', 'takerBuyBase') },
  'spot-taker-buy': { ...taker, market: 'spot', ...ofBoth('takerBuyBase', 'takerSellBase') },
  'spot-taker-sell': { ...taker, market: 'spot', ...ofBoth('takerSellBase', 'takerBuyBase') },
  /** Of all accounts. */
  'long-short-ratio': {
    ...{ ...hourly, unit: 'ratio', kind: 'ratio', label: 'start', observation: 'long-short-ratio' },
    ...{ facet: `all-accounts-${HOUR_MS}`, fields: ['longShortRatio'], values: field('longShortRatio') },
  },
  /**
   * Bids plus asks within 1 % of the middle. A book that ends inside the band is a lower bound, whose sum would move with
   * the number of levels returned: it is no value.
   */
  'depth-usd': {
    ...{ ...hourly, unit: 'usd', kind: 'adds-up', label: 'start', observation: 'depth', hasReadings: true },
    facet: 'band-0.01',
    fields: ['bidUsd', 'askUsd', 'bidBase', 'askBase', 'midPriceQuote'],
    values: ({ shared, columns }) =>
      shared['reachedBid'] === true && shared['reachedAsk'] === true
        ? columns['midPriceQuote']?.map((_, at) => sideUsd(columns, 'bid', at) + sideUsd(columns, 'ask', at))
        : undefined,
  },
  'long-liquidations-usd': { ...liquidated, unit: 'usd', ...priceOf('longLiquidatedUsd') },
  'short-liquidations-usd': { ...liquidated, unit: 'usd', ...priceOf('shortLiquidatedUsd') },
  'long-liquidations': { ...liquidated, unit: 'base', ...priceOf('longLiquidatedBase') },
  'short-liquidations': { ...liquidated, unit: 'base', ...priceOf('shortLiquidatedBase') },
} satisfies Readonly<Record<string, Series>>;

export type SeriesId = keyof typeof catalogue;

/** Series that have one column per exchange; the others are told apart by feed. */
export type JoinedSeriesId = {
  [Id in SeriesId]: (typeof catalogue)[Id] extends { readonly isByFeed: true } ? never : Id;
}[SeriesId];

/** Returns what is known of a series. */
export function seriesOf(id: SeriesId): Series {
  return catalogue[id];
}
