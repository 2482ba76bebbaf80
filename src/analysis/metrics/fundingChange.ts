import { HOUR_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { PERCENT } from './kit/range.ts';

export const fundingChange = defineMetric({
  id: 'funding-change',
  name: 'Funding change',
  unit: 'percentage points per year',
  formula: 'Σ (yearly rate now − yearly rate then) × OI / Σ OI, OI of now, over the exchanges that have both',
  window: { words: '1 hour, 24 hours or 7 days', ms: 24 * HOUR_MS },
  sources:
    'running rates; then: the running rate read within 10 minutes of it, else the rate settled for that interval, which is said',
  caveats:
    'A running rate still moves until it is settled. Absent where these exchanges hold less than half of the OI.',
  range: PERCENT,
  inputs: ['now:funding', 'now:open-interest', 'settled-funding'],
});
