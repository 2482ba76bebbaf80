import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow } from './kit/now.ts';
import { SHARE_BY_EXCHANGE } from './kit/range.ts';
import { openInterestNow } from './openInterest.ts';

export const openInterestShare = defineMetric({
  id: 'open-interest-share',
  name: 'Share of open interest',
  unit: 'fraction',
  formula: 'exchange / Σ exchanges',
  window: { words: 'now' },
  sources: 'open interest in coins',
  caveats: 'A share of the exchanges that were reached, not of the whole market.',
  range: SHARE_BY_EXCHANGE,
  inputs: ['now:open-interest'],
  shown: { ofAll: 'Largest share of open interest' },
  computation: atOnce(({ readings }) => {
    const sum = openInterestNow(readings);
    if (sum.shares.length === 0) return { absent: 'nothing is open on an exchange that states it' };
    return {
      value: Object.fromEntries(sum.shares.map(({ exchange, share }) => [exchange, share])),
      origin: originNow(sum.shareUnit === 'base' ? sum.baseStated : sum.usdStated),
    };
  }),
});
