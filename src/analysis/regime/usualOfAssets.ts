import type { Asset } from '../../core/ids.ts';
import { DAY_MS } from '../../core/units.ts';
import type { UsualSizes } from '../noise/usualSizes.ts';

/**
 * What is usual where an asset's own history is not at hand, measured on 2026-11-29 on days of Binance perpetuals: median and
 * 1.4826 × median distance. BTC and SOL: binance-btcusdt-1h and binance-solusdt-1h (2024-06 to 2024-08, trailing days);
 * the others: binance-perps-1d (2022-01 to 2023-12). The middles of shares are set to 0, so that long and short are judged alike.
 */
type UsualDay = readonly [
  price: number,
  openInterest: number,
  taker: number,
  forceSide: number,
  /** Middle and spread of log(1 + USD), the middle in USD. */
  forceUsd: number,
  forceSpread: number,
];

const DAYS: Readonly<Record<Asset, UsualDay>> = {
  BTC: [0.0244, 0.0327, 0.025, 0.46, 11.1e6, 0.69],
  SOL: [0.0417, 0.0301, 0.02, 0.47, 3.56e6, 0.52],
  BNB: [0.02, 0.0339, 0.025, 0.64, 0.4e6, 1.04],
  XRP: [0.0273, 0.0366, 0.025, 0.51, 0.62e6, 0.9],
  ADA: [0.0299, 0.0381, 0.025, 0.58, 0.44e6, 1],
  DOGE: [0.0294, 0.0437, 0.025, 0.59, 0.41e6, 1.08],
  AVAX: [0.0386, 0.0476, 0.025, 0.68, 0.37e6, 1.58],
  LINK: [0.0374, 0.0421, 0.025, 0.65, 0.39e6, 0.82],
  LTC: [0.029, 0.0398, 0.025, 0.69, 0.31e6, 0.87],
  DOT: [0.0315, 0.0287, 0.025, 0.66, 0.27e6, 1.21],
};
/** About the middle of the ten, for every other asset; ETH among them, whose series is not at hand. */
const OTHERS: UsualDay = [0.03, 0.038, 0.025, 0.6, 0.5e6, 0.95];

/** Returns what is usual over a day by the dated table; a class default for assets that are not in it. */
export function usualOfAsset(asset: Asset): UsualSizes {
  const [price, openInterest, taker, forceSide, forceUsd, forceSpread] = DAYS[asset] ?? OTHERS;
  return {
    ...{ windowMs: DAY_MS, hours: 0, price, openInterest },
    taker: { middle: 0, spread: taker },
    // No series of spot takers is at hand.
    spot: { middle: 0, spread: Number.NaN },
    forceSide: { middle: 0, spread: forceSide },
    forceSize: { middle: Math.log1p(forceUsd), spread: forceSpread },
  };
}
