import { defineMetric } from './kit/metric.ts';
import { AMOUNT } from './kit/range.ts';

export const depth1pct = defineMetric({
  id: 'depth-1pct',
  name: 'Depth within 1 %',
  unit: 'USD',
  formula: 'Σ resting bids and asks within 1 % of the mid price',
  window: { words: 'now' },
  sources: 'order books of the exchanges',
  caveats: 'A lower bound where the returned book ends inside the band.',
  range: AMOUNT,
  inputs: ['now:depth'],
});
