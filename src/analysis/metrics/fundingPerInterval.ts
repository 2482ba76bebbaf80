import { YEAR_MS } from '../../core/units.ts';
import { fundingPer8h } from './funding.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { percentOf } from './kit/outcomes.ts';
import { HOURS, PERCENT } from './kit/range.ts';
import { NO_FUNDING, usableFunding } from './usableFunding.ts';

export const fundingPerInterval = defineMetric({
  id: 'funding-per-interval',
  name: 'Funding rate',
  unit: 'percent per stated interval',
  formula: 'as stated by the exchange',
  window: { words: 'one funding interval, 1 to 8 hours' },
  sources: 'funding endpoints',
  caveats: 'Intervals differ between exchanges and symbols; never compared before they are normalised.',
  range: PERCENT,
  inputs: ['now:funding', 'now:open-interest'],
  feature: {
    key: 'fundingPerIntervalPct',
    unit: 'percent',
    words: 'funding rate per interval',
    beside: { fundingIntervalHours: HOURS },
  },
  shown: { id: 'funding', label: 'Funding per', names: ['funding', 'fund'], lastName: 'fr' },
  computation: atOnce((inputs) => {
    const usable = usableFunding(inputs);
    if (usable === undefined) return { absent: NO_FUNDING };
    const { perYear, origin } = usable;
    return {
      value: percentOf(fundingPer8h(perYear, YEAR_MS)),
      origin,
      beside: { fundingIntervalHours: { value: 8, origin } },
    };
  }),
});
