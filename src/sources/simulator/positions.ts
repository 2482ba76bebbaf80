import { HOUR_MS } from '../../core/units.ts';
import type { Drivers } from './drivers.ts';
import { gapProgress } from './drivers.ts';
import { bridged } from './prices.ts';
import { assetProfile, EXCHANGES, fundingIntervalOf } from './profiles.ts';
import { smoothNoise, streamOf, streamsOf, walkNoise } from './random.ts';
import { symbolKey, VARIANT_SHARE, type MarketSymbol } from './symbols.ts';

/** Who holds what, and what it costs to hold it. */
export interface Positions {
  /** One-sided open interest in coins. */
  openInterestBase(symbol: MarketSymbol, atMs: number): number;
  /** The running estimate of the rate for the interval that contains `atMs`, as a fraction per interval. */
  fundingRate(symbol: MarketSymbol, atMs: number): number;
  /** Mark over index price, minus 1. */
  premium(symbol: MarketSymbol, atMs: number): number;
  /** Longs over shorts. */
  longShortRatio(symbol: MarketSymbol, population: Population, atMs: number): number;
}

export type Population = 'all-accounts' | 'top-accounts' | 'top-positions';

/** A gap of x closes this share of x of the open interest: a fall of 2 % closes 1.2 %. */
const FLUSH_PER_GAP = 0.6;
const FLUSH_MEMORY_MS = 120 * HOUR_MS;
const FLUSH_HEALS_MS = 36 * HOUR_MS;
/** Interest component of the funding formula, and its clamp, per 8 h. */
const INTEREST = 0.0001;
const CLAMP = 0.0005;

/** Builds the positions of a market. */
export function createPositions(seed: number, drivers: Drivers): Positions {
  const { anchorMs, openInterestWindowStartMs } = drivers;
  const byKey = new Map<string, (atMs: number) => number>();

  const openInterestNoise = (symbol: MarketSymbol): ((atMs: number) => number) => {
    const key = symbolKey(symbol);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const stream = streamOf(seed, `open-interest/${key}`);
    const { beta } = assetProfile(symbol.asset);
    const raw = (atMs: number): number =>
      drivers.gaps(atMs - FLUSH_MEMORY_MS, atMs).reduce(
        (sum, gap) => {
          const sinceMs = atMs - gap.atMs;
          const closed = FLUSH_PER_GAP * beta * Math.abs(gap.size) * gapProgress(sinceMs / 3);
          return sum - closed * Math.exp(-sinceMs / FLUSH_HEALS_MS);
        },
        0.0009 * walkNoise(stream, atMs, 6 * HOUR_MS, 4),
      );
    const noise = bridged(raw, openInterestWindowStartMs, anchorMs);
    byKey.set(key, noise);
    return noise;
  };

  const fundingStream = streamsOf(seed, (symbol: MarketSymbol) => `funding/${symbolKey(symbol)}`);
  /** The rate for 8 h before the exchange's cap. */
  const rateFor8h = (symbol: MarketSymbol, atMs: number): number => {
    const stream = fundingStream(symbol);
    const wanted = drivers.blend((scenario) => scenario.fundingPer8hPct / 100, atMs);
    const factor = EXCHANGES[symbol.exchange].fundingFactor * (symbol.variant === 'inverse' ? 0.8 : 1);
    return (
      wanted * factor + Math.max(4e-6, 0.05 * Math.abs(wanted)) * smoothNoise(stream, atMs / (6 * HOUR_MS))
    );
  };

  const fundingRate = (symbol: MarketSymbol, atMs: number): number => {
    if (symbol.variant === 'dated' || symbol.variant === 'spot') return 0;
    const { fundingCap } = EXCHANGES[symbol.exchange];
    const perInterval =
      (rateFor8h(symbol, atMs) * fundingIntervalOf(symbol.exchange, symbol.asset)) / (8 * HOUR_MS);
    return Number(Math.min(fundingCap, Math.max(-fundingCap, perInterval)).toFixed(8));
  };

  return {
    openInterestBase(symbol, atMs) {
      const { openInterestBase, sizeDecimals } = assetProfile(symbol.asset);
      const base = openInterestBase * EXCHANGES[symbol.exchange].share * VARIANT_SHARE[symbol.variant];
      const change = drivers.openInterestChange(symbol.exchange, symbol.asset, atMs);
      return roundTo(base * Math.exp(change + openInterestNoise(symbol)(atMs)), sizeDecimals);
    },
    fundingRate,
    premium(symbol, atMs) {
      if (symbol.variant === 'spot') return 0;
      if (symbol.variant === 'dated') {
        const years = Math.max(0, (symbol.expiresAtMs ?? atMs) - atMs) / (365 * 24 * HOUR_MS);
        const fundingPerYear = drivers.blend((scenario) => scenario.fundingPer8hPct / 100, atMs) * 1095;
        return (0.03 + Math.max(-0.1, Math.min(0.2, 0.4 * fundingPerYear))) * years;
      }
      // The funding formula turned round: rate = premium + clamp(interest − premium, ±0.05 %).
      const rate = rateFor8h(symbol, atMs);
      return rate + CLAMP * Math.tanh((rate - INTEREST) / INTEREST);
    },
    longShortRatio(symbol, population, atMs) {
      const stream = streamOf(seed, `long-short/${symbolKey(symbol)}/${population}`);
      const wanted = drivers.blend((scenario) => scenario.longShortRatio, atMs);
      const all = wanted * EXCHANGES[symbol.exchange].longShortFactor;
      const level = {
        'all-accounts': all,
        'top-accounts': all * 1.08,
        'top-positions': 1.05 * Math.sqrt(all),
      };
      return level[population] * Math.exp(0.025 * smoothNoise(stream, atMs / (5 * HOUR_MS)));
    },
  };
}

/** Rounds to a number of decimals; negative ones round to tens and hundreds. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** Math.abs(decimals);
  const rounded = decimals >= 0 ? Math.round(value * factor) / factor : Math.round(value / factor) * factor;
  return rounded;
}
