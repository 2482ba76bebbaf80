import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { FUNDING_INTERVALS_MS, type IntervalOf } from '../../../../src/sources/exchanges/fundingInterval.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { Schedule } from '../../../../src/sources/exchanges/settledIntervals.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { decode, fixture, fixtureNames, RECEIVED_AT_MS } from './fixtureAnswers.ts';

/** The intervals of settlements by their times; those that are not known have none. */
function intervalsFromSchedule(times: readonly number[], listedMs?: number): Map<number, IntervalOf> {
  const schedule = new Schedule(times, listedMs);
  const known = [...times]
    .sort((a, b) => a - b)
    .flatMap((atMs): [number, IntervalOf][] => {
      const intervalMs = schedule.intervalAt(atMs);
      return intervalMs === undefined ? [] : [[atMs, { intervalMs, intervalBasis: 'schedule' }]];
    });
  return new Map(known);
}

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
/** Midnight, which all intervals settle at. */
const START_MS = Date.UTC(2026, 8, 20);

const hoursOf = (settledAfterHours: readonly number[], listedHours?: number): (number | undefined)[] => {
  const times = settledAfterHours.map((hours, index) => START_MS + hours * HOUR_MS + (index % 3));
  const listedMs = listedHours === undefined ? undefined : listedHours * HOUR_MS;
  const intervals = intervalsFromSchedule(times, listedMs);
  return times.map((time) => {
    const intervalMs = intervals.get(time)?.intervalMs;
    return intervalMs === undefined ? undefined : intervalMs / HOUR_MS;
  });
};
const none = undefined;

describe('intervals of settled rates', () => {
  it('are the spacing to the settlement before, in any order and with some ms of jitter', () => {
    const times = [START_MS + 12 * HOUR_MS + 3, START_MS, START_MS + 4 * HOUR_MS + 2];
    const intervals = intervalsFromSchedule(times);
    assert.deepEqual(intervals.get(START_MS + 4 * HOUR_MS + 2), {
      intervalMs: 4 * HOUR_MS,
      intervalBasis: 'schedule',
    });
  });

  for (const hours of [1, 2, 3, 4, 6, 8, 12, 24])
    it(`may be ${hours} h, which exchanges document`, () => {
      assert.deepEqual(hoursOf([0, hours, 2 * hours]), [none, hours, hours]);
    });

  it('are not known of the oldest settlement: what lies before it is on another page', () => {
    assert.deepEqual(hoursOf([8, 9, 10, 11], 1), [none, 1, 1, 1]);
    assert.deepEqual(hoursOf([0], 8), [none]);
    assert.deepEqual(hoursOf([0, 0, 1]), [none, none, 1]);
  });

  it('do not grow by settlements that are missing', () => {
    assert.deepEqual(hoursOf([0, 4, 12, 16]), [none, 4, 4, 4]);
    assert.deepEqual(hoursOf([0, 1, 4, 5]), [none, 1, 1, 1]);
    assert.deepEqual(hoursOf([0, 4, 10, 14]), [none, 4, none, 4]);
    assert.deepEqual(hoursOf([0, 8, 12, 16]), [none, none, 4, 4], 'a gap or a change, at the edge of a page');
    assert.deepEqual(
      hoursOf([0, 4, 8, 16]),
      [none, 4, 4, none],
      'a gap or a change, at the newest settlement',
    );
    assert.deepEqual(
      hoursOf([0, 8], 4),
      [none, none],
      'a gap or a change: there is nothing else on the page',
    );
  });

  it('are those of the list at the newest settlement, where the list confirms a change', () => {
    assert.deepEqual(hoursOf([0, 4, 8, 16], 8), [none, 4, 4, 8]);
    assert.deepEqual(hoursOf([0, 8, 16, 20], 8), [none, 8, 8, 4], 'an old list does not hide one');
    assert.deepEqual(hoursOf([0, 6], 8), [none, 6]);
  });

  it('grow and shrink where the exchange changes them', () => {
    assert.deepEqual(hoursOf([0, 4, 8, 16, 24]), [none, 4, 4, 8, 8]);
    assert.deepEqual(hoursOf([0, 8, 16, 20, 24]), [none, 8, 8, 4, 4]);
    assert.deepEqual(hoursOf([0, 8, 9, 10]), [none, 8, 1, 1], 'seven missing settlements are a change');
    assert.deepEqual(hoursOf([0, 8, 16, 20, 28, 36]), [none, 8, 8, 4, 8, 8]);
  });

  it('do not follow from a spacing that no exchange settles by', () => {
    assert.equal(intervalsFromSchedule([START_MS, START_MS + 17 * HOUR_MS]).size, 0);
    assert.equal(intervalsFromSchedule([START_MS, START_MS]).size, 0);
  });
});

