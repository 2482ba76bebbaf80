import { defineMetric } from './kit/metric.ts';
import { SHARE } from './kit/range.ts';

export const openInterestConcentration = defineMetric({
  id: 'open-interest-concentration',
  name: 'Concentration (HHI)',
  unit: 'index 0..1',
  formula: 'Σ share²',
  window: { words: 'now' },
  sources: 'open interest in coins',
  caveats: '1 means that one exchange holds everything; depends on which exchanges were reached.',
  range: SHARE,
  inputs: ['now:open-interest'],
});
