import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import { recordedFolder } from '../support/recorded.ts';
import { startRecordedServer, type RecordedServer } from '../support/recordedServer.ts';

const EXCHANGES = exchangeAdapters.map(({ id }) => id);

describe('recorded answers served on loopback', function () {
  this.timeout(30_000);
  before(function () {
    if (recordedFolder === undefined) this.skip();
  });

  it('give every exchange its metrics, each traceable, and none called fresh that is old', async () => {
    const servers = new Map<string, RecordedServer>();
    for (const id of EXCHANGES) servers.set(id, await startRecordedServer(id));
    const endpoints = Object.fromEntries([...servers].map(([id, { url }]) => [id, { rest: url }]));
    const engine = await createEngine({ logger: silentLogger, endpoints });
    const snapshot = await engine.market.refresh({ assets: ['BTC'] });
    await engine.dispose();
    for (const server of servers.values()) await server.close();

    assert.equal(snapshot.source, 'live');
    for (const exchange of snapshot.assets[0]?.exchanges ?? []) {
      const observations = exchange.instruments.flatMap((one) => one.observations);
      const kinds = new Set(observations.map((one) => one.kind));
      assert.ok(
        kinds.size >= 2,
        `${exchange.exchange} has only ${[...kinds].join(', ')}: ${exchange.reason ?? ''}`,
      );
      const answered = servers.get(exchange.exchange)?.served.filter(({ file }) => file !== undefined) ?? [];
      const paths = new Set(answered.map(({ path }) => path));
      for (const one of observations) {
        assert.ok(paths.has(one.endpoint.replace(/^GET /, '')), `${one.endpoint} was not served`);
        assert.equal(one.baseAsset, 'BTC');
      }
      const readings = observations.filter((one) => one.atBasis !== 'received');
      if (readings.length > 0 && observations.length === readings.length)
        assert.notEqual(exchange.status, 'fresh');
    }
  });
});
