import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { ownRank } from './kit/ownRank.ts';
import { PERCENTILE } from './kit/range.ts';
import { longShortNow } from './longShortRatio.ts';
import { BASELINE_MS } from './kit/windows.ts';

export const longShortPercentile = defineMetric({
  id: 'long-short-percentile',
  name: 'Long/short rank',
  unit: 'percentile 0..100',
  formula: 'share of earlier ratios below the current one, ties counted half',
  window: { words: '30 days before the reading', ms: 30 * DAY_MS },
  sources: 'long/short history of the same population',
  caveats: 'Populations differ between exchanges and are never mixed.',
  range: PERCENTILE,
  inputs: ['long-short-ratio', 'now:long-short-ratio'],
  feature: { key: 'longShortPercentile', unit: 'percentile', words: 'long/short percentile' },
  computation: ownRank({
    series: 'long-short-ratio',
    // Levels differ too much between exchanges to be mixed.
    among: ({ readings }) => longShortNow(readings).exchanges,
    absent: 'no exchange gave half a week of hourly long/short ratios',
    outcome: ({ rank, exchange, endMs }) => ({
      value: rank,
      origin: { baselineWindowMs: BASELINE_MS, sources: [exchange], newestMs: endMs },
    }),
  }),
});
