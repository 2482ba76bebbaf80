import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allRows, type Chunk } from '../../../../src/core/chunk.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Issue } from '../../../../src/core/issue.ts';
import { facetOf, type Observation, type ObservationKind } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { answerTo } from '../../../../src/sources/collect/round.ts';
import { applyPoll } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import {
  BACKFILL_METRICS,
  type BackfillMetric,
  type DeepPages,
  type PageRange,
} from '../../../../src/sources/exchanges/deepPages.ts';
import { deepPages as allPages, notByPage } from '../../../../src/sources/exchanges/deepRegistry.ts';
import { rowsOfPage } from '../../../../src/sources/exchanges/pageRows.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { simulatedSides, type SimulatedSide } from '../../../support/simulatedSide.ts';

/** Pages of deep history, asked of the simulated exchanges and read as live answers are. */

/** Those of the others are in deepPages.test.ts: they refuse what is too old, which these answer with nothing. */
const REST = ['deribit', 'hyperliquid', 'kraken-futures', 'htx'];
/** 17 minutes and some into an hour, so that a bar is running. */
const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const market = createSimulatedMarket({ seed: 11, scenario: 'calm', anchorMs: NOW_MS });
const sides = simulatedSides(market, NOW_MS);

/** The exchanges whose pages are held to these rules: that no rows are a normal answer, and that running bars are in it. */
const EXCHANGES = ['deribit', 'hyperliquid', 'kraken-futures', 'htx'];
const deepPages = allPages.filter(({ id }) => EXCHANGES.some((exchange) => id.startsWith(`${exchange}/`)));

const KINDS: Readonly<Record<BackfillMetric, readonly ObservationKind[]>> = {
  'open-interest': ['open-interest'],
  funding: ['funding-rate'],
  'long-short': ['long-short-ratio'],
  taker: ['taker-volume', 'candle'],
  price: ['candle'],
  'mark-price': ['candle', 'mark-price'],
  liquidations: ['liquidation', 'liquidation-volume'],
  basis: ['basis', 'candle'],
  depth: ['depth'],
};
/** What exists since a launch reaches so far back at every simulated exchange. */
const SINCE_LAUNCH_MS = 395 * DAY_MS;
const BEFORE_ALL_MS = Date.UTC(2010, 0, 1);

function sideOf({ id }: DeepPages): SimulatedSide {
  const found = sides.find(({ exchange }) => id.startsWith(`${exchange}/`));
  assert.ok(found !== undefined, id);
  return found;
}

function instrumentOf(entry: DeepPages, base = 'BTC'): Instrument {
  const { adapter, table } = sideOf(entry);
  const kind = entry.about ?? entry.poll.about ?? 'perpetual';
  const isFollowed = (one: Instrument): boolean =>
    kind === 'perpetual' ? (adapter.tracks?.(one) ?? one.settleAsset === 'USDT') : true;
  const found = [...table.values()].find(
    (one) => one.kind === kind && one.baseAsset === base && isFollowed(one),
  );
  assert.ok(found !== undefined, entry.id);
  return found;
}

interface Reading {
  readonly rows: readonly Observation[];
  readonly issues: readonly Issue[];
  readonly atAll: readonly Observation[];
}

function read(entry: DeepPages, range: PageRange, instrument = instrumentOf(entry)): Reading {
  const { adapter, wire, table } = sideOf(entry);
  const spec = entry.request({ instrument, nowMs: NOW_MS, range });
  assert.ok(spec !== undefined, entry.id);
  const { status, body } = wire.answer({ ...spec, nowMs: NOW_MS });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(adapter.venueError(body, status), undefined, JSON.stringify(body));
  const arrived = { body: JSON.parse(JSON.stringify(body)) as unknown, receivedAtMs: NOW_MS };
  const answer = answerTo(spec, arrived);
  const { rows, issues } = applyPoll<Observation | Chunk>(adapter, entry.poll, answer, table);
  return { rows: allRows(rowsOfPage(rows, range)), issues, atAll: allRows(rows) };
}

/** The series of a metric in rows, each ascending. */
function seriesOf(metrics: readonly BackfillMetric[], rows: readonly Observation[]): Observation[][] {
  const kinds = metrics.flatMap((metric) => KINDS[metric]);
  const series = Map.groupBy(
    rows.filter(({ kind }) => kinds.includes(kind)),
    (row) => `${row.kind} ${facetOf(row)}`,
  );
  return [...series.values()].map((one) => one.toSorted((a, b) => a.atMs - b.atMs));
}

