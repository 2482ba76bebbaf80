import { DAY_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { scoreOutcome } from './kit/outcomes.ts';
import { ANY } from './kit/range.ts';
import { WEEK_BEFORE } from './kit/windows.ts';
import { DAY_AGAINST_WEEK, IMBALANCE_AGAINST_WEEK, TAKERS } from './takerSums.ts';

export const takerImbalanceZ = defineMetric({
  id: 'taker-imbalance-z',
  name: 'Taker imbalance z-score',
  unit: 'standard deviations',
  formula: '(x − mean) / sd, x = (B − S) / (B + S)',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'taker volume endpoints or bars',
  caveats: 'B and S are taker buys and sells in coins.',
  range: ANY,
  inputs: ['taker-buy', 'taker-sell'],
  feature: { key: 'takerImbalanceZ', unit: 'z-score', words: 'taker imbalance z-score' },
  computation: ofSums({
    ...TAKERS,
    tail: IMBALANCE_AGAINST_WEEK,
    outcome: ({ score }, origin) =>
      scoreOutcome(score, { ...DAY_AGAINST_WEEK, ...origin }, { unit: 'fraction', of: (mean) => mean }),
  }),
});
