import { changeFraction, takerRatio as ratioOf } from './flow.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { percentOf } from './kit/outcomes.ts';
import { CHANGE } from './kit/range.ts';
import { againstUsual } from './kit/tails.ts';
import { ofTrailing } from './kit/through.ts';
import { FLOW_WINDOW_HOURS } from './kit/windows.ts';
import { DAY_AGAINST_WEEK, TAKERS } from './takerSums.ts';

export const takerRatioChange = defineMetric({
  id: 'taker-ratio-change',
  name: 'Change of the taker ratio',
  unit: 'percent',
  formula: 'ratio of the last 24 h / mean of the ratios of 24 h in the week before − 1',
  window: { words: '24 hours against 7 days' },
  sources: 'taker volume endpoints or bars',
  caveats: 'A rise from a very low ratio is still selling.',
  range: CHANGE,
  inputs: ['taker-buy', 'taker-sell'],
  feature: { key: 'takerRatioChangePct', unit: 'percent', words: 'change of the taker ratio' },
  computation: ofSums({
    ...TAKERS,
    tail: againstUsual(ofTrailing(FLOW_WINDOW_HOURS, ratioOf)),
    outcome: ({ newest, usual }, origin) => ({
      value: percentOf(usual === undefined ? undefined : changeFraction(usual.mean, newest)),
      origin: {
        ...{ ...DAY_AGAINST_WEEK, ...origin },
        ...(usual === undefined ? {} : { baselineValue: usual.mean, baselineUnit: 'ratio' as const }),
      },
    }),
  }),
});
