import type { Asset, ExchangeId } from '../core/ids.ts';

/** What a window wants to see. */
export interface Wanted {
  readonly assets: readonly Asset[];
  /** Undefined for all. */
  readonly exchanges?: readonly ExchangeId[];
}

export interface RefreshRequest extends Wanted {
  readonly assets: readonly Asset[];
  /** The chosen exchanges, all if absent. The others are switched off until a refresh names them: nothing of them is received, counted or looked at. */
  readonly exchanges?: readonly ExchangeId[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** So long past events may be asked for beside what is current, in ms; unless stated half a second, at first not at all. */
  readonly pastMs?: number;
  /** Ends the refresh so long after the last answer once most exchanges have answered, in ms; who is late is shown when it answers. Unless stated all are waited for. */
  readonly graceMs?: number;
  /**
   * Where windows share one collector: a round that began less than so long ago, in ms, serves as well. For timers;
   * absent where a user asks, who gets a round of now.
   */
  readonly servedByMs?: number;
}
