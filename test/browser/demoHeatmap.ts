import type { HeatmapPayload, HeatmapWish } from '../../src/surfaces/protocol/heatmaps.ts';
import { DEMO_AS_OF_MS, DEMO_OLDEST_MS } from './demoData.ts';

const HOUR_MS = 3_600_000;
const ROWS: Readonly<Record<HeatmapWish['card'], readonly (readonly [string, string])[]>> = {
  'open-interest-change': [
    ['aggregate', 'Aggregate of 3'],
    ['binance', 'Binance'],
    ['okx', 'OKX'],
    ['hyperliquid', 'Hyperliquid'],
  ],
  'open-interest-change-assets': [
    ['BTC', 'BTC'],
    ['ETH', 'ETH'],
    ['1000PEPE', '1000PEPE'],
  ],
  'funding-assets': [
    ['BTC', 'BTC, Binance'],
    ['ETH', 'ETH, Binance'],
    ['1000PEPE', '1000PEPE, Hyperliquid'],
  ],
};
const NOTES: Readonly<Record<HeatmapWish['card'], readonly string[]>> = {
  'open-interest-change': ['Aggregate = Binance + OKX + Hyperliquid.'],
  'open-interest-change-assets': ['BTC: Aggregate = Binance + OKX.', 'SOL: nothing is kept of this time.'],
  'funding-assets': ['SOL: nothing is kept of this time.'],
};

/** Cells that wander about zero, with a burst now and then and, in the second row, some hours of every fourth day that are not known. */
export function demoHeatmap(
  { card, asset, stepMs: askedMs, fromMs, toMs }: HeatmapWish,
  source: HeatmapPayload['source'],
): HeatmapPayload {
  const stepMs = card === 'funding-assets' ? Math.max(8 * HOUR_MS, askedMs) : askedMs;
  const firstMs = Math.floor(Math.max(fromMs, DEMO_OLDEST_MS) / stepMs) * stepMs;
  const columns = Math.max(0, Math.floor((Math.min(toMs, DEMO_AS_OF_MS) - firstMs) / stepMs));
  const rows = ROWS[card].map(([id, label]) => ({ id, label }));
  const size = card === 'funding-assets' ? 0.2 : 0.004 * Math.sqrt(stepMs / HOUR_MS);
  const values = new Float64Array(rows.length * columns);
  for (const row of rows.keys())
    for (let column = 0; column < columns; column += 1) {
      const hours = (firstMs + column * stepMs) / HOUR_MS;
      const isLacking = row === 1 && hours % 96 < 14;
      const burst = Math.sin(hours / 17 + row) ** 9;
      values[row * columns + column] = isLacking
        ? Number.NaN
        : size * (Math.sin(hours / 5 + 2 * row) * 0.5 + 3 * burst);
    }
  return { card, asset, source, stepMs, firstMs, columns, rows, values, notes: NOTES[card] };
}
