import { atOnce, defineMetric } from './kit/metric.ts';
import { PERCENT } from './kit/range.ts';
import { NO_FUNDING, usableFunding } from './usableFunding.ts';

export const fundingAnnualised = defineMetric({
  id: 'funding-annualised',
  name: 'Funding, annualised',
  unit: 'percent per year',
  formula: 'rate × 365 days / interval (simple); over exchanges Σ rate × OI / Σ OI',
  window: { words: 'now' },
  sources: 'funding endpoints weighted by open interest in USD',
  caveats: 'Stale rates, unstated intervals and exchanges without open interest are dropped and named.',
  range: PERCENT,
  inputs: ['now:funding', 'now:open-interest'],
  feature: { key: 'fundingAnnualisedPct', unit: 'percent', words: 'annualised funding' },
  shown: {
    id: 'funding-year',
    label: 'Funding annualised',
    names: ['funding', 'fund'],
    lastName: 'fr',
    ofAll: 'Funding, annualised, weighted by open interest',
  },
  computation: atOnce((inputs) => {
    const usable = usableFunding(inputs);
    if (usable === undefined) return { absent: NO_FUNDING };
    return { value: usable.perYear * 100, origin: usable.origin };
  }),
});
