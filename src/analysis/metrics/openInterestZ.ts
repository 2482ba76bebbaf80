import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { scoreOutcome } from './kit/outcomes.ts';
import { ANY } from './kit/range.ts';
import { againstWeek } from './kit/tails.ts';
import { changeOfLog } from './kit/through.ts';
import { DAY_AND_WEEK, FLOW_WINDOW_HOURS, MINIMUM_HOURS, WEEK_BEFORE } from './kit/windows.ts';
import { DAY_AGAINST_WEEK } from './takerSums.ts';

/** Against a week in which nothing moved any change is many deviations; below this fraction in 24 h it is none. */
const QUIET_CHANGE = 0.002;

export const openInterestZ = defineMetric({
  id: 'open-interest-z',
  name: 'Open interest z-score',
  unit: 'standard deviations',
  formula: '(x − mean) / sd, x = change of log open interest in coins',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'open interest history in coins',
  caveats: 'Not defined with less than half of the window or without spread.',
  range: ANY,
  inputs: ['open-interest'],
  feature: { key: 'openInterestZ', unit: 'z-score', words: 'open interest z-score' },
  computation: ofSums({
    series: ['open-interest'],
    stretch: DAY_AND_WEEK,
    absent: `no exchange gave hourly open interest over ${MINIMUM_HOURS} h`,
    tail: againstWeek(changeOfLog(FLOW_WINDOW_HOURS)),
    outcome: ({ newest, score }, origin) =>
      Math.abs(newest) < QUIET_CHANGE
        ? { absent: 'open interest moved by less than 0.2 % in 24 h, too little to be unusual' }
        : scoreOutcome(score, { ...DAY_AGAINST_WEEK, ...origin }, { unit: 'fraction', of: Math.expm1 }),
  }),
});
