import { HOUR_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { AMOUNT } from './kit/range.ts';

export const volume = defineMetric({
  id: 'volume',
  name: 'Futures volume',
  unit: 'USD',
  formula: 'Σ traded volume, each trade counted once',
  window: { words: '24 hours', ms: 24 * HOUR_MS },
  sources: 'ticker endpoints',
  caveats: 'As the exchanges report it; wash trading cannot be told apart.',
  range: AMOUNT,
  inputs: ['now:volume'],
});
