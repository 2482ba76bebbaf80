import type { Beside } from '../../core/beside.ts';
import { isChunk } from '../../core/chunk.ts';
import { emptiedMarkets } from '../../core/emptiedMarkets.ts';
import type { InstrumentKey } from '../../core/ids.ts';
import type { Anchor } from '../../core/levels.ts';
import { judgeSeries } from '../../core/levelSeries.ts';
import type { Series } from '../../core/series.ts';
import type { Sifted } from '../../core/neighbours.ts';
import type { Part } from '../../core/places.ts';
import { behaviourOf, type Quantity } from '../../core/quantities.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { LevelMemory, type Sighting } from './levelMemory.ts';

/** Instruments times quantities; beyond it the oldest is forgotten and learnt anew. */
const MAX_LEVELS = 20_000;
/** A volume of the day that was there an hour ago is not gone. */
const VOLUME_MEMORY_MS = HOUR_MS;

interface Trading {
  isSilent: boolean;
  lastTradedBarMs: number;
}

/** What is known of the levels of all instruments of one source. In memory alone; the first answers teach it. */
export class LevelBook implements Beside {
  readonly #levels = new Map<string, LevelMemory>();
  readonly #trading = new Map<InstrumentKey, Trading>();

  levelOf(instrument: InstrumentKey, quantity: Quantity): Anchor | 'contested' | undefined {
    return this.#levels.get(keyOf({ instrument, quantity }))?.level;
  }

  isEmpty(instrument: InstrumentKey): boolean | undefined {
    return this.#trading.get(instrument)?.isSilent;
  }

  /** Learns from rows that came together, and their series, what is not known yet: levels by the number of endpoints that state them. */
  learn(rows: readonly Part[], all: readonly Series[]): void {
    this.#learnTrading(rows);
    const touched = new Set<LevelMemory>();
    for (const series of all) {
      const memory = this.#levels.get(keyOf(series));
      if (!behaviourOf(series.quantity).isSteady) continue;
      if (memory?.level !== undefined && !touched.has(memory)) continue;
      const seen = newestPlausible(series);
      if (seen === undefined) continue;
      const own = memory ?? this.#create(series);
      own.doubt(seen);
      touched.add(own);
    }
    for (const memory of touched) memory.settle();
  }

  /** Takes in what was found of rows: what was kept (as series) confirms a level, what jumped may become one. */
  note({ apart }: Pick<Sifted, 'apart'>, kept: readonly Series[]): void {
    const touched = new Set<LevelMemory>();
    for (const series of kept) {
      if (!behaviourOf(series.quantity).isSteady) continue;
      const seen = newestOf(series);
      const memory = this.#levels.get(keyOf(series));
      if (seen === undefined || memory === undefined) continue;
      memory.confirm(seen);
      touched.add(memory);
    }
    const jumped = apart.filter(
      ({ code, because, value }) => code === 'implausible-jump' && because !== 'bar' && value > 0,
    );
    for (const { row, quantity, value } of jumped.toSorted((a, b) => a.row.atMs - b.row.atMs)) {
      const memory = this.#levels.get(keyOf({ instrument: row.instrument, quantity }));
      if (memory === undefined) continue;
      memory.doubt({ value, atMs: row.atMs, endpoint: row.endpoint, rows: 1 });
      touched.add(memory);
    }
    for (const memory of touched) memory.settle();
  }

  #create(series: Series): LevelMemory {
    if (this.#levels.size >= MAX_LEVELS) this.#levels.delete(this.#levels.keys().next().value ?? '');
    const memory = new LevelMemory(behaviourOf(series.quantity));
    this.#levels.set(keyOf(series), memory);
    return memory;
  }

  #learnTrading(rows: readonly Part[]): void {
    const emptied = emptiedMarkets(rows);
    if (emptied.size === 0) return;
    const newestMs = new Map<InstrumentKey, number>();
    const tradedMs = new Map<InstrumentKey, number>();
    const raise = (times: Map<InstrumentKey, number>, instrument: InstrumentKey, atMs: number): void =>
      void times.set(instrument, Math.max(atMs, times.get(instrument) ?? Number.NEGATIVE_INFINITY));
    for (const part of rows) {
      const { instrument } = isChunk(part) ? part.shared : part;
      raise(newestMs, instrument, isChunk(part) ? (part.atMs.at(-1) ?? 0) : part.atMs);
      const bar = lastTradedBar(part);
      if (bar !== undefined) raise(tradedMs, instrument, bar);
    }
    for (const [instrument, isSilent] of emptied) {
      const nowMs = Math.max(0, newestMs.get(instrument) ?? 0);
      const before = this.#trading.get(instrument)?.lastTradedBarMs ?? Number.NEGATIVE_INFINITY;
      const lastTradedBarMs = Math.max(before, tradedMs.get(instrument) ?? Number.NEGATIVE_INFINITY);
      const hadVolume = (['volume-base', 'volume-usd', 'volume-contracts'] as const).some((quantity) => {
        const level = this.levelOf(instrument, quantity);
        return typeof level === 'object' && nowMs - level.atMs < VOLUME_MEMORY_MS;
      });
      const isTraded = hadVolume || lastTradedBarMs > nowMs - DAY_MS;
      this.#trading.set(instrument, { isSilent: isSilent && !isTraded, lastTradedBarMs });
    }
  }
}

/** When the newest bar with volume started, of bars; undefined where there is none. */
function lastTradedBar(part: Part): number | undefined {
  if (!isChunk(part)) {
    const isTraded = part.kind === 'candle' && ((part.volumeBase ?? 0) > 0 || (part.volumeUsd ?? 0) > 0);
    return isTraded ? part.atMs : undefined;
  }
  if (part.shared.kind !== 'candle') return undefined;
  const { volumeBase, volumeUsd } = part.columns;
  const at = part.atMs.findLastIndex(
    (_, index) => (volumeBase?.[index] ?? 0) > 0 || (volumeUsd?.[index] ?? 0) > 0,
  );
  return part.atMs[at];
}

const keyOf = ({ instrument, quantity }: Pick<Series, 'instrument' | 'quantity'>): string =>
  `${instrument} ${quantity}`;

function newestOf(series: Series): Sighting | undefined {
  const { range, endpoint } = series;
  if (range.newest !== undefined) return { ...range.newest, endpoint, rows: range.count };
  const { values, timesMs } = series;
  const last = values.findLastIndex((value) => value > 0);
  if (last < 0) return undefined;
  return { value: values[last] ?? 0, atMs: timesMs[last] ?? 0, endpoint, rows: values.length };
}

/** Of a series that agrees with itself its newest level; one that holds two of them has no vote. */
function newestPlausible(series: Series): Sighting | undefined {
  const { verdicts, isUndecided } = judgeSeries(series, {});
  if (isUndecided) return undefined;
  if (verdicts.length === 0) return newestOf(series);
  const places = new Map(series.at.map((at, index) => [at, verdicts[index]]));
  return newestOf(series.without((at) => places.get(at) !== 'plausible'));
}
