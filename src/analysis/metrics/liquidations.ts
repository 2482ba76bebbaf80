import { defineMetric } from './kit/metric.ts';
import { AMOUNT } from './kit/range.ts';
import { ofLastDays } from './liquidationDays.ts';
import { LIQUIDATION_SERIES } from './liquidationFeeds.ts';

export const liquidations = defineMetric({
  id: 'liquidations',
  name: 'Liquidations',
  unit: 'USD',
  formula:
    'Σ notional of forced closures over the last 24 hours that a feed covers, one feed for each exchange',
  window: { words: 'named with the number' },
  sources: 'liquidation feeds of the exchanges named, each with 24 covered hours',
  caveats:
    'A lower bound where a feed is sampled or not known to be complete. A day with an hour lacking is left out, not scaled up.',
  range: AMOUNT,
  inputs: LIQUIDATION_SERIES,
  feature: { key: 'liquidationsUsd', unit: 'usd', words: 'liquidations' },
  computation: ofLastDays(({ longUsd, shortUsd, origin }) => ({ value: longUsd + shortUsd, origin })),
});