/** Asserts that the rows of one series are all that [fromMs, toMs) holds, each once. */
function assertComplete(entry: DeepPages, rows: readonly Observation[], { fromMs, toMs }: PageRange): void {
  const [first] = rows;
  assert.ok(first !== undefined, entry.id);
  const stepMs = first.kind === 'funding-rate' ? first.intervalMs : entry.stepMs;
  // Settlements are dated some ms after their hour, days may begin at another one than midnight.
  const shiftMs = first.atMs % stepMs < MINUTE_MS ? 0 : first.atMs % stepMs;
  const slotOf = (atMs: number): number => {
    const lateMs = (atMs - shiftMs) % stepMs;
    assert.ok(lateMs < MINUTE_MS, `${entry.id}: ${new Date(atMs).toISOString()}`);
    return atMs - lateMs;
  };
  const wanted: number[] = [];
  const last = Math.min(toMs - 1, NOW_MS);
  for (let at = Math.ceil((fromMs - shiftMs) / stepMs) * stepMs + shiftMs; at <= last; at += stepMs)
    wanted.push(at);
  // A difference of thousands of times would be worked out for seconds.
  const found = rows.map(({ atMs }) => slotOf(atMs));
  const at = Array.from({ length: Math.max(found.length, wanted.length) }, (_, index) => index).find(
    (index) => found[index] !== wanted[index],
  );
  const textOf = (atMs: number | undefined): string =>
    atMs === undefined ? 'nothing' : new Date(atMs).toISOString();
  if (at !== undefined)
    assert.fail(`${entry.id}: row ${at} is ${textOf(found[at])}, wanted ${textOf(wanted[at])}`);
}

function reachMsOf({ reach, stepMs }: DeepPages): number {
  if (reach === 'launch') return SINCE_LAUNCH_MS;
  if ('days' in reach) return reach.days * DAY_MS;
  return 'rows' in reach ? reach.rows * stepMs : NOW_MS - Date.parse(`${reach.since}T00:00:00Z`);
}

/** Nothing is reported but the interval of a settlement beside the page, which nothing before it tells. */
function assertSound(entry: DeepPages, { issues }: Reading): void {
  const isExpected = ({ code }: Issue): boolean =>
    entry.metric === 'funding' && ['assumed-interval', 'unknown-interval'].includes(code);
  assert.deepEqual(issues.filter((one) => !isExpected(one)), [], entry.id); // prettier-ignore
}

/** Asserts of three adjacent pages that together they hold everything of their time once. */
function assertAdjacent(entry: DeepPages, first: number, instrument?: Instrument): void {
  const spanMs = spanOf(entry);
  const ranges = [0, 1, 2].map((page) => ({ fromMs: (first + page) * spanMs, toMs: (first + page + 1) * spanMs })); // prettier-ignore
  const pages = ranges.map((range) => {
    const page = read(entry, range, instrument);
    assertSound(entry, page);
    return page.rows;
  });
  const range = { fromMs: first * spanMs, toMs: (first + 3) * spanMs };
  const metrics = [entry.metric, ...(entry.also ?? [])];
  const series = seriesOf(metrics, pages.flat());
  assert.ok(series.length > 0, entry.id);
  for (const one of series) {
    // What is labelled with the begin of an interval is not known of the running one.
    const isBefore = one[0]?.kind === 'basis' && entry.also?.includes('basis') === true;
    assertComplete(entry, one, isBefore ? { ...range, toMs: Math.min(range.toMs, Math.floor(NOW_MS / entry.stepMs) * entry.stepMs) } : range); // prettier-ignore
  }
}

const spanOf = ({ rows, stepMs }: DeepPages): number => rows * stepMs;
/** The number of the first page that lies in the reach as a whole. */
const oldestOf = (entry: DeepPages): number => Math.ceil((NOW_MS - reachMsOf(entry)) / spanOf(entry));

function assertNothingBefore(entry: DeepPages): void {
  const spanMs = spanOf(entry);
  const before = entry.reach === 'launch' ? Math.floor(BEFORE_ALL_MS / spanMs) : oldestOf(entry) - 2;
  const page = read(entry, { fromMs: before * spanMs, toMs: (before + 1) * spanMs });
  assert.equal(page.rows.length, 0, `${entry.id} gives rows of a time before its reach`);
  assert.deepEqual(page.issues, [], entry.id);
}

