import type { FeatureHistory } from '../analysis/regime/deriveFeatures.ts';
import type { LiquidationVolume, Observation, ObservationKind, ObservationOf } from '../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { SeriesId } from '../series/catalogue.ts';
import type { AssetHistory } from './assetHistory.ts';

/** Returns an asset's history as rows, for features that are still derived from rows. */
export function featureHistory(history: AssetHistory): FeatureHistory {
  const hourly = { barMs: HOUR_MS };
  const taker = { takerBuyBase: 'taker-buy', takerSellBase: 'taker-sell' } as const;
  const spot = { takerBuyBase: 'spot-taker-buy', takerSellBase: 'spot-taker-sell' } as const;
  return {
    openInterest: rows(history, 'open-interest', { sides: 'one' }, { openInterestBase: 'open-interest' }),
    openInterestDaily: rows(
      history,
      'open-interest',
      { sides: 'one', barMs: DAY_MS },
      { openInterestBase: 'open-interest-daily' },
    ),
    candles: rows(
      history,
      'candle',
      { ...hourly, priceType: 'last' },
      { closeQuote: 'last-close', volumeUsd: 'volume-usd' },
    ),
    takerVolume: rows(history, 'taker-volume', hourly, taker),
    spotTakerVolume: rows(history, 'taker-volume', hourly, spot),
    longShort: rows(
      history,
      'long-short-ratio',
      { ...hourly, population: 'all-accounts' },
      { longShortRatio: 'long-short-ratio' },
    ),
    depth: rows(
      history,
      'depth',
      { bandFraction: 0.01, midPriceQuote: 1, askUsd: 0, reachedBid: true, reachedAsk: true, levels: 1 },
      { bidUsd: 'depth-usd' },
    ),
    liquidationVolume: liquidationRows(history),
    settledFunding: history.settledFunding.flatMap(
      ({ exchange, instrument, atMs, ratePerInterval, intervalMs, perYear }) =>
        Array.from(atMs, (at, index) => ({
          ...provenance(exchange, instrument, at, at, ''),
          kind: 'funding-rate' as const,
          fundingRatePerInterval: ratePerInterval[index] ?? Number.NaN,
          intervalMs: intervalMs[index] ?? Number.NaN,
          intervalBasis: Number.isNaN(perYear[index]) ? ('venue-default' as const) : ('payload' as const),
          phase: 'settled' as const,
        })),
    ),
  };
}

/** Returns the hours of liquidation feeds as rows. */
export function liquidationRows(history: Pick<AssetHistory, 'parts'>): LiquidationVolume[] {
  const fields = {
    longLiquidatedUsd: 'long-liquidations-usd',
    shortLiquidatedUsd: 'short-liquidations-usd',
    longLiquidatedBase: 'long-liquidations',
    shortLiquidatedBase: 'short-liquidations',
  } as const;
  return rows(history, 'liquidation-volume', { barMs: HOUR_MS }, fields);
}

function rows<K extends ObservationKind>(
  history: Pick<AssetHistory, 'parts'>,
  kind: K,
  constant: object,
  fields: Readonly<Record<string, SeriesId>>,
): ObservationOf<K>[] {
  const found = new Map<string, Record<string, unknown>>();
  for (const [field, id] of Object.entries(fields))
    for (const { exchange, instrument, endpoint, shared, column, receivedAtMs } of history.parts(id))
      for (const [at, value] of column.values.entries()) {
        if (Number.isNaN(value)) continue;
        const atMs = column.firstMs + at * column.stepMs;
        const { coverage, barMs } = shared;
        const key = `${instrument} ${endpoint} ${String(coverage)} ${atMs}`;
        const row = found.get(key) ?? {
          ...provenance(exchange, instrument, atMs, receivedAtMs[at] ?? atMs, endpoint),
          ...{ kind, ...constant, ...(coverage === undefined ? {} : { coverage }) },
          ...(barMs === undefined ? {} : { barMs }),
        };
        row[field] = value;
        found.set(key, row);
      }
  const whole = [...found.values()] as unknown as ObservationOf<K>[];
  return whole.sort((a, b) => a.atMs - b.atMs || (a.endpoint < b.endpoint ? -1 : 1));
}

function provenance(
  exchange: string,
  instrument: Observation['instrument'],
  atMs: number,
  receivedAtMs: number,
  endpoint: string,
): Pick<
  Observation,
  'exchange' | 'instrument' | 'venueSymbol' | 'baseAsset' | 'atMs' | 'receivedAtMs' | 'endpoint'
> {
  return { exchange, instrument, venueSymbol: instrument, baseAsset: '', atMs, receivedAtMs, endpoint };
}
