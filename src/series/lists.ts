import type { ObservationKind } from '../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/units.ts';

/** Rows of one kind and facet that are kept by steps: what series are made of. */
export interface List {
  readonly kind: ObservationKind;
  readonly facet: string;
  readonly stepMs: number;
  /** Bars stand at their start, readings at the nearest label. */
  readonly isReading: boolean;
  /** Shorter bars whose own labels say what stood at a step, as the store rolls them up: what a back-fill has brought. */
  readonly finerFacet?: string;
  /** Every numeric field: what is held against neighbours, and what tells a revised row. */
  readonly fields: readonly string[];
}

const hourBar = `bar-${HOUR_MS}`;
const finerFacet = `bar-${5 * MINUTE_MS}`;
const openInterest = {
  kind: 'open-interest',
  fields: ['openInterestBase', 'openInterestUsd', 'openInterestContracts'],
} as const;
const candle = {
  kind: 'candle',
  stepMs: HOUR_MS,
  isReading: false,
  fields: [
    ...['openQuote', 'highQuote', 'lowQuote', 'closeQuote'],
    ...['volumeBase', 'volumeUsd', 'takerBuyBase', 'takerBuyUsd'],
  ],
} as const;

/** What is kept of an asset by steps. */
export const LISTS: readonly List[] = [
  { ...openInterest, facet: hourBar, finerFacet, stepMs: HOUR_MS, isReading: false },
  { ...openInterest, facet: 'now', stepMs: HOUR_MS, isReading: true },
  { ...openInterest, facet: `bar-${DAY_MS}`, finerFacet, stepMs: DAY_MS, isReading: false },
  { ...candle, facet: `last-${HOUR_MS}` },
  { ...candle, facet: `mark-${HOUR_MS}` },
  {
    ...{ kind: 'taker-volume', facet: hourBar, stepMs: HOUR_MS, isReading: false },
    fields: [
      ...['takerBuyBase', 'takerSellBase', 'takerBuyUsd', 'takerSellUsd'],
      ...['takerBuyContracts', 'takerSellContracts', 'takerBuySellRatio'],
    ],
  },
  {
    ...{ kind: 'long-short-ratio', facet: `all-accounts-${HOUR_MS}`, stepMs: HOUR_MS, isReading: false },
    fields: ['longShortRatio', 'longShare', 'shortShare'],
  },
  {
    ...{ kind: 'depth', facet: 'band-0.01', stepMs: HOUR_MS, isReading: true },
    fields: ['midPriceQuote', 'bidUsd', 'askUsd', 'bidBase', 'askBase'],
  },
  {
    ...{ kind: 'liquidation-volume', facet: hourBar, stepMs: HOUR_MS, isReading: false },
    fields: ['longLiquidatedBase', 'shortLiquidatedBase', 'longLiquidatedUsd', 'shortLiquidatedUsd'],
  },
];

/** The name of a list among those of an asset. */
export const listName = (kind: ObservationKind, facet: string): string => `${kind} ${facet}`;

/** Rows that are kept one by one, for as long as some moment is looked back to. */
export interface PointList {
  readonly kind: ObservationKind;
  readonly facet: string;
  readonly fields: readonly string[];
  /** How long ago the moment is; 0: all of the last 30 days. */
  readonly agoMs: number;
}

const prices = {
  kind: 'mark-price',
  facet: 'now',
  fields: ['markPriceQuote', 'lastPriceQuote', 'indexPriceQuote', 'midPriceQuote'],
} as const;
const rates = {
  kind: 'funding-rate',
  fields: ['fundingRatePerInterval', 'intervalMs', 'settlesAtMs', 'cap', 'floor'],
} as const;

/** The lists of points: what was read around the moments that changes look back to, and settlements. */
export const POINT_LISTS = {
  prices: { ...prices, agoMs: HOUR_MS },
  runningFunding: { ...rates, facet: 'predicted', agoMs: HOUR_MS },
  settledFunding: { ...rates, facet: 'settled', agoMs: 0 },
  openInterestHour: { ...openInterest, facet: 'now', agoMs: HOUR_MS },
  openInterestDay: { ...openInterest, facet: 'now', agoMs: DAY_MS },
  openInterestWeek: { ...openInterest, facet: 'now', agoMs: 7 * DAY_MS },
} as const satisfies Readonly<Record<string, PointList>>;

export type PointListName = keyof typeof POINT_LISTS;
