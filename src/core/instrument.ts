import type { Asset, ExchangeId, InstrumentKey } from './ids.ts';

export type InstrumentKind = 'perpetual' | 'dated-future' | 'spot';
export type Margin = 'linear' | 'inverse' | 'quanto';
/**
 * What the contract is on. Exchanges list perpetuals on shares, metals and indices beside those on coins. `other`: the
 * exchange says that it is no coin, and not, or in no word that is known, what it is.
 */
export type AssetClass = 'crypto' | 'equity' | 'metal' | 'commodity' | 'index' | 'forex' | 'other';

/** What one contract stands for. `unit: 'base'` = coins, `unit: 'quote'` = quote currency (inverse contracts). */
export interface ContractSize {
  readonly amount: number;
  readonly unit: 'base' | 'quote';
}

/** A tradable contract as its exchange describes it. Absent means not reported. */
export interface Instrument {
  readonly key: InstrumentKey;
  readonly exchange: ExchangeId;
  readonly venueSymbol: string;
  readonly baseAsset: Asset;
  readonly quoteAsset: string;
  readonly settleAsset: string;
  readonly kind: InstrumentKind;
  readonly margin: Margin;
  /** Absent where the exchange does not say; then a coin is meant. */
  readonly assetClass?: AssetClass;
  readonly contractSize: ContractSize;
  /** Where the contract's unit is thousands of the coin that is followed (1000PEPE): how many. */
  readonly coinsPerUnit?: number;
  /** The smallest step of a size, in what a contract stands for; sizes of positions and trades are whole numbers of it. */
  readonly lotSize?: ContractSize;
  readonly fundingIntervalMs?: number;
  /** Highest and lowest funding rate per interval that the exchange allows, as fractions. */
  readonly fundingCap?: number;
  readonly fundingFloor?: number;
  readonly expiresAtMs?: number;
  /** A price of when the list was read, where it states one: for choosing price steps of requests, never a reading. */
  readonly listPriceQuote?: number;
  /** `unknown`: the exchange states a state that nobody knows; only what is `trading` is followed. */
  readonly status: 'trading' | 'not-trading' | 'unknown';
}
