import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { allRows } from '../../../../src/core/chunk.ts';
import type { ErrorCode } from '../../../../src/core/errors.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ExchangeResult, ExchangeSession } from '../../../../src/sources/collect/exchangeSession.ts';
import type { MapContext } from '../../../../src/sources/exchanges/contract.ts';
import { provenance, subjectOf } from '../../../../src/sources/exchanges/mapping.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import {
  answerAll,
  fakeAdapter,
  fakeHttp,
  httpError,
  poll,
  sessionOf,
  type FakeHttp,
} from './fakeExchange.ts';

const pairOf = (symbol: string) => ({
  baseAsset: symbol.replace(/USDT$/, ''),
  quoteAsset: 'USDT',
  kind: 'perpetual' as const,
  margin: 'linear' as const,
});

let clock: FakeClock;
let http: FakeHttp;
let session: ExchangeSession;

function sessionWith(options: { withDetails?: boolean } = {}): ExchangeSession {
  const adapter = fakeAdapter('fake', options);
  return sessionOf(adapter, http, clock);
}
const refresh = (assets = ['BTC']): Promise<ExchangeResult> => session.refresh(assets);
/** Refreshes and returns what was asked for it, sorted: requests run side by side. */
async function askedBy(assets = ['BTC']): Promise<string[]> {
  const before = http.asked.length;
  await session.refresh(assets);
  return http.asked.slice(before).sort();
}
const failuresOf = (result: ExchangeResult): string[][] =>
  result.failures.map(({ poll, error }) => [poll, error.code]);

beforeEach(() => {
  clock = new FakeClock();
  http = fakeHttp(clock);
  answerAll(http);
  session = sessionWith();
});

