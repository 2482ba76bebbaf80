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
  /** Of histories, whose prices are only gone through where somebody asks. */
  readonly columns: Float64Array[];
  readonly impliedBy: Chunk['columns'][];
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
    const own = this.#of(instrument);
    if (kind === 'open-interest') own.impliedBy.push(columns);
    for (const [field, quantity] of leveledFields(shared)) {
      const column = quantity === 'price' ? columns[field] : undefined;
      if (column === undefined) continue;
      own.columns.push(column);
      if (kind !== 'mark-price') continue;
      for (const [at, value] of column.entries())
        if (!Number.isNaN(value)) own.readings.push({ atMs: atMs[at] ?? Number.NaN, value });
    }
  }

  #of(instrument: InstrumentKey): Stated {
    const own = this.#stated.get(instrument) ?? {
      all: [],
      implied: [],
      readings: [],
      columns: [],
      impliedBy: [],
    };
    this.#stated.set(instrument, own);
    return own;
  }

  of(instrument: InstrumentKey): number | undefined {
    const level = this.#beside.levelOf(instrument, 'price');
    if (level === 'contested') return undefined;
    if (level !== undefined) return level.value;
    const own = this.#stated.get(instrument);
    if (own === undefined) return undefined;
    own.middle ??= middleOf(own);
    return own.middle;
  }

  /** The middle of at least three prices of one moment. */
  consensusOf(instrument: InstrumentKey): Anchor | undefined {
    const readings = this.#stated.get(instrument)?.readings ?? [];
    const value = readings.length < 3 ? undefined : middle(readings.map((one) => one.value));
    return readings.find((one) => one.value === value);
  }
}

function middleOf({ all, implied, columns, impliedBy }: Stated): number | undefined {
  const prices = [
    ...all,
    ...columns.flatMap((column) => [...column.filter((value) => !Number.isNaN(value))]),
  ];
  return middle(prices.length > 0 ? prices : [...implied, ...impliedBy.flatMap(impliedIn)]);
}

/** The prices that open interest in coins and in dollars states. */
function impliedIn({ openInterestBase: base, openInterestUsd: usd }: Chunk['columns']): number[] {
  return Array.from(base ?? [], (coins, at) => (usd?.[at] ?? Number.NaN) / coins).filter(
    (price) => price > 0 && price < Infinity,
  );
}

function middle(values: readonly number[]): number | undefined {
  return Float64Array.from(values).sort()[Math.floor((values.length - 1) / 2)];
}

function impliedPrice({ openInterestBase = 0, openInterestUsd = 0 }: OpenInterest): number | undefined {
  return openInterestBase > 0 && openInterestUsd > 0 ? openInterestUsd / openInterestBase : undefined;
}
