import { instrumentKey } from '../../../src/core/ids.ts';
import type { Instrument } from '../../../src/core/instrument.ts';
import type {
  Candle,
  Depth,
  FundingRate,
  LiquidationVolume,
  LongShortRatio,
  MarkPrice,
  Observation,
  ObservationKind,
  ObservationOf,
  OpenInterest,
  Provenance,
  TakerVolume,
} from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import type { AssetSeries } from '../../../src/series/assetSeries.ts';
import type { ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import type { TrackedInstrument } from '../../../src/sources/collect/tracking.ts';
import { seriesOfRows } from '../series/seriesOfRows.ts';

/** Readings, snapshots and results of a refresh, for tests of what the market makes of them. */

export const NOW = Date.UTC(2026, 9, 20, 12, 30);

const DEFAULTS: Readonly<Partial<Record<ObservationKind, object>>> = {
  'open-interest': { sides: 'one' },
  'funding-rate': { intervalMs: 8 * HOUR_MS, intervalBasis: 'payload', phase: 'predicted' },
  volume: { windowMs: DAY_MS },
  'long-short-ratio': { population: 'all-accounts', barMs: HOUR_MS },
  'taker-volume': { barMs: HOUR_MS },
  depth: { bandFraction: 0.01, midPriceQuote: 100, reachedBid: true, reachedAsk: true, levels: 10 },
};

type Fields<K extends ObservationKind> = Partial<ObservationOf<K>>;

/** An observation of BTCUSDT, ten seconds old unless stated. */
export function observe<K extends ObservationKind>(
  exchange: string,
  kind: K,
  fields: Fields<K>,
): ObservationOf<K> {
  const provenance: Provenance = {
    exchange,
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: instrumentKey(exchange, 'BTCUSDT'),
    atMs: NOW - 10_000,
    receivedAtMs: NOW - 9_000,
    endpoint: `GET /${kind}`,
  };
  return { ...provenance, kind, ...DEFAULTS[kind], ...fields } as unknown as ObservationOf<K>;
}

/** An exchange's part of a snapshot, fresh unless stated. */
export function exchangeWith(
  exchange: string,
  observations: readonly Observation[],
  changes: Partial<ExchangeSnapshot> = {},
): ExchangeSnapshot {
  const instrument = { venueSymbol: 'BTCUSDT', kind: 'perpetual', margin: 'linear' } as const;
  return {
    exchange,
    displayName: exchange.toUpperCase(),
    status: 'fresh',
    instruments: [{ ...instrument, observations }],
    issues: [],
    failedRequests: 0,
    newestAtMs: NOW - 10_000,
    ...changes,
  };
}

export function instrumentOf(exchange: string, changes: Partial<Instrument> = {}): Instrument {
  return {
    key: instrumentKey(exchange, 'BTCUSDT'),
    exchange,
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    settleAsset: 'USDT',
    kind: 'perpetual',
    margin: 'linear',
    contractSize: { amount: 1, unit: 'base' },
    status: 'trading',
    ...changes,
  };
}

export function tracked(exchange: string, changes: Partial<TrackedInstrument> = {}): TrackedInstrument {
  return { asset: 'BTC', instrument: instrumentOf(exchange), isProvisional: false, ...changes };
}

/** What one refresh of an exchange brought. */
export function resultOf(
  exchange: string,
  observations: readonly Observation[],
  changes: Partial<ExchangeResult> = {},
): ExchangeResult {
  return {
    exchange,
    startedAtMs: NOW - 1_000,
    refreshMs: 812.4,
    requestLatencyMs: 12.4,
    tracked: [tracked(exchange)],
    observations,
    issues: [],
    failures: [],
    notListed: [],
    answered: observations.length,
    budgets: [],
    isSimulated: false,
    ...changes,
  };
}

/** Rows of an asset, by what they are of. */
export interface HistoryRows {
  readonly openInterest: readonly OpenInterest[];
  readonly openInterestDaily: readonly OpenInterest[];
  readonly openInterestReadings: readonly OpenInterest[];
  readonly candles: readonly Candle[];
  readonly markCandles: readonly Candle[];
  readonly settledFunding: readonly FundingRate[];
  readonly runningFunding: readonly FundingRate[];
  readonly priceReadings: readonly MarkPrice[];
  readonly takerVolume: readonly TakerVolume[];
  readonly longShort: readonly LongShortRatio[];
  readonly depth: readonly Depth[];
  readonly liquidationVolume: readonly LiquidationVolume[];
}

/** A row of everything that a history is made of, two hours old or as read an hour ago; of perpetuals unless stated. */
export function everything(exchange: string, about: Partial<Provenance> = {}): Observation[] {
  const bar = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS, ...about };
  const read = { atMs: NOW - HOUR_MS, ...about };
  const quotes = { openQuote: 1, highQuote: 2, lowQuote: 1, closeQuote: 2, volumeBase: 3, volumeUsd: 5 };
  const liquidated = {
    ...{ longLiquidatedUsd: 1, shortLiquidatedUsd: 1, longLiquidatedBase: 1, shortLiquidatedBase: 1 },
    coverage: 'complete' as const,
  };
  const spot = { market: 'spot', instrument: instrumentKey(exchange, 'BTCUSDT', 'spot') } as const;
  const flow = { ...bar, takerBuyBase: 5, takerSellBase: 4 };
  return [
    observe(exchange, 'open-interest', { ...bar, openInterestBase: 5, openInterestUsd: 10 }),
    observe(exchange, 'open-interest', {
      ...bar,
      barMs: DAY_MS,
      atMs: NOW - 400 * DAY_MS,
      openInterestBase: 5,
      openInterestUsd: 10,
    }),
    observe(exchange, 'candle', { ...bar, ...quotes, priceType: 'last' }),
    observe(exchange, 'candle', { ...bar, ...quotes, priceType: 'mark' }),
    observe(exchange, 'long-short-ratio', { ...bar, longShortRatio: 1 }),
    observe(exchange, 'funding-rate', { ...read, phase: 'settled', fundingRatePerInterval: 0.0001 }),
    observe(exchange, 'funding-rate', { ...read, fundingRatePerInterval: 0.0001 }),
    observe(exchange, 'mark-price', { ...read, markPriceQuote: 2 }),
    observe(exchange, 'open-interest', { ...read, openInterestBase: 5 }),
    observe(exchange, 'depth', { ...read, midPriceQuote: 2, bidUsd: 1, askUsd: 1 }),
    observe(exchange, 'liquidation-volume', { ...bar, ...liquidated }),
    observe(exchange, 'taker-volume', flow),
    ...(about.market === undefined ? [observe(exchange, 'taker-volume', { ...flow, ...spot })] : []),
  ];
}

/** The history that these rows are, at `nowMs`. */
export function historyWith(rows: Partial<HistoryRows>, nowMs = NOW): AssetSeries {
  return seriesOfRows(Object.values(rows).flat(), nowMs);
}
