import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { COEFFICIENT } from './kit/range.ts';

export const returnCorrelation = defineMetric({
  id: 'return-correlation',
  name: 'Correlation of daily returns',
  unit: 'coefficient -1..1',
  formula: 'Pearson of returns between days that both series have; in brackets of their ranks (Spearman)',
  window: { words: '30 days, at least 15 pairs of returns; n is stated', ms: 30 * DAY_MS },
  sources: 'hourly price bars of one exchange, FRED or your CSV file',
  caveats: 'Closes differ by hours (midnight UTC and New York). Few pairs: below about 0.5 it may be chance.',
  range: COEFFICIENT,
  inputs: ['last-close'],
});
