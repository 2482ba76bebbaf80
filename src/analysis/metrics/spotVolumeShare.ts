import type { ExchangeId } from '../../core/ids.ts';
import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { statedNow, sumNow } from './kit/now.ts';
import { SHARE } from './kit/range.ts';
import { OF_DAY } from './takerSums.ts';

/** Spot beside perpetuals, of the exchanges that report both: a share over different exchanges would compare nothing. */
export function spotShare(readings: readonly ExchangeReadings[]): {
  readonly share?: number;
  readonly exchanges: readonly ExchangeId[];
  /** Time of the oldest volume that is counted; Infinity where there is none. */
  readonly oldestMs: number;
} {
  const both = readings.filter((one) => one.spotVolume24hUsd !== undefined && one.volume24hUsd !== undefined);
  const atMsOf = (one: ExchangeReadings): number | undefined => one.volumesAtMs;
  const spots = statedNow(both, (one) => one.spotVolume24hUsd, atMsOf);
  const spot = sumNow(spots) ?? 0;
  const all = spot + (sumNow(statedNow(both, (one) => one.volume24hUsd, atMsOf)) ?? 0);
  const { exchanges, oldestMs } = spots;
  return { exchanges, oldestMs, ...(all > 0 ? { share: spot / all } : {}) };
}

export const spotVolumeShare = defineMetric({
  id: 'spot-volume-share',
  name: 'Spot share of volume',
  unit: 'fraction',
  formula: 'spot / (spot + futures)',
  window: { words: 'named with the number' },
  sources: 'spot and futures tickers',
  caveats: 'Only over exchanges that report both.',
  range: SHARE,
  inputs: ['now:spot-volume', 'now:volume'],
  feature: { key: 'spotVolumeShare', unit: 'fraction', words: 'spot share of volume' },
  shown: { ofAll: 'Spot share of volume, 24 h' },
  computation: atOnce(({ readings }) => {
    const { share, exchanges, oldestMs } = spotShare(readings);
    if (share === undefined) return { absent: 'no exchange gave spot and perpetual volume' };
    return { value: share, origin: { ...OF_DAY, sources: exchanges, newestMs: oldestMs } };
  }),
});
