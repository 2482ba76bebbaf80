import type { Clock } from '../../../core/clock.ts';
import type { DataSource, ExchangeId } from '../../../core/ids.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Observation } from '../../../core/observation.ts';
import type { ExchangeAdapter } from '../../exchanges/contract.ts';
import type { ListCorrections } from '../../exchanges/listCorrections.ts';
import type { StreamSpec } from '../../exchanges/stream.ts';
import type { Endpoints } from '../../transport/endpoints.ts';
import type { HttpClient } from '../../transport/httpClient.ts';
import type { ProxySettings } from '../../transport/proxy.ts';
import { createWebSocketClient } from '../../transport/webSocketClient.ts';
import type { Collected, StoreOf } from '../collector.ts';
import type { MarketTime } from '../marketTime.ts';
import type { RowGate } from '../rowGate.ts';
import type { EarlierStreams } from './earlierStreams.ts';
import { FollowedAssets } from './followedAssets.ts';
import type { FillWindow } from './fillWindows.ts';
import type { Backfill } from './gapKeeper.ts';
import { sharedGates } from './sharedGates.ts';
import { StreamHub } from './streamHub.ts';
import type { StreamHubStatus } from './streamStatus.ts';

export interface StreamsDeps {
  readonly adapters: readonly ExchangeAdapter[];
  readonly endpoints: Endpoints;
  readonly http: HttpClient;
  readonly storeOf: StoreOf;
  readonly clock: Clock;
  readonly time: MarketTime;
  readonly logger: Logger;
  readonly proxy?: ProxySettings;
  /** Hosts of this machine that are reached by a pipe, by name. */
  readonly pipes?: ReadonlyMap<string, string>;
  readonly backfill: Backfill;
  readonly corrections: ListCorrections;
  readonly rowGate: RowGate;
  readonly onObservations: (source: DataSource, rows: readonly Observation[]) => void;
  readonly onFills: (source: DataSource, windows: readonly FillWindow[]) => void;
  /** What another process received until it ended. */
  readonly earlier?: EarlierStreams;
  /** Whether other windows follow what is received here. */
  readonly isFollowed?: () => boolean;
}

/** The running streams of an engine. */
export interface Streams {
  /** Follows what a round of REST has found; the first one starts the streams. */
  onCollected(collected: Collected): void;
  /** Receives from these exchanges alone (undefined: all) from now on; the sockets of others end at once. */
  choose(exchanges: readonly ExchangeId[] | undefined): void;
  status(): StreamHubStatus;
  dispose(): Promise<void>;
}

/** Returns streams that connect to nothing before the first round. */
export function startStreams(deps: StreamsDeps): Streams {
  const { adapters, endpoints, http, storeOf, clock, time, logger, proxy, pipes } = deps;
  const { backfill, corrections, rowGate, onObservations, onFills, earlier, isFollowed } = deps;
  let current: DataSource | undefined;
  const client = createWebSocketClient({
    clock,
    ...(proxy === undefined ? {} : { proxy }),
    ...(pipes === undefined ? {} : { pipes }),
  });
  const followed = new FollowedAssets();
  const hub = new StreamHub({
    adapters,
    addressOf: (adapter, spec) => socketAddress(spec, endpoints.get(adapter.id)),
    client,
    gates: sharedGates(
      http,
      (id) => endpoints.get(id)?.rest ?? adapters.find((one) => one.id === id)?.restBaseUrl,
    ),
    storeOf,
    clock,
    time,
    logger,
    // A gap of an exchange that was switched off meanwhile stays a gap: nothing is asked there.
    backfill: (exchange, poll, instruments) =>
      followed.isChosen(exchange) ? backfill(exchange, poll, instruments) : Promise.resolve(undefined),
    isWanted: (source) => current === undefined || source === current,
    corrections,
    rowGate,
    onObservations,
    onFills,
    ...(earlier === undefined ? {} : { earlier }),
    ...(isFollowed === undefined ? {} : { isFollowed }),
  });
  let isStarted = false;
  return {
    onCollected({ source, results }) {
      current = source ?? current;
      isStarted = true;
      const monoMs = clock.monotonicMs();
      for (const { exchange, tracked, observations } of results) {
        followed.add(exchange, tracked, monoMs);
        hub.observe(observations);
      }
      hub.follow(followed.instruments(monoMs));
    },
    choose(exchanges) {
      followed.choose(exchanges);
      // Before the first round there is nothing to stream, and nothing to end.
      if (isStarted) hub.follow(followed.instruments(clock.monotonicMs()));
    },
    status: () => hub.status(),
    async dispose() {
      await hub.dispose();
      await client.close();
    },
  };
}

/**
 * Returns where a socket connects to: its own address, or what replaces it. An exchange whose REST address was
 * replaced is never the real one, so without an address for its streams nothing is connected.
 */
export function socketAddress(
  spec: Pick<StreamSpec, 'host' | 'baseUrl'>,
  replaced: { readonly ws?: string; readonly spotWs?: string } | undefined,
): string | undefined {
  if (replaced === undefined) return spec.baseUrl;
  return spec.host === 'spotWs' ? (replaced.spotWs ?? replaced.ws) : replaced.ws;
}
