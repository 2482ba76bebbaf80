import { takerRatio as ratioOf } from './flow.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { RATIO } from './kit/range.ts';
import { newest } from './kit/tails.ts';
import { ofTrailing } from './kit/through.ts';
import { FLOW_WINDOW_HOURS } from './kit/windows.ts';
import { OF_DAY, TAKERS } from './takerSums.ts';

export const takerRatio = defineMetric({
  id: 'taker-ratio',
  name: 'Taker buy/sell ratio',
  unit: 'ratio',
  formula: 'taker buys / taker sells',
  window: { words: 'named with the number' },
  sources: 'taker volume endpoints or bars',
  caveats: 'Above 1, takers buy more than they sell. Imbalance = (r − 1) / (r + 1).',
  range: RATIO,
  inputs: ['taker-buy', 'taker-sell'],
  feature: { key: 'takerBuySellRatio', unit: 'ratio', words: 'taker buy/sell ratio' },
  shown: { id: 'taker', label: 'Taker buy/sell 1 h', names: ['taker b/s 1h', 'taker 1h', 'taker'] },
  computation: ofSums({
    ...TAKERS,
    tail: newest(ofTrailing(FLOW_WINDOW_HOURS, ratioOf)),
    outcome: (value, origin) => ({ value, origin: { ...OF_DAY, ...origin } }),
  }),
});
