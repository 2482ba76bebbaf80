import type { Logger } from '../../../core/logger.ts';
import type { Observation } from '../../../core/observation.ts';
import type { StreamSpec } from '../../exchanges/stream.ts';
import type { WebSocketClient } from '../../transport/webSocketClient.ts';
import type { DialerDeps } from './dialer.ts';
import type { FrameQueue } from './frameQueue.ts';
import type { Followed, Lane } from './lane.ts';
import type { EndedGap, Moment } from './laneState.ts';

/** What the runner of a socket needs from its hub. */
export interface RunnerDeps extends DialerDeps {
  readonly logger: Logger;
  readonly client: Pick<WebSocketClient, 'connect'>;
  readonly frames: FrameQueue;
  readonly onRows: (rows: readonly Observation[], isSimulated: boolean, lane: Lane) => void;
  readonly onGap: (lane: Lane, gap: EndedGap, isSimulated: boolean) => void;
  /** The exchange's time at a time of the clock here, where that is known. */
  readonly exchangeTime: (wallMs: number) => number | undefined;
  /** Decides whether a silent channel has failed; `othersHaveData` of the same socket since then. */
  readonly askWitness: (
    lane: Lane,
    since: Moment,
    othersHaveData: boolean | undefined,
  ) => Promise<'stale' | 'quiet'>;
}

export interface RunnerOptions {
  readonly exchange: string;
  readonly spec: StreamSpec;
  /** The whole address. */
  readonly url: string;
  readonly lanes: readonly Lane[];
  readonly followed: Followed;
}
