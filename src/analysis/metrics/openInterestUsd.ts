import { defineMetric } from './kit/metric.ts';
import { AMOUNT } from './kit/range.ts';

export const openInterestUsd = defineMetric({
  id: 'open-interest-usd',
  name: 'Open interest in USD',
  unit: 'USD',
  formula: 'as stated by the exchange, else coins × mark price',
  window: { words: 'now' },
  sources: 'open-interest endpoints, mark prices',
  caveats: 'USDT and USDC count as one dollar. Moves with price even where no position changes.',
  range: AMOUNT,
  inputs: ['now:open-interest', 'now:price'],
});
