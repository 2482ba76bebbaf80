import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DataSource } from '../../../../src/core/ids.ts';
import { Collector } from '../../../../src/sources/collect/collector.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeAdapter, fakeHttp, httpError } from './fakeExchange.ts';

function collectorWith(ids = ['one', 'two']) {
  const clock = new FakeClock();
  const clients = new Map(ids.map((id) => [id, fakeHttp(clock)]));
  for (const client of clients.values()) answerAll(client);
  const baseUrls: string[] = [];
  const http = {
    ...fakeHttp(clock),
    send: (request: HttpRequest) => {
      baseUrls.push(request.baseUrl);
      return clients.get(request.exchange)!.send(request);
    },
  };
  const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
  const opened: DataSource[] = [];
  const [errors, warnings]: [string[], string[]] = [[], []];
  let isBroken = false;
  const collector = new Collector({
    adapters: ids.map((id) => fakeAdapter(id)),
    baseUrls: { two: 'http://127.0.0.1:9' },
    http,
    storeOf: async (source) => {
      opened.push(source);
      if (isBroken) throw new Error('the disk is full');
      return stores[source];
    },
    clock,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => void warnings.push(message),
      error: (message) => void errors.push(message),
    },
  });
  const stored = async (source: DataSource): Promise<string[]> =>
    (await stores[source].query({ kind: 'open-interest' }))
      .map((row) => `${row.exchange} ${row.endpoint}`)
      .sort();
  return {
    collector, clients, stored, opened, errors, warnings, baseUrls, breakStore: () => void (isBroken = true),
  }; // prettier-ignore
}
const ASSETS = { assets: ['BTC'] };

describe('a collector', () => {
  it('asks all exchanges and stores what they say', async () => {
    const { collector, stored, opened } = collectorWith();
    const { source, results } = await collector.refresh(ASSETS);
    assert.equal(source, 'live');
    assert.deepEqual(
      results.map((result) => [result.exchange, result.observations.length]),
      [
        ['one', 2],
        ['two', 2],
      ],
    );
    assert.deepEqual(await stored('live'), [
      'one GET /bars',
      'one GET /now',
      'two GET /bars',
      'two GET /now',
    ]);
    assert.deepEqual(opened, ['live'], 'the other store is not even opened');
  });

  it('asks only the exchanges named, each at its own or its replaced address', async () => {
    const { collector, baseUrls } = collectorWith();
    const { results } = await collector.refresh({ ...ASSETS, exchanges: ['two'] });
    assert.deepEqual(
      results.map((result) => result.exchange),
      ['two'],
    );
    assert.deepEqual([...new Set(baseUrls)], ['http://127.0.0.1:9']);
    await collector.refresh({ ...ASSETS, exchanges: ['one'] });
    assert.equal(baseUrls.at(-1), 'https://one.invalid');
  });

  it('puts simulated answers into the simulated store', async () => {
    const { collector, clients, stored } = collectorWith();
    for (const client of clients.values()) client.isSimulated = true;
    assert.equal((await collector.refresh(ASSETS)).source, 'simulated');
    assert.deepEqual(await stored('live'), []);
    assert.equal((await stored('simulated')).length, 4);
  });

  it('leaves live answers out where others are simulated, and says so', async () => {
    const { collector, clients, stored } = collectorWith();
    clients.get('one')!.isSimulated = true;
    const { source, results } = await collector.refresh(ASSETS);
    assert.equal(source, 'simulated');
    const two = results[1];
    assert.deepEqual([two?.observations, two?.answered], [[], 0]);
    assert.deepEqual(
      two?.issues.map((issue) => issue.message),
      ['live answers are not shown beside simulated ones'],
    );
    assert.deepEqual(await stored('simulated'), ['one GET /bars', 'one GET /now']);
    assert.deepEqual(await stored('live'), []);
  });

  it('keeps the failure of one exchange to itself and logs it once', async () => {
    const { collector, clients, warnings } = collectorWith();
    clients.get('one')!.on('/list', httpError('geo-blocked', 451));
    const { source, results } = await collector.refresh(ASSETS);
    assert.equal(source, 'live');
    assert.deepEqual(
      results.map((result) => [result.failures.length, result.observations.length]),
      [
        [1, 0],
        [0, 2],
      ],
    );
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^one: 1 requests failed, first geo-blocked/);
  });

  it('claims no source where nobody answered, and opens no store', async () => {
    const { collector, clients, opened } = collectorWith();
    for (const client of clients.values()) client.on('/list', httpError('network'));
    const collected = await collector.refresh(ASSETS);
    assert.equal('source' in collected, false);
    assert.deepEqual(opened, []);
  });

  it('hands on its numbers although the history cannot be written', async () => {
    const { collector, errors, breakStore } = collectorWith();
    breakStore();
    const { results } = await collector.refresh(ASSETS);
    assert.equal(results[0]?.observations.length, 2);
    assert.deepEqual(errors, ['history could not be written: the disk is full']);
  });
});
