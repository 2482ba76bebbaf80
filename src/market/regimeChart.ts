import { LONGEST_UNWATCHED_MS } from '../analysis/regime/standing.ts';
import { runsOf } from '../analysis/timeline/runs.ts';
import { HOUR_MS } from '../core/units.ts';
import type { Charted, ChartInput, RegimeHistory } from './chartData.ts';
import { closesOf, priceBars } from './priceBars.ts';

/** Returns what was said of the asset over time, with the price; times that nobody watched stay gaps. */
export function regimeChart({ history, judged, hours }: ChartInput): Charted<RegimeHistory> {
  if (judged.length === 0)
    return {
      unavailable: `No regime was assessed in these ${hours} h: assessments are kept from the first refresh on. Press Refresh.`,
    };
  const prices = priceBars(history, hours);
  return {
    data: {
      runs: runsOf(judged, LONGEST_UNWATCHED_MS),
      fromMs: history.nowMs - hours * HOUR_MS,
      longestPauseMs: LONGEST_UNWATCHED_MS,
      ...(prices === undefined
        ? {}
        : {
            price: {
              ...closesOf(prices.bars),
              ...{ priceFrom: prices.exchange, priceType: prices.priceType },
            },
          }),
    },
  };
}
