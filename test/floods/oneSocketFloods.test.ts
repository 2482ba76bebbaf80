import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import type { Logger } from '../../src/core/logger.ts';
import { StreamHub } from '../../src/sources/collect/streams/streamHub.ts';
import { createWebSocketClient } from '../../src/sources/transport/webSocketClient.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { watchOwnDelay } from '../support/flood.ts';
import { instrument, streamExchange } from '../support/streamExchange.ts';

/** So long an attack goes on. */
const ATTACK_MS = 5_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every name is this machine. */
const here: LookupFunction = (_name, options, done) =>
  options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

/** A frame of the server. */
function frame(first: number, payload: Buffer): string {
  const size = payload.length;
  const head = size < 126 ? [first, size] : size < 65_536 ? [first, 126, size >> 8, size & 255] : [first, 127, 0, 0, 0, 0, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255]; // prettier-ignore
  return Buffer.concat([Buffer.from(head), payload]).toString('hex');
}

describe('one socket that floods', function () {
  this.timeout(30_000);
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  async function serve(file: string, arg: string, input = ''): Promise<string> {
    const path = join(import.meta.dirname, '../support', file);
    const child = spawn(process.execPath, [path, arg], { stdio: ['pipe', 'pipe', 'inherit'] });
    const over = once(child, 'exit');
    if (input !== '') child.stdin.write(`${input}\n`);
    ends.push(() => (child.stdin.end(), over));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return line.toString().trim();
  }

  /** Ten calm exchanges receive 100 trades a second each beside one whose server floods. */
  async function attack(hex: string, count: number) {
    const calm = await serve('floodServer.ts', '10');
    const bad = await serve('attackServer.ts', String(count), hex);
    const lines: string[] = [];
    const logger: Logger = { debug: () => undefined, info: () => undefined, warn: (line) => void lines.push(line), error: (line) => void lines.push(line) }; // prettier-ignore
    const client = createWebSocketClient({ env: {}, lookup: here });
    const store = createMemoryStore('simulated');
    const base = streamExchange({ channels: ['trade'] });
    const names = Array.from({ length: 10 }, (_, n) => `calm${n}`);
    let address = calm;
    const hub = new StreamHub({
      adapters: [...names, 'bad'].map((id) => ({ ...base, id })),
      // A name each, so that none waits for another's connection.
      addressOf: ({ id }) => (id === 'bad' ? address : calm.replace('127.0.0.1', `${id}.invalid`)),
      client,
      gates: { nextAttemptAtMs: () => undefined, pause: () => undefined },
      storeOf: () => Promise.resolve(store),
      clock: systemClock,
      logger,
      random: () => 0,
      backfill: () => Promise.resolve(undefined),
    });
    ends.push(async () => {
      await hub.dispose();
      await client.close();
    });
    const followed = new Map(names.map((id) => [id, [instrument('BTC')]]));
    hub.follow(followed);
    while (hub.status().streams.some((one) => one.state !== 'live')) await wait(20);
    address = bad;
    const delay = watchOwnDelay();
    const before = new Map(hub.status().streams.map((one) => [one.exchange, one.messages]));
    hub.follow(new Map([...followed, ['bad', [instrument('BTC')]]]));
    await wait(ATTACK_MS);
    const { streams, frames } = hub.status();
    const others = streams.filter((one) => one.exchange !== 'bad');
    return {
      attacked: streams.find((one) => one.exchange === 'bad'),
      gaps: others.reduce((sum, one) => sum + one.gaps, 0),
      dropped: others.reduce((sum, one) => sum + one.drops.overflow, 0),
      fewest: Math.min(...others.map((one) => one.messages - (before.get(one.exchange) ?? 0))),
      states: [...new Set(others.map((one) => one.state))],
      ownDelayMaxMs: delay.stop(),
      frames,
      lines,
    };
  }

  const text = Buffer.from('{"topic":"x","data":[{"x":1}]}');
  const attacks: [string, string, number, RegExp][] = [
    ['pings', frame(0x89, Buffer.from('x')), 2_000, /more than 10 control frames a second came, 100 at once/],
    ['frames', frame(0x81, text), 2_000, /more than 5000 frames a second came, 10000 at once/],
    ['empty frames', frame(0x81, Buffer.alloc(0)), 20_000, /more than 5000 frames a second came/],
    ['texts of 1 MB', frame(0x81, Buffer.alloc(1_000_000, 0x20)), 1, /more than 4194304 bytes a second came/],
    ['objects in texts of 1 MB', frame(0x81, Buffer.from(`[${'{},'.repeat(330_000)}{}]`)), 1, /more than 4194304 bytes a second came/],
    ['packed texts', frame(0xc1, deflateRawSync(Buffer.alloc(900_000, 0x20), { finishFlush: 2 }).subarray(0, -4)), 10, /more than 4194304 bytes a second came/],
  ]; // prettier-ignore
  for (const [name, hex, count, cause] of attacks)
    it(`${name}: is ended with its cause and tried again with back-off; the others miss nothing`, async () => {
      const seen = await attack(hex, count);
      const told = JSON.stringify(seen);
      assert.deepEqual([seen.gaps, seen.dropped, seen.states], [0, 0, ['live']], told);
      assert.ok(seen.fewest > (ATTACK_MS / 10) * 0.7, told);
      assert.match(seen.attacked?.lastError ?? '', cause, told);
      assert.ok((seen.attacked?.reconnects ?? 0) <= 3, told);
      assert.ok(seen.frames.length <= 11_000, told);
      assert.ok(seen.ownDelayMaxMs < 250, told);
      assert.ok(seen.lines.length <= 2, told);
    });
});
