import type { Asset } from '../../core/ids.ts';
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
/** A power of two: as many moments as a page of a thousand hours asks for. */
const MOMENTS_KEPT = 1 << 15;
const HALF_STEP_MS = 2.5 * MINUTE_MS;

/** Keeps what a function made of moments, by places of a table: bars ask again and again for the moments that they begin and end at. */
function keptMoments(make: (atMs: number) => number): typeof make {
  const moments = new Float64Array(MOMENTS_KEPT).fill(Number.NaN);
  const values = new Float64Array(MOMENTS_KEPT);
  return (atMs) => {
    const slot =
      (Math.floor(atMs / HALF_STEP_MS) ^ Math.imul(atMs % HALF_STEP_MS, 0x9e3779b1)) & (MOMENTS_KEPT - 1);
    if (moments[slot] === atMs) return values[slot] ?? 0;
    const value = make(atMs);
    moments[slot] = atMs;
    values[slot] = value;
    return value;
  };
}

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

  const marketNoise = keptMoments((atMs) => {
    const walk = MARKET_VOLATILITY * walkNoise(marketStream, atMs, 10 * MINUTE_MS, 6);
    const gaps = drivers.gaps(atMs - GAP_MEMORY_MS, atMs).filter((gap) => !gap.isStaged);
    return gaps.reduce((sum, gap) => {
      const sinceMs = atMs - gap.atMs;
      return sum + gap.size * gapProgress(sinceMs) * Math.exp(-sinceMs / GAP_FILL_MS);
    }, walk);
  });

  const noises = new Map<Asset, (atMs: number) => number>();
  const noiseOf = (asset: Asset): ((atMs: number) => number) => {
    const known = noises.get(asset);
    if (known !== undefined) return known;
    const { beta, ownVolatility } = assetProfile(asset);
    const own = streamOf(seed, `own/${asset}`);
    const raw = (atMs: number): number =>
      beta * marketNoise(atMs) + ownVolatility * walkNoise(own, atMs, 15 * MINUTE_MS, 5);
    // Chance moves neither the window as a whole nor its last day: both are what the scenario stages.
    const noise = keptMoments(
      pinned(bridged(raw, priceWindowStartMs, anchorMs), priceWindowStartMs, anchorMs - DAY_MS, anchorMs),
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
