import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Read } from '../../../../src/sources/exchanges/kit/field.ts';
import { optional, text } from '../../../../src/sources/exchanges/kit/fields.ts';
import { object } from '../../../../src/sources/exchanges/kit/payloads.ts';
import { allRows } from '../../../../src/core/chunk.ts';
import { SECOND_MS } from '../../../../src/core/units.ts';
import { enoughOf } from '../../../../src/sources/collect/enoughOf.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { defineInstrumentPoll } from '../../../../src/sources/exchanges/contract.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';
import { instrumentOf } from '../../market/builders.ts';
import { answerAll, fakeAdapter, fakeHttp, httpError, sessionOf } from './fakeExchange.ts';

/** An exchange whose answers take their time, path by path. */
function slowExchange(adapter: ExchangeAdapter, delays: Record<string, number>) {
  const clock = new FakeClock();
  const http = fakeHttp(clock);
  answerAll(http);
  const send = http.send.bind(http);
  http.send = async (request: HttpRequest) => {
    const delayMs = delays[request.path];
    if (delayMs !== undefined) await clock.sleep(delayMs);
    return send(request);
  };
  return { clock, http, session: sessionOf(adapter, http, clock) };
}

const pageOf = object({ symbol: text, next: optional(text) });

/** A list of instruments in pages: page 3 is the last one, unless there is always another. */
function pagingAdapter(): ExchangeAdapter {
  const fake = fakeAdapter('fake');
  const specOf = (page: string) => ({ method: 'GET' as const, path: '/list', query: { page } });
  return {
    ...fake,
    instruments: defineInstrumentPoll<Read<typeof pageOf>>({
      ...{ id: 'fake/instruments', method: 'GET', path: '/list', weight: 1 },
      docsUrl: 'https://example.invalid/',
      requests: () => [specOf('1')],
      schema: pageOf,
      next: ({ next }) => (next === undefined ? undefined : specOf(next)),
      map: ({ symbol }) => [
        {
          ...instrumentOf('fake'),
          key: `fake:${symbol}`,
          venueSymbol: symbol,
          baseAsset: symbol.slice(0, 3),
        },
      ],
    }),
  };
}
const pages = ['', 'BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
const pageReply = ({ query }: HttpRequest) => {
  const page = Number(query['page']);
  return { symbol: pages[page], ...(page === 3 ? {} : { next: String(page + 1) }) };
};

describe('the time that an exchange has for a round', () => {
  it('ends the round with what has come, names what has not, and goes on with that', async () => {
    const { clock, session } = slowExchange(fakeAdapter('fake'), { '/bars': 40 * SECOND_MS });
    const round = session.refresh(['BTC']);
    await clock.advance(15.25 * SECOND_MS);
    const result = await round;
    assert.deepEqual(allRows(result.observations).map(({ endpoint }) => endpoint), ['GET /now']); // prettier-ignore
    assert.deepEqual(result.failures.map(({ poll, asset, error }) => [poll, asset, error.code]), [['fake/bars', 'BTC', 'timeout']]); // prettier-ignore
    assert.equal(session.isBusy, true);
    const { tail } = session;
    await clock.advance(25 * SECOND_MS);
    const rest = await tail;
    assert.deepEqual(allRows(rest?.observations ?? []).map(({ endpoint }) => endpoint), ['GET /bars'], 'told once'); // prettier-ignore
    assert.deepEqual([rest?.failures, rest?.answered, session.isBusy], [[], 3, false]);
    assert.equal(session.tail, undefined);
  });

  it('is the caller’s where that is stated, and for a quick exchange of no matter', async () => {
    const { clock, http, session } = slowExchange(fakeAdapter('fake'), { '/bars': 3 * SECOND_MS });
    const round = session.refresh(['BTC'], { timeoutMs: 2 * SECOND_MS });
    await clock.advance(2.25 * SECOND_MS);
    assert.match((await round).failures[0]?.error.message ?? '', /within 2 s/);
    await clock.advance(SECOND_MS);
    const asked = http.asked.length;
    assert.deepEqual((await session.refresh(['BTC'])).failures, []);
    assert.equal(http.asked.length - asked, 1, 'the bars were answered late and are not due');
    assert.equal(clock.pending, 0, 'no timer is left');
  });

  it('keeps the failures of the round beside what comes late', async () => {
    const { clock, http, session } = slowExchange(fakeAdapter('fake'), { '/bars': 20 * SECOND_MS });
    for (const path of ['/now', '/poorer']) http.on(path, httpError('http-status', 500));
    const round = session.refresh(['BTC']);
    await clock.advance(16 * SECOND_MS);
    await round;
    const { tail } = session;
    await clock.advance(5 * SECOND_MS);
    assert.deepEqual((await tail)?.failures.map(({ poll }) => poll), ['fake/now']); // prettier-ignore
  });

  it('is one for all pages of a list, which is read to its end all the same', async () => {
    const { clock, http, session } = slowExchange(pagingAdapter(), { '/list': 9 * SECOND_MS });
    http.on('/list', pageReply);
    const round = session.refresh(['SOL']);
    await clock.advance(15.25 * SECOND_MS);
    const result = await round;
    assert.deepEqual(result.failures.map(({ poll, error }) => [poll, error.code]), [['fake/instruments', 'timeout']]); // prettier-ignore
    const { tail } = session;
    await clock.advance(13 * SECOND_MS);
    const rest = await tail;
    assert.deepEqual(rest?.tracked.map(({ instrument, isProvisional }) => [instrument.key, isProvisional]), [['fake:SOLUSDT', false]]); // prettier-ignore
    assert.equal(rest.observations.length, 2);
    assert.deepEqual(http.asked.filter((path) => path === '/list').length, 3);
  });

  it('goes on behind the pages that are there where a list broke off, and begins anew where it must', async () => {
    for (const [code, asked] of [
      ['timeout', ['3']],
      ['decode', ['1', '2', '3']],
    ] as const) {
      // prettier-ignore
      const { http, session } = slowExchange(pagingAdapter(), {});
      let isBroken = true;
      const seen: (string | undefined)[] = [];
      http.on('/list', (request: HttpRequest) => {
        if (isBroken && request.query['page'] === '3') return httpError(code);
        if (!isBroken) seen.push(request.query['page']);
        return pageReply(request);
      });
      assert.deepEqual((await session.refresh(['BTC'])).failures[0]?.error.code, code);
      isBroken = false;
      const { listed } = await session.refresh(['BTC']);
      assert.deepEqual(seen, asked);
      assert.deepEqual([...(listed ?? [])], ['BTC', 'ETH', 'SOL'], 'none twice, none lost');
    }
  });
});

describe('the end of a round', () => {
  const answers = (count: number) => {
    const deferred = Array.from({ length: count }, () => Promise.withResolvers<{ isOfUse: boolean }>());
    return {
      promises: deferred.map(({ promise }) => promise),
      answer: async (index: number, isOfUse = true) => {
        deferred[index]?.resolve({ isOfUse });
        await settle();
      },
      fail: (index: number) => deferred[index]?.reject(new Error('broken')),
    };
  };
  const isDoneOf = (end: Promise<void>) => {
    const state = { isDone: false };
    void end.then(() => (state.isDone = true));
    return state;
  };

  it('is the last answer; with a grace also that nobody answers for so long once most have', async () => {
    const clock = new FakeClock();
    const [patient, hasty] = [answers(3), answers(3)];
    const [all, most] = [isDoneOf(enoughOf(patient.promises, undefined, clock)), isDoneOf(enoughOf(hasty.promises, 1_000, clock))]; // prettier-ignore
    for (const one of [patient, hasty]) await one.answer(0);
    await clock.advance(60_000);
    assert.equal(most.isDone, false, 'one of three is not most');
    for (const one of [patient, hasty]) await one.answer(1);
    await clock.advance(999);
    assert.equal(most.isDone, false);
    await clock.advance(1);
    assert.deepEqual([most.isDone, all.isDone], [true, false]);
    await patient.answer(2);
    assert.equal(all.isDone, true);
  });

  it('is not hurried by those who fail at once, and starts its patience anew with each answer', async () => {
    const clock = new FakeClock();
    const { promises, answer } = answers(5);
    const end = isDoneOf(enoughOf(promises, 1_000, clock));
    for (const index of [0, 1]) await answer(index, false);
    await answer(2);
    await clock.advance(5_000);
    assert.equal(end.isDone, false, 'two are awaited, one was of use');
    await answer(3);
    await clock.advance(900);
    assert.equal(end.isDone, false);
    await answer(4, false);
    assert.deepEqual([end.isDone, clock.pending], [true, 0]);
  });

  it('has come where nobody is asked, and fails with who breaks', async () => {
    const clock = new FakeClock();
    await enoughOf([], undefined, clock);
    const { promises, fail } = answers(2);
    const end = enoughOf(promises, undefined, clock);
    fail(1);
    await assert.rejects(end, /broken/);
  });
});
