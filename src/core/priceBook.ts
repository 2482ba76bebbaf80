import type { Beside } from './beside.ts';
import type { InstrumentKey } from './ids.ts';
import type { Anchor } from './levels.ts';
import type { Observation } from './observation.ts';
import { leveledFields, numberAt } from './quantities.ts';

/** What a coin is worth, by what is known beside the rows or else by the rows themselves. */
export class PriceBook {
  readonly #beside: Beside;
  readonly #stated = new Map<InstrumentKey, { readonly all: number[]; readonly readings: Anchor[] }>();

  constructor(rows: readonly Observation[], beside: Beside) {
    this.#beside = beside;
    for (const row of rows) {
      for (const [field, quantity] of leveledFields(row)) {
        const value = numberAt(row, field);
        if (quantity !== 'price' || value === undefined) continue;
        const own = this.#stated.get(row.instrument) ?? { all: [], readings: [] };
        this.#stated.set(row.instrument, own);
        own.all.push(value);
        if (row.kind === 'mark-price') own.readings.push({ atMs: row.atMs, value });
      }
    }
  }

  of(instrument: InstrumentKey): number | undefined {
    const level = this.#beside.levelOf(instrument, 'price');
    if (level === 'contested') return undefined;
    return level?.value ?? middle(this.#stated.get(instrument)?.all ?? []);
  }

  /** The middle of at least three prices of one moment. */
  consensusOf(instrument: InstrumentKey): Anchor | undefined {
    const readings = this.#stated.get(instrument)?.readings ?? [];
    const value = readings.length < 3 ? undefined : middle(readings.map((one) => one.value));
    return readings.find((one) => one.value === value);
  }
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
