import type { Evidence, RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { labelWords } from '../../../../src/analysis/regime/labelWords.ts';
import type { DataSource } from '../../../../src/core/ids.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { aggregateAsset } from '../../../../src/market/aggregate.ts';
import type { ExchangeSnapshot, MarketState } from '../../../../src/market/snapshot.ts';
import { exchangeWith, NOW, observe } from '../../market/builders.ts';

/** States of a market as the editor's models see them. */

export { NOW };

export const FAILED_REASON = 'not available from this region (HTTP 451 or 403)';

const fresh = (id: string): ExchangeSnapshot =>
  exchangeWith(id, [
    observe(id, 'open-interest', { openInterestBase: 81_234.5 }),
    observe(id, 'mark-price', { markPriceQuote: 94_700, indexPriceQuote: 94_690 }),
    observe(id, 'funding-rate', { fundingRatePerInterval: 0.00012, settlesAtMs: NOW + HOUR_MS, cap: 0.003 }),
    observe(id, 'volume', { volumeUsd: 1.5e9 }),
    observe(id, 'long-short-ratio', { longShortRatio: 1.6, atMs: NOW - HOUR_MS }),
    observe(id, 'taker-volume', { takerBuyBase: 79, takerSellBase: 100, atMs: NOW - 2 * HOUR_MS }),
    observe(id, 'depth', { bidUsd: 2e6, askUsd: 1e6 }),
  ]);

/** Four fresh exchanges and one that failed. */
export const EXCHANGES: readonly ExchangeSnapshot[] = [
  ...['binance', 'okx', 'bybit', 'bitget'].map(fresh),
  {
    exchange: 'gate',
    displayName: 'GATE',
    status: 'failed',
    reason: FAILED_REASON,
    instruments: [],
    issues: [],
    failedRequests: 0,
  },
];

export const EVIDENCE: Evidence = {
  metric: 'open-interest-z-7d',
  scope: 'aggregate',
  observed: -1.48,
  unit: 'z-score',
  windowMs: 24 * HOUR_MS,
  usualSizes: -1.48,
  bearing: 'for',
  threshold: -1,
  direction: 'below',
  isMet: true,
  weight: 1,
  sources: ['okx', 'bybit'],
  ageMs: 12_000,
};

export function regimeWith(changes: Partial<RegimeAssessment> = {}): RegimeAssessment {
  const { label = 'spot-led-rally' } = changes;
  return {
    schema: 'perpscope.regime/1',
    asOfMs: NOW - 20_000,
    baseAsset: 'BTC',
    source: 'live',
    label,
    words: labelWords(label),
    family: 'short-covering',
    isWeak: false,
    candidates: [],
    confidence: 0.79,
    rarity: 0.03,
    rarityBasis: 'own-history',
    quality: 0.8,
    evidence: [EVIDENCE],
    missing: [{ metric: 'depth-z-7d', reason: 'no history' }],
    statements: ['price rises while open interest falls'],
    remarks: [],
    hasCascadeRisk: false,
    sinceMs: NOW - HOUR_MS,
    coverage: { fresh: 4, of: 5 },
    rulesVersion: '1',
    ...changes,
  };
}

/** A market with numbers of BTC. */
export function readyState(
  source: DataSource = 'live',
  exchanges: readonly ExchangeSnapshot[] = EXCHANGES,
  regime: RegimeAssessment = regimeWith({ source }),
): MarketState {
  const asset = { asset: 'BTC', exchanges, aggregate: aggregateAsset('BTC', exchanges, NOW) };
  return {
    phase: 'ready',
    source,
    isRefreshing: false,
    snapshot: { schema: 'perpscope.snapshot/1', asOfMs: NOW, source, assets: [asset] },
    regimes: new Map([['BTC', regime]]),
  };
}

export const IDLE: MarketState = { phase: 'idle', source: 'live', isRefreshing: false, regimes: new Map() };
