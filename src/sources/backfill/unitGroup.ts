import type { DoneUnit } from './doneLog.ts';
import type { Unit } from './plan.ts';
import type { UnitRows } from './unitRows.ts';

/** What waits for one write at most: some blocks of each series, and no more than a moment of writing. */
const MOST_ROWS = 65_536;
const MOST_UNITS = 64;

/** Units of one chain, one after the other, whose rows wait to be written together. */
export class UnitGroup {
  #units: UnitRows[] = [];
  #rows = 0;

  get isFull(): boolean {
    return this.#rows >= MOST_ROWS || this.#units.length >= MOST_UNITS;
  }

  /** The unit that ends where another begins. */
  before({ fromMs }: Unit): DoneUnit | undefined {
    const newest = this.#units.at(-1)?.done;
    return newest?.toMs === fromMs ? newest : undefined;
  }

  add(unit: UnitRows): void {
    this.#units.push(unit);
    this.#rows += unit.done.rows;
  }

  /** Gives all of them away. */
  take(): readonly UnitRows[] {
    const taken = this.#units;
    this.#units = [];
    this.#rows = 0;
    return taken;
  }
}
