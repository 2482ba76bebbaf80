import { defineMetric } from './kit/metric.ts';
import { SHARE } from './kit/range.ts';

export const openInterestShare = defineMetric({
  id: 'open-interest-share',
  name: 'Share of open interest',
  unit: 'fraction',
  formula: 'exchange / Σ exchanges',
  window: { words: 'now' },
  sources: 'open interest in coins',
  caveats: 'A share of the exchanges that were reached, not of the whole market.',
  range: SHARE,
  inputs: ['now:open-interest'],
});
