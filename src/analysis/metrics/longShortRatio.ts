import { atOnce, defineMetric } from './kit/metric.ts';
import { RATIO } from './kit/range.ts';

export const longShortRatio = defineMetric({
  id: 'long-short-ratio',
  name: 'Long/short ratio',
  unit: 'ratio',
  formula: 'long accounts / short accounts; over exchanges the median',
  window: { words: 'latest bar of the exchange' },
  sources: 'long/short endpoints',
  caveats: 'Counts accounts, not money. Above 1.5 is common; the percentile says more.',
  range: RATIO,
  inputs: ['now:long-short-ratio'],
  feature: { key: 'longShortRatio', unit: 'ratio', words: 'long/short ratio' },
  computation: atOnce(({ readings: { longShortRatios: ratios, longShortRatio } }) => {
    if (longShortRatio === undefined || ratios.length === 0)
      return { absent: 'no fresh long/short ratio of all accounts' };
    return {
      value: longShortRatio,
      origin: {
        sources: ratios.map(({ exchange }) => exchange),
        newestMs: Math.min(...ratios.map(({ atMs }) => atMs)),
      },
    };
  }),
});
