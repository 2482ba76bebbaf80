import type { ExchangeId } from './ids.ts';

/** Why nothing was received for a while. */
export type GapCause =
  | 'closed' // the connection ended: reset, refused, closed by the server
  | 'silent' // connected, and data that was due did not come
  | 'refused' // the subscription was refused
  | 'paused' // the exchange asked for a pause, or serves no connection from here
  | 'clock' // the machine slept, or its clock was set
  | 'overflow' // more came than could be read
  | 'stopped' // Perpscope itself ended while a gap was open
  | 'missing' // of a file of history: the exchange does not have it
  | 'unusable'; // of a file of history: what stands there contradicts itself or cannot be read

/**
 * A time in which a stream may have missed something. Epoch ms; `fromMs` is when it was last known to be complete,
 * `toMs` when it was complete again. Charts leave the time out; nothing is interpolated.
 */
export interface StreamGap {
  readonly exchange: ExchangeId;
  /** Id of the channel; of files of history their endpoint and symbol. */
  readonly stream: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: GapCause;
  /** Whether the exchange's history has since given everything that was missed. */
  readonly backfilled: boolean;
}
