import { remembered } from '../../core/remembered.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { of, type Drivers } from './drivers.ts';
import type { PricePath } from './prices.ts';
import { roundTo, type Positions } from './positions.ts';
import { assetProfile, EXCHANGES } from './profiles.ts';
import { gaussianAt, lognormalAt, smoothNoise, streamsOf } from './random.ts';
import { symbolKey, VARIANT_SHARE, type MarketSymbol } from './symbols.ts';

export type PriceType = 'last' | 'mark' | 'index';

/** What was traded from `startMs` to `endMs`. Both counterparties count once. */
export interface Bar {
  readonly startMs: number;
  readonly endMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volumeBase: number;
  readonly volumeUsd: number;
  readonly takerBuyBase: number;
  readonly takerBuyUsd: number;
  readonly trades: number;
}

/** Prices and trades. */
export interface Flow {
  price(symbol: MarketSymbol, type: PriceType, atMs: number): number;
  /** One bar from a multiple of `STEP_MS` on; it may end anywhere, so that a running bar is as real as a finished one. */
  bar(symbol: MarketSymbol, startMs: number, endMs: number, type?: PriceType): Bar;
}

/** The finest time that trades are made for. */
export const STEP_MS = 5 * MINUTE_MS;
const HALF_STEP_MS = STEP_MS / 2;
const STEPS_PER_DAY = DAY_MS / STEP_MS;
const STEPS_PER_HOUR = HOUR_MS / STEP_MS;

