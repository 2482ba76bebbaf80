import type { Asset } from '../../core/ids.ts';
import { remembered } from '../../core/remembered.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { gapProgress, type Drivers } from './drivers.ts';
import { assetProfile } from './profiles.ts';
import { streamOf, walkNoise } from './random.ts';

/** The path of an asset's price, common to all exchanges. */
export interface PricePath {
  priceUsd(asset: Asset, atMs: number): number;
  /** How unusual the move between two times is beside the scenario's drift, in standard deviations. */
  surprise(asset: Asset, fromMs: number, toMs: number): number;
}

/** Movement of the market per hour, as a fraction. */
const MARKET_VOLATILITY = 0.0025;
const GAP_FILL_MS = 18 * HOUR_MS;
const GAP_MEMORY_MS = 5 * DAY_MS;
const MOMENTS_KEPT = 30_000;

/**
 * Takes from a function what it makes between two times, so that its value is the same at both: what is added to it
 * then holds exactly. Between them the difference is taken off in a straight line.
 */
export function bridged(value: (atMs: number) => number, startMs: number, endMs: number): typeof value {
  const atStart = value(startMs);
  const atEnd = value(endMs);
  return (atMs) => {
    const share = Math.min(1, Math.max(0, (atMs - startMs) / (endMs - startMs)));
    return value(atMs) - atStart - (atEnd - atStart) * share;
  };
}

/** Returns the same path through 0 at a moment between two, at which it is as it was. */
function pinned(
  value: (atMs: number) => number,
  startMs: number,
  pinMs: number,
  endMs: number,
): typeof value {
  if (pinMs <= startMs) return value;
  const atPin = value(pinMs);
  return (atMs) => {
    const share = atMs < pinMs ? (atMs - startMs) / (pinMs - startMs) : (endMs - atMs) / (endMs - pinMs);
    return value(atMs) - atPin * Math.max(0, share);
  };
}

/** Builds the price paths of a market. */
export function createPricePath(seed: number, drivers: Drivers): PricePath {
  const { anchorMs, priceWindowStartMs, scenario } = drivers;
  const marketStream = streamOf(seed, 'market');

  const marketNoise = remembered((atMs: number) => {
    const walk = MARKET_VOLATILITY * walkNoise(marketStream, atMs, 10 * MINUTE_MS, 6);
    const gaps = drivers.gaps(atMs - GAP_MEMORY_MS, atMs).filter((gap) => !gap.isStaged);
    return gaps.reduce((sum, gap) => {
      const sinceMs = atMs - gap.atMs;
      return sum + gap.size * gapProgress(sinceMs) * Math.exp(-sinceMs / GAP_FILL_MS);
    }, walk);
  }, MOMENTS_KEPT);

  const noises = new Map<Asset, (atMs: number) => number>();
  const noiseOf = (asset: Asset): ((atMs: number) => number) => {
    const known = noises.get(asset);
    if (known !== undefined) return known;
    const { beta, ownVolatility } = assetProfile(asset);
    const own = streamOf(seed, `own/${asset}`);
    const raw = (atMs: number): number =>
      beta * marketNoise(atMs) + ownVolatility * walkNoise(own, atMs, 15 * MINUTE_MS, 5);
    // Chance moves neither the window as a whole nor its last day: both are what the scenario stages.
    const noise = remembered(
      pinned(bridged(raw, priceWindowStartMs, anchorMs), priceWindowStartMs, anchorMs - DAY_MS, anchorMs),
      MOMENTS_KEPT,
    );
    noises.set(asset, noise);
    return noise;
  };

  return {
    priceUsd(asset, atMs) {
      const profile = assetProfile(asset);
      const anchorPrice = scenario.pricesUsd[asset] ?? profile.priceUsd;
      return anchorPrice * Math.exp(noiseOf(asset)(atMs) - drivers.remainingReturn(asset, atMs));
    },
    surprise(asset, fromMs, toMs) {
      const { beta, ownVolatility } = assetProfile(asset);
      const noise = noiseOf(asset);
      const usual =
        Math.hypot(beta * MARKET_VOLATILITY, ownVolatility) * Math.sqrt((toMs - fromMs) / HOUR_MS);
      return (noise(toMs) - noise(fromMs)) / usual;
    },
  };
}
