import type { ExchangeId } from '../../../core/ids.ts';
import type { IssueCode } from '../../../core/issue.ts';

/**
 * What a stream is doing. `live` only after valid data; an acknowledgement alone leaves it `subscribed`. `stale`: data
 * is overdue and the connection is being replaced. `gap`: nothing is received and a new attempt is awaited.
 */
export type StreamState = 'idle' | 'connecting' | 'subscribed' | 'live' | 'stale' | 'gap';

/** What was received and not used, by reason. */
export interface StreamDrops {
  /** Issues of decoding, by code. */
  readonly issues: Readonly<Partial<Record<IssueCode, number>>>;
  /** Events that had come before. */
  readonly duplicates: number;
  /** Events so much older than the newest one that they can no longer be told from repetitions. */
  readonly late: number;
  /** Frames that did not fit into the queue. */
  readonly overflow: number;
}

/** The health of one channel on one socket. Times are epoch ms, UTC; ages must be measured against `asOfMs` of the hub. */
export interface StreamStatus {
  readonly exchange: ExchangeId;
  /** Id of the channel, `exchange/stream-name`. */
  readonly stream: string;
  /** Id of the socket's specification. */
  readonly socket: string;
  /** Of a channel that is split over several sockets: which part, from 0. */
  readonly part: number;
  readonly topics: number;
  readonly state: StreamState;
  readonly sinceMs: number;
  /** True where the channel reports events and its silence was found to be true, or nothing has asked yet. */
  readonly isQuiet: boolean;
  /** Receipt of the newest valid data. */
  readonly lastDataAtMs?: number;
  readonly messages: number;
  readonly drops: StreamDrops;
  /** Frames with an unreadable part over all frames of data, 0 to 1. */
  readonly dropShare: number;
  /** More than 1 % of at least 100 frames have an unreadable part: the exchange may have changed its format. */
  readonly isDropShareHigh: boolean;
  readonly reconnects: number;
  readonly gaps: number;
  readonly lastError?: string;
  /** When the next connection is tried; absent while there is one. */
  readonly nextAttemptAtMs?: number;
  /** Present once a connection was made: whether the simulator answered it. */
  readonly isSimulated?: boolean;
}

/** What waits between the sockets and the store. */
export interface QueueStatus {
  readonly length: number;
  readonly capacity: number;
  readonly dropped: number;
}

/** The health of all streams. */
export interface StreamHubStatus {
  readonly asOfMs: number;
  readonly streams: readonly StreamStatus[];
  /** Frames that wait to be decoded. */
  readonly frames: QueueStatus;
  /** Observations that wait to be stored. */
  readonly rows: QueueStatus;
}

/** Above this share of unreadable frames a stream is flagged, once so many frames have come. */
export const HIGH_DROP_SHARE = 0.01;
export const DROP_SHARE_MINIMUM = 100;
