import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Liquidation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { spanOf, withSpan } from '../../../../src/sources/collect/eventSpans.ts';
import { aheadOf, LiquidationPages } from '../../../../src/sources/collect/liquidationPages.ts';
import type { EventPage } from '../../../../src/sources/exchanges/contract.ts';
import { instrumentOf, observe } from '../../market/builders.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const ONE = NOON + HOUR_MS;
const btc = instrumentOf('okx');
const feed = { instrument: btc, endpoint: 'GET /liquidations', coverage: 'unverified' } as const;

const event = (atMs: number, changes: Partial<Liquidation> = {}): Liquidation =>
  observe('okx', 'liquidation', {
    atMs,
    liquidatedSide: 'long',
    priceQuote: 90_000,
    priceBasis: 'bankruptcy',
    sizeBase: 0.5,
    notionalUsd: 45_000,
    coverage: 'unverified',
    ...changes,
  });

/** A page that reaches back to its oldest row, newest first. */
const cut = (times: readonly number[]): EventPage => ({
  rowTimesMs: times,
  isCut: true,
  asked: {},
});
/** All of a time that was asked for. */
const whole = (fromMs: number, toMs: number, times: readonly number[] = []): EventPage => ({
  rowTimesMs: times,
  isCut: false,
  asked: { fromMs, toMs },
});

/** Takes pages of events in, each at its time, and returns what is given out then: hour, longs, shorts in USD. */
function summing() {
  const pages = new LiquidationPages();
  const take = (
    atMs: number,
    page: EventPage,
    events: readonly Liquidation[] = page.rowTimesMs.map((time) => event(time)),
    more: { readonly edgeMs?: number; readonly aheadMs?: number; readonly isSimulated?: boolean } = {},
  ) => {
    const { edgeMs, aheadMs = 0, isSimulated = false } = more;
    const edge = edgeMs === undefined ? {} : { edgeMs };
    pages.add({ feed, page, rows: events, receivedAtMs: atMs, ...edge }, isSimulated);
    return drain(atMs, aheadMs);
  };
  const drain = (nowMs: number, aheadMs: number | undefined = 0) =>
    pages
      .hours(aheadMs, nowMs)
      .map((row) => [row.atMs - NOON, row.longLiquidatedUsd, row.shortLiquidatedUsd]);
  return { pages, take, drain };
}

describe('the time that an answer of events proves', () => {
  it('reaches back to the oldest row of a page that may be cut off, without that millisecond', () => {
    assert.deepEqual(spanOf(cut([30, 20, 10]), 40), { fromMs: 11, toMs: 40 });
    assert.equal(spanOf(cut([]), 40), undefined, 'an empty page of unknown reach is no proof of nothing');
    assert.equal(spanOf(cut([30, 20]), 20), undefined, 'it ends before it begins');
  });

  it('is nothing where a page is cut off and the oldest come first: the newest may be lacking', () => {
    assert.equal(spanOf(cut([10, 20, 30]), 40), undefined);
    const full = { rowTimesMs: [10, 20, 30], isCut: true, asked: { fromMs: 5, toMs: 50 } };
    assert.equal(spanOf(full, 40), undefined);
    assert.deepEqual(spanOf({ ...full, isCut: false }, 40), { fromMs: 5, toMs: 40 });
  });

  it('is what was asked for where the answer is whole, also without a row', () => {
    assert.deepEqual(spanOf(whole(5, 35), 40), { fromMs: 5, toMs: 35 });
    assert.deepEqual(spanOf(whole(5, 60), 40), { fromMs: 5, toMs: 40 }, 'not what had not happened yet');
  });

  it('is all that the exchange keeps where a whole list has no range', () => {
    const list = { rowTimesMs: [30, 20], isCut: false, asked: {}, keptFromMs: 25 };
    assert.deepEqual(spanOf(list, 40), { fromMs: 20, toMs: 40 });
    assert.deepEqual(spanOf({ ...list, rowTimesMs: [] }, 40), { fromMs: 25, toMs: 40 });
  });

  it('is nothing where rows are of another time than was asked for: the question was not answered', () => {
    assert.equal(spanOf(whole(50_000, 60_000, [90_000]), 100_000), undefined);
    assert.equal(spanOf(whole(50_000, 60_000, [10_000]), 100_000), undefined);
    assert.ok(spanOf(whole(50_000, 60_000, [60_001, 49_999]), 100_000) !== undefined, 'the very ends');
  });

  it('joins where spans touch to the millisecond, and only there', () => {
    const spans = withSpan([{ fromMs: 0, toMs: 10 }], { fromMs: 12, toMs: 20 });
    assert.equal(spans.length, 2);
    assert.deepEqual(withSpan(spans, { fromMs: 11, toMs: 11 }), [{ fromMs: 0, toMs: 20 }]);
  });
});

