import type { Asset, ExchangeId, InstrumentKey } from './ids.ts';

/**
 * Where and when a number was seen. `atMs` is the exchange's event time (for a bar: its start), `receivedAtMs`
 * the time it arrived here; both epoch milliseconds, UTC. Where a payload states no time, `atMs` is the time of
 * receipt and `atBasis` says so.
 */
export interface Provenance {
  readonly exchange: ExchangeId;
  readonly venueSymbol: string;
  readonly baseAsset: Asset;
  readonly instrument: InstrumentKey;
  /** What is traded; absent for the perpetuals that are followed. `coin-margined`: a perpetual beside them, part of no sum. */
  readonly market?: 'spot' | 'dated-future' | 'coin-margined';
  readonly atMs: number;
  readonly atBasis?: 'received';
  readonly receivedAtMs: number;
  /** Method and path of the answer, for example `GET /fapi/v1/openInterest`; of a stream `WS` and its channel. */
  readonly endpoint: string;
}

/**
 * Open interest. `openInterestContracts` is the payload's own unit and stands alone only where the contract size
 * is not known. `sides` says whether longs and shorts are counted once (`one`) or added up (`both`).
 */
export interface OpenInterest extends Provenance {
  readonly kind: 'open-interest';
  readonly openInterestBase?: number;
  readonly openInterestUsd?: number;
  readonly openInterestContracts?: number;
  /** Present with `openInterestUsd`: stated by the exchange, or derived from a mark price in the same payload. */
  readonly usdBasis?: 'venue' | 'mark-price';
  readonly sides: 'one' | 'both' | 'unverified';
  /** Bar length for rows of a history endpoint; absent for a current reading. */
  readonly barMs?: number;
}

/**
 * A funding rate as a fraction per `intervalMs`. `intervalBasis`: stated in the same payload, stated by the
 * instrument (as far as the payload does not contradict it), proved by settlement times of the payload, or only the
 * exchange's documented default (such a rate is shown but never annualised or aggregated).
 */
export interface FundingRate extends Provenance {
  readonly kind: 'funding-rate';
  readonly fundingRatePerInterval: number;
  readonly intervalMs: number;
  readonly intervalBasis: 'payload' | 'instrument' | 'schedule' | 'venue-default';
  readonly phase: 'settled' | 'predicted';
  readonly settlesAtMs?: number;
  /** Highest / lowest rate per interval the exchange allows, as fractions. */
  readonly cap?: number;
  readonly floor?: number;
}

/** Prices of one moment, in quote currency. */
export interface MarkPrice extends Provenance {
  readonly kind: 'mark-price';
  readonly markPriceQuote?: number;
  readonly indexPriceQuote?: number;
  readonly lastPriceQuote?: number;
  /** Half way between best bid and best ask, where the exchange states it. */
  readonly midPriceQuote?: number;
  /** Of a dated future: when it expires, as its exchange listed it at the time. */
  readonly expiresAtMs?: number;
}

/** Traded volume over the `windowMs` that ends at `atMs`. Both counterparties count once. */
export interface Volume extends Provenance {
  readonly kind: 'volume';
  readonly windowMs: number;
  readonly volumeBase?: number;
  readonly volumeUsd?: number;
  readonly volumeContracts?: number;
}

/** A price bar that starts at `atMs`. Volumes are traded in the bar; `takerBuy…` is the part bought by takers. */
export interface Candle extends Provenance {
  readonly kind: 'candle';
  readonly priceType: 'last' | 'mark' | 'index';
  readonly barMs: number;
  readonly openQuote: number;
  readonly highQuote: number;
  readonly lowQuote: number;
  readonly closeQuote: number;
  readonly volumeBase?: number;
  readonly volumeUsd?: number;
  readonly takerBuyBase?: number;
  readonly takerBuyUsd?: number;
}

/** Longs over shorts among a population of accounts or positions (`unstated`: the exchange does not say whose). Shares are fractions of 1. */
export interface LongShortRatio extends Provenance {
  readonly kind: 'long-short-ratio';
  readonly population: 'all-accounts' | 'top-accounts' | 'top-positions' | 'unstated';
  readonly longShortRatio: number;
  readonly longShare?: number;
  readonly shortShare?: number;
  readonly barMs?: number;
}

/** Volume by the side of the taker over `barMs` from `atMs`. */
export interface TakerVolume extends Provenance {
  readonly kind: 'taker-volume';
  readonly barMs: number;
  readonly takerBuyBase?: number;
  readonly takerSellBase?: number;
  readonly takerBuyUsd?: number;
  readonly takerSellUsd?: number;
  readonly takerBuyContracts?: number;
  readonly takerSellContracts?: number;
  /** Present where the exchange states only the ratio, or both. */
  readonly takerBuySellRatio?: number;
}

/**
 * Resting orders within `bandFraction` of the mid price. Where the returned book ends inside the band, `reached…`
 * is false and the sum is a lower bound.
 */
