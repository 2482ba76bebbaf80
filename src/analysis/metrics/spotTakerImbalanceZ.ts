import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { scoreOutcome } from './kit/outcomes.ts';
import { ANY } from './kit/range.ts';
import { WEEK_BEFORE } from './kit/windows.ts';
import { DAY_AGAINST_WEEK, IMBALANCE_AGAINST_WEEK, SPOT_TAKERS } from './takerSums.ts';

export const spotTakerImbalanceZ = defineMetric({
  id: 'spot-taker-imbalance-z',
  name: 'Spot taker imbalance z-score',
  unit: 'standard deviations',
  formula: '(x − mean) / sd, x = (B − S) / (B + S) of spot pairs',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'spot bars with taker volume, spot taker statistics, complete hours of spot trade streams',
  caveats:
    'B and S are taker buys and sells in coins on the spot pair against USDT; OKX states them by currency, not by pair.',
  range: ANY,
  inputs: ['spot-taker-buy', 'spot-taker-sell'],
  feature: { key: 'spotTakerImbalanceZ', unit: 'z-score', words: 'spot taker imbalance z-score' },
  computation: ofSums({
    ...SPOT_TAKERS,
    tail: IMBALANCE_AGAINST_WEEK,
    outcome: ({ score }, origin) =>
      scoreOutcome(score, { ...DAY_AGAINST_WEEK, ...origin }, { unit: 'fraction', of: (mean) => mean }),
  }),
});
