import type { Observation } from '../../../core/observation.ts';

const KEPT = 5;

/**
 * The time of an exchange, as its mark prices state it: the clock here may be wrong by an hour, and an hour of the
 * exchange must not be taken for over while it runs.
 */
export class ExchangeClock {
  #aheadMs: number[] = [];

  /** Takes what was just received. */
  note(rows: readonly Observation[]): void {
    // A time of receipt is that of the clock here.
    for (const row of rows)
      if (row.kind === 'mark-price' && row.atBasis !== 'received')
        this.#aheadMs.push(row.receivedAtMs - row.atMs);
    this.#aheadMs = this.#aheadMs.slice(-KEPT);
  }

  /** The clock here was set: what was learned is void. */
  reset(): void {
    this.#aheadMs = [];
  }

  /** Returns the exchange's time at a time of the clock here; undefined before five prices have told. */
  at(wallMs: number): number | undefined {
    // The middle one, so that a single wrong time changes nothing.
    const middle = this.#aheadMs.toSorted((a, b) => a - b)[Math.floor(KEPT / 2)];
    return this.#aheadMs.length < KEPT || middle === undefined ? undefined : wallMs - middle;
  }
}
