import { defineMetric } from './kit/metric.ts';
import { SHARE } from './kit/range.ts';
import { ofLastDays } from './liquidationDays.ts';
import { LIQUIDATION_SERIES } from './liquidationFeeds.ts';

export const shortLiquidationShare = defineMetric({
  id: 'short-liquidation-share',
  name: 'Share of shorts in liquidations',
  unit: 'fraction',
  formula: 'shorts liquidated / all liquidated, in USD',
  window: { words: 'named with the number' },
  sources: 'liquidation feeds',
  caveats: 'Side of the position that was closed, not of the closing order.',
  range: SHARE,
  inputs: LIQUIDATION_SERIES,
  feature: { key: 'shortLiquidationShare', unit: 'fraction', words: 'share of shorts in liquidations' },
  computation: ofLastDays(({ longUsd, shortUsd, origin }) => ({
    value: longUsd + shortUsd > 0 ? shortUsd / (longUsd + shortUsd) : undefined,
    origin,
  })),
});
