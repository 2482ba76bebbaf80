import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow } from './kit/now.ts';
import { SHARE } from './kit/range.ts';
import { openInterestNow } from './openInterest.ts';

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
  shown: { ofAll: 'Concentration, HHI 0 to 1' },
  computation: atOnce(({ readings }) => {
    const sum = openInterestNow(readings);
    if (sum.hhi === undefined) return { absent: 'nothing is open on an exchange that states it' };
    return { value: sum.hhi, origin: originNow(sum.shareUnit === 'base' ? sum.baseStated : sum.usdStated) };
  }),
});
