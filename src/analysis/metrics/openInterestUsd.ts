import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow } from './kit/now.ts';
import { AMOUNT } from './kit/range.ts';
import { openInterestNow } from './openInterest.ts';

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
  shown: {
    id: 'oi-usd',
    label: 'Open interest in USD',
    names: ['open interest', 'OI'],
    ofAll: 'Open interest, USD',
  },
  computation: atOnce(({ readings }) => {
    const sum = openInterestNow(readings);
    if (sum.usd === undefined) return { absent: 'no exchange gave open interest in USD' };
    return { value: sum.usd, origin: originNow(sum.usdStated) };
  }),
});
