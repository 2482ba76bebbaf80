import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Observation, OpenInterest } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { ChainResult } from '../../../../src/sources/backfill/runBackfill.ts';
import type { DeepPages } from '../../../../src/sources/exchanges/deepPages.ts';
import { provenance, subjectOf } from '../../../../src/sources/exchanges/mapping.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import type { HistoryStore } from '../../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';
import { answerAll, fakeHttp, httpError, poll, type FakeHttp } from '../collect/fakeExchange.ts';
import { adapter, backfillOf, NOW_MS, START_MS } from './backfillOf.ts';

/** Hours of a level that grows by one an hour, but those that the test takes away. */
const pages: DeepPages = {
  ...{
    id: 'binance/hours',
    metric: 'open-interest',
    stepMs: HOUR_MS,
    rows: 48,
    reach: 'launch',
    reason: 'A test.',
  },
  poll: poll('hours', {
    tense: 'history',
    map(payload, context) {
      const { rows } = payload as { rows?: readonly (readonly [number, number])[] };
      const subject = subjectOf(adapter, context, undefined, context.params['symbol'], 'symbol');
      if (subject === undefined) return [];
      return (rows ?? []).map(([atMs, openInterestBase]) => {
        const row = {
          ...provenance(context, subject, atMs),
          kind: 'open-interest',
          sides: 'one',
          openInterestBase,
          barMs: HOUR_MS,
        };
        return row as Observation;
      });
    },
    schema: { read: (value: unknown) => value, faults: () => [] } as never,
    mayBeEmpty: true,
  }),
  request: ({ instrument, range }) => ({
    ...{ method: 'GET', path: '/hours' },
    query: { symbol: instrument.venueSymbol, from: String(range.fromMs), to: String(range.toMs) },
  }),
};

function answerHours(isThere: (atMs: number) => boolean = () => true) {
  return ({ query }: HttpRequest): object => {
    const [from, to] = [Number(query['from']), Number(query['to'])];
    const rows: [number, number][] = [];
    for (let at = Math.ceil(from / HOUR_MS) * HOUR_MS; at < to; at += HOUR_MS)
      if (at <= NOW_MS && isThere(at)) rows.push([at, 1_000 + (at - START_MS) / HOUR_MS]);
    return { rows };
  };
}