describe('a session and the list of instruments', () => {
  it('is read once in six hours', async () => {
    assert.deepEqual(await askedBy(), ['/bars BTCUSDT', '/list', '/now BTCUSDT']);
    await clock.advance(6 * HOUR_MS - 1);
    assert.ok(!(await askedBy()).includes('/list'));
    await clock.advance(1);
    assert.ok((await askedBy()).includes('/list'));
  });

  it('says which assets it holds, and nothing before it was read', async () => {
    assert.deepEqual([...((await refresh()).listed ?? [])], ['BTC', 'ETH']);
    session = sessionWith();
    http.on('/list', httpError('http-status', 404));
    assert.equal((await refresh()).listed, undefined);
  });

  it('stays in use while a new one cannot be had, and is asked for at each refresh', async () => {
    await refresh();
    await clock.advance(6 * HOUR_MS);
    http.on('/list', httpError('http-status', 404));
    for (let round = 0; round < 2; round += 1) {
      const result = await refresh();
      assert.deepEqual(failuresOf(result), [['fake/instruments', 'http-status']]);
      assert.equal(result.tracked[0]?.isProvisional, false);
    }
    assert.equal(http.asked.filter((path) => path === '/list').length, 3);
  });

  it('is replaced by the usual symbol where it cannot be had; nothing is converted by a guess', async () => {
    http.on('/list', httpError('http-status', 404));
    const result = await refresh(['SOL']);
    assert.deepEqual(
      result.tracked.map(({ instrument, isProvisional }) => [instrument.venueSymbol, isProvisional]),
      [['SOLUSDT', true]],
    );
    assert.ok(http.asked.includes('/now SOLUSDT'));
    assert.ok(Number.isNaN(result.tracked[0]?.instrument.contractSize.amount), 'no size is made up');
    assert.equal(result.observations.length, 2);
    for (const one of allRows(result.observations)) {
      assert.ok(one.kind === 'open-interest');
      assert.deepEqual([one.openInterestBase, one.openInterestContracts], [undefined, 5]);
    }
  });

  it('keeps only rows of instruments that are followed, whatever else an answer holds', async () => {
    const everything = poll('now', {
      map: (_payload: unknown, context: MapContext) =>
        ['BTCUSDT', 'ETHUSDT'].flatMap((symbol) => {
          const subject = subjectOf({ parseSymbol: pairOf }, context, symbol, undefined, 'symbol');
          if (subject === undefined) return [];
          const row = { ...provenance(context, subject, undefined), kind: 'open-interest', sides: 'one' };
          return [{ ...row, openInterestBase: 5 } as Observation];
        }),
    } as never);
    const adapter = { ...fakeAdapter('fake'), polls: [everything] };
    const own = sessionOf(adapter, http, clock);
    const { observations } = await own.refresh(['BTC']);
    assert.deepEqual(
      allRows(observations).map((one) => one.venueSymbol),
      ['BTCUSDT'],
    );
  });

  it('converts with its contract size', async () => {
    const [first] = allRows((await refresh()).observations);
    assert.ok(first?.kind === 'open-interest');
    assert.equal(first.openInterestBase, 0.05);
  });

  it('tells once a reading, over all its parts, which values of it nobody knows', async () => {
    session = sessionOf(okx, http, clock);
    const swap = { instType: 'SWAP', instId: 'BTC-USDT-SWAP', ctType: 'linear', ctVal: '0.01', ctMult: '1', ctValCcy: 'BTC', settleCcy: 'USDT', state: 'live' }; // prettier-ignore
    const odd = (instId: string) => ({ ...swap, instId, ruleType: 'warp-9' });
    http.on('/api/v5/public/instruments', ({ query }: { query: Record<string, string> }) => ({
      code: '0',
      data: query['instType'] === 'SWAP' ? [swap, odd('ETH-USDT-SWAP')] : [odd('ETH-USDT-270326')],
    }));
    const first = await refresh(['NOSUCH']);
    const told = ['ruleType warp-9, 2 contracts (first ETH-USDT-SWAP): not known, left out'];
    assert.deepEqual(
      first.issues.map(({ code, message }) => [code, message]),
      [['unsupported', told[0]]],
    );
    assert.deepEqual(first.notListed, told);
    const second = await refresh(['NOSUCH']);
    assert.deepEqual([second.issues, second.notListed], [[], told], 'the list was not read again');
  });

  it('asks nothing about an asset that it does not hold', async () => {
    const result = await refresh(['NOSUCH']);
    assert.deepEqual([result.tracked, result.failures], [[], []]);
    assert.deepEqual(http.asked, ['/list']);
  });

  it('is not kept where the answer held none: it is asked for again at once', async () => {
    http.on('/list', { list: [] });
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/instruments', 'decode']]);
    answerAll(http);
    const next = await refresh();
    assert.equal(next.tracked[0]?.isProvisional, false);
    http.on('/list', 'not a list');
    await clock.advance(6 * HOUR_MS);
    assert.equal((await refresh()).tracked[0]?.isProvisional, false, 'the old one serves on');
  });
});

describe('what completes the instruments', () => {
  beforeEach(() => void (session = sessionWith({ withDetails: true })));

  it('is read with the list and kept with it', async () => {
    const { tracked } = await refresh();
    assert.equal(tracked[0]?.instrument.fundingIntervalMs, 4 * HOUR_MS);
    assert.ok(!(await askedBy()).includes('/details'));
  });

  it('is asked for again, alone, after it failed', async () => {
    http.on('/details', httpError('timeout'));
    const first = await refresh();
    assert.deepEqual(failuresOf(first), [['fake/details', 'timeout']]);
    assert.equal(first.tracked[0]?.instrument.fundingIntervalMs, undefined);
    http.on('/details', { hours: 8 });
    const asked = await askedBy();
    assert.ok(asked.includes('/details') && !asked.includes('/list'), asked.join());
    const { tracked } = await refresh();
    assert.equal(tracked[0]?.instrument.fundingIntervalMs, 8 * HOUR_MS);
  });
});

