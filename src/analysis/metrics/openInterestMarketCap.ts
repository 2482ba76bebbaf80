import { defineMetric } from './kit/metric.ts';
import { CAP } from './kit/range.ts';

export const openInterestMarketCap = defineMetric({
  id: 'open-interest-market-cap',
  name: 'Open interest / market cap',
  unit: 'percent',
  formula: 'Σ open interest in USD, one-sided where the convention is known / market capitalisation in USD',
  window: { words: 'now; the capitalisation at most 2 hours old' },
  sources: 'open-interest endpoints, CoinGecko',
  caveats:
    'A lower bound: only exchanges that were reached are counted. Not the leverage ratio over exchange reserves.',
  range: CAP,
  inputs: ['now:open-interest', 'now:market-cap'],
});