describe(`random schedules (PERPSCOPE_SEED=${seed})`, () => {
  const interval = fc.constantFrom(...FUNDING_INTERVALS_MS);
  const schedule = fc.record({
    before: interval,
    after: interval,
    counts: fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
    jitters: fc.array(fc.integer({ min: 0, max: 20 * SECOND_MS }), { minLength: 48, maxLength: 48 }),
    missing: fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 4 }),
    cut: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 4, max: 48 })),
    isListKnown: fc.boolean(),
  });

  it('never label a rate with another interval than the time since the settlement before it', () => {
    let labelled = 0;
    fc.assert(
      fc.property(schedule, ({ before, after, counts, jitters, missing, cut, isListKnown }) => {
        const spacings = [...Array<number>(counts[0]).fill(before), ...Array<number>(counts[1]).fill(after)];
        let dueMs = START_MS;
        const all = spacings.map((spacingMs, index) => {
          dueMs += spacingMs;
          return { atMs: dueMs + (jitters[index] ?? 0), spacingMs, index };
        });
        // Single settlements are missing, not beside the change: there nobody could tell them from it.
        const gone = new Set(missing.map((one) => one * 4).filter((one) => Math.abs(one - counts[0]) > 2));
        const page = all.filter(({ index }) => !gone.has(index)).slice(cut[0], cut[0] + cut[1]);
        if (page.length < 3) return;
        const listedMs = isListKnown ? page.at(-1)?.spacingMs : undefined;
        const intervals = intervalsFromSchedule(
          page.map(({ atMs }) => atMs),
          listedMs,
        );
        for (const { atMs, spacingMs } of page) {
          const found = intervals.get(atMs)?.intervalMs;
          if (found === undefined) continue;
          labelled += 1;
          assert.equal(found / HOUR_MS, spacingMs / HOUR_MS);
        }
      }),
      { seed, numRuns: 2_000 },
    );
    assert.ok(labelled > 5_000, `${labelled} rates were labelled`);
  });

  it('label every rate but the oldest where nothing is missing and nothing changes', () => {
    fc.assert(
      fc.property(interval, fc.integer({ min: 2, max: 200 }), (intervalMs, count) => {
        const times = Array.from({ length: count }, (_, index) => START_MS + index * intervalMs);
        const intervals = intervalsFromSchedule(times);
        assert.equal(intervals.size, count - 1);
        assert.ok([...intervals.values()].every((one) => one.intervalMs === intervalMs));
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('pages of settled rates', () => {
  const skl: Instrument = {
    key: 'binance:SKLUSDT', exchange: 'binance', venueSymbol: 'SKLUSDT', baseAsset: 'SKL', quoteAsset: 'USDT',
    settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', contractSize: { amount: 1, unit: 'base' },
    fundingIntervalMs: HOUR_MS, status: 'trading',
  }; // prettier-ignore
  const page = (hours: readonly number[], instrument = skl) =>
    decode(
      binance,
      '/fapi/v1/fundingRate',
      { symbol: 'SKLUSDT' },
      hours.map((one) => ({
        symbol: 'SKLUSDT', fundingRate: '-0.0075', fundingTime: START_MS + one * HOUR_MS,
      })), // prettier-ignore
      [instrument],
    );

  it('leave the right row of an earlier page in the store when they begin at it', async () => {
    const store = createMemoryStore('live');
    await store.append(page([0, 8, 16, 17, 18, 19]).observations);
    // Hours later, when 16:00, the last rate of 8 h, is the oldest row that is answered.
    const later = page([16, 17, 18, 19, 20]);
    assert.deepEqual(later.issues, [], 'a page that is cut is nothing to report');
    await store.append(later.observations);
    const kept = await store.query({ kind: 'funding-rate' });
    assert.deepEqual(
      kept.map(({ atMs, intervalMs }) => [(atMs - START_MS) / HOUR_MS, intervalMs / HOUR_MS]),
      [[8, 8], [16, 8], [17, 1], [18, 1], [19, 1], [20, 1]],
    ); // prettier-ignore
    await store.close();
  });

  it('believe the list at their newest settlement alone, where that is the last there was', () => {
    const eight = { ...skl, fundingIntervalMs: 8 * HOUR_MS };
    const newest = (hours: readonly number[]): number | undefined => {
      const atMs = START_MS + (hours.at(-1) ?? 0) * HOUR_MS;
      const found = page(hours, eight).observations.find((one) => one.atMs === atMs);
      return found?.kind === 'funding-rate' ? found.intervalMs / HOUR_MS : undefined;
    };
    const nowHours = Math.floor((RECEIVED_AT_MS - START_MS) / HOUR_MS);
    assert.equal(newest([16, 12, 8, 0].map((before) => nowHours - before)), 8);
    assert.equal(newest([0, 4, 8, 16]), undefined, 'a page of earlier');
  });

  it('report a rate in their midst that has no interval, and one that is alone', () => {
    const broken = page([0, 1, 18, 19]);
    assert.equal(broken.observations.length, 2);
    assert.deepEqual(
      broken.issues.map(({ code, path }) => `${code} ${path}`),
      ['unknown-interval [2].fundingTime'],
    );
    assert.deepEqual(
      page([0]).issues.map(({ code }) => code),
      ['unknown-interval'],
    );
  });

  it('are told apart by symbol', () => {
    const rows = ['AUSDT', 'BUSDT'].flatMap((symbol, index) =>
      [0, 1, 2].map((step) => ({
        symbol, fundingRate: '0.0001', fundingTime: START_MS + step * (index === 0 ? 1 : 8) * HOUR_MS,
      })),
    ); // prettier-ignore
    const { observations } = decode(binance, '/fapi/v1/fundingRate', {}, rows);
    const seen = observations.map((one) => [
      one.venueSymbol,
      one.kind === 'funding-rate' && one.intervalMs / HOUR_MS,
    ]);
    assert.deepEqual(seen, [['AUSDT', 1], ['AUSDT', 1], ['BUSDT', 8], ['BUSDT', 8]]); // prettier-ignore
  });

  // Deribit states rates of an hour; Hyperliquid's and Kraken's are of an hour whatever the page shows.
  const fixed = new Set(['deribit', 'hyperliquid', 'kraken-futures']);
  for (const adapter of exchangeAdapters)
    if (!fixed.has(adapter.id))
      it(`of ${adapter.id} leave out their oldest row`, () => {
        const polls = adapter.polls.filter(
          (one) => one.yields.includes('funding-rate') && one.tense === 'history',
        );
        assert.ok(polls.length > 0);
        let pages = 0;
        for (const name of fixtureNames(adapter.id)) {
          const { transport, path, query, response } = fixture(adapter.id, name);
          if (
            transport !== 'rest' ||
            !polls.some((one) => one.path.split('/').at(-1) === path.split('/').at(-1))
          )
            continue;
          const rates = decode(adapter, path, query, response).observations;
          const times = [...JSON.stringify(response).matchAll(/\b17[89]\d{7}(?:\d{3})?\b/g)].map(([digits]) =>
            digits.length === 10 ? Number(digits) * SECOND_MS : Number(digits),
          );
          const oldestMs = Math.min(...times.filter((one) => one < RECEIVED_AT_MS));
          pages += 1;
          assert.ok(rates.length > 0 && rates.every(({ atMs }) => atMs > oldestMs), name);
        }
        assert.ok(pages > 0);
      });
});
