import { shuffled } from './random.ts';
import { at, type Track } from './track.ts';

/** Values of one kind that are shuffled together: what stands at an index belongs to one hour. */
type Kind = readonly Float64Array[];

/**
 * Hours of a track, taken apart: what a market without structure is made of. It has the sizes of the real hours, of price,
 * open interest, takers, spot takers and liquidations each in an order of its own, and no drift.
 */
export class HoursToShuffle {
  readonly #track: Track;
  readonly #returns: Kind;
  readonly #growth: Kind;
  readonly #taken: Kind;
  readonly #takenSpot: Kind;
  readonly #forced: Kind;

  /** Takes hours `[from, to)`; those of which a kind is not known have no part in it. */
  constructor(track: Track, from: number, to: number) {
    this.#track = track;
    this.#returns = [withoutDrift(logChanges(track.close.subarray(from, to)))];
    this.#growth = [withoutDrift(logChanges(track.openInterestBase.subarray(from, to)))];
    this.#taken = knownTogether(track.takerBuyBase.subarray(from, to), track.volumeBase.subarray(from, to));
    this.#takenSpot = knownTogether(
      track.spotTakerBuyBase.subarray(from, to),
      track.spotVolumeBase.subarray(from, to),
    );
    this.#forced = knownTogether(
      track.longLiquidatedUsd.subarray(from, to),
      track.shortLiquidatedUsd.subarray(from, to),
    );
  }

  /** How many hours a shuffled market has: those of which the change of price is known. */
  get hours(): number {
    return this.#returns[0]?.length ?? 0;
  }

  /** Returns a shuffled market. Of a kind that is known in fewer hours than the price, the first hours are not known. */
  shuffled(random: () => number): Track {
    const { asset, firstMs } = this.#track;
    const drawn = (kind: Kind): Float64Array[] => inNewOrder(kind, this.hours, random);
    const [close = NONE] = drawn(this.#returns).map(walk);
    const [openInterestBase = NONE] = drawn(this.#growth).map(walk);
    const [takerBuyBase = NONE, volumeBase = NONE] = drawn(this.#taken);
    const [spotTakerBuyBase = NONE, spotVolumeBase = NONE] = drawn(this.#takenSpot);
    const [longLiquidatedUsd = NONE, shortLiquidatedUsd = NONE] = drawn(this.#forced);
    return {
      ...{ asset, firstMs, close, openInterestBase, takerBuyBase, volumeBase },
      ...{ spotTakerBuyBase, spotVolumeBase, longLiquidatedUsd, shortLiquidatedUsd },
    };
  }
}

const NONE = new Float64Array(0);

function logChanges(levels: Float64Array): Float64Array {
  return levels.map((level, index) => Math.log(level / at(levels, index - 1))).filter(Number.isFinite);
}

function withoutDrift(changes: Float64Array): Float64Array {
  const drift = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  return changes.map((change) => change - drift);
}

function knownTogether(one: Float64Array, other: Float64Array): Kind {
  const isKnown = (_: number, index: number): boolean =>
    !Number.isNaN(at(one, index)) && !Number.isNaN(at(other, index));
  return [one.filter(isKnown), other.filter(isKnown)];
}

/** Puts values into an order of chance; they end where the hours end. */
function inNewOrder(kind: Kind, hours: number, random: () => number): Float64Array[] {
  const count = kind[0]?.length ?? 0;
  const order = shuffled(count, random);
  const first = Math.max(0, hours - count);
  return kind.map((values) => {
    const placed = new Float64Array(hours).fill(Number.NaN, 0, first);
    for (let index = first; index < hours; index += 1)
      placed[index] = values[order[index - first] ?? 0] ?? Number.NaN;
    return placed;
  });
}

/** Levels that change so; not known before the first known change. */
function walk(changes: Float64Array): Float64Array {
  const levels = new Float64Array(changes.length);
  let log = 0;
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index] ?? Number.NaN;
    log += change || 0;
    levels[index] = Number.isNaN(change) ? change : Math.exp(log);
  }
  return levels;
}
