import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allRows } from '../../../../src/core/chunk.ts';
import type { DataSource } from '../../../../src/core/ids.ts';
import type { LiquidationVolume, Observation, TakerVolume } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { Collector } from '../../../../src/sources/collect/collector.ts';
import type { ExchangeAdapter, MapContext } from '../../../../src/sources/exchanges/contract.ts';
import { ListCorrections } from '../../../../src/sources/exchanges/listCorrections.ts';
import { provenance } from '../../../../src/sources/exchanges/mapping.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeAdapter, fakeHttp, httpError, poll } from './fakeExchange.ts';

function collectorWith(
  ids = ['one', 'two'],
  sumsOf?: (context: MapContext) => object[],
  corrections?: ListCorrections,
  expectedSource: DataSource = 'live',
) {
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
    adapters: ids.map((id) => (sumsOf === undefined ? fakeAdapter(id) : withSums(id, sumsOf))),
    baseUrls: { two: 'http://127.0.0.1:9' },
    http,
    storeOf: async (source) => {
      opened.push(source);
      if (isBroken) throw new Error('the disk is full');
      return stores[source];
    },
    clock,
    expectedSource,
    ...(corrections === undefined ? {} : { corrections }),
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
  const sums = async (): Promise<(TakerVolume | LiquidationVolume)[]> => [
    ...(await stores.live.query({ kind: 'taker-volume' })),
    ...(await stores.live.query({ kind: 'liquidation-volume' })),
  ];
  return {
    clock, collector, clients, stored, sums, opened, errors, warnings, baseUrls, breakStore: () => void (isBroken = true),
  }; // prettier-ignore
}

/** An exchange that answers nothing but these rows. */
function withSums(id: string, sumsOf: (context: MapContext) => object[]): ExchangeAdapter {
  const map = (_: unknown, context: MapContext): Observation[] => {
    const who = { venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: undefined };
    return sumsOf(context).map((row) => ({
      ...provenance(context, who, undefined),
      takerBuyBase: 1, takerSellBase: 1, longLiquidatedUsd: 1, shortLiquidatedUsd: 1, coverage: 'unverified',
      ...row,
    })) as never; // prettier-ignore
  };
  return { ...fakeAdapter(id), polls: [poll('sums', { map })] };
}

const ASSETS = { assets: ['BTC'] };

describe('a collector', () => {
  it('reads the list of an exchange again where a push contradicts it, and of no other', async () => {
    const corrections = new ListCorrections();
    const { clock, collector, clients } = collectorWith(['one', 'two'], undefined, corrections);
    const first = await collector.refresh(ASSETS);
    await clock.advance(HOUR_MS);
    const instrument = first.results[0]?.tracked[0]?.instrument;
    const listed = { instrument: 'one:BTCUSDT', field: 'status' } as const;
    corrections.note({ code: 'contradiction', path: '', message: 'x', listed }, () => instrument);
    await collector.refresh(ASSETS);
    const lists = ['one', 'two'].map(
      (id) => clients.get(id)?.asked.filter((path) => path === '/list').length,
    );
    assert.deepEqual(lists, [2, 1]);
  });

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

  it('stores the takers and liquidations of a bar only when the bar is over', async () => {
    const { collector, clients, sums } = collectorWith(['one'], ({ receivedAtMs }) =>
      (['taker-volume', 'liquidation-volume'] as const).flatMap((kind) => [
        { kind, barMs: HOUR_MS, atMs: receivedAtMs - HOUR_MS },
        { kind, barMs: HOUR_MS, atMs: receivedAtMs - HOUR_MS + 1 },
      ]),
    );
    clients.get('one')!.on('/sums', { value: 1 });
    const { results } = await collector.refresh(ASSETS);
    assert.equal(results[0]?.observations.length, 4);
    const stored = await sums();
    assert.deepEqual(
      stored.map((row) => [row.kind, row.atMs + HOUR_MS - row.receivedAtMs]),
      [
        ['taker-volume', 0],
        ['liquidation-volume', 0],
      ],
    );
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

  it('leaves an exchange out that carries the mark beside live ones, and says so', async () => {
    const { collector, clients, stored, opened } = collectorWith();
    clients.get('one')!.isSimulated = true;
    const { source, results } = await collector.refresh(ASSETS);
    assert.equal(source, 'live');
    const [one, two] = results;
    assert.deepEqual([one?.observations, one?.answered, two?.failures], [[], 0, []]);
    assert.match(one?.failures[0]?.error.message ?? '', /carry the mark of the simulator/);
    assert.deepEqual(await stored('live'), ['two GET /bars', 'two GET /now']);
    assert.deepEqual([await stored('simulated'), opened], [[], ['live']]);
  });

  const nine = Array.from({ length: 9 }, (_, index) => `x${index}`);
  for (const [marked, expected, shown, left] of [
    [1, 'live', 'live', 1],
    [5, 'live', 'live', 5],
    [5, 'simulated', 'simulated', 4],
    [8, 'live', 'simulated', 1],
    [8, 'simulated', 'simulated', 1],
    [9, 'live', 'simulated', 0],
  ] as const)
    it(`shows ${shown} where ${expected} is expected and ${marked} of nine carry the mark: never both`, async () => {
      const { collector, clients, stored } = collectorWith(nine, undefined, undefined, expected);
      for (const id of nine.slice(0, marked)) clients.get(id)!.isSimulated = true;
      const { source, results } = await collector.refresh(ASSETS);
      assert.equal(source, shown);
      assert.equal(results.filter((result) => result.answered === 0).length, left);
      assert.equal((await stored(shown)).length, 2 * (9 - left));
      assert.deepEqual(await stored(shown === 'live' ? 'simulated' : 'live'), []);
    });

  it('does not learn the time from an exchange that it leaves out', async () => {
    const { collector, clients } = collectorWith(['one', 'two', 'three']);
    for (const id of ['one', 'two']) {
      const client = clients.get(id)!;
      client.isSimulated = true;
      const send = client.send.bind(client);
      client.send = async (request) => {
        const answer = await send(request);
        return { ...answer, serverDateMs: answer.receivedAtMs + HOUR_MS };
      };
    }
    const { source, results } = await collector.refresh(ASSETS);
    const rows = results.flatMap((result) => allRows(result.observations));
    assert.equal(source, 'live');
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.receivedAtMs, new FakeClock().nowMs());
  });

  it('stays live where the only one that still answers carries the mark', async () => {
    const { collector, clients, stored } = collectorWith();
    await collector.refresh(ASSETS);
    const before = await stored('live');
    clients.get('one')!.isSimulated = true;
    for (const path of ['/list', '/now', '/bars']) clients.get('two')!.on(path, httpError('network'));
    const { source, results } = await collector.refresh(ASSETS);
    assert.deepEqual([source, results[0]?.observations], ['live', []]);
    assert.deepEqual([await stored('live'), await stored('simulated')], [before, []]);
  });

  it('leaves out an exchange of which some answers carry the mark and some do not, whatever is shown', async () => {
    for (const expected of ['live', 'simulated'] as const) {
      const { collector, clients, stored } = collectorWith(['one', 'two'], undefined, undefined, expected);
      const [one, two] = [clients.get('one')!, clients.get('two')!];
      two.isSimulated = expected === 'simulated';
      const send = one.send.bind(one);
      one.send = async (request) => ({ ...(await send(request)), isSimulated: request.path === '/now' });
      const { source, results } = await collector.refresh(ASSETS);
      assert.deepEqual([source, results[0]?.observations], [expected, []]);
      assert.deepEqual(await stored(expected), ['two GET /bars', 'two GET /now']);
    }
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
