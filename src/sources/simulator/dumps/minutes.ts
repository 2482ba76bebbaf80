import { MINUTE_MS } from '../../../core/units.ts';
import { STEP_MS, type Bar, type PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { roundTo } from '../positions.ts';
import { assetProfile } from '../profiles.ts';
import { streamOf, uniformAt } from '../random.ts';
import { symbolKey, type MarketSymbol } from '../symbols.ts';

/**
 * Bars shorter than the market's own five minutes: the market trades in steps of five, files have single minutes. Five of them give
 * exactly the five minutes that they are taken from.
 */

const PER_STEP = STEP_MS / MINUTE_MS;

/** Returns the five one-minute bars of the step that begins at a time. */
function minutesOf(market: SimulatedMarket, symbol: MarketSymbol, stepMs: number, type: PriceType): Bar[] {
  const whole = market.bar(symbol, stepMs, stepMs + STEP_MS, type);
  const { sizeDecimals } = assetProfile(symbol.asset);
  const within = (price: number): number => Math.min(whole.high, Math.max(whole.low, price));
  const prices = Array.from({ length: PER_STEP + 1 }, (_, index) => {
    if (index === 0) return whole.open;
    if (index === PER_STEP) return whole.close;
    return within(market.price(symbol, type, stepMs + index * MINUTE_MS));
  });
  const highs = prices.slice(1).map((price, index) => Math.max(price, prices[index] ?? price));
  const lows = prices.slice(1).map((price, index) => Math.min(price, prices[index] ?? price));
  // The extremes of the five minutes are those of one of them.
  highs[highs.indexOf(Math.max(...highs))] = whole.high;
  lows[lows.indexOf(Math.min(...lows))] = whole.low;

  const stream = streamOf(market.seed, `minutes/${symbolKey(symbol)}`);
  const weights = Array.from(
    { length: PER_STEP },
    (_, index) => 0.5 + uniformAt(stream, stepMs / MINUTE_MS + index),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  /** Parts of an amount in whole units, which add up to it. */
  const parts = (amount: number, decimals: number): number[] => {
    const units = Math.round(amount * 10 ** decimals);
    let [done, share] = [0, 0];
    return weights.map((weight, index) => {
      share += weight / total;
      const upTo = index === PER_STEP - 1 ? units : Math.floor(units * share);
      const part = upTo - done;
      done = upTo;
      return roundTo(part / 10 ** decimals, decimals);
    });
  };
  // Bought and sold apart: a minute in which more was bought than traded cannot be.
  const bought = parts(whole.takerBuyBase, sizeDecimals);
  const sold = parts(whole.volumeBase - whole.takerBuyBase, sizeDecimals);
  const boughtUsd = parts(whole.takerBuyUsd, 2);
  const soldUsd = parts(whole.volumeUsd - whole.takerBuyUsd, 2);
  const trades = parts(whole.trades, 0);
  return Array.from({ length: PER_STEP }, (_, index) => ({
    startMs: stepMs + index * MINUTE_MS,
    endMs: stepMs + (index + 1) * MINUTE_MS,
    open: prices[index] ?? 0,
    close: prices[index + 1] ?? 0,
    high: highs[index] ?? 0,
    low: lows[index] ?? 0,
    volumeBase: roundTo((bought[index] ?? 0) + (sold[index] ?? 0), sizeDecimals),
    volumeUsd: roundTo((boughtUsd[index] ?? 0) + (soldUsd[index] ?? 0), 2),
    takerBuyBase: bought[index] ?? 0,
    takerBuyUsd: boughtUsd[index] ?? 0,
    trades: trades[index] ?? 0,
  }));
}

/** Returns the bars of a length that start in [fromMs, toMs): of one minute, or of a multiple of five. */
export function dumpBars(
  market: SimulatedMarket,
  symbol: MarketSymbol,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  barMs: number,
  type: PriceType = 'last',
): Bar[] {
  const bars: Bar[] = [];
  if (barMs === MINUTE_MS)
    for (let at = fromMs; at < toMs; at += STEP_MS) bars.push(...minutesOf(market, symbol, at, type));
  else for (let at = fromMs; at < toMs; at += barMs) bars.push(market.bar(symbol, at, at + barMs, type));
  return bars;
}
