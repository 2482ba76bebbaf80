import { isChunk, type Rows } from '../../../core/chunk.ts';
import type { InstrumentKey } from '../../../core/ids.ts';
import { MINUTE_MS } from '../../../core/units.ts';

interface Sample {
  readonly minute: number;
  readonly value: number;
}

const KEPT_MINUTES = 240;
const MAX_SERIES = 2_000;

/** Price and open interest of the last four hours by the minute, to tell whether a silent market has moved. */
export class MarketMoves {
  readonly #series = new Map<string, Sample[]>();

  /** Takes what any source says; bars and what is neither price nor current open interest are left out. */
  add(rows: Rows, monoMs: number): void {
    for (const row of rows) {
      if (isChunk(row)) continue;
      if (row.kind === 'mark-price')
        this.#put('price', row.instrument, row.markPriceQuote ?? row.lastPriceQuote, monoMs);
      else if (row.kind === 'open-interest' && row.barMs === undefined)
        this.#put('interest', row.instrument, row.openInterestBase ?? row.openInterestContracts, monoMs);
    }
  }

  /** Returns how far a value went at most since then from what it was then, as a fraction; undefined if unknown. */
  moveSince(
    what: 'price' | 'interest',
    instruments: readonly InstrumentKey[],
    sinceMonoMs: number,
  ): number | undefined {
    const since = Math.floor(sinceMonoMs / MINUTE_MS);
    let farthest: number | undefined;
    for (const key of instruments) {
      const samples = this.#series.get(`${what} ${key}`) ?? [];
      const first = samples.findLast((one) => one.minute <= since);
      if (first === undefined) continue;
      for (const { minute, value } of samples)
        if (minute >= since) farthest = Math.max(farthest ?? 0, Math.abs(value / first.value - 1));
    }
    return farthest;
  }

  #put(what: string, key: InstrumentKey, value: number | undefined, monoMs: number): void {
    if (value === undefined || !(value > 0)) return;
    const name = `${what} ${key}`;
    const samples = this.#series.get(name) ?? [];
    const minute = Math.floor(monoMs / MINUTE_MS);
    if (samples.at(-1)?.minute === minute) return;
    if (!this.#series.has(name) && this.#series.size >= MAX_SERIES) return;
    samples.push({ minute, value });
    if (samples.length > KEPT_MINUTES) samples.shift();
    this.#series.set(name, samples);
  }
}