/** Asserts what an entry states: complete pages at all depths of its reach, and nothing before it. */
function assertPaged(entry: DeepPages): void {
  const spanMs = spanOf(entry);
  const newest = Math.floor(NOW_MS / spanMs) - 2;
  const middle = Math.floor((NOW_MS - reachMsOf(entry) / 2) / spanMs) - 1;
  const oldest = oldestOf(entry);
  for (const first of new Set([newest, Math.max(middle, oldest), oldest].filter((one) => one <= newest)))
    assertAdjacent(entry, first);
  assertNothingBefore(entry);
}

/** Asserts of what takes no range that one answer holds as many of the newest rows as are stated. */
function assertWhole(entry: DeepPages): void {
  const spanMs = spanOf(entry);
  for (const fromMs of [NOW_MS, BEFORE_ALL_MS].map((at) => Math.floor(at / spanMs) * spanMs)) {
    const page = read(entry, { fromMs, toMs: fromMs + spanMs });
    assertSound(entry, page);
    const [one = []] = seriesOf([entry.metric], page.atAll);
    assert.equal(one.length, entry.rows, entry.id);
    assertComplete(entry, one, { fromMs: one[0]?.atMs ?? 0, toMs: NOW_MS });
  }
}

const entryOf = (id: string): DeepPages => {
  const found = deepPages.find((one) => one.id === id);
  assert.ok(found !== undefined, id);
  return found;
};
const moved = (entry: DeepPages, fromSteps: number, toSteps: number): DeepPages => ({
  ...entry,
  request: (scope) =>
    entry.request({
      ...scope,
      range: {
        fromMs: scope.range.fromMs + fromSteps * entry.stepMs,
        toMs: scope.range.toMs + toSteps * entry.stepMs,
      },
    }),
});

