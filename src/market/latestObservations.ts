import { isChunk, rowAt, type Chunk, type Rows } from '../core/chunk.ts';
import { isAhead } from '../core/clock.ts';
import type { InstrumentKey } from '../core/ids.ts';
import { facetOf, type Observation } from '../core/observation.ts';

/** Returns whether a bar has ended; observations that are no bars always count as ended. */
export function hasEnded(observation: Observation, nowMs: number): boolean {
  const barMs = 'barMs' in observation ? observation.barMs : undefined;
  // Open interest and long/short rows are readings at a moment, labelled with the bar they belong to.
  if (barMs === undefined || observation.kind === 'open-interest' || observation.kind === 'long-short-ratio')
    return true;
  return observation.atMs + barMs <= nowMs;
}

/** Returns whether an observation is a bar that an amount or price is of, as opposed to a reading with a bar's label. */
function isBar(observation: Observation): boolean {
  const { kind } = observation;
  return 'barMs' in observation && kind !== 'open-interest' && kind !== 'long-short-ratio';
}

/** Returns the last row of a chunk that has ended and is not dated ahead of now; nothing where there is none. */
function lastOf(chunk: Chunk, nowMs: number): Observation[] {
  for (let index = chunk.atMs.length - 1; index >= 0; index -= 1) {
    const row = rowAt(chunk, index);
    if (hasEnded(row, nowMs) && !isAhead(row.atMs, nowMs)) return [row];
  }
  return [];
}

/** Returns the single rows of an answer, and of each history in it the last row that tells of now. */
export function newestRows(rows: Rows, nowMs: number): Observation[] {
  return rows.flatMap((part) => (isChunk(part) ? lastOf(part, nowMs) : [part]));
}

/** Single events say nothing about the moment; sums of them do. */
const isEvent = ({ kind }: Observation): boolean => kind === 'liquidation' || kind === 'trade';

/** The newest observation of each kind and facet per instrument. Bounded by instruments times kinds. */
export class LatestObservations {
  readonly #byInstrument = new Map<InstrumentKey, Map<string, Observation>>();
  readonly #versions = new Map<InstrumentKey, number>();

  /**
   * Takes in rows of any order; unfinished bars are left out, since their sums are partial, and so is what is dated
   * ahead of now. What was taken before the clock was known to be wrong gives way to any row that is dated rightly.
   */
  add(rows: Rows, nowMs: number): void {
    for (const observation of newestRows(rows, nowMs)) {
      if (isEvent(observation) || !hasEnded(observation, nowMs) || isAhead(observation.atMs, nowMs)) continue;
      const own = this.#byInstrument.get(observation.instrument) ?? new Map<string, Observation>();
      this.#byInstrument.set(observation.instrument, own);
      const key = `${observation.kind} ${facetOf(observation)} ${observation.endpoint}`;
      const before = own.get(key);
      if (before === undefined || before.atMs <= observation.atMs || isAhead(before.atMs, nowMs)) {
        own.set(key, observation);
        this.#versions.set(observation.instrument, this.versionOf(observation.instrument) + 1);
      }
    }
  }

  /** Grows whenever a row of the instrument is taken in. */
  versionOf(instrument: InstrumentKey): number {
    return this.#versions.get(instrument) ?? 0;
  }

  /** The newest bars of an instrument; all of them had ended when they came. */
  endedBars(instrument: InstrumentKey): Observation[] {
    return [...(this.#byInstrument.get(instrument)?.values() ?? [])].filter(isBar);
  }

  /** The newest rows of an instrument that are not dated ahead of now, in a stable order of kind, facet and endpoint. */
  of(instrument: InstrumentKey, nowMs: number): Observation[] {
    const own = this.#byInstrument.get(instrument) ?? new Map<string, Observation>();
    return [...own]
      .filter(([, observation]) => !isAhead(observation.atMs, nowMs))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, observation]) => observation);
  }
}
