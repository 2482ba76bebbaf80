import { HOUR_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { CHANGE } from './kit/range.ts';

export const priceChange = defineMetric({
  id: 'price-change',
  name: 'Price change over exchanges',
  unit: 'percent',
  formula: 'median over exchanges of price now / price then − 1, each with itself',
  window: { words: '1 hour, 24 hours or 7 days', ms: 24 * HOUR_MS },
  sources:
    'mark price with mark price, else last price with last price; then: the nearest reading, or open or close of an hourly bar, within 5 minutes of an hour ago, within 30 of a day or a week ago',
  caveats:
    'Nothing is made up between two measured prices: without one so near then it is absent. The moment then is stated.',
  range: CHANGE,
  inputs: ['now:price', 'last-open', 'last-close'],
});
