import type { PriceBar } from '../analysis/heatmap/barPath.ts';
import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import { valueAt } from '../series/hours.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { ChartColumn } from './chartData.ts';

/** Prices of fewer hours are none: they place no levels and make no line. */
export const LEAST_BARS = 24;

/** What bars are read from: a history, or a part of one that ends at `nowMs`. */
export type LevelSeries = Pick<AssetSeries, 'nowMs' | 'column'>;

export interface PriceBars {
  readonly exchange: ExchangeId;
  readonly priceType: 'mark price' | 'last price';
  readonly bars: readonly PriceBar[];
}

/**
 * Returns the bars of the exchange with the most of them that reach to now (of equals mark prices before last prices,
 * then by name); undefined where none do: prices that end days ago would put every level in the wrong place.
 */
export function priceBars(history: AssetSeries, hours: number): PriceBars | undefined {
  const candidates = (['mark', 'last'] as const).flatMap((type) =>
    [...history.column(`${type}-close`).keys()].map((exchange): PriceBars => {
      const priceType = type === 'mark' ? 'mark price' : 'last price';
      return { exchange, priceType, bars: barsOf(history, type, exchange, hours) };
    }),
  );
  const current = candidates.filter(({ bars }) => bars.length >= LEAST_BARS && reachNow(bars, history.nowMs));
  return current.sort((a, b) => b.bars.length - a.bars.length)[0];
}

/** Returns the closes of bars: each belongs to the end of its bar. */
export function closesOf(bars: readonly PriceBar[]): ChartColumn {
  return {
    atMs: Float64Array.from(bars, (bar) => bar.atMs + bar.barMs),
    values: Float64Array.from(bars, (bar) => bar.closeQuote),
  };
}

/** Returns whether bars reach to now: two hours late is the most. */
export function reachNow(bars: readonly PriceBar[], nowMs: number): boolean {
  const last = bars.at(-1);
  return last !== undefined && nowMs - (last.atMs + last.barMs) <= 2 * HOUR_MS;
}

/** Returns the bars of an exchange of the last `hours` hours that have all four prices, ascending; gaps are left out. */
export function barsOf(
  history: LevelSeries,
  type: 'mark' | 'last',
  exchange: ExchangeId,
  hours: number,
): PriceBar[] {
  const [open, close, high, low] = (['open', 'close', 'high', 'low'] as const).map((name) =>
    history.column(`${type}-${name}`).get(exchange),
  );
  if (open === undefined || close === undefined || high === undefined || low === undefined) return [];
  const fromMs = history.nowMs - hours * HOUR_MS;
  return Array.from(close.values, (closeQuote, at): PriceBar => {
    const atMs = close.firstMs + at * HOUR_MS;
    const [openQuote, highQuote, lowQuote] = [open, high, low].map((one) => valueAt(one, atMs)) as [
      number,
      number,
      number,
    ];
    return { atMs, barMs: HOUR_MS, openQuote, highQuote, lowQuote, closeQuote };
  }).filter(({ atMs, openQuote, highQuote, lowQuote, closeQuote }) => {
    return atMs >= fromMs && !Number.isNaN(openQuote + highQuote + lowQuote + closeQuote);
  });
}
