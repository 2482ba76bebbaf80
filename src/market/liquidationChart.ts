import { modelLiquidationLevels } from '../analysis/liquidations/levelModel.ts';
import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import { valueAt } from '../series/hours.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { ChartInput, Charted, LiquidationModel } from './chartData.ts';
import { openInterestSum } from './openInterestChart.ts';

/** Prices of fewer hours place no levels. */
const LEAST_BARS = 24;

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
  const price = {
    // A close belongs to the end of its bar.
    atMs: Float64Array.from(bars, (bar) => bar.atMs + bar.barMs),
    values: Float64Array.from(bars, (bar) => bar.closeQuote),
  };
  return { data: { levels, price, exchanges: sum.exchanges.toSorted(inOrder), priceFrom, priceType } };
}

interface Bar {
  readonly atMs: number;
  readonly barMs: number;
  readonly highQuote: number;
  readonly lowQuote: number;
  readonly closeQuote: number;
}

interface PriceBars {
  readonly exchange: ExchangeId;
  readonly priceType: 'mark price' | 'last price';
  readonly bars: readonly Bar[];
}

/**
 * Returns the bars of the exchange with the most of them that reach to now (of equals mark prices before last prices,
 * then by name); undefined where none do: prices that end days ago would put every level in the wrong place.
 */
function priceBars(history: AssetSeries, hours: number): PriceBars | undefined {
  const candidates = (['mark', 'last'] as const).flatMap((type) =>
    [...history.column(`${type}-close`).keys()].map((exchange): PriceBars => {
      const priceType = type === 'mark' ? 'mark price' : 'last price';
      return { exchange, priceType, bars: barsOf(history, type, exchange, hours) };
    }),
  );
  const current = candidates.filter(({ bars }) => {
    const last = bars.at(-1);
    return (
      bars.length >= LEAST_BARS &&
      last !== undefined &&
      history.nowMs - (last.atMs + last.barMs) <= 2 * HOUR_MS
    );
  });
  return current.sort((a, b) => b.bars.length - a.bars.length)[0];
}

function barsOf(history: AssetSeries, type: 'mark' | 'last', exchange: ExchangeId, hours: number): Bar[] {
  const [close, high, low] = (['close', 'high', 'low'] as const).map((name) =>
    history.column(`${type}-${name}`).get(exchange),
  );
  if (close === undefined || high === undefined || low === undefined) return [];
  const fromMs = history.nowMs - hours * HOUR_MS;
  return Array.from(close.values, (closeQuote, at): Bar => {
    const atMs = close.firstMs + at * HOUR_MS;
    return { atMs, barMs: HOUR_MS, closeQuote, highQuote: valueAt(high, atMs), lowQuote: valueAt(low, atMs) };
  }).filter(({ atMs, closeQuote, highQuote, lowQuote }) => {
    return atMs >= fromMs && !Number.isNaN(closeQuote + highQuote + lowQuote);
  });
}
