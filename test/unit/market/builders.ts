import { instrumentKey } from '../../../src/core/ids.ts';
import type { Instrument } from '../../../src/core/instrument.ts';
import type {
  Observation,
  ObservationKind,
  ObservationOf,
  Provenance,
} from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import type { AssetHistory } from '../../../src/market/assetHistory.ts';
import type { ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import type { TrackedInstrument } from '../../../src/sources/collect/tracking.ts';

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

export function historyWith(rows: Partial<AssetHistory>): AssetHistory {
  return {
    asset: 'BTC',
    fromMs: NOW - 30 * DAY_MS,
    openInterest: [],
    openInterestDaily: [],
    candles: [],
    markCandles: [],
    runningFunding: [],
    priceReadings: [],
    openInterestReadings: [],
    takerVolume: [],
    spotTakerVolume: [],
    longShort: [],
    settledFunding: [],
    depth: [],
    liquidationVolume: [],
    apart: 0,
    ...rows,
  };
}
