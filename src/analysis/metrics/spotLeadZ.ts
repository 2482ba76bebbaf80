import { DAY_MS } from '../../core/units.ts';
import type { Computation, Outcome } from './kit/metric.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { ANY } from './kit/range.ts';
import { WEEK_BEFORE } from './kit/windows.ts';
import { DAY_AGAINST_WEEK, IMBALANCE_AGAINST_WEEK, SPOT_TAKERS, TAKERS } from './takerSums.ts';

const scoreOf = (takers: typeof SPOT_TAKERS | typeof TAKERS): Computation =>
  ofSums({
    ...takers,
    tail: IMBALANCE_AGAINST_WEEK,
    outcome: ({ score }, origin) => ({ value: score?.z, origin: { ...DAY_AGAINST_WEEK, ...origin } }),
  });

const [SPOT, PERPETUAL] = [scoreOf(SPOT_TAKERS), scoreOf(TAKERS)];

/** Of the hours and exchanges of the spot takers; the perpetuals' are named with their own score. */
function leadOf(spot: Outcome, perpetual: Outcome): Outcome {
  if ('absent' in spot) return spot;
  const of = 'absent' in perpetual ? undefined : perpetual.value;
  if (typeof of !== 'number') return { absent: 'the z-score of the futures takers is not known' };
  return { ...spot, value: typeof spot.value === 'number' ? spot.value - of : undefined };
}

export const spotLeadZ = defineMetric({
  id: 'spot-lead-z',
  name: 'Lead of spot takers',
  unit: 'standard deviations',
  formula: 'spot taker imbalance z − taker imbalance z of the perpetuals',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'spot and perpetual taker flow',
  caveats:
    'Above zero: spot takers are the more unusual buyers. The two may rest on different exchanges, which are named.',
  range: ANY,
  inputs: ['spot-taker-buy', 'spot-taker-sell', 'taker-buy', 'taker-sell'],
  feature: { key: 'spotLeadZ', unit: 'z-score', words: 'lead of the spot takers' },
  computation: {
    batch: (inputs) => leadOf(SPOT.batch(inputs), PERPETUAL.batch(inputs)),
    start: (live) => {
      const [spot, perpetual] = [SPOT.start(live), PERPETUAL.start(live)];
      return (nowMs) => leadOf(spot(nowMs), perpetual(nowMs));
    },
  },
});
