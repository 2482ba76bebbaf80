import { modelLiquidationLevels } from '../analysis/liquidations/levelModel.ts';
import { valueAt } from '../series/hours.ts';
import type { ChartInput, Charted, LiquidationModel } from './chartData.ts';
import { openInterestSum } from './openInterestChart.ts';
import { closesOf, LEAST_BARS, priceBars } from './priceBars.ts';

/** Returns the modelled levels at which positions would be liquidated, or what they lack. */
export function liquidationChart({ history, inOrder, nameOf, hours }: ChartInput): Charted<LiquidationModel> {
  const sum = openInterestSum(history, hours);
  const prices = priceBars(history, hours);
  if (sum === undefined || prices === undefined) {
    const needed = `${hours / 2} h of open interest and ${LEAST_BARS} h of prices by the hour`;
    return { unavailable: `The model needs ${needed}, up to now.` };
  }
  const { exchange: priceFrom, priceType } = prices;
  const bars = prices.bars.map((bar) => {
    // A value labelled with an hour is the reading at its start: the level at a bar's end is the next hour's.
    const level = valueAt(sum, bar.atMs + bar.barMs);
    return { ...bar, openInterestBase: Number.isNaN(level) ? undefined : level };
  });
  const levels = modelLiquidationLevels(bars, {
    columns: hours,
    rows: 160,
    priceSource: `the ${priceType} of ${nameOf(priceFrom)}`,
  });
  if (levels === undefined) return { unavailable: 'The model found no levels in the history at hand.' };
  const price = closesOf(bars);
  return { data: { levels, price, exchanges: sum.exchanges.toSorted(inOrder), priceFrom, priceType } };
}