describe('deep histories, asked for page by page', () => {
  for (const entry of deepPages.filter(({ id }) => REST.some((exchange) => id.startsWith(`${exchange}/`)))) {
    if (entry.isWhole === true) it(`${entry.id} comes whole`, () => assertWhole(entry));
    else it(`${entry.id}: pages hold all of their time, and nothing beyond the reach`, () => assertPaged(entry)); // prettier-ignore
  }

  it('have ids of their own, and say where their reach is stated', () => {
    assert.equal(new Set(deepPages.map(({ id }) => id)).size, deepPages.length);
    for (const { id, reason } of deepPages) assert.match(reason, /^\S.*\.$/, id);
  });

  it('of each exchange are all metrics, or a reason why not', () => {
    for (const exchange of EXCHANGES) {
      const given = deepPages.filter(({ id }) => id.startsWith(`${exchange}/`));
      const metrics = given.flatMap(({ metric, also = [] }) => [metric, ...also]);
      const missing = notByPage.filter((one) => one.exchange === exchange);
      assert.deepEqual(new Set([...metrics, ...missing.map(({ metric }) => metric)]), new Set(BACKFILL_METRICS)); // prettier-ignore
      assert.deepEqual(missing.filter(({ metric }) => metrics.includes(metric)), [], exchange); // prettier-ignore
      for (const { reason } of missing) assert.match(reason, /^\S.*\.$/);
    }
  });

  it('settle every four hours where the contract does', () => {
    const entry = entryOf('htx/deep-funding');
    const instrument = instrumentOf(entry, 'SOL');
    const first = Math.floor((NOW_MS - 100 * DAY_MS) / (entry.rows * entry.stepMs));
    assertAdjacent(entry, first, instrument);
    const range = {
      fromMs: first * entry.rows * entry.stepMs,
      toMs: (first + 1) * entry.rows * entry.stepMs,
    };
    const { rows } = read(entry, range, instrument);
    assert.equal(rows.length, 12);
  });

  it('reach back to the first contracts', () => {
    for (const [id, firstMs] of [
      ['deribit/deep-funding', Date.UTC(2018, 7, 14)],
      ['deribit/deep-candles', Date.UTC(2018, 7, 14)],
      ['kraken-futures/deep-open-interest', Date.UTC(2022, 2, 23)],
      ['htx/deep-funding', Date.UTC(2020, 9, 22)],
    ] as const) {
      const entry = entryOf(id);
      assertAdjacent(entry, Math.ceil(firstMs / spanOf(entry)));
    }
  });

  it('of Hyperliquid tell the intervals of 2023 whole, at the borders of pages too', () => {
    const entry = entryOf('hyperliquid/deep-funding');
    const { adapter, table } = sideOf(entry);
    const instrument = instrumentOf(entry);
    // Every 8 h until a day of 2023, every hour from then on.
    const changeMs = Date.UTC(2023, 5, 8);
    const spanMs = spanOf(entry);
    const first = Math.ceil(Date.UTC(2023, 4, 12) / spanMs);
    const [startMs, endMs] = [first * spanMs, (first + 4) * spanMs];
    const settled: number[] = [];
    for (let at = startMs - DAY_MS; at < endMs + DAY_MS; at += (at < changeMs ? 8 : 1) * HOUR_MS)
      settled.push(at + 76);
    const seen = [0, 1, 2, 3].flatMap((page) => {
      const range = { fromMs: startMs + page * spanMs, toMs: startMs + (page + 1) * spanMs };
      const spec = entry.request({ instrument, nowMs: NOW_MS, range });
      assert.ok(spec !== undefined);
      const { startTime, endTime } = spec.body as { startTime: number; endTime: number };
      const body = settled
        .filter((time) => time >= startTime && time <= endTime)
        .slice(0, 500)
        .map((time) => ({ coin: 'BTC', fundingRate: '0.0000125', premium: '0.0003', time }));
      const answer = answerTo(spec, { body, receivedAtMs: NOW_MS });
      const { rows } = applyPoll<Observation | Chunk>(adapter, entry.poll, answer, table);
      return allRows(rowsOfPage(rows, range));
    });
    const rates = seen.filter((row) => row.kind === 'funding-rate');
    const inside = settled.filter((time) => time >= startMs && time < endMs);
    assert.deepEqual(
      rates.map(({ atMs }) => atMs),
      inside,
    );
    for (const { atMs, intervalMs, intervalBasis } of rates) {
      assert.equal(intervalMs, (atMs - 76 <= changeMs ? 8 : 1) * HOUR_MS, new Date(atMs).toISOString());
      assert.equal(intervalBasis, 'schedule');
    }
    const premiums = seen.filter((row) => row.kind === 'basis').map(({ atMs }) => atMs);
    assert.equal(new Set(premiums).size, premiums.length);
    const begun = settled.map((time) => time - 76 - (time - 76 <= changeMs ? 8 : 1) * HOUR_MS);
    assert.deepEqual(
      premiums,
      begun.filter((time) => time >= startMs && time < endMs),
    );
  });

  it('do not agree with ranges that are off by one', () => {
    for (const id of [
      'deribit/deep-funding',
      'hyperliquid/deep-candles',
      'kraken-futures/deep-open-interest',
      'kraken-futures/deep-long-short',
    ]) {
      const entry = entryOf(id);
      const first = Math.floor(NOW_MS / spanOf(entry)) - 3;
      const isSeen = (one: DeepPages) => assert.throws(() => assertAdjacent(one, first), assert.AssertionError, id); // prettier-ignore
      isSeen(moved(entry, 1, 0));
      isSeen(moved(entry, 0, -1));
      isSeen(moved(entry, 1, 1));
    }
  });

  it('do not agree with a reach that is longer or shorter than the exchange gives', () => {
    for (const [id, shorter, longer] of [
      ['htx/deep-candles', { days: 600 }, { days: 900 }],
      ['hyperliquid/deep-candles', { rows: 2_000 }, { rows: 8_000 }],
      ['hyperliquid/deep-funding', { since: '2023-08-01' }, { since: '2023-02-01' }],
    ] as const) {
      const isSeen = (check: () => void) => assert.throws(check, assert.AssertionError, id);
      const [short, long] = [shorter, longer].map((reach) => ({ ...entryOf(id), reach }));
      assert.ok(short !== undefined && long !== undefined);
      isSeen(() => assertNothingBefore(short));
      isSeen(() => assertAdjacent(long, oldestOf(long)));
    }
  });

  it('do not agree with a whole list that holds more or less', () => {
    const entry = entryOf('htx/deep-open-interest');
    assert.throws(() => assertWhole({ ...entry, rows: 199 }), assert.AssertionError);
    assert.throws(() => assertWhole({ ...entry, rows: 201 }), assert.AssertionError);
  });
});
