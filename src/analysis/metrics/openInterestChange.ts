import { HOUR_MS } from '../../core/units.ts';
import { changeFraction } from './flow.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { percentOf } from './kit/outcomes.ts';
import { CHANGE } from './kit/range.ts';
import { twoEndsOf } from './kit/tails.ts';
import { itself } from './kit/through.ts';
import { DAY_AND_WEEK, MINIMUM_HOURS, RETURN_WINDOW_HOURS, RETURN_WINDOW_MS } from './kit/windows.ts';

export const openInterestChange = defineMetric({
  id: 'open-interest-change',
  name: 'Open interest change',
  unit: 'percent',
  formula: 'coins now / coins then − 1',
  window: { words: '24 hours', ms: 24 * HOUR_MS },
  sources: 'open interest history in coins',
  caveats: 'In coins, so that a price move alone is no change.',
  range: CHANGE,
  inputs: ['open-interest'],
  feature: {
    key: 'openInterestChangePct',
    unit: 'percent',
    words: 'open interest change',
    hasReturnWindow: true,
  },
  computation: ofSums({
    series: ['open-interest'],
    stretch: DAY_AND_WEEK,
    absent: `no exchange gave hourly open interest over ${MINIMUM_HOURS} h`,
    tail: twoEndsOf(itself, RETURN_WINDOW_HOURS),
    outcome: ({ now, then }, origin) => ({
      value: percentOf(changeFraction(then, now)),
      origin: { windowMs: RETURN_WINDOW_MS, ...origin },
    }),
  }),
});