export interface Depth extends Provenance {
  readonly kind: 'depth';
  readonly bandFraction: number;
  readonly midPriceQuote: number;
  readonly bidUsd?: number;
  readonly askUsd?: number;
  readonly bidBase?: number;
  readonly askBase?: number;
  readonly bidContracts?: number;
  readonly askContracts?: number;
  readonly reachedBid: boolean;
  readonly reachedAsk: boolean;
  readonly levels: number;
}

/** One forced closure. `liquidatedSide` is the side of the position, whatever the exchange reports. */
export interface Liquidation extends Provenance {
  readonly kind: 'liquidation';
  readonly liquidatedSide: 'long' | 'short';
  readonly priceQuote: number;
  readonly priceBasis: 'fill' | 'order' | 'bankruptcy';
  readonly sizeBase?: number;
  readonly sizeContracts?: number;
  readonly notionalUsd?: number;
  readonly coverage: 'complete' | 'sampled' | 'unverified';
  readonly eventId?: string;
}

/** Liquidations summed by the exchange over `barMs` from `atMs`. */
export interface LiquidationVolume extends Provenance {
  readonly kind: 'liquidation-volume';
  readonly barMs: number;
  readonly longLiquidatedBase?: number;
  readonly shortLiquidatedBase?: number;
  readonly longLiquidatedUsd?: number;
  readonly shortLiquidatedUsd?: number;
  readonly coverage: 'complete' | 'sampled' | 'unverified';
}

/** One trade of a stream. Not kept: trades are summed into taker volume by the minute. */
export interface Trade extends Provenance {
  readonly kind: 'trade';
  readonly takerSide: 'buy' | 'sell';
  readonly priceQuote: number;
  readonly sizeBase?: number;
  readonly sizeContracts?: number;
  readonly notionalUsd?: number;
  readonly tradeId?: string;
}

/**
 * Distance of a future or perpetual from its index as the exchange states it. `basisFraction` = futures / index − 1,
 * not annualised; `annualisedFraction` only where the exchange states one (dated futures).
 */
export interface Basis extends Provenance {
  readonly kind: 'basis';
  readonly basisFraction?: number;
  readonly basisQuote?: number;
  readonly futuresPriceQuote?: number;
  readonly indexPriceQuote?: number;
  readonly annualisedFraction?: number;
  readonly contractType: 'perpetual' | 'dated-future';
  readonly barMs?: number;
}

/** One step of a table of maintenance margin: positions from `from` to `to` in the table's unit. */
export interface MarginTier {
  readonly from: number;
  /** Absent on a last tier without an end. */
  readonly to?: number;
  readonly maintenanceMarginRate: number;
  readonly initialMarginRate?: number;
  readonly maxLeverage?: number;
  /** Amount to subtract from the maintenance margin, in the margin's currency, as the exchange states it. */
  readonly deduction?: number;
}

/** What a position of a size must be margined with, ascending. `unit`: what `from` and `to` count. */
export interface MarginTiers extends Provenance {
  readonly kind: 'margin-tiers';
  readonly unit: 'usd' | 'base' | 'contracts';
  readonly tiers: readonly MarginTier[];
}

export type Observation =
  | OpenInterest
  | FundingRate
  | MarkPrice
  | Volume
  | Candle
  | LongShortRatio
  | TakerVolume
  | Depth
  | Liquidation
  | LiquidationVolume
  | Trade
  | Basis
  | MarginTiers;

export type ObservationKind = Observation['kind'];

/** The observation type of a kind. */
export type ObservationOf<K extends ObservationKind> = Extract<Observation, { kind: K }>;

/**
 * Returns what tells apart observations of one kind, instrument and time: bar length, price type, population,
 * phase, side, event. Part of the key under which a store keeps a row.
 */
export function facetOf(observation: Observation): string {
  switch (observation.kind) {
    case 'open-interest':
      return observation.barMs === undefined ? 'now' : `bar-${observation.barMs}`;
    case 'funding-rate':
      return observation.phase;
    case 'candle':
      return `${observation.priceType}-${observation.barMs}`;
    case 'long-short-ratio':
      return `${observation.population}-${observation.barMs ?? 'now'}`;
    case 'taker-volume':
    case 'liquidation-volume':
      return `bar-${observation.barMs}`;
    case 'volume':
      return `window-${observation.windowMs}`;
    case 'depth':
      return `band-${observation.bandFraction}`;
    case 'liquidation':
      return (
        observation.eventId ??
        `${observation.liquidatedSide}-${observation.priceQuote}-${observation.sizeBase ?? observation.sizeContracts ?? ''}`
      );
    case 'trade':
      return observation.tradeId ?? `${observation.takerSide}-${observation.priceQuote}`;
    case 'basis':
      return `${observation.contractType}-${observation.barMs ?? 'now'}`;
    case 'mark-price':
    case 'margin-tiers':
      return 'now';
  }
}
