import type { ExchangeId } from '../../../core/ids.ts';
import { HOUR_MS, SECOND_MS } from '../../../core/units.ts';
import type { StreamStatus } from './streamStatus.ts';

/** What was received last may not have been written: rows wait for a second at most. */
const UNWRITTEN_MS = SECOND_MS;
/** A longer time without anybody who collects is no break of what is received, but another session. */
const LONGEST_MS = HOUR_MS;

/** A channel as its last status tells of it. */
export type EarlierStream = Pick<
  StreamStatus,
  'exchange' | 'stream' | 'part' | 'state' | 'sinceMs' | 'lastDataAtMs'
>;

/** Until when the process that collected before had each channel complete; each is taken once, where it goes on. */
export class EarlierStreams {
  readonly #untilMs = new Map<string, number>();

  /** `streams` as they were at `asOfMs`, by the clock here. Those of long ago are left out. */
  constructor(streams: readonly EarlierStream[], asOfMs: number, nowMs: number) {
    if (Math.abs(nowMs - asOfMs) > LONGEST_MS) return;
    for (const { exchange, stream, part, state, sinceMs, lastDataAtMs } of streams) {
      // Before it had received anything there was nothing to miss.
      if (lastDataAtMs === undefined) continue;
      const untilMs = state === 'live' ? asOfMs - UNWRITTEN_MS : Math.min(lastDataAtMs, sinceMs);
      this.#untilMs.set(keyOf(exchange, stream, part), untilMs);
    }
  }

  /** Returns until when a channel was complete, epoch ms; undefined where that is not known or was taken before. */
  take(exchange: ExchangeId, stream: string, part: number): number | undefined {
    const key = keyOf(exchange, stream, part);
    const untilMs = this.#untilMs.get(key);
    this.#untilMs.delete(key);
    return untilMs;
  }
}

const keyOf = (exchange: ExchangeId, stream: string, part: number): string => `${exchange} ${stream} ${part}`;
