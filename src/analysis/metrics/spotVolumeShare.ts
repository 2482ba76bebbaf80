import { atOnce, defineMetric } from './kit/metric.ts';
import { SHARE } from './kit/range.ts';
import { OF_DAY } from './takerSums.ts';

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
  computation: atOnce(({ readings: { spotVolume } }) => {
    if (spotVolume === undefined) return { absent: 'no exchange gave spot and perpetual volume' };
    const { share, exchanges, atMs } = spotVolume;
    return {
      value: share,
      origin: { ...OF_DAY, sources: exchanges, ...(atMs === undefined ? {} : { newestMs: atMs }) },
    };
  }),
});