describe('hours of liquidations from pages', () => {
  it('sums an hour that one page holds from before its beginning until after its end', () => {
    const { take } = summing();
    const times = [ONE + MINUTE_MS, ONE - 1, NOON, NOON - 1];
    const events = times.map((atMs, index) =>
      event(atMs, { liquidatedSide: index === 1 ? 'short' : 'long' }),
    );
    assert.deepEqual(take(ONE + 3 * MINUTE_MS, cut(times), events), [[0, 45_000, 45_000]]);
  });

  it('gives nothing for an hour in which the page begins', () => {
    assert.deepEqual(summing().take(ONE + 3 * MINUTE_MS, cut([ONE - 1, NOON + 1])), []);
    assert.deepEqual(
      summing().take(ONE + 3 * MINUTE_MS, cut([ONE - 1, NOON])),
      [],
      'more may be of that time',
    );
    assert.equal(summing().take(ONE + 3 * MINUTE_MS, cut([ONE - 1, NOON - 1])).length, 1);
  });

  it('makes a zero of no event only where the answer is about all of the hour', () => {
    assert.deepEqual(summing().take(ONE + 3 * MINUTE_MS, cut([])), []);
    assert.deepEqual(summing().take(ONE + 3 * MINUTE_MS, whole(NOON, ONE + MINUTE_MS)), [[0, 0, 0]]);
  });

  it('makes no zero of a time that the exchange may have forgotten, until an older row shows that it has not', () => {
    const { take } = summing();
    const nowMs = ONE + 3 * MINUTE_MS;
    const forgets = { keptFromMs: NOON + MINUTE_MS };
    const empty = { ...whole(NOON - 2 * HOUR_MS, nowMs), ...forgets };
    assert.deepEqual(take(nowMs, empty), []);
    const old = { ...whole(NOON - 9 * HOUR_MS, NOON - 2 * HOUR_MS, [NOON - HOUR_MS * 2.5]), ...forgets };
    assert.deepEqual(take(nowMs, old, undefined, { edgeMs: NOON - 2 * HOUR_MS }), [
      [-2 * HOUR_MS, 0, 0],
      [-HOUR_MS, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('waits until the hour is over with room for late events, by the exchange’s clock', () => {
    const page = cut([NOON + 5, NOON - 1]);
    assert.deepEqual(summing().take(ONE + MINUTE_MS - 2, page), []);
    assert.equal(summing().take(ONE + MINUTE_MS, page).length, 1);
    const ahead = { aheadMs: 10 * MINUTE_MS };
    assert.deepEqual(
      summing().take(ONE + 5 * MINUTE_MS, page, undefined, ahead),
      [],
      'the clock here is ahead',
    );
    assert.equal(summing().take(ONE + 11 * MINUTE_MS, page, undefined, ahead).length, 1);
  });

  it('gives nothing while the exchange has not stated its time', () => {
    const { pages } = summing();
    pages.add({ feed, page: whole(NOON, ONE + HOUR_MS), rows: [], receivedAtMs: ONE + HOUR_MS }, false);
    assert.deepEqual(pages.hours(undefined, ONE + HOUR_MS), []);
  });

  it('puts an hour together from pages that overlap, each event once', () => {
    const { take } = summing();
    const [a, b, c, d] = [NOON - 1, NOON + 10 * MINUTE_MS, NOON + 40 * MINUTE_MS, ONE + MINUTE_MS];
    assert.deepEqual(take(NOON + 15 * MINUTE_MS, cut([b, a])), []);
    assert.deepEqual(take(NOON + 45 * MINUTE_MS, cut([c, b])), []);
    assert.deepEqual(take(ONE + 3 * MINUTE_MS, cut([d, c, b])), [[0, 90_000, 0]]);
  });

  it('gives nothing for an hour with a hole between two pages, and the next whole one', () => {
    const { take } = summing();
    take(NOON + 15 * MINUTE_MS, cut([NOON + 10 * MINUTE_MS, NOON - 1]));
    // The oldest row is newer than all that was known: more than a page came between.
    const later = cut([ONE + 2 * MINUTE_MS, NOON + 20 * MINUTE_MS]);
    assert.deepEqual(take(ONE + 5 * MINUTE_MS, later), []);
    const next = cut([ONE + HOUR_MS + 1, ONE + 2 * MINUTE_MS]);
    assert.deepEqual(take(ONE + HOUR_MS + 5 * MINUTE_MS, next), [[HOUR_MS, 45_000, 0]]);
  });

  it('asks for the page before while there is a hole, and closes it', () => {
    const { pages, take } = summing();
    const [old, middle, recent] = [NOON - 1, NOON + 20 * MINUTE_MS, NOON + 50 * MINUTE_MS];
    const nowMs = ONE + 5 * MINUTE_MS;
    pages.add(
      { feed, page: cut([recent, middle]), rows: [event(recent), event(middle)], receivedAtMs: nowMs },
      false,
    );
    const edge = pages.edge(feed.endpoint, btc, nowMs);
    assert.equal(edge?.edgeMs, middle);
    const before = cut([middle, old]);
    assert.deepEqual(take(nowMs, before, undefined, { edgeMs: middle }), [[0, 90_000, 0]]);
    assert.equal(
      pages.edge(feed.endpoint, btc, nowMs),
      undefined,
      'without a new page there is nothing to ask',
    );
  });

  it('does not take an earlier page for proof of what came after it', () => {
    const { take } = summing();
    // The exchange ignored what was asked and its rows end long before now.
    assert.deepEqual(
      take(ONE + 5 * MINUTE_MS, cut([NOON + 2, NOON - 1]), undefined, { edgeMs: NOON + 2 }),
      [],
    );
  });

  it('asks for no more than a day and the week before it', () => {
    const { pages } = summing();
    const nowMs = ONE + 5 * MINUTE_MS;
    pages.add({ feed, page: whole(NOON - 9 * DAY_MS, nowMs), rows: [], receivedAtMs: nowMs }, false);
    assert.equal(pages.edge(feed.endpoint, btc, nowMs), undefined);
  });

  it('gives an hour once, and again when an event of it comes late', () => {
    const { take, drain } = summing();
    const times = [ONE + 1, NOON + 5, NOON - 1];
    assert.deepEqual(take(ONE + 3 * MINUTE_MS, cut(times)), [[0, 45_000, 0]]);
    assert.deepEqual(drain(ONE + 4 * MINUTE_MS), []);
    const late = cut([ONE + 1, NOON + 7, NOON + 5, NOON - 1]);
    assert.deepEqual(take(ONE + 10 * MINUTE_MS, late), [[0, 90_000, 0]]);
    assert.deepEqual(take(ONE + 11 * MINUTE_MS, late), []);
  });

  it('counts two equal events of one page without an id as two, and a repetition with an id as one', () => {
    const page = cut([ONE + 1, NOON + 5, NOON + 5, NOON - 1]);
    assert.deepEqual(summing().take(ONE + 3 * MINUTE_MS, page), [[0, 90_000, 0]]);
    const named = page.rowTimesMs.map((atMs) => event(atMs, { eventId: `id ${atMs}` }));
    assert.deepEqual(summing().take(ONE + 3 * MINUTE_MS, page, named), [[0, 45_000, 0]]);
  });

  it('has no sum in a unit that one event is not stated in', () => {
    const { sizeBase: _base, notionalUsd: _usd, ...contracts } = event(NOON + 6, { sizeContracts: 7 });
    const { pages } = summing();
    const page = whole(NOON, ONE + MINUTE_MS);
    const coins = event(NOON + 5, { liquidatedSide: 'short' });
    pages.add({ feed, page, rows: [contracts, coins], receivedAtMs: ONE + 3 * MINUTE_MS }, false);
    const [row] = pages.hours(0, ONE + 3 * MINUTE_MS);
    assert.deepEqual(
      [row?.longLiquidatedUsd, row?.longLiquidatedBase, row?.shortLiquidatedUsd, row?.shortLiquidatedBase],
      [undefined, undefined, 45_000, 0.5],
    );
  });

  it('names the feed and its coverage in the row', () => {
    const { pages } = summing();
    const page = whole(NOON, ONE + MINUTE_MS);
    pages.add({ feed, page, rows: [], receivedAtMs: ONE + 3 * MINUTE_MS }, false);
    const [row] = pages.hours(0, ONE + 3 * MINUTE_MS);
    assert.equal(row?.endpoint, 'GET /liquidations, summed by the hour');
    assert.deepEqual([row.coverage, row.barMs, row.instrument], ['unverified', HOUR_MS, btc.key]);
  });

  it('never adds what the simulator answered to what an exchange did', () => {
    const { take } = summing();
    take(NOON + 15 * MINUTE_MS, cut([NOON + 10 * MINUTE_MS, NOON - 1]));
    const page = cut([ONE + 1, NOON + 10 * MINUTE_MS]);
    assert.deepEqual(take(ONE + 3 * MINUTE_MS, page, undefined, { isSimulated: true }), []);
  });

  it('forgets a feed that was not answered for a day: nobody follows its instrument any more', () => {
    for (const [silentMs, known] of [
      [DAY_MS, true],
      [DAY_MS + 1, false],
    ] as const) {
      // prettier-ignore
      const { pages, take, drain } = summing();
      take(ONE + 2 * MINUTE_MS, whole(NOON, ONE + 2 * MINUTE_MS));
      drain(ONE + 2 * MINUTE_MS + silentMs);
      const { receivedAtMs, page } = {
        receivedAtMs: ONE + 2 * MINUTE_MS + silentMs,
        page: whole(ONE, ONE + 1),
      };
      pages.add({ feed, page, rows: [], receivedAtMs }, false);
      const from = pages.edge('GET /liquidations', btc, receivedAtMs)?.edgeMs;
      assert.equal(from, known ? NOON - 1 : ONE - 1);
    }
  });

  it('stays bounded: of more events than can be kept it gives the newest hours alone', () => {
    const { take } = summing();
    const times = Array.from({ length: 60_000 }, (_, index) => ONE + HOUR_MS - 1 - index * 100);
    const rows = take(ONE + HOUR_MS + 3 * MINUTE_MS, whole(NOON, ONE + HOUR_MS + MINUTE_MS, times));
    assert.deepEqual(
      rows.map(([hour]) => hour),
      [HOUR_MS],
    );
  });
});

describe('how far the clock here is ahead of an exchange’s', () => {
  const price = (atMs: number, receivedAtMs: number, changes: object = {}) =>
    observe('okx', 'mark-price', { atMs, receivedAtMs, ...changes });

  it('is the smallest age that its numbers came with', () => {
    assert.equal(aheadOf([price(0, 9_000), price(5_000, 7_000)]), 2_000);
    assert.equal(aheadOf([price(9_000, 5_000)]), 0, 'a clock that is behind makes no hour early');
  });

  it('is not known from times of receipt', () => {
    assert.equal(aheadOf([price(5_000, 5_000, { atBasis: 'received' })]), undefined);
  });
});
