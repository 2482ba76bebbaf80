import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { exitCodeOf } from '../../src/cli/withRefresh.ts';
import { systemClock } from '../../src/core/clock.ts';
import { SIMULATED_EXCHANGES as EXCHANGES } from '../../src/sources/simulator/profiles.ts';
import type { MarketSnapshot } from '../../src/market/snapshot.ts';
import { countOf } from '../../src/series/hours.ts';
import { startFaultySimulator, type FaultySimulator } from '../support/faults/faultySimulator.ts';
import type { FaultName } from '../support/faults/requestFaults.ts';

const COUNT = EXCHANGES.length;
const quietIo = { note: () => undefined } as unknown as Parameters<typeof exitCodeOf>[1];

describe('market over loopback', function () {
  this.timeout(60_000);
  let simulator: FaultySimulator;
  let engine: Engine;

  before(async () => {
    simulator = await startFaultySimulator({ seed: 7, scenario: 'spot-led-rally', clock: systemClock });
  });
  after(async () => {
    await simulator.close();
  });
  beforeEach(() => {
    for (const exchange of EXCHANGES) simulator.setFault(exchange, undefined);
  });

  /** Reads the simulated exchanges once through the whole graph, as the command line does. */
  async function snapshotOf(assets: readonly string[], timeoutMs = 20_000): Promise<MarketSnapshot> {
    engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
    try {
      return await engine.market.refresh({ assets, timeoutMs });
    } finally {
      await engine.dispose();
    }
  }

  const observation = (snapshot: MarketSnapshot, exchange: string, kind: string) =>
    snapshot.assets[0]?.exchanges
      .find((one) => one.exchange === exchange)
      ?.instruments[0]?.observations.find(
        (one) => one.kind === kind && (!('barMs' in one) || one.barMs === undefined),
      );

  it('brings every exchange to fresh and adds up one-sided coins', async () => {
    const snapshot = await snapshotOf(['BTC']);
    const asset = snapshot.assets[0];
    assert.ok(asset !== undefined);
    assert.deepEqual(
      asset.exchanges.map((one) => [one.exchange, one.status, one.reason]),
      EXCHANGES.map((id) => [id, 'fresh', undefined]),
    );
    const sum = EXCHANGES.reduce((total, id) => {
      const reading = observation(snapshot, id, 'open-interest');
      assert.ok(reading?.kind === 'open-interest' && reading.openInterestBase !== undefined, id);
      return total + (reading.sides === 'both' ? reading.openInterestBase / 2 : reading.openInterestBase);
    }, 0);
    assert.ok(Math.abs((asset.aggregate.openInterestBase ?? 0) - sum) < 1e-6 * sum);
    assert.deepEqual(asset.aggregate.coverage, { fresh: COUNT, of: COUNT });
    assert.equal(exitCodeOf(snapshot, quietIo), 0);
  });

  it('says simulated because the answers are marked, not because a setting does', async () => {
    const snapshot = await snapshotOf(['BTC']);
    assert.equal(snapshot.source, 'simulated');
  });

  it('names the source endpoint and the event time of every number', async () => {
    const snapshot = await snapshotOf(['ETH']);
    for (const exchange of snapshot.assets[0]?.exchanges ?? []) {
      for (const one of exchange.instruments.flatMap((instrument) => instrument.observations)) {
        assert.match(one.endpoint, /^(GET|POST) \//);
        assert.equal(one.baseAsset, 'ETH');
        assert.ok(one.atMs <= snapshot.asOfMs + 5_000, `${one.kind} lies in the future`);
      }
    }
  });

  it('calls an asset that no exchange lists unsupported', async () => {
    const snapshot = await snapshotOf(['NOSUCHCOIN']);
    const statuses = new Set(snapshot.assets[0]?.exchanges.map((one) => one.status));
    assert.deepEqual([...statuses], ['unsupported']);
    assert.equal(snapshot.assets[0]?.aggregate.openInterestBase, undefined);
  });

  const faults: readonly [FaultName, string, RegExp][] = [
    ['geo-block', 'failed', /region/],
    ['rate-limit', 'limited', /wait/],
    ['ban', 'limited', /wait/],
    ['garbage', 'failed', /./],
    ['refuse', 'failed', /reached/],
    ['server-error', 'failed', /./],
    ['empty', 'failed', /./],
  ];
  for (const [index, [fault, status, reason]] of faults.entries()) {
    const broken = EXCHANGES[index % EXCHANGES.length] ?? 'okx';
    it(`keeps ${fault} at ${broken} inside its own row`, async () => {
      simulator.setFault(broken, fault);
      const snapshot = await snapshotOf(['BTC']);
      for (const exchange of snapshot.assets[0]?.exchanges ?? []) {
        if (exchange.exchange !== broken) {
          assert.deepEqual(
            [exchange.exchange, exchange.status, exchange.reason],
            [exchange.exchange, 'fresh', undefined],
          );
        } else {
          assert.equal(exchange.status, status);
          assert.match(exchange.reason ?? '', reason);
          assert.deepEqual(
            exchange.instruments.flatMap((one) => one.observations),
            [],
          );
        }
      }
      assert.deepEqual(snapshot.assets[0]?.aggregate.coverage, { fresh: COUNT - 1, of: COUNT });
      assert.equal(exitCodeOf(snapshot, quietIo), 3);
    });
  }

  it('ends the wait for a silent exchange at its timeout and keeps the others', async () => {
    simulator.setFault('gate', 'stall');
    const snapshot = await snapshotOf(['BTC'], 5_000);
    const gate = snapshot.assets[0]?.exchanges.find((one) => one.exchange === 'gate');
    assert.equal(gate?.status, 'failed');
    assert.match(gate?.reason ?? '', /no answer in time/);
    assert.equal(snapshot.assets[0]?.aggregate.coverage.fresh, COUNT - 1);
  });

  it('refuses answers about another symbol instead of showing them under the asked one', async () => {
    simulator.setFault('bybit', 'wrong-symbol');
    const snapshot = await snapshotOf(['BTC']);
    const bybit = snapshot.assets[0]?.exchanges.find((one) => one.exchange === 'bybit');
    for (const one of bybit?.instruments.flatMap((instrument) => instrument.observations) ?? []) {
      assert.equal(one.baseAsset, 'BTC', `${one.endpoint} slipped through`);
    }
    assert.equal(observation(snapshot, 'bybit', 'open-interest'), undefined);
  });

  it('never turns null fields into zeros', async () => {
    simulator.setFault('okx', 'null-fields');
    const snapshot = await snapshotOf(['BTC']);
    const okx = snapshot.assets[0]?.exchanges.find((one) => one.exchange === 'okx');
    for (const one of okx?.instruments.flatMap((instrument) => instrument.observations) ?? []) {
      for (const [key, value] of Object.entries(one)) assert.notEqual(value, 0, `${one.kind} ${key}`);
    }
  });

  it('keeps rows in a store of their source and adds nothing twice', async () => {
    engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
    await engine.market.refresh({ assets: ['BTC'] });
    const { history: before } = await engine.market.history('BTC');
    await engine.market.refresh({ assets: ['BTC'] });
    const { history: later } = await engine.market.history('BTC');
    await engine.dispose();
    const sizeOf = (id: 'open-interest' | 'open-interest-daily', history: typeof before) =>
      [...history.column(id).values()].reduce((sum, column) => sum + countOf(column), 0);
    const settledIn = (history: typeof before) =>
      history.settledFunding.reduce((sum, { atMs }) => sum + atMs.length, 0);
    assert.ok(sizeOf('open-interest', before) > 100);
    assert.equal(sizeOf('open-interest-daily', later), sizeOf('open-interest-daily', before));
    assert.equal(settledIn(later), settledIn(before));
  });

  it('asks history again only when it is due', async () => {
    engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
    // What a slow machine has not read in a usual round is due again.
    await engine.market.refresh({ assets: ['BTC'], timeoutMs: 60_000 });
    const first = simulator.requests.length;
    await engine.market.refresh({ assets: ['BTC'] });
    const second = simulator.requests.slice(first);
    await engine.dispose();
    assert.ok(second.length > 0);
    assert.deepEqual(
      second.filter((one) => /openInterestHist|exchangeInfo|fundingRate\b/.test(one.path)),
      [],
    );
  });
});
