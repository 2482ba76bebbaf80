import type { Clock } from '../core/clock.ts';
import type { DataSource } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { StoreOf } from '../sources/collect/collector.ts';
import { fencedHttp, fencedStore } from '../sources/collect/fence.ts';
import { CollectorLease, type LeaseRole } from '../sources/collect/lease.ts';
import { EarlierStreams } from '../sources/collect/streams/earlierStreams.ts';
import type { HttpClient } from '../sources/transport/httpClient.ts';
import { CollectorDesk } from './collectorDesk.ts';

export interface ShareOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly storeOf: StoreOf;
  readonly http: HttpClient;
  /** The source that is expected: its store holds the lease. */
  readonly source: DataSource;
  /** What this process is called. */
  readonly as: string;
  /** What tells it from others; no two that live have the same. Its own unless stated. */
  readonly id?: string;
  /** What tells its market from another one. */
  readonly market: string;
  readonly onRole?: (role: LeaseRole) => void;
}

/** What a process has that shares a history: the lease, the desk, and ways to ask and write behind the lease's fence. */
export interface SharedHistory {
  readonly lease: CollectorLease;
  readonly desk: CollectorDesk;
  readonly http: HttpClient;
  readonly storeOf: StoreOf;
  /** Until when another process that collected had received what; undefined where none has lately. */
  earlierStreams(): Promise<EarlierStreams | undefined>;
}

/** Names are `as`, something of its own, and the market, with this between them. */
const BETWEEN = ' · ';

/** Returns the parts with which a process takes its place among others on one history. Asks and writes nothing yet. */
export function shareHistory(options: ShareOptions): SharedHistory {
  const { clock, logger, storeOf, http, source, as, market, onRole } = options;
  const { id = crypto.randomUUID() } = options;
  const window = [as, id.slice(0, 8), market].join(BETWEEN);
  const lease: CollectorLease = new CollectorLease({
    store: () => storeOf(source),
    ...{ clock, logger, holder: window },
    isSameMarket: (holder) => holder.split(BETWEEN).slice(2).join(BETWEEN) === market,
    onRole: (role) => {
      onRole?.(role);
      desk.roleChanged(role);
    },
  });
  const desk = new CollectorDesk({ lease, clock, logger, window, source, storeOf });
  return {
    lease,
    desk,
    http: fencedHttp(http, lease),
    storeOf: async (of) => fencedStore(await storeOf(of), lease),
    async earlierStreams() {
      const note = await desk.earlier;
      if (note === undefined) return undefined;
      return new EarlierStreams(note.streams, note.asOfMs, clock.nowMs());
    },
  };
}
