import type { Beside } from '../../core/beside.ts';
import { emptiedMarkets } from '../../core/emptiedMarkets.ts';
import type { InstrumentKey } from '../../core/ids.ts';
import type { Anchor } from '../../core/levels.ts';
import { judgeSeries, type Series } from '../../core/levelSeries.ts';
import type { Sifted } from '../../core/neighbours.ts';
import type { Observation } from '../../core/observation.ts';
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
  learn(rows: readonly Observation[], all: readonly Series[]): void {
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

  #learnTrading(rows: readonly Observation[]): void {
    for (const [instrument, isSilent] of emptiedMarkets(rows)) {
      const own = rows.filter((row) => row.instrument === instrument);
      const nowMs = own.reduce((most, { atMs }) => Math.max(most, atMs), 0);
      const tradedMs = own.reduce(
        (most, row) =>
          row.kind === 'candle' && ((row.volumeBase ?? 0) > 0 || (row.volumeUsd ?? 0) > 0)
            ? Math.max(most, row.atMs)
            : most,
        this.#trading.get(instrument)?.lastTradedBarMs ?? Number.NEGATIVE_INFINITY,
      );
      const hadVolume = (['volume-base', 'volume-usd', 'volume-contracts'] as const).some((quantity) => {
        const level = this.levelOf(instrument, quantity);
        return typeof level === 'object' && nowMs - level.atMs < VOLUME_MEMORY_MS;
      });
      const isTraded = hadVolume || tradedMs > nowMs - DAY_MS;
      this.#trading.set(instrument, { isSilent: isSilent && !isTraded, lastTradedBarMs: tradedMs });
    }
  }
}

const keyOf = ({ instrument, quantity }: Pick<Series, 'instrument' | 'quantity'>): string =>
  `${instrument} ${quantity}`;

function newestOf({ values, timesMs, endpoint }: Series): Sighting | undefined {
  const last = values.findLastIndex((value) => value > 0);
  if (last < 0) return undefined;
  return { value: values[last] ?? 0, atMs: timesMs[last] ?? 0, endpoint, rows: values.length };
}

/** Of a series that agrees with itself its newest level; one that holds two of them has no vote. */
function newestPlausible(series: Series): Sighting | undefined {
  const { verdicts, isUndecided } = judgeSeries(series, {}, undefined);
  if (isUndecided) return undefined;
  const keep = (list: readonly number[]): number[] =>
    list.filter((_, index) => verdicts[index] === 'plausible');
  return newestOf({ ...series, values: keep(series.values), timesMs: keep(series.timesMs) });
}
