import type { MarginTable } from './marginBands.ts';

/**
 * The table where no fetched one is at hand: Binance gives its own with a key only. Rates and limits are Binance's example of
 * BTCUSDT of 2024 (definitions.md §7); the deductions make the tiers join without a jump, as Binance states them.
 */
export const ASSUMED_MARGIN: MarginTable = {
  unit: 'usd',
  margin: 'linear',
  source: 'Binance BTCUSDT as stated in 2024, for every asset',
  tiers: [
    { from: 0, to: 50_000, maintenanceMarginRate: 0.004, maxLeverage: 125, deduction: 0 },
    { from: 50_000, to: 250_000, maintenanceMarginRate: 0.005, maxLeverage: 100, deduction: 50 },
    { from: 250_000, to: 1_000_000, maintenanceMarginRate: 0.01, maxLeverage: 50, deduction: 1_300 },
    { from: 1_000_000, to: 10_000_000, maintenanceMarginRate: 0.025, maxLeverage: 20, deduction: 16_300 },
  ],
};
