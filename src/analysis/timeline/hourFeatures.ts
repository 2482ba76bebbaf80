import { HOUR_MS } from '../../core/units.ts';
import type { ExchangeReadings } from '../metrics/exchangeReadings.ts';
import { at, endOfHour, type Track } from '../noise/track.ts';
import { deriveFeatures } from '../regime/deriveFeatures.ts';
import type { FeatureSet } from '../regime/features.ts';
import { fundingAt, HourSeries, TRACK_SOURCE } from './hourSeries.ts';

/**
 * Returns the features of an hour as the live market's are computed, from what was known when it had ended: nothing later
 * than it is read.
 */
export function hourFeatures(track: Track, index: number): FeatureSet {
  const nowMs = endOfHour(track, index);
  const { asset } = track;
  return deriveFeatures({
    ...{ asset, nowMs, series: new HourSeries(track, index), readings: [readingsOf(track, index)] },
  });
}

/** What an exchange would have stated at the end of the hour. */
function readingsOf(track: Track, index: number): ExchangeReadings {
  const nowMs = endOfHour(track, index);
  const provenance = {
    ...{ exchange: TRACK_SOURCE, venueSymbol: track.asset, baseAsset: track.asset },
    instrument: `${TRACK_SOURCE}:${track.asset}`,
    ...{ atMs: nowMs, receivedAtMs: nowMs, endpoint: 'file' },
  } as const;
  const close = at(track.close, index);
  const coins = at(track.openInterestBase, index);
  const ratio = track.longShortRatio === undefined ? Number.NaN : at(track.longShortRatio, index);
  const funding = fundingAt(track, nowMs);
  return {
    ...{ exchange: TRACK_SOURCE, displayName: 'the file' },
    ...(Number.isNaN(close) ? {} : { markPriceQuote: close, priceAtMs: nowMs }),
    ...(Number.isNaN(coins * close)
      ? {}
      : { openInterestBase: coins, openInterestUsd: coins * close, openInterestAtMs: nowMs }),
    ...(Number.isNaN(ratio)
      ? {}
      : {
          longShort: {
            ...{ ...provenance, kind: 'long-short-ratio', population: 'all-accounts' },
            ...{ longShortRatio: ratio, barMs: HOUR_MS },
          },
        }),
    ...(funding === undefined
      ? {}
      : {
          funding: {
            ...{ ...provenance, kind: 'funding-rate', phase: 'settled', intervalBasis: 'payload' },
            ...{ fundingRatePerInterval: funding.rate, intervalMs: funding.intervalMs },
          },
        }),
  };
}
