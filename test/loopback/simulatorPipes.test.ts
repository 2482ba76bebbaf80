import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import { deribit } from '../../src/sources/exchanges/deribit/adapter.ts';
import { okx } from '../../src/sources/exchanges/okx/adapter.ts';
import { startSimulator } from '../../src/sources/simulator/server.ts';
import { createHttpClient } from '../../src/sources/transport/httpClient.ts';
import { startFaultySimulator } from '../support/faults/faultySimulator.ts';
import { until } from '../support/streamWire.ts';

const ports = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
describe('the simulated market of an engine', () => {
  const usual = process.env['TMPDIR'];
  let folder = '';
  /** Folders with the pipes of simulated markets. */
  const folders = (): string[] => readdirSync(folder);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-test-'));
    process.env['TMPDIR'] = folder;
  });
  after(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(folder, { recursive: true });
  });

  it('is read and streamed in full without a single port, two engines in a row, and leaves nothing behind', async () => {
    const portsBefore = ports();
    for (const seed of [1, 2]) {
      const engine = await createEngine({
        logger: silentLogger,
        adapters: [okx, deribit],
        simulator: { seed, scenario: 'calm' },
        streams: true,
      });
      try {
        const snapshot = await engine.market.refresh({ assets: ['BTC'] });
        assert.equal(snapshot.source, 'simulated');
        assert.deepEqual(snapshot.assets[0]?.aggregate.coverage, { fresh: 2, of: 2 });
        await until('a stream', () =>
          (engine.streamStatus()?.streams ?? []).some(({ state }) => state === 'live'),
        );
        assert.equal(ports(), portsBefore, 'no port is opened');
        assert.equal(folders().length, 1);
      } finally {
        await engine.dispose();
      }
    }
    assert.deepEqual(folders(), []);
  });

  it('is reached at its own pipes whatever proxy is set', async () => {
    const simulator = await startSimulator({
      ...{ seed: 1, scenario: 'calm', clock: systemClock, exchanges: ['binance'], listenAt: 'pipes' },
    });
    const proxied = { proxy: { proxy: 'http://127.0.0.1:9', proxyLoopback: true } };
    const http = createHttpClient({ ...proxied, pipes: simulator.pipes });
    const astray = createHttpClient({ pipes: new Map([['binance.localhost', '/nowhere/at/all']]) });
    const request = {
      ...{ exchange: 'binance', baseUrl: simulator.endpoints['binance']?.rest ?? '', method: 'GET' as const },
      ...{ path: '/fapi/v1/exchangeInfo', query: {}, weight: 1, limits: [] },
    };
    try {
      assert.equal((await http.send(request)).isSimulated, true);
      await assert.rejects(astray.send(request, { timeoutMs: 2_000 }), { code: 'network' });
    } finally {
      await http.close();
      await astray.close();
      await simulator.close();
    }
  });

  it('refuses connections at a pipe while nobody may connect, and takes them again', async () => {
    const simulator = await startFaultySimulator({
      ...{ seed: 1, scenario: 'calm', clock: systemClock, exchanges: ['okx'], listenAt: 'pipes' },
      faults: { okx: 'no-connect' },
    });
    const http = createHttpClient({ pipes: simulator.pipes });
    const request = {
      ...{ exchange: 'okx', baseUrl: simulator.endpoints['okx']?.rest ?? '', method: 'GET' as const },
      ...{ path: '/api/v5/public/time', query: {}, weight: 1, limits: [] },
    };
    try {
      await assert.rejects(http.send(request, { timeoutMs: 1_000 }));
      simulator.setFault('okx', undefined);
      await simulator.settled();
      await http.send(request).catch((error: { code?: string }) => assert.equal(error.code, 'http-status'));
    } finally {
      await http.close();
      await simulator.close();
    }
  });
});
