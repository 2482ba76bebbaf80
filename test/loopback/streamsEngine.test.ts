import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { gate } from '../../src/sources/exchanges/gate/adapter.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { streamExchange } from '../support/streamExchange.ts';
import { createStreamWire, serveWire, until, type RunningWire } from '../support/streamWire.ts';

/** Gate's REST of the simulator, with the streams of the made-up exchange. */
const adapter = { ...gate, streams: streamExchange({ channels: ['trade', 'price'] }).streams ?? [] };

describe('streams of an engine', () => {
  let clock: FakeClock;
  let simulator: Simulator;
  let wire: RunningWire;
  let engine: Engine | undefined;
  const start = async (streams: boolean, ws: string | undefined = wire.url): Promise<Engine> => {
    const rest = simulator.endpoints['gate']?.rest;
    const endpoints = { gate: { rest, ...(ws === '' ? {} : { ws }) } };
    engine = await createEngine({ logger: silentLogger, clock, adapters: [adapter], endpoints, streams });
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
    simulator = await startSimulator({ seed: 3, scenario: 'calm', clock, exchanges: ['gate'] });
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
