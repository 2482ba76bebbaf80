import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { Drivers } from './drivers.ts';
import { roundTo } from './positions.ts';
import { assetProfile, EXCHANGES } from './profiles.ts';
import { smoothNoise, streamOf, uniformAt } from './random.ts';
import { symbolKey, VARIANT_SHARE, type MarketSymbol } from './symbols.ts';

/** A price level: [price, size in coins]. */
export type BookLevel = readonly [price: number, sizeBase: number];

/** Resting orders, best price first. The whole book reaches beyond 1 % of the mid price. */
export interface OrderBook {
  readonly atMs: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** How far the book reaches from the mid price. */
const REACH = 0.015;
const BAND = 0.01;
const GAP_DIP_MS = 45 * MINUTE_MS;

/** Returns the dollars that rest within 1 % of the mid price on each side, before rounding to sizes. */
export function depthUsd(
  seed: number,
  drivers: Drivers,
  symbol: MarketSymbol,
  atMs: number,
): { bid: number; ask: number } {
  const stream = streamOf(seed, `depth/${symbolKey(symbol)}`);
  const share = EXCHANGES[symbol.exchange].share * VARIANT_SHARE[symbol.variant];
  const factor = drivers.blend((scenario) => scenario.depthFactor, atMs);
  const breath = Math.exp(0.12 * smoothNoise(stream, atMs / (30 * MINUTE_MS)));
  // Makers step back when the price gaps, and come back within the hour.
  const dip = drivers
    .gaps(atMs - 6 * HOUR_MS, atMs)
    .reduce((kept, gap) => kept * (1 - 0.5 * Math.exp(-(atMs - gap.atMs) / GAP_DIP_MS)), 1);
  const ratio = drivers.blend((scenario) => scenario.takerBuySellRatio, atMs);
  const tilt = 0.08 * smoothNoise(stream + 1, atMs / (15 * MINUTE_MS)) + 0.4 * ((ratio - 1) / (ratio + 1));
  const side = assetProfile(symbol.asset).depthUsd * share * factor * breath * dip;
  return { bid: side * (1 + tilt), ask: side * (1 - tilt) };
}

/** Builds the order book of a contract around a mid price. */
export function makeBook(
  seed: number,
  drivers: Drivers,
  symbol: MarketSymbol,
  atMs: number,
  midPrice: number,
): OrderBook {
  const { priceDecimals, sizeDecimals } = assetProfile(symbol.asset);
  const { bookLevels } = EXCHANGES[symbol.exchange];
  // Orders are replaced every second: the same book is answered within one, another one after it.
  const stream = streamOf(seed, `book/${symbolKey(symbol)}/${Math.floor(atMs / 1_000)}`);
  const tick = 10 ** -priceDecimals;
  const midTicks = Math.round(midPrice / tick);
  const depth = depthUsd(seed, drivers, symbol, atMs);

  const side = (direction: 1 | -1, wantedUsd: number): BookLevel[] => {
    const raw: { price: number; weight: number }[] = [];
    let ticks = direction === 1 ? 0 : -1;
    for (let level = 0; level < bookLevels; level += 1) {
      // Levels lie closer together near the mid price, as they do where the book is deep.
      const wanted = Math.round(((midPrice * REACH) / tick) * ((level + 1) / bookLevels) ** 1.7);
      ticks = Math.max(ticks + 1, wanted);
      const distance = (ticks * tick) / midPrice;
      const price = roundTo((midTicks + direction * ticks) * tick, priceDecimals);
      const jitter = 0.3 + 1.4 * uniformAt(stream, level * 2 + (direction === 1 ? 1 : 0));
      // Equal dollars per distance: a level stands for the orders since the one before it.
      raw.push({ price, weight: jitter * (0.2 + distance / BAND) * ((level + 1) / bookLevels) ** 0.2 });
    }
    const inBand = raw.filter(({ price }) => Math.abs(price / midPrice - 1) <= BAND);
    const weightSum = inBand.reduce((sum, { weight }) => sum + weight, 0);
    return raw.flatMap(({ price, weight }): BookLevel[] => {
      const size = roundTo((wantedUsd * weight) / weightSum / price, sizeDecimals);
      return size > 0 ? [[price, size]] : [];
    });
  };
  return { atMs, bids: side(-1, depth.bid), asks: side(1, depth.ask) };
}
