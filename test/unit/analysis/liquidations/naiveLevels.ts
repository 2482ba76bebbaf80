import type { LevelBar } from '../../../../src/analysis/liquidations/levelBook.ts';
import type { LeverageTier } from '../../../../src/analysis/liquidations/leverageTiers.ts';
import type { PriceGrid } from '../../../../src/analysis/liquidations/priceGrid.ts';

interface Level {
  readonly side: 'long' | 'short';
  readonly bin: number;
  readonly priceQuote: number;
  sizeBase: number;
}

/** The level model as a plain list of levels, each filtered and scaled on each bar: slow, and easy to check by eye. */
export class NaiveLevels {
  levels: Level[] = [];
  readonly #grid: PriceGrid;
  readonly #tiers: readonly LeverageTier[];
  #openInterest: number | undefined;
  #consumed = { long: 0, short: 0 };

  constructor(grid: PriceGrid, tiers: readonly LeverageTier[]) {
    this.#grid = grid;
    this.#tiers = tiers;
  }

  outstanding(side: 'long' | 'short'): number {
    return this.levels.filter((level) => level.side === side).reduce((sum, level) => sum + level.sizeBase, 0);
  }

  step(bar: LevelBar): void {
    this.levels = this.levels.filter(({ side, priceQuote, sizeBase }) => {
      const isReached = side === 'long' ? priceQuote >= bar.lowQuote : priceQuote <= bar.highQuote;
      if (isReached) this.#consumed[side] += sizeBase;
      return !isReached;
    });
    const now = bar.openInterestBase;
    if (now === undefined) return;
    const before = this.#openInterest;
    if (before !== undefined && now > before)
      for (const { share, longRatio, shortRatio } of this.#tiers) {
        this.#add('long', longRatio, bar.closeQuote, share * (now - before));
        this.#add('short', shortRatio, bar.closeQuote, share * (now - before));
      }
    if (before !== undefined && now < before)
      for (const level of this.levels) {
        const left = before - this.#consumed[level.side];
        if (left > now) level.sizeBase *= now / left;
      }
    this.#openInterest = now;
    this.#consumed = { long: 0, short: 0 };
  }

  #add(side: 'long' | 'short', ratio: number | undefined, entryQuote: number, sizeBase: number): void {
    const { binPrices, bins, lowestLog, binLog } = this.#grid;
    const never = side === 'long' ? 0 : Infinity;
    if (ratio === undefined) return void this.levels.push({ side, bin: -1, priceQuote: never, sizeBase });
    const bin = Math.floor((Math.log(entryQuote * ratio) - lowestLog) / binLog);
    const isDrawn = bin >= 0 && bin < bins;
    const priceQuote = isDrawn ? (binPrices[bin] ?? NaN) : never;
    this.levels.push({ side, bin: isDrawn ? bin : -1, priceQuote, sizeBase });
  }

  /** Notional per row, in quote currency. */
  column(): number[] {
    const rows = new Array<number>(this.#grid.rows).fill(0);
    for (const { bin, priceQuote, sizeBase } of this.levels) {
      const row = Math.floor(bin / this.#grid.binsPerRow);
      if (bin >= 0) rows[row] = (rows[row] ?? 0) + sizeBase * priceQuote;
    }
    return rows;
  }
}
