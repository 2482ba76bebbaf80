import type { Asset } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import { streamOf, uniformAt } from './random.ts';

/**
 * The standing facts of the simulated market: what an asset costs and how it moves, how big an exchange is.
 * Round numbers of the right order of magnitude for 2025; nothing here is a measurement.
 */

/** The exchanges that are simulated. */
export const SIMULATED_EXCHANGES = [
  'binance',
  'okx',
  'bybit',
  'bitget',
  'gate',
  'deribit',
  'hyperliquid',
  'kraken-futures',
  'htx',
] as const;
export type SimulatedExchange = (typeof SIMULATED_EXCHANGES)[number];

/** The context providers that are simulated beside them. */
export const SIMULATED_PROVIDERS = ['alternative-me', 'coingecko', 'fred'] as const;
export type SimulatedProvider = (typeof SIMULATED_PROVIDERS)[number];
/** Everything that listens. */
export type SimulatedHost = SimulatedExchange | SimulatedProvider;

export interface AssetProfile {
  readonly asset: Asset;
  /** Price at the anchor unless the scenario states one. */
  readonly priceUsd: number;
  /** How much of the market's move the asset makes. */
  readonly beta: number;
  /** Own movement per hour, as a fraction, on top of the market's. */
  readonly ownVolatility: number;
  /** One-sided open interest of the perpetuals of the five largest exchanges, coins. */
  readonly openInterestBase: number;
  /** Turnover of the perpetuals of the five largest exchanges per day, dollars. */
  readonly dailyVolumeUsd: number;
  /** Share of the market's liquidations. */
  readonly liquidationShare: number;
  /** Resting orders within 1 % of the mid price, per side, the five largest exchanges, dollars. */
  readonly depthUsd: number;
  readonly fundingIntervalMs: number;
  /** Decimals of traded prices. */
  readonly priceDecimals: number;
  /** Decimals of quantities in coins (-1: tens), so that they are whole contracts on every exchange. */
  readonly sizeDecimals: number;
}

const EIGHT_HOURS = 8 * HOUR_MS;

const row = (
  asset: Asset,
  numbers: readonly [price: number, beta: number, own: number, oi: number, volume: number],
  rest: readonly [liquidations: number, depth: number, interval: number, price: number, size: number],
): AssetProfile => ({
  asset,
  priceUsd: numbers[0],
  beta: numbers[1],
  ownVolatility: numbers[2],
  openInterestBase: numbers[3],
  dailyVolumeUsd: numbers[4],
  liquidationShare: rest[0],
  depthUsd: rest[1],
  fundingIntervalMs: rest[2],
  priceDecimals: rest[3],
  sizeDecimals: rest[4],
});

const ASSETS: readonly AssetProfile[] = [
  row('BTC', [95_000, 1, 0.0004, 271_000, 33e9], [0.42, 160e6, EIGHT_HOURS, 1, 3]),
  row('ETH', [3_300, 1.2, 0.0011, 8_572_000, 24e9], [0.3, 90e6, EIGHT_HOURS, 2, 2]),
  // The one asset that settles every 4 h: an interval taken for granted shows at once.
  row('SOL', [180, 1.35, 0.0018, 31_000_000, 7e9], [0.13, 34e6, 4 * HOUR_MS, 2, 0]),
  row('XRP', [2.3, 1.1, 0.0016, 980_000_000, 4e9], [0.09, 22e6, EIGHT_HOURS, 4, -1]),
  row('DOGE', [0.19, 1.4, 0.002, 6_400_000_000, 2e9], [0.06, 10e6, EIGHT_HOURS, 5, -1]),
];

const BY_ASSET = new Map(ASSETS.map((profile) => [profile.asset, profile]));

/** The assets that every simulated exchange lists. */
export const SIMULATED_ASSETS: readonly Asset[] = ASSETS.map((profile) => profile.asset);

/** Returns the profile of an asset; a ticker without one gets numbers made from its letters. */
export function assetProfile(asset: Asset): AssetProfile {
  const known = BY_ASSET.get(asset);
  if (known !== undefined) return known;
  const stream = streamOf(0, asset);
  const price = 10 ** (uniformAt(stream, 1) * 4 - 2);
  const marketUsd = 50e6 * (1 + 5 * uniformAt(stream, 2));
  return row(
    asset,
    [price, 1.1 + 0.5 * uniformAt(stream, 3), 0.003, marketUsd / price, marketUsd * 2],
    [0.005, marketUsd / 60, EIGHT_HOURS, price >= 1 ? 4 : 6, 0],
  );
}

export interface ExchangeProfile {
  /** Share of open interest, turnover, liquidations and depth. */
  readonly share: number;
  /** How the running funding rate differs from the market's, as a factor. */
  readonly fundingFactor: number;
  /** Highest rate per interval, as a fraction; lowest is its negative. */
  readonly fundingCap: number;
  /** How the long/short ratio of accounts differs from the market's, as a factor. */
  readonly longShortFactor: number;
  /** Levels per side that the order book holds. */
  readonly bookLevels: number;
  /** Where an exchange pays funding at an interval of its own, whatever the asset. */
  readonly fundingIntervalMs?: number;
}

/**
 * The caps are those of recorded answers (OKX, Bybit 0.375 %, Bitget 0.3 %); Binance and Gate allow more, Deribit's is
 * not verified.
 */
export const EXCHANGES: Readonly<Record<SimulatedExchange, ExchangeProfile>> = {
  binance: { share: 0.35, fundingFactor: 1, fundingCap: 0.02, longShortFactor: 1, bookLevels: 800 },
  okx: { share: 0.14, fundingFactor: 0.95, fundingCap: 0.00375, longShortFactor: 1.06, bookLevels: 380 },
  bybit: { share: 0.22, fundingFactor: 1.05, fundingCap: 0.00375, longShortFactor: 0.97, bookLevels: 450 },
  bitget: { share: 0.14, fundingFactor: 1.1, fundingCap: 0.003, longShortFactor: 1.1, bookLevels: 140 },
  gate: { share: 0.15, fundingFactor: 0.9, fundingCap: 0.0075, longShortFactor: 1.03, bookLevels: 250 },
  deribit: { share: 0.03, fundingFactor: 0.92, fundingCap: 0.005, longShortFactor: 1, bookLevels: 200 },
  hyperliquid: {
    share: 0.08, fundingFactor: 1.15, fundingCap: 0.04, longShortFactor: 1, bookLevels: 300, fundingIntervalMs: HOUR_MS,
  }, // prettier-ignore
  'kraken-futures': {
    share: 0.02, fundingFactor: 1.02, fundingCap: 0.001, longShortFactor: 1.08, bookLevels: 200, fundingIntervalMs: HOUR_MS,
  }, // prettier-ignore
  htx: { share: 0.04, fundingFactor: 0.92, fundingCap: 0.00375, longShortFactor: 1.08, bookLevels: 140 },
};

/** What the shares add up to: open interest and turnover are stated for the five largest, liquidations for all. */
export const TOTAL_SHARE = Object.values(EXCHANGES).reduce((sum, { share }) => sum + share, 0);

/** Returns the funding interval of an asset on an exchange: the exchange's own, else the asset's. */
export function fundingIntervalOf(exchange: SimulatedExchange, asset: Asset): number {
  return EXCHANGES[exchange].fundingIntervalMs ?? assetProfile(asset).fundingIntervalMs;
}
