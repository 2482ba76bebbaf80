import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { scoreOutcome } from './kit/outcomes.ts';
import { ANY } from './kit/range.ts';
import { againstWeek } from './kit/tails.ts';
import { logarithm } from './kit/through.ts';
import { BASELINE_HOURS, BASELINE_MS, WEEK_BEFORE } from './kit/windows.ts';

export const depthZ = defineMetric({
  id: 'depth-z',
  name: 'Depth index',
  unit: 'standard deviations',
  formula: '(x − mean) / sd, x = log(bids + asks within 1 %)',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'order books of the exchanges',
  caveats:
    'Same exchanges throughout, hours that Perpscope itself has recorded. Other indices of depth have no published formula.',
  range: ANY,
  inputs: ['depth-usd'],
  feature: { key: 'depthZ', unit: 'z-score', words: 'depth index' },
  computation: ofSums({
    series: ['depth-usd'],
    // Exchanges publish no history of depth, so that only hours in which Perpscope ran count.
    stretch: { steps: BASELINE_HOURS + 1, minimumSteps: BASELINE_HOURS / 2 },
    absent: `needs ${BASELINE_HOURS / 2} hours of order books (exchanges publish none), recorded by Perpscope itself. Leave the editor open, or use --store`,
    tail: againstWeek(logarithm),
    outcome: ({ score }, origin) =>
      scoreOutcome(score, { baselineWindowMs: BASELINE_MS, ...origin }, { unit: 'usd', of: Math.exp }),
  }),
});