describe('a back-fill', () => {
  let clock: FakeClock;
  let http: FakeHttp;
  let store: HistoryStore;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-run-'));
    clock = new FakeClock(NOW_MS);
    http = fakeHttp(clock);
    answerAll(http);
    store = createMemoryStore('live');
    http.on('/hours', answerHours());
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = ({ signal, untilMs = NOW_MS }: { signal?: AbortSignal; untilMs?: number } = {}): Promise<
    ChainResult[]
  > =>
    backfillOf(
      { http, clock, store, spoolFolder: join(folder, 'h.backfill') },
      { pages: [pages], untilMs },
      signal,
    );

  const stored = (): Promise<OpenInterest[]> =>
    store.query({ kind: 'open-interest', instrument: 'binance:BTCUSDT' });
  const pagesAsked = (): number => http.asked.filter((one) => one.startsWith('/hours')).length;

  it('brings every row once, and asks for nothing of it again', async () => {
    const [result] = await run();
    assert.deepEqual([result?.isOver, result?.failed, result?.holes], [true, 0, 0]);
    const rows = await stored();
    assert.equal(rows.filter(({ atMs }) => atMs >= START_MS).length, 20 * 24);
    assert.ok(
      rows.every(({ atMs, openInterestBase }) => openInterestBase === 1_000 + (atMs - START_MS) / HOUR_MS),
    );
    const asked = pagesAsked();
    assert.ok(asked >= 10);
    await run();
    assert.equal(pagesAsked() - asked, 1, 'the newest page alone, which is not over');
    await run({ untilMs: NOW_MS - 2 * DAY_MS });
    assert.ok(pagesAsked() - asked <= 2);
  });

  it('goes on where it was stopped, and ends with what an undisturbed one has', async () => {
    const stop = new AbortController();
    let pagesLeft = 4;
    const answer = answerHours();
    http.on('/hours', (request: HttpRequest) => {
      pagesLeft -= 1;
      if (pagesLeft === 0) stop.abort(new Error('stopped'));
      return answer(request);
    });
    const [first] = await run({ signal: stop.signal });
    assert.equal(first?.isOver, false);
    const before = pagesAsked();
    await run();
    const whole = pagesAsked();
    const disturbed = await stored();
    store = createMemoryStore('live');
    await run();
    assert.ok(whole - before + before <= pagesAsked() - whole + 1, 'one page more at most');
    const bare = (rows: readonly OpenInterest[]) =>
      rows.map(({ atMs, openInterestBase }) => [atMs, openInterestBase]);
    assert.deepEqual(bare(disturbed), bare(await stored()));
  });

  it('notes nothing of a page whose rows are not there: it is asked for again', async () => {
    const append = store.append.bind(store);
    let left = 3;
    store.append = (rows) => (--left === 0 ? Promise.reject(new Error('the disk is full')) : append(rows));
    const [broken] = await run();
    assert.deepEqual([broken?.failed, broken?.isOver], [1, false]);
    store.append = append;
    const [mended] = await run();
    assert.equal(mended?.isOver, true);
    assert.equal((await stored()).filter(({ atMs }) => atMs >= START_MS).length, 20 * 24);
  });

  it('keeps a hole as a gap with its cause, at the border of two pages too', async () => {
    const border = Math.ceil(START_MS / (48 * HOUR_MS)) * 48 * HOUR_MS + 96 * HOUR_MS;
    http.on(
      '/hours',
      answerHours((atMs) => atMs < border - 2 * HOUR_MS || atMs >= border + 3 * HOUR_MS),
    );
    const [result] = await run();
    assert.equal(result?.holes, 1);
    const gaps = await store.gaps({});
    assert.deepEqual(
      gaps.map(({ exchange, stream, fromMs, toMs, cause }) => [
        exchange,
        stream,
        fromMs - border,
        toMs - border,
        cause,
      ]),
      [['binance', 'GET /hours BTCUSDT', -2 * HOUR_MS, 3 * HOUR_MS, 'missing']],
    );
  });

  it('waits out a refusal for too many requests, and is at it again', async () => {
    const answer = answerHours();
    let refusals = 9;
    http.on('/hours', (request: HttpRequest) =>
      (refusals -= 1) > 0 ? httpError('rate-limited', 429) : answer(request),
    );
    const running = run();
    let isOver = false;
    const noteEnd = async (): Promise<void> => {
      await running;
      isOver = true;
    };
    const ended = noteEnd();
    for (let turns = 0; turns < 500 && !isOver; turns += 1) {
      await settle();
      await clock.advance(clock.nextInMs ?? 0);
    }
    await ended;
    const [result] = await running;
    assert.deepEqual([result?.isOver, result?.failed], [true, 0]);
  });

  it('gives a source up that is refused again and again, says why, and does not pass it for done', async () => {
    http.on('/hours', { error: 'too-old' });
    const [result] = await run();
    assert.deepEqual([result?.isOver, result?.failed, result?.error?.code], [false, 3, 'venue-rejected']);
    assert.deepEqual(await store.journal({ topic: 'backfill' }), []);
  });

  it('does not take an answer about another time for the page that was asked for', async () => {
    http.on('/hours', { rows: [[NOW_MS - HOUR_MS, 5]] });
    const [result] = await run();
    assert.equal(result?.error?.code, 'decode');
    assert.deepEqual(await stored(), []);
  });

  it('lets nothing of another market into a history', async () => {
    const answer = answerHours();
    http.on('/hours', (request: HttpRequest) => {
      http.isSimulated = true;
      return answer(request);
    });
    const [result] = await run();
    assert.equal(result?.error?.code, 'config');
    assert.deepEqual(await stored(), []);
  });
});
