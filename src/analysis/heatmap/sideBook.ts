import { BIN_LOG, type BarPath } from './barPath.ts';
import { LevelRow } from './levelRow.ts';

/** A part of what one leverage opens, with its liquidation price as a multiple of the entry price; undefined = never. */
export interface Band {
  readonly share: number;
  readonly ratio: number | undefined;
}

export type Side = 'long' | 'short';

/**
 * An assumption: of what is traded, this part closes one position and opens another. The rest is traded by those whose
 * positions do not outlast the bar. Calibration hardly depends on it from 0.03 to 0.3 (docs/heatmap.md).
 */
export const TURNOVER_SHARE = 0.1;

/**
 * Levels lie scattered by this part of their distance around the exact price: margin is added, fees differ, and leverages
 * lie between those of the list.
 */
const SCATTER = 0.15;

/**
 * One side of one leverage, as if it held the whole open interest of its side; what it holds of it is a weight that stands
 * outside, so that the model is linear in its weights. One step costs the bins that the bar touches:
 *   1. levels that the bar's prices reach are gone (`passed`);
 *   2. open interest falls from v to v - passed; what it is then known to lack closes pro rata, what it has more is opened;
 *   3. of the volume, TURNOVER_SHARE closes positions pro rata and opens as much;
 *   4. what is opened enters along the path of the bar, and what the rest of the path reaches is passed at once.
 * Positions from before the first bar, and those of whoever took over a liquidated one, have no entry: they are part of the
 * open interest, close with the rest, and are never placed. So opened = placed + passed + closed, and placed <= open interest.
 */
export class SideBook {
  readonly #side: Side;
  readonly #bands: readonly Band[];
  readonly #sign: 1 | -1;
  #row = new LevelRow();
  readonly #offsets: Float64Array;
  readonly #shares: Float64Array;
  readonly #spread: { readonly lowest: number; readonly highest: number };
  /** Open interest less what was passed since it was last known, in coins; undefined before it is first known. */
  #heldBase: number | undefined;
  #openedBase = 0;
  #passedBase = 0;
  #closedBase = 0;

  constructor(side: Side, bands: readonly Band[]) {
    [this.#side, this.#bands] = [side, bands];
    // Positions are counted so that a price which goes against the side falls.
    this.#sign = side === 'long' ? 1 : -1;
    const scattered = bands.flatMap(({ share, ratio }) => {
      if (ratio === undefined) return [{ share, offset: Number.NaN }];
      const offset = (this.#sign * Math.log(ratio)) / BIN_LOG;
      return [1 - SCATTER, 1, 1 + SCATTER].map((part) => ({ share: share / 3, offset: offset * part }));
    });
    this.#offsets = Float64Array.from(scattered, ({ offset }) => offset);
    this.#shares = Float64Array.from(scattered, ({ share }) => share);
    const reached = scattered.map(({ offset }) => offset).filter((offset) => !Number.isNaN(offset));
    this.#spread = {
      lowest: Math.min(0, ...reached),
      highest: reached.length === 0 ? 0 : Math.max(...reached),
    };
  }

  get placedBase(): number {
    return this.#row.placedBase;
  }
  get openedBase(): number {
    return this.#openedBase;
  }
  get passedBase(): number {
    return this.#passedBase;
  }
  get closedBase(): number {
    return this.#closedBase;
  }

  /** Applies a bar: its path, its open interest at the end and its volume, in coins; undefined = not known. */
  step(path: BarPath, openInterestBase: number | undefined, volumeBase: number | undefined): void {
    const nearest = this.#sign === 1 ? path.lowest : -path.highest;
    const passed = this.#reach(nearest);
    if (this.#heldBase === undefined) {
      this.#heldBase = openInterestBase;
      return;
    }
    const left = Math.max(0, this.#heldBase - passed);
    const now = openInterestBase ?? left;
    const kept = Math.min(left, now);
    const keeps = left > 0 ? kept / left : 0;
    const stays = kept > 0 ? Math.exp((-TURNOVER_SHARE * (volumeBase ?? 0)) / kept) : 1;
    this.#closedBase += this.#row.keep(keeps * stays);
    this.#enter(path, now - kept + kept * (1 - stays));
    this.#heldBase = now;
  }

  /** Coins whose level lies in a bin; a level stands at the centre of its bin. Bin 0 of a short begins at price 1 as well. */
  sizeAt(bin: number): number {
    return this.#row.sizeAt(this.#sign === 1 ? bin : -1 - bin);
  }

  /** Returns a book of its own that stands as this one. */
  copy(): SideBook {
    const other = new SideBook(this.#side, this.#bands);
    [other.#row, other.#heldBase] = [this.#row.copy(), this.#heldBase];
    [other.#openedBase, other.#passedBase] = [this.#openedBase, this.#passedBase];
    other.#closedBase = this.#closedBase;
    return other;
  }

  #reach(position: number): number {
    const passed = this.#row.reach(Math.ceil(position - 0.5));
    this.#passedBase += passed;
    return passed;
  }

  #enter(path: BarPath, sizeBase: number): void {
    if (!(sizeBase > 0)) return;
    this.#openedBase += sizeBase;
    const { stops, shares } = path;
    let before = Number.NEGATIVE_INFINITY;
    for (let stop = 0; stop < stops.length; stop += 1) {
      const position = this.#sign * (stops[stop] ?? Number.NaN);
      if (position < before) this.#reach(position);
      before = position;
      const size = sizeBase * (shares[stop] ?? 0);
      if (size > 0) this.#row.add(position, size, this.#offsets, this.#shares, this.#spread);
    }
  }
}
