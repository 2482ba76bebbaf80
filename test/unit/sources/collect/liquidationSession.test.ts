import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { plainNumber } from '../../../../src/sources/exchanges/kit/fields.ts';
import { listOf, object } from '../../../../src/sources/exchanges/kit/payloads.ts';
import { allRows } from '../../../../src/core/chunk.ts';
import type { LiquidationVolume, Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ExchangeSession } from '../../../../src/sources/collect/exchangeSession.ts';
import type { ExchangeAdapter, ObservationPoll } from '../../../../src/sources/exchanges/contract.ts';
import { provenance } from '../../../../src/sources/exchanges/mapping.ts';
import type { HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { MarketTime } from '../../../../src/sources/collect/marketTime.ts';
import { fakeAdapter, fakeHttp, httpError, poll, sessionOf, type FakeHttp } from './fakeExchange.ts';

/** An exchange that publishes liquidations three a page, newest first, and a price. */

const START = Date.UTC(2026, 10, 22, 12);
const PAGE = 3;
const who = { venueSymbol: 'BTCUSDT', baseAsset: 'BTC', instrument: undefined };

const price: ObservationPoll<never> = poll('price', {
  map: (_payload, context) => [
    {
      ...provenance(context, who, context.receivedAtMs),
      kind: 'mark-price',
      markPriceQuote: 1,
    } as Observation,
  ],
});
const liquidations: ObservationPoll<never> = poll('liquidations', {
  tense: 'history',
  mayBeEmpty: true,
  schema: object({ times: listOf(plainNumber) }) as never,
  map: (payload, context) =>
    (payload as { times: number[] }).times.map(
      (atMs) =>
        ({
          ...provenance(context, who, atMs),
          kind: 'liquidation',
          liquidatedSide: 'long',
          priceQuote: 1,
          priceBasis: 'fill',
          notionalUsd: 1,
          coverage: 'unverified',
          eventId: String(atMs),
        }) as Observation,
    ),
  events: {
    coverage: 'unverified',
    page: (payload) => ({ rowTimesMs: (payload as { times: number[] }).times, isCut: true, asked: {} }),
    earlier: ({ instrument }, edgeMs) => ({
      method: 'GET',
      path: '/liquidations',
      query: { symbol: instrument.venueSymbol, until: String(edgeMs) },
    }),
  },
});

let clock: FakeClock;
let http: FakeHttp;
let session: ExchangeSession;
let time: MarketTime;
let past: number[];
/** A request for a page before that is refused. */
let isRefused: (until: string) => boolean;

beforeEach(() => {
  clock = new FakeClock(START);
  http = fakeHttp(clock);
  time = new MarketTime(clock);
  past = [];
  isRefused = () => false;
  http.on('/list', { list: [{ symbol: 'BTCUSDT', size: 1 }] });
  http.on('/price', { value: 1 });
  http.on('/liquidations', ({ query: { until = String(clock.nowMs()) } }: HttpRequest) => {
    if (isRefused(until)) throw httpError('http-status', 500);
    return {
      times: past
        .filter((atMs) => atMs <= Number(until))
        .toSorted((a, b) => b - a)
        .slice(0, PAGE),
    };
  });
  const adapter: ExchangeAdapter = { ...fakeAdapter('fake'), polls: [price, liquidations] };
  session = sessionOf(adapter, http, clock, { time });
});

const refresh = async (): Promise<{ hours: [hour: number, usd: number | undefined][]; asked: number }> => {
  const before = http.asked.length;
  const { observations } = await session.refresh(['BTC'], { pastMs: 500 });
  const sums = allRows(observations).filter(
    (row): row is LiquidationVolume => row.kind === 'liquidation-volume',
  );
  return {
    hours: sums.map((row) => [(row.atMs - START) / HOUR_MS, row.longLiquidatedUsd]),
    asked: http.asked.slice(before).filter((path) => path.startsWith('/liquidations')).length,
  };
};

describe('a session and liquidations', () => {
  it('asks for nothing past at first, so that current numbers wait for nothing old', async () => {
    past = Array.from({ length: 20 }, (_, index) => START - 1 - index * 20 * MINUTE_MS);
    await clock.advance(10 * MINUTE_MS);
    const pages = async (): Promise<number> => {
      const before = http.asked.length;
      await session.refresh(['BTC']);
      return http.asked.length - before;
    };
    const first = await pages();
    await clock.advance(10 * MINUTE_MS);
    // The list is not asked for again, older pages are.
    assert.ok((await pages()) > first, 'the second round walks back');
  });

  it('walks back page by page and sums the hours that are proved', async () => {
    past = Array.from({ length: 20 }, (_, index) => START - 1 - index * 20 * MINUTE_MS);
    await clock.advance(10 * MINUTE_MS);
    const { hours, asked } = await refresh();
    // The oldest event is six hours and twenty minutes back; the hour it lies in began before it.
    assert.deepEqual(
      hours,
      [-6, -5, -4, -3, -2, -1].map((hour) => [hour, 3]),
    );
    assert.ok(asked > 6, `${asked}`);
  });

  it('asks for the newest page alone while it overlaps with what is known, and for no past twice', async () => {
    past = [1, 2, 3, 4].map((minutes) => START - HOUR_MS - minutes * MINUTE_MS);
    await refresh();
    await clock.advance(30 * MINUTE_MS);
    past.push(clock.nowMs() - MINUTE_MS);
    assert.equal((await refresh()).asked, 1);
  });

  it('closes a hole of more than a page between two refreshes', async () => {
    past = [START - HOUR_MS, START - HOUR_MS - 1];
    await refresh();
    for (let minute = 1; minute <= 8; minute += 1) past.push(START + minute * MINUTE_MS);
    await clock.advance(HOUR_MS + 2 * MINUTE_MS);
    const { hours } = await refresh();
    assert.deepEqual(hours.at(-1), [0, 8]);
  });

  it('leaves the hour out where the page before cannot be had, and sums it when it can', async () => {
    past = [START - HOUR_MS, START - HOUR_MS - 1];
    await refresh();
    for (let minute = 1; minute <= 8; minute += 1) past.push(START + minute * MINUTE_MS);
    await clock.advance(HOUR_MS + 2 * MINUTE_MS);
    isRefused = (until) => Number(until) < START + 10 * MINUTE_MS;
    const refused = await session.refresh(['BTC'], { pastMs: 500 });
    assert.deepEqual(refused.failures, [], 'the newest page is there');
    assert.ok(
      !allRows(refused.observations).some((row) => row.kind === 'liquidation-volume' && row.atMs === START),
    );
    isRefused = () => false;
    await clock.advance(MINUTE_MS);
    const { hours } = await refresh();
    assert.deepEqual(hours.at(-1), [0, 8]);
  });

  it('walks back and sums by the exchange’s clock where the clock here is ten days ahead', async () => {
    const aheadMs = 240 * HOUR_MS;
    await clock.advance(10 * MINUTE_MS);
    const serverDateMs = clock.nowMs() - aheadMs;
    time.noteAnswer('fake', { receivedAtMs: clock.nowMs(), latencyMs: 0, serverDateMs });
    past = Array.from({ length: 20 }, (_, index) => START - aheadMs - 1 - index * 20 * MINUTE_MS);
    const { hours } = await refresh();
    assert.deepEqual(
      hours,
      [-6, -5, -4, -3, -2, -1].map((hour) => [hour - 240, 3]),
    );
  });

  it('makes nothing of an exchange that answers no event at all', async () => {
    await clock.advance(10 * HOUR_MS);
    assert.deepEqual((await refresh()).hours, []);
  });

  it('makes nothing of events of a contract whose size is not known', async () => {
    http.on('/list', httpError('http-status', 404));
    past = [START - 1, START - 3 * HOUR_MS, START - 5 * HOUR_MS];
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual((await refresh()).hours, []);
  });
});
