import type { LookupFunction } from 'node:net';
import type { Clock } from '../../src/core/clock.ts';
import type { DataSource } from '../../src/core/ids.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { StreamGap } from '../../src/core/streamGap.ts';
import type { FillWindow } from '../../src/sources/collect/streams/fillWindows.ts';
import type { Backfill } from '../../src/sources/collect/streams/gapKeeper.ts';
import { sharedGates } from '../../src/sources/collect/streams/sharedGates.ts';
import { MarketTime } from '../../src/sources/collect/marketTime.ts';
import { StreamHub, type StreamHubDeps } from '../../src/sources/collect/streams/streamHub.ts';
import type { StreamStatus } from '../../src/sources/collect/streams/streamStatus.ts';
import type { ListCorrections } from '../../src/sources/exchanges/listCorrections.ts';
import type { ResumableHttpClient } from '../../src/sources/transport/httpClient.ts';
import type { WebSocketClient } from '../../src/sources/transport/webSocketClient.ts';
import type { HistoryStore } from '../../src/store/historyStore.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { FakeClock, settle } from './fakeClock.ts';
import { instrument, streamExchange, type StreamExchangeOptions } from './streamExchange.ts';
import {
  createStreamWire,
  serveWire,
  until,
  type RunningWire,
  type StreamWireOptions,
} from './streamWire.ts';
import { createHttpClient, createWebSocketClient } from './subject.ts';

/** A hub on real sockets of the made-up exchange, in a time that only the test moves. */
export interface Rig {
  readonly clock: FakeClock;
  readonly wire: RunningWire;
  readonly hub: StreamHub;
  readonly http: ResumableHttpClient;
  readonly client: WebSocketClient;
  readonly stores: Readonly<Record<DataSource, HistoryStore>>;
  readonly lines: string[];
  readonly told: Observation[];
  readonly fills: FillWindow[];
  readonly time: MarketTime;
  /** When connections were asked for, by monotonic time. */
  readonly dials: number[];
  /** Seconds of the exchange's time, with a push after each (or after `step`) and everything read that came of it. */
  run(seconds: number, step?: number): Promise<void>;
  stream(name: string): StreamStatus;
  /** Waits, without moving time, until a stream is in a state. */
  reach(name: string, state: StreamStatus['state']): Promise<void>;
  gaps(): Promise<StreamGap[]>;
  rows<K extends Observation['kind']>(kind: K): Promise<Extract<Observation, { kind: K }>[]>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly exchange?: StreamExchangeOptions;
  readonly wire?: StreamWireOptions;
  readonly backfill?: Backfill;
  readonly startMs?: number;
  readonly assets?: readonly string[];
  readonly address?: string;
  /** The exchange's REST address; none unless stated. */
  readonly restUrl?: string;
  /** So far the machine's clock is ahead of the exchange's. */
  readonly aheadMs?: number;
  /** The exchange's name in place of its address, and how that is looked up. */
  readonly host?: string;
  readonly lookup?: LookupFunction;
  readonly corrections?: ListCorrections;
  /** What the hub is told of sources and of the exchanges' time. */
  readonly hub?: Pick<StreamHubDeps, 'isWanted'> & { readonly isTimed?: boolean };
}

export async function createRig(options: RigOptions = {}): Promise<Rig> {
  const clock = new FakeClock(options.startMs ?? Date.UTC(2026, 10, 1, 12, 0, 30));
  const { aheadMs = 0 } = options;
  const exchangeClock: Clock = {
    nowMs: () => clock.nowMs() - aheadMs,
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
  const wire = await serveWire(createStreamWire(options.wire), exchangeClock);
  const http = createHttpClient({ clock, env: {} });
  const { lookup, host = '127.0.0.1' } = options;
  const client = createWebSocketClient({ clock, env: {}, ...(lookup === undefined ? {} : { lookup }) });
  const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
  const time = new MarketTime(clock);
  const lines: string[] = [];
  const told: Observation[] = [];
  const fills: FillWindow[] = [];
  const dials: number[] = [];
  const logger: Logger = { debug: () => undefined, info: () => undefined, warn: (line) => void lines.push(line), error: (line) => void lines.push(line) }; // prettier-ignore
  const hub = new StreamHub({
    adapters: [streamExchange(options.exchange)],
    addressOf: () => options.address ?? wire.url.replace('127.0.0.1', host),
    client: {
      connect: (request, handlers) => {
        dials.push(clock.monotonicMs());
        return client.connect(request, handlers);
      },
    },
    gates: sharedGates(http, () => options.restUrl),
    storeOf: (source) => Promise.resolve(stores[source]),
    clock,
    logger,
    ...(options.hub?.isWanted === undefined ? {} : { isWanted: options.hub.isWanted }),
    ...(options.hub?.isTimed === true ? { time } : {}),
    random: () => 0.5,
    ...(options.corrections === undefined ? {} : { corrections: options.corrections }),
    backfill: options.backfill ?? (() => Promise.resolve(undefined)),
    onFills: (_source, windows) => void fills.push(...windows),
    onObservations: (_source, rows) => {
      told.push(...rows);
      if (told.length > 100_000) told.splice(0, 50_000);
    },
  });
  hub.follow(new Map([['fake', (options.assets ?? ['BTC']).map(instrument)]]));
  const stream = (name: string): StreamStatus => {
    const found = hub.status().streams.find((one) => one.stream === `fake/${name}`);
    if (found === undefined) throw new Error(`no stream ${name}`);
    return found;
  };
  return {
    clock,
    wire,
    hub,
    http,
    client,
    stores,
    lines,
    told,
    fills,
    dials,
    time,
    stream,
    async run(seconds, step = 1) {
      for (let second = 0; second < seconds; second += step) {
        await clock.advance(step * 1_000);
        wire.sockets.push();
        await quiet(wire, hub);
      }
    },
    reach: (name, state) => until(`${name} is ${state}`, () => stream(name).state === state),
    gaps: async () => {
      await hubFlush(clock);
      return stores.simulated.gaps({});
    },
    rows: async (kind) => (await stores.simulated.query({ kind })) as never,
    async close() {
      await hub.dispose();
      await client.close();
      await http.close();
      await wire.close();
    },
  };
}

/** Lets bytes that were written on loopback arrive and be read: nothing waits for time, so a few turns are enough. */
async function quiet(wire: RunningWire, hub: StreamHub): Promise<void> {
  let before = -1;
  for (let still = 0; still < 3;) {
    for (let turn = 0; turn < 4; turn += 1) await settle();
    const seen = wire.sockets.upgrades.length + wire.sockets.received.length + hub.status().frames.length * 1e6 + hub.status().streams.reduce((sum, one) => sum + one.messages, 0); // prettier-ignore
    still = seen === before ? still + 1 : 0;
    before = seen;
  }
}

async function hubFlush(clock: FakeClock): Promise<void> {
  await clock.advance(1_000);
  await settle();
}
