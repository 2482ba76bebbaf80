import type { ScoredBar } from '../../../../src/analysis/calibration/windows.ts';
import { normalFrom, seededRandom } from '../../../../src/analysis/noise/random.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';

export const T0 = Date.UTC(2025, 0, 1);
const STEPS = 60;

/** The price of an hour in minutes: a walk whose size comes in spells, as that of markets does. */
function* walk(seed: number, hours: number): Generator<{ prices: number[]; activity: number }> {
  const random = seededRandom(seed);
  const normal = normalFrom(random);
  let [price, spell] = [60_000, 0];
  for (let hour = 0; hour < hours; hour += 1) {
    spell = 0.93 * spell + 0.28 * normal();
    const activity = Math.exp(spell);
    const prices = [price];
    for (let step = 0; step < STEPS; step += 1) {
      price *= Math.exp((0.0055 / Math.sqrt(STEPS)) * activity * normal());
      prices.push(price);
    }
    yield { prices, activity };
  }
}

const barOf = (hour: number, prices: readonly number[]) => ({
  atMs: T0 + hour * HOUR_MS,
  barMs: HOUR_MS,
  openQuote: prices[0] ?? Number.NaN,
  highQuote: Math.max(...prices),
  lowQuote: Math.min(...prices),
  closeQuote: prices.at(-1) ?? Number.NaN,
});

/**
 * A market without structure: price, open interest and volume go their own ways, and what is liquidated rests on the distance
 * that the price went, on how lively the hour was, and on chance. Nothing stands at any level.
 */
export function structurelessMarket(seed: number, hours: number): ScoredBar[] {
  const random = seededRandom(seed + 7_919);
  const normal = normalFrom(random);
  let openInterest = 80_000;
  return [...walk(seed, hours)].map(({ prices, activity }, hour) => {
    const bar = barOf(hour, prices);
    openInterest *= Math.exp(0.004 * normal());
    const liquidated = (distance: number): number => distance * 1e9 * activity * Math.exp(0.8 * normal());
    return {
      ...bar,
      openInterestBase: openInterest,
      volumeBase: 8_000 * activity * Math.exp(0.3 * normal()),
      longLiquidatedQuote: liquidated(1 - bar.lowQuote / bar.openQuote),
      shortLiquidatedQuote: liquidated(bar.highQuote / bar.openQuote - 1),
    };
  });
}

/** True levels of one side: coins by price, in steps of a hundredth of a percent. */
class TrueSide {
  readonly #sizes = new Map<number, number>();
  readonly #sign: 1 | -1;
  #factor = 1;
  #nearest: number;
  #total = 0;

  /** `sign`: 1 of longs, whose level lies below. */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
    this.#nearest = -Infinity;
  }

  get total(): number {
    return this.#total * this.#factor;
  }

  open(levelQuote: number, sizeBase: number): void {
    const step = this.#stepOf(levelQuote);
    this.#sizes.set(step, (this.#sizes.get(step) ?? 0) + sizeBase / this.#factor);
    this.#total += sizeBase / this.#factor;
    this.#nearest = Math.max(this.#nearest, step);
  }

  /** Liquidates what the price reaches; returns its coins. */
  liquidate(priceQuote: number): number {
    const price = this.#stepOf(priceQuote);
    let gone = 0;
    for (; this.#nearest >= price; this.#nearest -= 1) {
      gone += this.#sizes.get(this.#nearest) ?? 0;
      this.#sizes.delete(this.#nearest);
    }
    this.#total -= gone;
    return gone * this.#factor;
  }

  keep(share: number): void {
    this.#factor *= share;
  }

  /** Coins in rows of a fraction of the price, nearest first. */
  rows(priceQuote: number, fraction: number, count: number): Float64Array {
    const rows = new Float64Array(count);
    for (const [step, size] of this.#sizes) {
      const level = Math.exp(this.#sign * step * 1e-4);
      const row = Math.floor((this.#sign * (1 - level / priceQuote)) / fraction);
      if (row >= 0 && row < count) rows[row] = (rows[row] ?? 0) + size * this.#factor * level;
    }
    return rows;
  }

  #stepOf(priceQuote: number): number {
    return Math.floor((this.#sign * Math.log(priceQuote)) / 1e-4);
  }
}

/** A market whose positions are all known. */
export interface KnownMarket {
  readonly bars: readonly ScoredBar[];
  /** The true notional in rows away from the close, after each bar, by side. */
  readonly after: readonly Record<'long' | 'short', Float64Array>[];
}

/** How the traders of the known market are leveraged: not as the model assumes. */
const LEVERAGES = [
  [4, 0.1],
  [12, 0.3],
  [20, 0.25],
  [40, 0.2],
  [75, 0.15],
] as const;
const MAINTENANCE = 0.005;

/**
 * Traders come in minute by minute at the price of the minute, long and short with leverages of their own, leave by chance, and
 * are liquidated exactly where their margin ends; as much of the other side closes then. Volume is three times what comes in,
 * for not all that is traded outlasts the hour. `rows` rows of `fraction` of the price are kept of what truly stood.
 */
export function knownMarket(seed: number, hours: number, fraction: number, rows: number): KnownMarket {
  const random = seededRandom(seed + 104_729);
  const book = { long: new TrueSide(1), short: new TrueSide(-1) };
  const sides = ['long', 'short'] as const;
  const bars: ScoredBar[] = [];
  const after: Record<'long' | 'short', Float64Array>[] = [];
  for (const { prices, activity } of walk(seed, hours)) {
    let volume = 0;
    const liquidated = { long: 0, short: 0 };
    for (const price of prices.slice(1)) {
      const size = 12 * activity * (0.2 + 1.6 * random());
      volume += 3 * size;
      for (const side of sides) {
        const sign = side === 'long' ? -1 : 1;
        const levelQuote = (price * (1 + sign / leverageOf(random()))) / (1 + sign * MAINTENANCE);
        book[side].open(levelQuote, size);
        liquidated[side] += book[side].liquidate(price) * price;
      }
      const stays = Math.min(book.long.total, book.short.total) * (1 - 0.000_3 * activity);
      for (const side of sides) book[side].keep(stays / book[side].total);
    }
    const bar = barOf(bars.length, prices);
    bars.push({
      ...bar,
      openInterestBase: book.long.total,
      volumeBase: volume,
      longLiquidatedQuote: liquidated.long,
      shortLiquidatedQuote: liquidated.short,
    });
    after.push({
      long: book.long.rows(bar.closeQuote, fraction, rows),
      short: book.short.rows(bar.closeQuote, fraction, rows),
    });
  }
  return { bars, after };
}

function leverageOf(chance: number): number {
  let sum = 0;
  for (const [leverage, share] of LEVERAGES) {
    sum += share;
    if (chance < sum) return leverage;
  }
  return LEVERAGES[0][0];
}
