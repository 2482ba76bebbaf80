import { seededRandom } from '../../../../src/analysis/noise/random.ts';
import type { Track } from '../../../../src/analysis/noise/track.ts';

/** Hours of a market without structure: price, takers and liquidations know nothing of each other. */
export function noiseMarket(seed: number, hours: number, firstMs = 0): Track {
  const random = seededRandom(seed);
  const bell = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const column = (valueOf: () => number): Float64Array => Float64Array.from({ length: hours }, valueOf);
  let [price, stake] = [Math.log(100), Math.log(5_000)];
  const volumeBase = column(() => Math.exp(5 + 0.5 * bell()));
  return {
    ...{ asset: 'BTC', firstMs },
    close: column(() => Math.exp((price += 0.005 * bell()))),
    openInterestBase: column(() => Math.exp((stake += 0.004 * bell()))),
    takerBuyBase: volumeBase.map((volume) => volume * (0.5 + 0.03 * bell())),
    volumeBase,
    spotTakerBuyBase: column(() => Number.NaN),
    spotVolumeBase: column(() => Number.NaN),
    longLiquidatedUsd: column(() => Math.exp(8 + bell())),
    shortLiquidatedUsd: column(() => Math.exp(8 + bell())),
  };
}

/** The same track with the values of some columns replaced. */
export function changed(
  track: Track,
  replace: Partial<Record<keyof Track, (value: number, index: number) => number>>,
): Track {
  const entries = Object.entries(replace).map(([name, valueOf]) => [
    name,
    (track[name as 'close'] ?? new Float64Array()).map(valueOf),
  ]);
  return { ...track, ...(Object.fromEntries(entries) as Partial<Track>) };
}

/** A rise that takers and liquidated shorts carry, over the 24 hours that end with `last`. */
export function withRise(track: Track, last: number): Track {
  const isIn = (index: number): boolean => index > last - 24 && index <= last;
  const riseAt = (index: number): number => Math.min(24, Math.max(0, index - last + 24)) * 0.004;
  return changed(track, {
    close: (value, index) => value * Math.exp(riseAt(index)),
    takerBuyBase: (value, index) => (isIn(index) ? value * 1.06 : value),
    shortLiquidatedUsd: (value, index) => (isIn(index) ? value * 20 : value),
  });
}
