import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ContextSnapshot } from '../../../../src/core/contextValue.ts';
import { PerpscopeError } from '../../../../src/core/errors.ts';
import { Redactor } from '../../../../src/core/redact.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { ContextCollector } from '../../../../src/sources/collect/contextCollector.ts';
import { contextProviders } from '../../../../src/sources/context/registry.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { contextFixture } from '../../../support/contextFixtures.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { fakeHttp, httpError } from './fakeExchange.ts';

const NOW = Date.UTC(2025, 9, 20, 12);
const CANARY = 'canary-5f2d9c-secret';
const IDS = ['alternative-me', 'coingecko', 'coinglass'];

/** A collector of three providers over a transport that a test fills. */
function setUp(
  options: { readonly key?: string; readonly own?: readonly string[]; readonly file?: () => string } = {},
) {
  const clock = new FakeClock(NOW);
  const http = fakeHttp(clock);
  const requests: HttpRequest[] = [];
  const { send } = http;
  const spied = Object.assign(http, {
    send: (request: HttpRequest) => {
      requests.push(request);
      return send(request);
    },
  });
  http.on('/fng/', contextFixture('alternative-me', 'fear-greed').response);
  http.on('/api/v3/coins/markets', contextFixture('coingecko', 'markets').response);
  const lines: string[] = [];
  const push = (line: string): void => void lines.push(line);
  const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
  const secrets = { key: options.key };
  const { file, own = IDS } = options;
  const collector = new ContextCollector({
    providers: contextProviders.filter(({ id }) => IDS.includes(id)),
    addressOf: ({ id, baseUrl }) => (own.includes(id) ? baseUrl : undefined),
    http: spied,
    clock,
    logger: { debug: push, info: push, warn: push, error: push },
    keys: { get: () => Promise.resolve(secrets.key) },
    redactor: new Redactor(),
    storeOf: (source) => Promise.resolve(stores[source]),
    ...(file === undefined ? {} : { readUserFile: () => Promise.resolve().then(file) }),
  });
  const stateOf = async (id: string, source: 'live' | 'simulated' = 'live'): Promise<ContextSnapshot> => {
    const found = (await collector.snapshot(source, ['BTC'])).find(({ provider }) => provider === id);
    assert.ok(found !== undefined, id);
    return found;
  };
  return { collector, clock, http, requests, lines, stores, stateOf, secrets };
}

