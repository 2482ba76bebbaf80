import { changeFraction } from './flow.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { percentOf } from './kit/outcomes.ts';
import { CHANGE } from './kit/range.ts';
import { againstUsual } from './kit/tails.ts';
import { ofTrailing } from './kit/through.ts';
import { DAY_AND_WEEK, FLOW_WINDOW_HOURS } from './kit/windows.ts';
import { DAY_AGAINST_WEEK } from './takerSums.ts';

const TOO_SHORT = 'hourly volume does not reach back far enough';

export const futuresVolumeChange = defineMetric({
  id: 'futures-volume-change',
  name: 'Futures volume change',
  unit: 'percent',
  formula: 'volume of the last 24 h / mean of the volumes of 24 h in the week before − 1',
  window: { words: '24 hours against 7 days' },
  sources: 'hourly bars with volume',
  caveats: 'A rolling mean: each hour of the week ends one window of 24 h.',
  range: CHANGE,
  inputs: ['volume-usd'],
  feature: { key: 'futuresVolumeChangePct', unit: 'percent', words: 'futures volume change' },
  computation: ofSums({
    series: ['volume-usd'],
    stretch: DAY_AND_WEEK,
    absent: TOO_SHORT,
    tail: againstUsual(ofTrailing(FLOW_WINDOW_HOURS, (traded) => traded)),
    outcome: ({ newest, usual }, origin) =>
      usual === undefined
        ? { absent: TOO_SHORT }
        : {
            value: percentOf(changeFraction(usual.mean, newest)),
            origin: { ...DAY_AGAINST_WEEK, baselineValue: usual.mean, baselineUnit: 'usd', ...origin },
          },
  }),
});