describe('a session in trouble', () => {
  const stopping: readonly ErrorCode[] = ['timeout', 'network', 'rate-limited', 'geo-blocked', 'aborted'];
  for (const code of stopping) {
    it(`asks that exchange nothing more after ${code}`, async () => {
      http.on('/list', httpError(code));
      const result = await refresh();
      assert.deepEqual(http.asked, ['/list']);
      assert.deepEqual(failuresOf(result), [['fake/instruments', code]]);
      assert.deepEqual([result.answered, result.isSimulated], [0, undefined]);
      assert.equal(result.tracked[0]?.isProvisional, true);
    });
  }

  it('takes an error in a body of status 200 for what it is', async () => {
    http.on('/now', { error: 'delisted' });
    http.on('/poorer', { error: 'delisted' });
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/now', 'venue-rejected']]);
    assert.match(result.failures[0]?.error.message ?? '', /FAKE refused \/now: delisted says the exchange/);
    assert.equal(result.answered, 2, 'list and bars');
    assert.deepEqual(http.pauses, []);
  });

  it('pauses the exchange where a body of status 200 asks to wait', async () => {
    http.on('/now', { error: 'too-many', wait: 90_000 });
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/now', 'rate-limited']]);
    assert.deepEqual(http.pauses, [{ exchange: 'fake', untilMs: clock.nowMs() + 90_000 }]);
    assert.equal(result.nextAttemptAtMs, clock.nowMs() + 90_000);
    assert.ok(!http.asked.includes('/poorer BTCUSDT'), 'no other way is tried meanwhile');
  });

  it('pauses ten seconds where it is asked to wait without a time, also in the body of an error', async () => {
    http.on('/now', httpError('http-status', 400, { error: 'too-many' }));
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/now', 'rate-limited']]);
    assert.deepEqual(http.pauses, [{ exchange: 'fake', untilMs: clock.nowMs() + 10_000 }]);
    assert.equal(result.failures[0]?.error.status, 400);
  });

  it('keeps one failed poll from hiding the others, and names what could not be read', async () => {
    http.on('/bars', { value: 'many' });
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/bars', 'decode']]);
    assert.deepEqual(
      allRows(result.observations).map((one) => one.endpoint),
      ['GET /now'],
    );
    assert.equal(result.issues[0]?.code, 'decode');
    assert.match(result.issues[0]?.path ?? '', /^\/bars value/);
  });

  it('refuses an answer about another instrument', async () => {
    for (const path of ['/now', '/poorer']) http.on(path, { value: 1, symbol: 'ETHUSDT' });
    const result = await refresh();
    assert.deepEqual(failuresOf(result), [['fake/now', 'decode']]);
    assert.equal(result.issues[0]?.code, 'wrong-instrument');
    assert.equal(result.observations.length, 1);
  });
});

