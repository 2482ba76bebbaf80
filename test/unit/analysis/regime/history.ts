import type { ExchangeReadings } from '../../../../src/analysis/metrics/exchangeReadings.ts';
import type { FeatureInput } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { AssetSeries } from '../../../../src/series/assetSeries.ts';
import type {
  Candle,
  FundingRate,
  LiquidationVolume,
  ObservationOf,
  OpenInterest,
  Provenance,
  TakerVolume,
} from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { seriesOfRows } from '../../series/seriesOfRows.ts';

/** Stored rows as an exchange's history gives them, for worked examples. */

const from = (exchange: string, atMs: number): Provenance => ({
  exchange,
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: `${exchange}:BTCUSDT`,
  atMs,
  receivedAtMs: atMs,
  endpoint: 'GET /test',
});

export function openInterestRow(
  exchange: string,
  atMs: number,
  base: number,
  changes: Partial<OpenInterest> = {},
): OpenInterest {
  const fields = { kind: 'open-interest', openInterestBase: base, sides: 'one', barMs: HOUR_MS } as const;
  return { ...from(exchange, atMs), ...fields, ...changes };
}

export function candleRow(
  exchange: string,
  atMs: number,
  close: number,
  changes: Partial<Candle> = {},
): Candle {
  const quotes = { openQuote: close, highQuote: close, lowQuote: close, closeQuote: close };
  return {
    ...from(exchange, atMs),
    // Read after its end: the close and volume of a bar that was read while it ran are those of a part.
    receivedAtMs: atMs + HOUR_MS,
    kind: 'candle',
    priceType: 'last',
    barMs: HOUR_MS,
    ...quotes,
    ...changes,
  };
}

export function takerRow(exchange: string, atMs: number, buys: number, sells: number): TakerVolume {
  const fields = { kind: 'taker-volume', barMs: HOUR_MS } as const;
  return { ...from(exchange, atMs), ...fields, takerBuyBase: buys, takerSellBase: sells };
}

export function liquidationRow(
  exchange: string,
  atMs: number,
  longs: number | undefined,
  shorts: number | undefined,
): LiquidationVolume {
  return {
    ...from(exchange, atMs),
    kind: 'liquidation-volume',
    barMs: HOUR_MS,
    coverage: 'unverified',
    ...(longs === undefined ? {} : { longLiquidatedUsd: longs }),
    ...(shorts === undefined ? {} : { shortLiquidatedUsd: shorts }),
  };
}

export function fundingRow(
  exchange: string,
  atMs: number,
  rate: number,
  changes: Partial<FundingRate> = {},
): FundingRate {
  return {
    ...from(exchange, atMs),
    kind: 'funding-rate',
    fundingRatePerInterval: rate,
    intervalMs: 8 * HOUR_MS,
    intervalBasis: 'payload',
    phase: 'settled',
    ...changes,
  };
}

/** The stored rows of one asset, as worked examples state them. */
export interface HistoryRows {
  /** Hourly rows; for instruments whose exchange keeps no history, readings. */
  readonly openInterest: readonly ObservationOf<'open-interest'>[];
  readonly openInterestDaily: readonly ObservationOf<'open-interest'>[];
  readonly candles: readonly ObservationOf<'candle'>[];
  readonly takerVolume: readonly ObservationOf<'taker-volume'>[];
  readonly spotTakerVolume: readonly ObservationOf<'taker-volume'>[];
  readonly settledFunding: readonly ObservationOf<'funding-rate'>[];
  readonly liquidationVolume: readonly ObservationOf<'liquidation-volume'>[];
  readonly longShort: readonly ObservationOf<'long-short-ratio'>[];
  readonly depth: readonly ObservationOf<'depth'>[];
}

/** Half past an hour: the bar of this hour is unfinished, the last full one started an hour and a half ago. */
export const NOW = Date.UTC(2026, 9, 20, 12, 30);
export const THIS_HOUR = Date.UTC(2026, 9, 20, 12);
export const LAST_FULL_HOUR = THIS_HOUR - HOUR_MS;
export const TODAY = Date.UTC(2026, 9, 20);

/** The history of BTC out of rows, those of spot markets marked as such. */
export function seriesWith(history: Partial<HistoryRows>, nowMs = NOW): AssetSeries {
  const { spotTakerVolume = [], ...perpetual } = history;
  const spot = spotTakerVolume.map((row) => ({ ...row, market: 'spot' as const }));
  return seriesOfRows([...Object.values(perpetual).flat(), ...spot], nowMs);
}

export function inputWith(
  history: Partial<HistoryRows>,
  readings: readonly ExchangeReadings[] = [],
): FeatureInput {
  return { asset: 'BTC', series: seriesWith(history), readings, nowMs: NOW };
}

/** What an exchange states now. */
export function statesNow(exchange: string, numbers: Partial<ExchangeReadings>): ExchangeReadings {
  return { exchange, displayName: exchange, ...numbers };
}

/** An exchange that states its hourly long/short ratio of all accounts. */
export function leans(exchange: string, ratio: number, atMs: number): ExchangeReadings {
  const fields = { kind: 'long-short-ratio', barMs: HOUR_MS, population: 'all-accounts' } as const;
  return statesNow(exchange, { longShort: { ...from(exchange, atMs), ...fields, longShortRatio: ratio } });
}

/** One row for each of the `count` hours that end with `endMs`; `index` counts back from the newest, which is 0. */
export function hoursBack<T>(
  count: number,
  endMs: number,
  make: (atMs: number, index: number) => T,
  stepMs = HOUR_MS,
): T[] {
  return Array.from({ length: count }, (_, index) => make(endMs - index * stepMs, index)).reverse();
}

/** As `hoursBack`, by the day. */
export function daysBack<T>(count: number, endMs: number, make: (atMs: number, index: number) => T): T[] {
  return hoursBack(count, endMs, make, DAY_MS);
}
