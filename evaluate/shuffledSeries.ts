import { seededRandom } from '../src/analysis/noise/random.ts';
import type { Track } from '../src/analysis/noise/track.ts';

/**
 * Returns a series whose hours of return, open interest, takers and liquidations are shuffled apart from each other, with the
 * drift taken out: what is left has the market's sizes and no structure. Written apart from the product's own shuffling, which
 * is tested with it. Long/short accounts and funding stay where they are.
 */
export function shuffledSeries(track: Track, seed: number): Track {
  const random = seededRandom(seed * 7_919);
  const hours = track.close.length;
  const order = (): number[] => {
    const list = Array.from({ length: hours }, (_, index) => index);
    for (let last = hours - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1));
      [list[last], list[other]] = [list[other] ?? 0, list[last] ?? 0];
    }
    return list;
  };
  const taken = (column: Float64Array, from: readonly number[]): Float64Array =>
    Float64Array.from(from, (index) => column[index] ?? Number.NaN);
  const [returns, growth, takers, forced] = [order(), order(), order(), order()];
  return {
    ...track,
    close: walked(track.close, returns),
    openInterestBase: walked(track.openInterestBase, growth),
    takerBuyBase: taken(track.takerBuyBase, takers),
    volumeBase: taken(track.volumeBase, takers),
    longLiquidatedUsd: taken(track.longLiquidatedUsd, forced),
    shortLiquidatedUsd: taken(track.shortLiquidatedUsd, forced),
  };
}

/** Levels from the first known one on, whose changes by the hour are those of `levels` in another order; an unknown change is none. */
function walked(levels: Float64Array, order: readonly number[]): Float64Array {
  const change = (index: number): number => Math.log((levels[index] ?? 0) / (levels[index - 1] ?? 0));
  const changes = order.map(change).map((one) => (Number.isFinite(one) ? one : 0));
  const drift = changes.reduce((sum, one) => sum + one, 0) / changes.length;
  let level = levels.find((one) => !Number.isNaN(one)) ?? Number.NaN;
  return Float64Array.from(changes, (one) => (level *= Math.exp(one - drift)));
}