describe('the collector of context', () => {
  it('keeps the newest value of each series, about followed assets, and stores the history', async () => {
    const { collector, stateOf, stores } = setUp();
    await collector.refresh(['BTC', 'ETH']);
    const index = await stateOf('alternative-me');
    assert.deepEqual(
      [index.status, index.values.map(({ value, isStale }) => [value, isStale])],
      ['fresh', [[54, false]]],
    );
    const caps = await stateOf('coingecko');
    assert.deepEqual(
      caps.values.map(({ metric, asset }) => [metric, asset]),
      [
        ['circulating-supply-base', 'BTC'],
        ['market-cap-usd', 'BTC'],
      ],
    );
    const history = await stores.live.queryContext({ metric: 'fear-greed' });
    assert.deepEqual(
      history.map(({ value }) => value),
      [71, 0, 54],
    );
    assert.deepEqual(await stores.simulated.queryContext({}), []);
  });

  it('asks again only after each request has had its time, whatever the refreshes', async () => {
    const { collector, clock, requests } = setUp();
    const asked = (): string[] => requests.splice(0).map(({ path }) => path);
    await collector.refresh(['BTC']);
    assert.deepEqual(asked().sort(), ['/api/v3/coins/markets', '/fng/']);
    await clock.advance(10 * MINUTE_MS);
    await collector.refresh(['BTC']);
    assert.deepEqual(asked(), []);
    await clock.advance(6 * MINUTE_MS);
    await collector.refresh(['BTC']);
    assert.deepEqual(asked(), ['/api/v3/coins/markets']);
    await collector.refresh(['BTC', 'ETH']);
    assert.deepEqual(asked(), ['/api/v3/coins/markets'], 'another asset is another question');
    await clock.advance(HOUR_MS);
    await collector.refresh(['BTC']);
    assert.deepEqual(asked().sort(), ['/api/v3/coins/markets', '/fng/']);
  });

  it('shows old numbers as stale, with the reason, and never as fresh', async () => {
    const { collector, clock, http, stateOf } = setUp();
    await collector.refresh(['BTC']);
    http.on('/fng/', httpError('network'));
    await clock.advance(DAY_MS);
    await collector.refresh(['BTC']);
    const failed = await stateOf('alternative-me');
    assert.equal(failed.status, 'failed');
    assert.match(failed.reason ?? '', /network/);
    assert.deepEqual(
      failed.values.map(({ value, isStale }) => [value, isStale]),
      [[54, true]],
    );
  });

  it('waits as long as it is asked to, and at least some minutes after any failure', async () => {
    const { collector, clock, http, requests, stateOf } = setUp({ own: ['alternative-me'] });
    http.on('/fng/', new PerpscopeError('rate-limited', 'slow down', { retryAfterMs: 20 * MINUTE_MS }));
    await collector.refresh(['BTC']);
    assert.equal((await stateOf('alternative-me')).status, 'limited');
    http.on('/fng/', contextFixture('alternative-me', 'fear-greed').response);
    await clock.advance(19 * MINUTE_MS);
    await collector.refresh(['BTC']);
    assert.equal(requests.length, 1);
    await clock.advance(2 * MINUTE_MS);
    await collector.refresh(['BTC']);
    assert.equal(requests.length, 2);
    assert.equal((await stateOf('alternative-me')).status, 'fresh');
  });

  it('does not ask a provider that has no place in a simulated or tested market, not even for its old numbers', async () => {
    const { collector, requests, stateOf, stores } = setUp({ own: ['alternative-me'], key: CANARY });
    await stores.live.appendContext([
      {
        kind: 'context', provider: 'coingecko', metric: 'market-cap-usd', asset: 'BTC', atMs: NOW - 1, value: 1,
        receivedAtMs: NOW - 1, unit: 'usd', endpoint: 'GET /',
      },
    ]); // prettier-ignore
    await collector.refresh(['BTC']);
    assert.deepEqual(
      requests.map(({ exchange }) => exchange),
      ['alternative-me'],
    );
    const off = await stateOf('coingecko');
    assert.deepEqual([off.status, off.values], ['off', []]);
    assert.match(off.reason ?? '', /simulated or replaced/);
    assert.equal((await stateOf('coinglass')).status, 'off');
  });

  it('never shows simulated numbers as live, nor the other way round', async () => {
    const { collector, http, stateOf, stores } = setUp();
    http.isSimulated = true;
    await collector.refresh(['BTC']);
    const live = await stateOf('alternative-me', 'live');
    assert.deepEqual([live.status, live.values], ['off', []]);
    assert.match(live.reason ?? '', /its answers are simulated, the market is live/);
    assert.equal((await stateOf('alternative-me', 'simulated')).values.length, 1);
    assert.deepEqual(await stores.live.queryContext({}), []);
  });

  it('says what a key would add and how to set it, and asks nothing without one', async () => {
    const { collector, requests, stateOf, secrets } = setUp();
    await collector.refresh(['BTC']);
    const without = await stateOf('coinglass');
    assert.equal(without.status, 'needs-key');
    assert.match(without.adds ?? '', /spot ETFs/);
    assert.match(without.howToSet ?? '', /PERPSCOPE_COINGLASS_KEY.*Set API Key/);
    assert.ok(requests.every(({ exchange }) => exchange !== 'coinglass'));
    secrets.key = 'two words';
    await collector.refresh(['BTC']);
    const unfit = await stateOf('coinglass');
    assert.equal(unfit.status, 'needs-key');
    assert.match(unfit.reason ?? '', /cannot be sent/);
    assert.ok(requests.every(({ exchange }) => exchange !== 'coinglass'));
  });

  it('sends the key in its header alone, and no message ever holds it', async () => {
    const { collector, http, requests, lines, stateOf } = setUp({ key: CANARY, own: ['coinglass'] });
    const echo = { code: '30001', msg: `API key ${CANARY} is not valid (${encodeURIComponent(CANARY)})` };
    http.on('/api/etf/bitcoin/flow-history', echo);
    http.on('/api/futures/open-interest/exchange-list', new Error(`socket closed while sending ${CANARY}`));
    http.on('/api/futures/liquidation/aggregated-history', httpError('http-status', 401, { msg: CANARY }));
    await collector.refresh(['BTC']);
    assert.equal(requests.length, 3);
    for (const { headers, path, query, baseUrl } of requests) {
      assert.deepEqual(headers, { 'CG-API-KEY': CANARY });
      assert.ok(!JSON.stringify([path, query, baseUrl]).includes(CANARY));
    }
    const state = await stateOf('coinglass');
    assert.equal(state.status, 'failed');
    assert.match(JSON.stringify(state), /refused the key/);
    assert.ok(lines.length >= 3);
    for (const text of [...lines, JSON.stringify(state)]) assert.ok(!text.includes(CANARY), text);
  });

  it('asks again at once when a refused key was replaced', async () => {
    const { collector, http, requests, secrets, stateOf } = setUp({ key: 'old-key', own: ['coinglass'] });
    http.on('/api/etf/bitcoin/flow-history', { code: '401', msg: 'Upgrade plan' });
    http.on('/api/futures/open-interest/exchange-list', { code: '401', msg: 'Upgrade plan' });
    http.on('/api/futures/liquidation/aggregated-history', { code: '401', msg: 'Upgrade plan' });
    await collector.refresh(['BTC']);
    await collector.refresh(['BTC']);
    assert.equal(requests.length, 3);
    secrets.key = 'new-key';
    http.on('/api/etf/bitcoin/flow-history', contextFixture('coinglass', 'etf-flows').response);
    await collector.refresh(['BTC']);
    assert.equal(requests.length, 6);
    const state = await stateOf('coinglass');
    assert.equal(state.status, 'fresh');
    assert.match(state.reason ?? '', /^2 of 3 requests failed/);
  });

  it('shows what an earlier run stored until there is something newer', async () => {
    const { collector, http, stateOf, stores } = setUp();
    const earlier = setUp();
    await earlier.collector.refresh(['BTC']);
    await stores.live.appendContext(await earlier.stores.live.queryContext({}));
    http.on('/fng/', httpError('network'));
    await collector.refresh(['BTC']);
    const state = await stateOf('alternative-me');
    assert.deepEqual([state.status, state.values.map(({ value }) => value)], ['fresh', [54]]);
    assert.match(state.reason ?? '', /network/);
  });

  it("reads the user's file, prefers it for correlation, and names what is wrong", async () => {
    const files = [
      'date,equity-index\n2025-10-16,100\n2025-10-17,x\n',
      'date,equity-index\n2025-10-17,101\n',
    ];
    const { collector, stateOf, stores } = setUp({
      file: () => {
        const content = files.shift();
        if (content === undefined)
          throw Object.assign(new Error('/home/someone/secret.csv'), { code: 'ENOENT' });
        return content;
      },
    });
    await collector.refresh(['BTC']);
    const first = await stateOf('user-csv');
    assert.match(first.reason ?? '', /^line 3 a level must be/);
    assert.deepEqual(
      first.values.map(({ value }) => value),
      [100],
    );
    await collector.refresh(['BTC']);
    const second = await stateOf('user-csv');
    assert.deepEqual([second.status, second.reason, second.values.length], ['fresh', undefined, 1]);
    const levels = await collector.dailyLevels('live', 'equity-index', 0);
    assert.deepEqual(
      levels.map(({ value }) => value),
      [101],
    );
    assert.deepEqual(await collector.dailyLevels('simulated', 'equity-index', 0), []);
    assert.deepEqual(await stores.live.queryContext({ provider: 'user-csv' }), []);
    await collector.refresh(['BTC']);
    const gone = await stateOf('user-csv');
    assert.match(gone.reason ?? '', /cannot be read \(ENOENT\)/);
    assert.ok(!JSON.stringify(gone).includes('/home/someone'));
  });
});
