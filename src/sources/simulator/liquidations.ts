import { remembered } from '../../core/remembered.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { Drivers } from './drivers.ts';
import { STEP_MS } from './flow.ts';
import type { PricePath } from './prices.ts';
import { roundTo, type Positions } from './positions.ts';
import { assetProfile, EXCHANGES, TOTAL_SHARE } from './profiles.ts';
import { lognormalAt, streamOf, uniformAt, type Stream } from './random.ts';
import { symbolKey, VARIANT_SHARE, type MarketSymbol } from './symbols.ts';

/** One forced closure. `side` is the side of the position. */
export interface LiquidationEvent {
  readonly id: number;
  readonly atMs: number;
  readonly side: 'long' | 'short';
  readonly sizeBase: number;
  readonly fillPrice: number;
  /** The price at which the margin is gone; the fill is a little better. */
  readonly bankruptcyPrice: number;
}

export interface Liquidations {
  /** Events with fromMs <= atMs < toMs, oldest first. */
  liquidations(symbol: MarketSymbol, fromMs: number, toMs: number): readonly LiquidationEvent[];
}

/** A gap of x liquidates this share of x of the open interest, most of it within an hour. */
const LIQUIDATED_PER_GAP = 0.1;
/** A hundred days by the step, which is how far back statistics by the day are asked for. */
const STEPS_KEPT = 30_000;
const GAP_ECHO_MS = 20 * MINUTE_MS;
/** Small steps come as single events of about this size instead of as dust in every step. */
const TYPICAL_USD = 12_000;

/** Builds the liquidations of a market. */
export function createLiquidations(
  seed: number,
  drivers: Drivers,
  path: PricePath,
  positions: Positions,
): Liquidations {
  /** Dollars that the gaps of the last hours liquidate in a step, on one side. */
  const fromGaps = (symbol: MarketSymbol, side: 'long' | 'short', startMs: number): number => {
    const { beta } = assetProfile(symbol.asset);
    return drivers.gaps(startMs - 2 * HOUR_MS, startMs + STEP_MS).reduce((sum, gap) => {
      if (gap.size < 0 !== (side === 'long')) return sum;
      const done = (sinceMs: number): number => (sinceMs <= 0 ? 0 : 1 - Math.exp(-sinceMs / GAP_ECHO_MS));
      const share = done(startMs + STEP_MS - gap.atMs) - done(startMs - gap.atMs);
      const heldUsd = positions.openInterestBase(symbol, gap.atMs) * path.priceUsd(symbol.asset, gap.atMs);
      return sum + heldUsd * LIQUIDATED_PER_GAP * beta * Math.abs(gap.size) * share;
    }, 0);
  };

  type Side = 'long' | 'short';
  const makeSide = (symbol: MarketSymbol, side: Side, stream: Stream, step: number): LiquidationEvent[] => {
    const { liquidationShare, priceDecimals, sizeDecimals } = assetProfile(symbol.asset);
    const startMs = step * STEP_MS;
    const share =
      (liquidationShare * EXCHANGES[symbol.exchange].share * VARIANT_SHARE[symbol.variant]) / TOTAL_SHARE;
    const perDay = drivers.blend((scenario) => scenario.liquidationsUsdPerDay[side], startMs) * share;
    const expected = (perDay * STEP_MS) / DAY_MS;
    const chance = Math.min(1, expected / TYPICAL_USD);
    // Nearly all steps are without: what only the others need is not computed for them.
    const pressed = (): number => {
      const surprise = Math.max(-1.6, Math.min(1.6, path.surprise(symbol.asset, startMs, startMs + STEP_MS)));
      return 1 + 0.55 * (side === 'long' ? -surprise : surprise);
    };
    const happens = uniformAt(stream, step * 16) < chance;
    const usualUsd = happens ? (expected / chance) * pressed() * lognormalAt(stream, step * 16 + 1, 0.8) : 0;
    const totalUsd = usualUsd + fromGaps(symbol, side, startMs);
    if (totalUsd <= 0) return [];
    const count = 1 + Math.floor(5 * uniformAt(stream, step * 16 + 2));
    const weights = Array.from(
      { length: count },
      (_, index) => 0.1 + uniformAt(stream, step * 16 + 3 + index) ** 2,
    );
    const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.flatMap((weight, index): LiquidationEvent[] => {
      const atMs = startMs + Math.floor(STEP_MS * uniformAt(stream, step * 16 + 8 + index));
      const around = path.priceUsd(symbol.asset, atMs);
      const worse = side === 'long' ? -1 : 1;
      const sizeBase = roundTo((totalUsd * weight) / weightSum / around, sizeDecimals);
      if (sizeBase <= 0) return [];
      return [
        {
          id: step * 16 + (side === 'long' ? 0 : 8) + index,
          atMs,
          side,
          sizeBase,
          fillPrice: roundTo(around * (1 + worse * 0.0003), priceDecimals),
          bankruptcyPrice: roundTo(around * (1 + worse * 0.004), priceDecimals),
        },
      ];
    });
  };

  const known = new Map<string, (step: number) => readonly LiquidationEvent[]>();
  const stepsOf = (symbol: MarketSymbol): ((step: number) => readonly LiquidationEvent[]) => {
    const key = symbolKey(symbol);
    const long = streamOf(seed, `liquidations/${key}/long`);
    const short = streamOf(seed, `liquidations/${key}/short`);
    const make = (step: number): readonly LiquidationEvent[] =>
      [...makeSide(symbol, 'long', long, step), ...makeSide(symbol, 'short', short, step)].sort(
        (a, b) => a.atMs - b.atMs,
      );
    const steps = known.get(key) ?? remembered(make, STEPS_KEPT);
    known.set(key, steps);
    return steps;
  };

  return {
    liquidations(symbol, fromMs, toMs) {
      if (symbol.variant === 'dated' || symbol.variant === 'spot') return [];
      const steps = stepsOf(symbol);
      const events: LiquidationEvent[] = [];
      for (let step = Math.floor(fromMs / STEP_MS); step * STEP_MS < toMs; step += 1) {
        for (const event of steps(step)) if (event.atMs >= fromMs && event.atMs < toMs) events.push(event);
      }
      return events;
    },
  };
}
