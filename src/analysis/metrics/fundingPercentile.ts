import { DAY_MS } from '../../core/units.ts';
import { annualisedRate } from './funding.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { PERCENTILE } from './kit/range.ts';
import { RECORD_MIN_MS } from './kit/windows.ts';
import { percentileRank } from './statistics.ts';
import { NO_FUNDING, usableFunding } from './usableFunding.ts';

export const fundingPercentile = defineMetric({
  id: 'funding-percentile',
  name: 'Funding rank',
  unit: 'percentile 0..100',
  formula: 'share of earlier rates below the current one, ties counted half',
  window: { words: '30 days before the reading', ms: 30 * DAY_MS },
  sources: 'funding history of the exchange with the largest open interest; it is named',
  caveats: 'Many rates sit exactly at the exchange default, which makes ties.',
  range: PERCENTILE,
  inputs: ['settled-funding', 'now:funding', 'now:open-interest'],
  feature: { key: 'fundingPercentile', unit: 'percentile', words: 'funding percentile' },
  computation: atOnce((inputs) => {
    const usable = usableFunding(inputs);
    if (usable === undefined) return { absent: NO_FUNDING };
    const { largest, origin } = usable;
    const settled = inputs.series.settledFunding.filter(({ exchange }) => exchange === largest.exchange);
    const [past, times] = [
      settled.flatMap(({ perYear }) => [...perYear]),
      settled.flatMap(({ atMs }) => [...atMs]),
    ];
    const now = annualisedRate(largest.funding);
    const spanMs = Math.max(...times) - Math.min(...times);
    return {
      value: now === undefined || spanMs < RECORD_MIN_MS ? undefined : percentileRank(past, now),
      origin: {
        ...origin,
        baselineWindowMs: Math.round(spanMs / DAY_MS) * DAY_MS,
        sources: [largest.exchange],
      },
    };
  }),
});
