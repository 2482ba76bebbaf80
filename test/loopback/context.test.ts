import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import type { ContextSnapshot } from '../../src/core/contextValue.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { DAY_MS } from '../../src/core/units.ts';
import type { Engine, EngineOptions } from '../../src/engine.ts';
import type { MarketSnapshot } from '../../src/market/snapshot.ts';
import { perpetual } from '../../src/sources/simulator/symbols.ts';
import { SIMULATED_EXCHANGES, SIMULATED_PROVIDERS } from '../../src/sources/simulator/profiles.ts';
import { simulatedFearGreed } from '../../src/sources/simulator/wire/context.ts';
import { regimeReport } from '../../src/surfaces/reports/regimeReport.ts';
import { snapshotText } from '../../src/surfaces/reports/snapshotText.ts';
import { startFaultySimulator, type FaultySimulator } from '../support/faults/faultySimulator.ts';
import { createEngine } from '../support/subject.ts';

const CANARY = 'canary-7e1f4b-secret';

describe('context over loopback', function () {
  this.timeout(60_000);
  let simulator: FaultySimulator;
  let engine: Engine | undefined;
  const extra: FaultySimulator[] = [];

  before(async () => {
    simulator = await startFaultySimulator({ seed: 7, scenario: 'spot-led-rally', clock: systemClock });
  });
  after(() => simulator.close());
  beforeEach(() => {
    for (const id of SIMULATED_PROVIDERS) simulator.setFault(id, undefined);
  });
  afterEach(async () => {
    await engine?.dispose();
    engine = undefined;
    for (const one of extra.splice(0)) await one.close();
  });

  const refresh = (options: Partial<EngineOptions>): Promise<MarketSnapshot> =>
    createEngine({ logger: silentLogger, endpoints: simulator.endpoints, environment: {}, ...options }).then(
      (one) => {
        engine = one;
        return one.market.refresh({ assets: ['BTC'], timeoutMs: 20_000 });
      },
    );
  const providerOf = (snapshot: MarketSnapshot, id: string): ContextSnapshot => {
    const found = snapshot.context?.find(({ provider }) => provider === id);
    assert.ok(found !== undefined, id);
    return found;
  };

  it('reads the simulated providers: their numbers are those of the market', async () => {
    const snapshot = await refresh({});
    assert.equal(snapshot.source, 'simulated');
    const { market } = simulator;
    const score = providerOf(snapshot, 'alternative-me').values[0];
    assert.equal(score?.atMs, Math.floor(snapshot.asOfMs / DAY_MS) * DAY_MS);
    assert.equal(score.value, simulatedFearGreed(market, score.atMs));
    const caps = providerOf(snapshot, 'coingecko').values;
    const cap = caps.find(({ metric }) => metric === 'market-cap-usd');
    const supply = caps.find(({ metric }) => metric === 'circulating-supply-base');
    assert.ok(cap !== undefined && supply !== undefined);
    const price = market.price(perpetual('binance', 'BTC'), 'last', cap.atMs);
    assert.ok(Math.abs(cap.value - supply.value * price) <= 1);
    const { aggregate, correlations } = snapshot.assets[0]!;
    assert.equal(aggregate.openInterestToMarketCap, (aggregate.openInterestUsd ?? Number.NaN) / cap.value);
    assert.deepEqual(
      correlations?.map(({ metric, count }) => [metric, count >= 15]),
      [
        ['equity-index', true],
        ['dollar-index', true],
      ],
    );
    for (const one of snapshot.context ?? []) {
      const isSimulated = (SIMULATED_PROVIDERS as readonly string[]).includes(one.provider);
      assert.equal(one.status, isSimulated ? 'fresh' : 'off', one.provider);
    }
  });

  it('asks no provider that the endpoints leave out, key or not', async () => {
    // One of its own: what the engine before it had asked may still arrive at the other.
    const untouched = await startFaultySimulator({ seed: 7, scenario: 'calm', clock: systemClock });
    extra.push(untouched);
    const { binance } = untouched.endpoints;
    const snapshot = await refresh({
      endpoints: { binance },
      environment: { PERPSCOPE_COINGLASS_KEY: CANARY },
    });
    assert.deepEqual([...new Set((snapshot.context ?? []).map(({ status }) => status))], ['off']);
    assert.ok((snapshot.context ?? []).every(({ values }) => values.length === 0));
    assert.equal(snapshot.assets[0]?.aggregate.openInterestToMarketCap, undefined);
    const asked = untouched.requests.map(({ exchange }) => exchange);
    assert.ok(asked.length > 0 && asked.every((id) => id === 'binance'));
  });

  it('never lets a provider hold up the exchanges', async () => {
    simulator.setFault('coingecko', 'stall');
    const startedMs = performance.now();
    const snapshot = await refresh({});
    assert.ok(performance.now() - startedMs < 10_000);
    assert.equal(snapshot.assets[0]?.aggregate.coverage.fresh, SIMULATED_EXCHANGES.length);
    assert.deepEqual(
      [providerOf(snapshot, 'coingecko').status, providerOf(snapshot, 'coingecko').reason],
      ['stale', 'no answer yet'],
    );
    assert.equal(providerOf(snapshot, 'alternative-me').status, 'fresh');
  });

  it('says limited, failed and why, and shows no number in their place', async () => {
    simulator.setFault('alternative-me', 'rate-limit');
    simulator.setFault('coingecko', 'garbage');
    simulator.setFault('fred', 'null-fields');
    const snapshot = await refresh({});
    assert.equal(providerOf(snapshot, 'alternative-me').status, 'limited');
    assert.equal(providerOf(snapshot, 'coingecko').status, 'failed');
    for (const id of ['alternative-me', 'coingecko'])
      assert.ok((providerOf(snapshot, id).reason ?? '').length > 10, id);
    assert.equal(snapshot.assets[0]?.aggregate.openInterestToMarketCap, undefined);
  });

  describe('with a key', () => {
    let server: Server;
    let url: string;
    const seen: IncomingHttpHeaders[] = [];
    const paths: string[] = [];
    before(async () => {
      // A provider that repeats the key wherever it can.
      server = createServer((request, response) => {
        seen.push(request.headers);
        paths.push(request.url ?? '');
        const key = String(request.headers['cg-api-key'] ?? request.headers['authorization']);
        const status = request.url?.includes('liquidation') === true ? 403 : 200;
        response.writeHead(status, { 'content-type': 'application/json', 'x-perpscope-simulated': '1' });
        response.end(
          JSON.stringify({ code: '30001', msg: `bad key ${key}`, status: { code: 401, message: key } }),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    it('sends it in the header and shows it nowhere: log, errors, snapshot, report, state of the transport', async () => {
      const lines: string[] = [];
      const push = (line: string): void => void lines.push(line);
      const snapshot = await refresh({
        logger: { debug: push, info: push, warn: push, error: push },
        endpoints: { ...simulator.endpoints, coinglass: { rest: url }, cryptoquant: { rest: url } },
        environment: { PERPSCOPE_COINGLASS_KEY: CANARY },
        keys: { get: (id) => Promise.resolve(id === 'cryptoquant' ? `${CANARY}-2` : undefined) },
      });
      assert.ok(seen.some((headers) => headers['cg-api-key'] === CANARY));
      assert.ok(seen.some((headers) => headers.authorization === `Bearer ${CANARY}-2`));
      assert.ok(paths.length >= 7 && !paths.join().includes('canary'));
      assert.equal(providerOf(snapshot, 'coinglass').status, 'failed');
      assert.match(providerOf(snapshot, 'coinglass').reason ?? '', /refused the key/);
      assert.match(lines.join('\n'), /coinglass/);
      const { assets, context, source } = snapshot;
      const assessment = engine?.market.state.regimes.get('BTC');
      assert.ok(assessment !== undefined);
      const outputs = {
        log: lines.join('\n'),
        snapshot: JSON.stringify(snapshot),
        text: snapshotText(snapshot),
        report: regimeReport({ assessment, snapshot: assets[0], context, source, nowMs: snapshot.asOfMs }),
        transport: JSON.stringify(engine?.transportState()),
        state: JSON.stringify(engine?.market.state),
      };
      for (const [name, text] of Object.entries(outputs))
        assert.ok(!text.includes('canary'), `${name}: ${text}`);
      assert.match(outputs.report, /key removed/);
    });
  });
});
