import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import type { Engine } from '../../src/engine.ts';
import { gate } from '../../src/sources/exchanges/gate/adapter.ts';
import { startFaultySimulator, type FaultySimulator } from '../support/faults/faultySimulator.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { streamExchange } from '../support/streamExchange.ts';
import { createStreamWire, serveWire, until, type RunningWire } from '../support/streamWire.ts';
import { createEngine } from '../support/subject.ts';

/** Gate's REST of the simulator, with the streams of the made-up exchange. */
const adapter = { ...gate, streams: streamExchange({ channels: ['trade', 'price'] }).streams ?? [] };

describe('streams of an engine', () => {
  let clock: FakeClock;
  let simulator: FaultySimulator;
  let wire: RunningWire;
  let engine: Engine | undefined;
  const start = async (
    streams: boolean,
    ws: string | undefined = wire.url,
    transportState?: unknown,
  ): Promise<Engine> => {
    const rest = simulator.endpoints['gate']?.rest;
    const endpoints = { gate: { rest, ...(ws === '' ? {} : { ws }) } };
    engine = await createEngine({
      ...{ logger: silentLogger, clock, adapters: [adapter], endpoints, streams },
      ...(transportState === undefined ? {} : { transportState }),
    });
    await engine.market.refresh({ assets: ['BTC'] });
    return engine;
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      wire.sockets.push();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 10, 22, 5, 17, 23));
    simulator = await startFaultySimulator({ seed: 3, scenario: 'calm', clock, exchanges: ['gate'] });
    wire = await serveWire(createStreamWire(), clock);
  });
  afterEach(async () => {
    await engine?.dispose();
    await simulator.close();
    await wire.close();
  });

  it('start with the first refresh, about what it follows, and end with the engine', async () => {
    const running = await start(true);
    await until('the connection', () => wire.sockets.connections === 1);
    await pass(5);
    const status = running.streamStatus();
    assert.deepEqual(status?.streams.map((one) => [one.stream, one.state, one.isSimulated]), [
      ['fake/trade', 'live', true],
      ['fake/price', 'live', true],
    ]); // prettier-ignore
    assert.match(wire.sockets.received.join(' '), /trade\.BTC_USDT/);
    await running.market.refresh({ assets: ['BTC'] });
    await pass(2);
    assert.equal(wire.sockets.upgrades.length, 1, 'another refresh leaves the streams alone');
    await running.dispose();
    engine = undefined;
    await until('the end', () => wire.sockets.connections === 0);
  });

  for (const [name, fault, pauseMs] of [
    ['429 with 60 s', { name: 'rate-limit', retryAfter: '60' }, 60_000],
    [
      '429 with a date',
      { name: 'rate-limit', retryAfter: new Date(Date.UTC(2026, 10, 22, 5, 27, 23)).toUTCString() },
      600_000,
    ],
    ['418 with 7,200 s', { name: 'ban', retryAfter: '7200' }, 7_200_000],
  ] as const)
    // prettier-ignore
    it(`F3 no stream is opened while REST has answered ${name}, nor by an engine that follows`, async () => {
      const running = await start(true);
      await until('the connection', () => wire.sockets.connections === 1);
      await pass(2);
      simulator.setFault('gate', fault);
      await running.market.refresh({ assets: ['BTC'] });
      simulator.setFault('gate', undefined);
      const asked = simulator.requests.length;
      wire.sockets.setFault({ name: 'ws-close', code: 1_008, times: 1 });
      await pass(30);
      assert.equal(wire.sockets.upgrades.length, 1, 'nothing leaves before the time is up');
      const state: unknown = JSON.parse(JSON.stringify(running.transportState()));
      await running.dispose();
      engine = undefined;
      const next = await start(true, wire.url, state);
      await pass(20);
      assert.equal(simulator.requests.length, asked);
      assert.equal(wire.sockets.upgrades.length, 1);
      assert.equal(next.market.health().exchanges[0]?.state, 'limited');
      await clock.advance(pauseMs);
      await next.market.refresh({ assets: ['BTC'] });
      await until('the connection', () => wire.sockets.connections === 1);
      assert.ok(simulator.requests.length > asked);
    });

  it('F3 a stream refused for the region: named as such, and not asked again', async () => {
    const running = await start(true);
    await until('the connection', () => wire.sockets.connections === 1);
    await pass(2);
    wire.sockets.setFault({ name: 'ws-close', code: 1_008, times: 1 });
    await pass(1);
    wire.sockets.setFault({ name: 'ws-refuse-upgrade', status: 451 });
    await pass(10);
    const { streams } = running.market.health().exchanges[0] ?? {};
    assert.match(streams?.[0]?.lastError ?? '', /HTTP 451; not served in your region/);
    const { length } = wire.sockets.upgrades;
    await pass(30);
    assert.equal(wire.sockets.upgrades.length, length);
  });

  it('of an exchange that is not chosen end at once, and start at once when it is chosen again', async () => {
    const running = await start(true);
    await until('the connection', () => wire.sockets.connections === 1);
    await pass(2);
    const states = () => running.streamStatus()?.streams.map((one) => one.state);
    assert.deepEqual(states(), ['live', 'live']);
    // Nobody is left to ask; the clock stands still meanwhile, so that nothing else can have ended the socket.
    const asked = running.market.refresh({ assets: ['BTC'], exchanges: ['okx'] });
    assert.deepEqual(states(), [], 'before any exchange has answered');
    await asked;
    await until('the end', () => wire.sockets.connections === 0);
    await pass(5);
    assert.equal(wire.sockets.upgrades.length, 1, 'nothing connects again by itself');
    assert.equal(running.market.health().exchanges[0]?.state, 'switched-off');
    const again = running.market.refresh({ assets: ['BTC'] });
    assert.equal(states()?.length, 2, 'before the exchange has answered');
    await again;
    await pass(2);
    await until('the connection', () => wire.sockets.connections === 1);
    await pass(2);
    assert.deepEqual(states(), ['live', 'live']);
    assert.equal(running.market.health().exchanges[0]?.state, 'fresh');
  });

  it('are not received unless asked for, and never from the real exchange where its REST was replaced', async () => {
    const running = await start(false);
    assert.equal(running.streamStatus(), undefined);
    await running.dispose();
    const other = await start(true, '');
    await pass(2);
    assert.deepEqual(other.streamStatus()?.streams, []);
    assert.equal(wire.sockets.upgrades.length, 0);
  });
});