describe('what a session asks, and when', () => {
  it('asks the present at each refresh and history when it is due', async () => {
    await refresh();
    await clock.advance(HOUR_MS - 1);
    assert.deepEqual(await askedBy(), ['/now BTCUSDT']);
    await clock.advance(1);
    assert.deepEqual(await askedBy(), ['/bars BTCUSDT', '/now BTCUSDT']);
  });

  it('asks for earlier pages of a history by their time, at a cadence of their own', async () => {
    const ranges: (string | undefined)[] = [];
    const paged = poll('paged', {
      tense: 'history',
      cadenceMs: MINUTE_MS,
      pages: { spanMs: 10 * HOUR_MS, earlier: 2, cadenceMs: 24 * HOUR_MS },
      request: ({ instrument, range, nowMs }) => ({
        method: 'GET',
        path: '/paged',
        query: {
          symbol: instrument.venueSymbol,
          ...(range === undefined
            ? {}
            : { hours: `${(nowMs - range.fromMs) / HOUR_MS} to ${(nowMs - range.toMs) / HOUR_MS}` }),
        },
      }),
    });
    http.on('/paged', ({ query }: { query: Record<string, string> }) => {
      ranges.push(query['hours']);
      return { value: 1 };
    });
    session = sessionOf({ ...fakeAdapter('fake'), polls: [paged] }, http, clock);
    await refresh();
    assert.deepEqual(ranges.splice(0).sort(), ['20 to 10', '30 to 20', undefined]);
    await clock.advance(HOUR_MS);
    await refresh();
    assert.deepEqual(ranges.splice(0), [undefined], 'the newest page alone');
    await clock.advance(24 * HOUR_MS);
    http.on('/paged', httpError('http-status', 500));
    assert.deepEqual(failuresOf(await refresh()), [
      ['fake/paged', 'http-status'],
      ['fake/paged-earlier', 'http-status'],
      ['fake/paged-earlier-2', 'http-status'],
    ]);
  });

  it('asks history again at the next refresh after it failed', async () => {
    http.on('/bars', httpError('timeout'));
    await refresh();
    await clock.advance(MINUTE_MS);
    answerAll(http);
    assert.ok((await askedBy()).includes('/bars BTCUSDT'));
    assert.ok(!(await askedBy()).includes('/bars BTCUSDT'));
  });

  it('asks about a refused spot pair again after ten minutes, and goes on with what else is asked about it', async () => {
    const fake = fakeAdapter('fake');
    const spot = { about: 'spot' } as const;
    const adapter = {
      ...fake,
      spotSymbol: (asset: string) => `${asset}USDT`,
      polls: [poll('spot-now', spot), poll('spot-flow', spot)],
    };
    session = sessionOf(adapter, http, clock);
    http.on('/spot-now', { value: 1 });
    http.on('/spot-flow', { error: 'not-here' });
    const { issues, failures } = await refresh();
    assert.deepEqual(failures, []);
    assert.match(issues[0]?.message ?? '', /^nothing about the spot pair BTCUSDT: FAKE refused .spot-flow/);
    await clock.advance(10 * MINUTE_MS - 1);
    assert.deepEqual(await askedBy(), ['/spot-now BTCUSDT']);
    await clock.advance(1);
    assert.deepEqual(await askedBy(), ['/spot-flow BTCUSDT', '/spot-now BTCUSDT']);
  });

  it('says which host failed where it is not the main one', async () => {
    const fake = fakeAdapter('fake');
    const hosts = { spot: { baseUrl: 'https://spot.invalid', limits: fake.limits } };
    const adapter = { ...fake, hosts, polls: [poll('now'), poll('spot-now', { host: 'spot' })] };
    session = sessionOf(adapter, http, clock);
    for (const path of ['/now', '/spot-now']) http.on(path, httpError('rate-limited', 429));
    const { failures } = await refresh();
    assert.deepEqual(
      failures.map(({ poll: id, host }) => [id, host]),
      [
        ['fake/now', undefined],
        ['fake/spot-now', 'spot'],
      ],
    );
  });

  it('keeps due times apart by instrument', async () => {
    await refresh(['BTC']);
    assert.deepEqual(await askedBy(['BTC', 'ETH']), ['/bars ETHUSDT', '/now BTCUSDT', '/now ETHUSDT']);
  });

  it('tries another way only where the first failed, and then counts no failure', async () => {
    await refresh();
    assert.ok(!http.asked.includes('/poorer BTCUSDT'));
    http.on('/now', httpError('http-status', 404));
    const result = await refresh();
    assert.equal(http.asked.filter((path) => path === '/poorer BTCUSDT').length, 1);
    assert.deepEqual(result.failures, []);
    assert.deepEqual(
      allRows(result.observations).map((one) => one.endpoint),
      ['GET /poorer'],
    );
  });

  it('reports the first failure where the other way fails as well', async () => {
    http.on('/now', httpError('http-status', 404));
    http.on('/poorer', httpError('http-status', 500));
    const { failures } = await refresh();
    assert.deepEqual(
      failures.map(({ poll, error }) => [poll, error.status]),
      [['fake/now', 404]],
    );
  });

  it('measures itself and says whose answers they were', async () => {
    http.isSimulated = true;
    const result = await refresh();
    assert.equal(result.isSimulated, true);
    assert.equal(result.answered, 3);
    assert.equal(result.startedAtMs, clock.nowMs());
    assert.equal(result.refreshMs, 0);
  });
});
