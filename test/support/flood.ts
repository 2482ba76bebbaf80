import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { StreamHub } from '../../src/sources/collect/streams/streamHub.ts';
import { createWebSocketClient } from '../../src/sources/transport/webSocketClient.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { heapAfterCollection } from './memory.ts';
import { instrument, streamExchange } from './streamExchange.ts';

export interface FloodOptions {
  readonly seconds: number;
  readonly sockets: number;
  readonly perSecond: number;
}

export interface FloodResult {
  readonly received: number;
  /** Trades that were pushed between the first and the last that came, and did not come. */
  readonly lost: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** The longest delay in which this process computed: a machine that runs something else holds the loop as well. */
  readonly ownDelayMaxMs: number;
  readonly heapGrownBytes: number;
  readonly minutes: number;
  readonly gaps: number;
  readonly dropped: number;
}

/** Receives so many trades a second over so many sockets from another process, and says how that went. */
export async function runFlood({ seconds, sockets, perSecond }: FloodOptions): Promise<FloodResult> {
  const everyMs = (1_000 * sockets) / perSecond;
  const file = join(import.meta.dirname, 'floodServer.ts');
  const child = spawn(process.execPath, [file, String(everyMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const seen = new Map<string, { first: number; last: number; count: number }>();
  const base = streamExchange({ channels: ['trade'], spec: { maxTopicsPerSocket: 1 } });
  const [spec] = base.streams ?? [];
  if (spec === undefined) throw new Error('no stream');
  const adapter = {
    ...base,
    streams: [{ ...spec, channels: spec.channels.map((channel) => counting(channel, seen)) }],
  };
  const store = createMemoryStore('simulated');
  const client = createWebSocketClient({ env: {} });
  const hub = new StreamHub({
    adapters: [adapter],
    addressOf: () => line.toString().trim(),
    client,
    gates: { nextAttemptAtMs: () => undefined, pause: () => undefined },
    storeOf: () => Promise.resolve(store),
    clock: systemClock,
    logger: silentLogger,
    backfill: () => Promise.resolve(undefined),
  });
  const assets = Array.from({ length: sockets }, (_, index) => `C${index}`);
  hub.follow(new Map([['fake', assets.map(instrument)]]));
  // One connection every 2 s: the flood begins when all are there.
  while (hub.status().streams.filter((one) => one.state === 'live').length < sockets)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const before = heapAfterCollection();
  const own = watchOwnDelay();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  delay.disable();
  const ownDelayMaxMs = own.stop();
  const heapGrownBytes = heapAfterCollection() - before;
  const { streams, frames, rows } = hub.status();
  await hub.dispose();
  await client.close();
  child.stdin.end();
  await once(child, 'exit');
  const all = [...seen.values()];
  return {
    received: all.reduce((sum, one) => sum + one.count, 0),
    lost: all.reduce((sum, one) => sum + (one.last - one.first + 1 - one.count), 0),
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    ownDelayMaxMs,
    heapGrownBytes,
    minutes: (await store.query({ kind: 'taker-volume' })).length,
    gaps: streams.reduce((sum, one) => sum + one.gaps, 0),
    dropped: frames.dropped + rows.dropped,
  };
}

/** Looks every 5 ms how late it is and how much of that the processor worked for this process. */
export function watchOwnDelay(): { stop(): number } {
  const everyMs = 5;
  let maxMs = 0;
  let lastMs = performance.now();
  let cpu = process.cpuUsage();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    maxMs = Math.max(maxMs, Math.min(nowMs - lastMs - everyMs, (user + system) / 1_000));
    lastMs = nowMs;
    cpu = process.cpuUsage();
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return maxMs;
    },
  };
}

type Channel = NonNullable<ReturnType<typeof streamExchange>['streams']>[number]['channels'][number];

/** The channel, counting ids per symbol. */
function counting(
  channel: Channel,
  seen: Map<string, { first: number; last: number; count: number }>,
): Channel {
  return {
    ...channel,
    map(payload, context) {
      const rows = channel.map(payload, context);
      for (const row of rows) {
        if (row.kind !== 'trade') continue;
        const id = Number(row.tradeId);
        const own = seen.get(row.venueSymbol) ?? { first: id, last: id, count: 0 };
        own.last = Math.max(own.last, id);
        own.count += 1;
        seen.set(row.venueSymbol, own);
      }
      return rows;
    },
  };
}