/** Builds the trade flow of a market. */
export function createFlow(seed: number, drivers: Drivers, path: PricePath, positions: Positions): Flow {
  const priceStream = streamsOf(seed, ({ exchange }: MarketSymbol) => `price/${exchange}`);
  const tradesStream = streamsOf(seed, (symbol: MarketSymbol) => `trades/${symbolKey(symbol)}`);
  const price = (symbol: MarketSymbol, type: PriceType, atMs: number): number => {
    const stream = priceStream(symbol);
    const { priceDecimals } = assetProfile(symbol.asset);
    const index =
      path.priceUsd(symbol.asset, atMs) * (1 + 0.00003 * smoothNoise(stream, atMs / (20 * MINUTE_MS)));
    if (type === 'index') return roundTo(index, priceDecimals + 2);
    const mark = index * (1 + positions.premium(symbol, atMs));
    if (type === 'mark') return roundTo(mark, priceDecimals + 2);
    return roundTo(mark * (1 + 0.00006 * smoothNoise(stream + 1, atMs / MINUTE_MS)), priceDecimals);
  };

  /** Where the step before ended, which is where the next one begins. */
  let ended: { symbol?: MarketSymbol; type?: PriceType; atMs: number; price: number } = {
    atMs: Number.NaN,
    price: 0,
  };

  /** The trades of one step, or of its first `lengthMs`. */
  const makeStep = (symbol: MarketSymbol, step: number, lengthMs: number, type: PriceType): Bar => {
    const stream = tradesStream(symbol);
    const { asset, exchange } = symbol;
    const profile = assetProfile(asset);
    const startMs = step * STEP_MS;
    const endMs = startMs + lengthMs;
    const at = (ms: number): number => price(symbol, type, ms);
    const isNext = ended.atMs === startMs && ended.symbol === symbol && ended.type === type;
    const [open, close] = [isNext ? ended.price : at(startMs), at(endMs)];
    ended = { symbol, type, atMs: endMs, price: close };
    const seen = lengthMs > HALF_STEP_MS ? [open, at(startMs + HALF_STEP_MS), close] : [open, close];
    const wick = (index: number): number => 1 + 0.0002 * Math.abs(gaussianAt(stream, index));
    const decimals = profile.priceDecimals + (type === 'last' ? 0 : 2);
    const high = roundTo(Math.max(...seen) * (type === 'last' ? wick(step * 8) : 1), decimals);
    const low = roundTo(Math.min(...seen) / (type === 'last' ? wick(step * 8 + 1) : 1), decimals);

    const surprise = path.surprise(asset, startMs, startMs + STEP_MS);
    const usualUsd =
      (profile.dailyVolumeUsd * EXCHANGES[exchange].share * VARIANT_SHARE[symbol.variant]) / STEPS_PER_DAY;
    const isSpot = symbol.variant === 'spot';
    const factor = drivers.blend(
      (scenario) => (isSpot ? scenario.spot.volumeFactor : of(scenario.volumeFactor, exchange)),
      startMs,
    );
    // People trade by the sun: the busiest hour (about 15:00 UTC) has half as much again as the mean one.
    const sun = 1 + 0.35 * Math.cos((2 * Math.PI * ((startMs % DAY_MS) - 15 * 60 * MINUTE_MS)) / DAY_MS);
    const excited = 0.6 + 0.5 * Math.min(4, Math.abs(surprise));
    const wantedUsd =
      usualUsd * factor * sun * excited * lognormalAt(stream, step * 8 + 2, 0.35) * (lengthMs / STEP_MS);
    const volumeBase = roundTo(wantedUsd / ((open + close) / 2), profile.sizeDecimals);
    const ratio = drivers.blend((scenario) => (isSpot ? scenario.spot : scenario).takerBuySellRatio, startMs);
    const skew =
      (ratio - 1) / (ratio + 1) +
      0.025 * Math.max(-3, Math.min(3, surprise)) +
      0.055 * smoothNoise(stream + 2, startMs / (40 * MINUTE_MS)) +
      0.06 * gaussianAt(stream, step * 8 + 3);
    const buyShare = Math.min(0.95, Math.max(0.05, (1 + skew) / 2));
    const takerBuyBase = roundTo(volumeBase * buyShare, profile.sizeDecimals);
    const mean = (open + high + low + close) / 4;
    return {
      startMs, endMs, open, high, low, close, volumeBase, volumeUsd: roundTo(volumeBase * mean, 2),
      takerBuyBase, takerBuyUsd: roundTo(takerBuyBase * mean, 2), trades: Math.ceil(wantedUsd / 2_500),
    }; // prettier-ignore
  };

  const join = (symbol: MarketSymbol, parts: readonly Bar[]): Bar => {
    const [first, last] = [parts[0] as Bar, parts.at(-1) as Bar];
    const sum = (read: (bar: Bar) => number): number => parts.reduce((total, part) => total + read(part), 0);
    const { sizeDecimals } = assetProfile(symbol.asset);
    return {
      startMs: first.startMs,
      endMs: last.endMs,
      open: first.open,
      high: Math.max(...parts.map((part) => part.high)),
      low: Math.min(...parts.map((part) => part.low)),
      close: last.close,
      volumeBase: roundTo(
        sum((part) => part.volumeBase),
        sizeDecimals,
      ),
      volumeUsd: roundTo(
        sum((part) => part.volumeUsd),
        2,
      ),
      takerBuyBase: roundTo(
        sum((part) => part.takerBuyBase),
        sizeDecimals,
      ),
      takerBuyUsd: roundTo(
        sum((part) => part.takerBuyUsd),
        2,
      ),
      trades: sum((part) => part.trades),
    };
  };

  // Whole hours are kept: nearly all that is asked for is made of them, and a step costs little.
  const known = new Map<string, (hour: number) => Bar>();
  const hoursOf = (symbol: MarketSymbol, type: PriceType): ((hour: number) => Bar) => {
    const key = `${symbolKey(symbol)}/${type}`;
    const make = (hour: number): Bar => {
      const firstStep = hour * STEPS_PER_HOUR;
      const steps = Array.from({ length: STEPS_PER_HOUR }, (_, index) => firstStep + index);
      return join(
        symbol,
        steps.map((step) => makeStep(symbol, step, STEP_MS, type)),
      );
    };
    const hours = known.get(key) ?? remembered(make, 4_000);
    known.set(key, hours);
    return hours;
  };

  return {
    price,
    bar(symbol, startMs, endMs, type = 'last') {
      const parts: Bar[] = [];
      let step = Math.floor(startMs / STEP_MS);
      while (parts.length === 0 || step * STEP_MS < endMs) {
        const atMs = step * STEP_MS;
        if (step % STEPS_PER_HOUR === 0 && atMs + HOUR_MS <= endMs) {
          parts.push(hoursOf(symbol, type)(step / STEPS_PER_HOUR));
          step += STEPS_PER_HOUR;
        } else {
          parts.push(makeStep(symbol, step, Math.min(STEP_MS, Math.max(0, endMs - atMs)), type));
          step += 1;
        }
      }
      return join(symbol, parts);
    },
  };
}
