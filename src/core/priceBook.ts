import type { Beside } from './beside.ts';
import type { InstrumentKey } from './ids.ts';
import type { Anchor } from './levels.ts';
import { isChunk, type Chunk } from './chunk.ts';
import type { OpenInterest } from './observation.ts';
import type { Part } from './places.ts';
import { leveledFields, numberAt } from './quantities.ts';

interface Stated {
  readonly all: number[];
  /** By amounts in coins and in dollars, for where no price is stated. */
  readonly implied: number[];
  readonly readings: Anchor[];
  middle?: number | undefined;
}

/** What a coin is worth, by what is known beside the rows or else by the rows themselves. */
export class PriceBook {
  readonly #beside: Beside;
  readonly #stated = new Map<InstrumentKey, Stated>();

  constructor(rows: readonly Part[], beside: Beside) {
    this.#beside = beside;
    for (const row of rows) {
      if (isChunk(row)) {
        this.#addChunk(row);
        continue;
      }
      const implied = row.kind === 'open-interest' ? impliedPrice(row) : undefined;
      if (implied !== undefined) this.#of(row.instrument).implied.push(implied);
      for (const [field, quantity] of leveledFields(row)) {
        const value = numberAt(row, field);
        if (quantity !== 'price' || value === undefined) continue;
        const own = this.#of(row.instrument);
        own.all.push(value);
        if (row.kind === 'mark-price') own.readings.push({ atMs: row.atMs, value });
      }
    }
  }

  #addChunk({ shared, atMs, columns }: Chunk): void {
    const { kind, instrument } = shared;
    if (kind === 'open-interest') {
      const { openInterestBase, openInterestUsd } = columns;
      const own = this.#of(instrument);
      for (const [at, base] of openInterestBase?.entries() ?? []) {
        const usd = openInterestUsd?.[at] ?? Number.NaN;
        if (base > 0 && usd > 0) own.implied.push(usd / base);
      }
    }
    for (const [field, quantity] of leveledFields(shared)) {
      if (quantity !== 'price') continue;
      const own = this.#of(instrument);
      for (const [at, value] of columns[field]?.entries() ?? []) {
        if (Number.isNaN(value)) continue;
        own.all.push(value);
        if (kind === 'mark-price') own.readings.push({ atMs: atMs[at] ?? Number.NaN, value });
      }
    }
  }

  #of(instrument: InstrumentKey): Stated {
    const own = this.#stated.get(instrument) ?? { all: [], implied: [], readings: [] };
    this.#stated.set(instrument, own);
    return own;
  }

  of(instrument: InstrumentKey): number | undefined {
    const level = this.#beside.levelOf(instrument, 'price');
    if (level === 'contested') return undefined;
    if (level !== undefined) return level.value;
    const own = this.#stated.get(instrument);
    if (own === undefined) return undefined;
    own.middle ??= middle(own.all.length > 0 ? own.all : own.implied);
    return own.middle;
  }

  /** The middle of at least three prices of one moment. */
  consensusOf(instrument: InstrumentKey): Anchor | undefined {
    const readings = this.#stated.get(instrument)?.readings ?? [];
    const value = readings.length < 3 ? undefined : middle(readings.map((one) => one.value));
    return readings.find((one) => one.value === value);
  }
}

function middle(values: readonly number[]): number | undefined {
  return Float64Array.from(values).sort()[Math.floor((values.length - 1) / 2)];
}

function impliedPrice({ openInterestBase = 0, openInterestUsd = 0 }: OpenInterest): number | undefined {
  return openInterestBase > 0 && openInterestUsd > 0 ? openInterestUsd / openInterestBase : undefined;
}
