import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { CardLine, CardPayload, CardWish } from '../../../src/surfaces/protocol/cards.ts';
import { cardModel } from '../../../webview/models/cardLines.ts';
import { isEnough, OLDEST_MS, stepFor, wholeWish, wishFor } from '../../../webview/models/cardWish.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000] as const;
const NOW = Date.UTC(2026, 10, 30, 9, 40);
const GAP = Number.NaN;
const SUBJECT = { card: 'volume', asset: 'BTC' } as const;

describe('what a card asks for', () => {
  it('is a step of which a pixel shows a few values, from five minutes to a day', () => {
    const step = (spanMs: number, px: number) => stepFor({ min: 0, max: spanMs }, px);
    assert.equal(step(DAY, 800), 5 * MINUTE);
    assert.equal(step(7 * DAY, 800), 5 * MINUTE);
    assert.equal(step(30 * DAY, 800), HOUR);
    assert.equal(step(365 * DAY, 800), DAY);
    assert.equal(step(20 * 365 * DAY, 1), DAY);
  });

  it('reaches beyond both ends, but not beyond now nor before there was anything', () => {
    const range = { min: NOW - 10 * DAY, max: NOW - 8 * DAY };
    const wish = wishFor(SUBJECT, range, 800, NOW);
    assert.deepEqual([wish.stepMs, wish.card, wish.asset], [5 * MINUTE, 'volume', 'BTC']);
    assert.ok(wish.fromMs <= range.min - DAY && wish.fromMs % wish.stepMs === 0);
    assert.ok(wish.toMs > range.max + DAY - HOUR && wish.toMs <= NOW);
    assert.equal(wishFor(SUBJECT, { min: NOW - DAY, max: NOW + DAY }, 800, NOW).toMs, NOW + 1);
    assert.equal(wishFor(SUBJECT, { min: 0, max: NOW }, 800, NOW).fromMs, OLDEST_MS);
    assert.deepEqual(wholeWish(SUBJECT, NOW), { ...SUBJECT, stepMs: DAY, fromMs: OLDEST_MS, toMs: NOW + 1 });
  });

  it('is asked again for another step, a time that is not held, and once a part of a step has passed since', () => {
    const range = { min: NOW - 2 * DAY, max: NOW };
    const wish = wishFor(SUBJECT, range, 800, NOW);
    const held = { wish, payload: payloadOf([]) };
    const isHeld = (other: Partial<CardWish>, shown = range, nowMs = NOW) =>
      isEnough(held, { ...wish, ...other }, shown, nowMs);
    assert.equal(isHeld({}), true);
    assert.equal(isHeld({}, { min: range.min - DAY, max: NOW }), true);
    assert.equal(isHeld({}, { min: range.min - 2 * DAY, max: NOW }), false);
    assert.equal(isHeld({ stepMs: HOUR }), false);
    assert.equal(isHeld({ asset: 'ETH' }), false);
    assert.equal(isHeld({}, range, NOW + 4 * MINUTE), true);
    assert.equal(isHeld({}, { ...range, max: NOW + 6 * MINUTE }, NOW + 6 * MINUTE), false);
    const longer = (stepMs: CardWish['stepMs'], laterMs: number) => {
      const other = { ...wish, stepMs };
      const shown = { ...range, max: NOW + laterMs };
      return isEnough({ wish: other, payload: held.payload }, other, shown, NOW + laterMs);
    };
    assert.deepEqual([longer(HOUR, 4 * MINUTE), longer(HOUR, 6 * MINUTE)], [true, false]);
    assert.deepEqual([longer(DAY, 119 * MINUTE), longer(DAY, 121 * MINUTE)], [true, false]);
    assert.equal(isEnough(undefined, wish, range, NOW), false);
  });
});

const T0 = Date.UTC(2026, 10, 1);
const line = (id: CardLine['id'], values: number[], firstMs = T0): CardLine => ({
  ...{ id, label: id === 'aggregate' ? 'Aggregate of 2' : id, firstMs },
  values: Float64Array.from(values),
}); // prettier-ignore
function payloadOf(lines: readonly CardLine[], card: CardPayload['card'] = 'taker-delta'): CardPayload {
  return { card, asset: 'BTC', source: 'simulated', stepMs: HOUR, lines, notes: [] };
}

describe('what a card shows', () => {
  it('is every line on the grid of all, with gaps where one has no number', () => {
    const model = cardModel(payloadOf([line('okx', [1, GAP, -3]), line('gate', [5], T0 + 3 * HOUR)]));
    assert.deepEqual(model.xRange, { min: T0, max: T0 + 4 * HOUR });
    assert.equal(model.axisTitles.y, 'Taker delta (BTC)');
    assert.equal(model.head, 'BTC · hourly · stored history to 2026-11-01 04:00 UTC');
    const level = cardModel(payloadOf([line('okx', [1, 2])], 'depth'));
    assert.equal(level.head, 'BTC · hourly · stored history to 2026-11-01 01:00 UTC');
    const { rows } = model.table.page(0);
    assert.deepEqual(rows.map((row) => row.map(({ text }) => text).join(' ')), [
      '2026-11-01 03:00 – 5',
      '2026-11-01 02:00 −3 –',
      '2026-11-01 01:00 – –',
      '2026-11-01 00:00 1 –',
    ]); // prettier-ignore
    const hover = model.hover(T0 + 100 * MINUTE);
    assert.deepEqual(hover?.lines, ['okx: −3 BTC', 'gate: no number']);
    assert.match(
      model.summary,
      /^Taker delta of BTC, .*Simulated numbers\. Newest: okx −3 BTC; gate 5 BTC\.$/,
    );
  });

  it('can sum flows up, on over gaps, and says what that means', () => {
    const model = cardModel(payloadOf([line('okx', [2, GAP, -5, 1])]), { isSummedUp: true });
    assert.deepEqual([...(model.lines[0]?.column.values ?? [])], [2, GAP, -3, -2]);
    assert.match(model.notes[0] ?? '', /the level means nothing/);
    assert.equal(model.axisTitles.y, 'Taker delta, summed up (BTC)');
  });

  it('says where nothing is kept', () => {
    const model = cardModel(payloadOf([]));
    assert.equal(model.xRange, undefined);
    assert.equal(model.hover(T0), undefined);
    assert.ok(model.notes.includes('Nothing is kept of this time.'));
    assert.equal(model.summary, 'Taker delta of BTC: no numbers. Simulated numbers.');
    assert.equal(model.table.page(0).rows.length, 0);
  });

  it('gives exchanges the colours that they have everywhere, and the aggregate none', () => {
    const model = cardModel(payloadOf([line('aggregate', [3]), line('okx', [1]), line('gate', [2])]), {
      isOff: (label) => label === 'gate',
    });
    assert.deepEqual(model.lines.map(({ colourIndex }) => colourIndex), [-1, 1, 4]); // prettier-ignore
    assert.deepEqual(model.hover(T0)?.lines, ['Aggregate of 2: 3 BTC', 'okx: 1 BTC']);
    assert.equal(model.table.page(0).head.length, 4, 'hidden lines stay in the table');
  });

  it('shows rates over the time that each was paid for, in percent, and says which settlement holds', () => {
    const holds = (...hours: number[]) => Float64Array.from(hours, (one) => one * HOUR);
    const okx = { ...line('okx', [GAP, 0.1, GAP, 0.2, GAP, GAP, GAP, 0.3]), holdsMs: holds(GAP, 2, GAP, 2, GAP, GAP, GAP, 2) };
    const model = cardModel(payloadOf([okx], 'funding'));
    const { atMs, values } = model.lines[0]?.column ?? assert.fail();
    assert.deepEqual(Array.from(atMs, (at, index) => [(at - T0) / HOUR, values[index]]), [
      [-1, 10], [1, 10], [1, 20], [3, 20], [4, GAP], [5, 30], [7, 30],
    ]);
    const at = (hour: number) => model.hover(T0 + hour * HOUR)?.lines[0];
    assert.equal(at(2), 'okx: +20.0 % a year, settled 2026-11-01 03:00 UTC');
    assert.equal(at(3), 'okx: +20.0 % a year, settled 2026-11-01 03:00 UTC');
    assert.equal(at(4), 'okx: no number', 'a settlement is missing');
    assert.equal(at(5), 'okx: no number', 'it holds after the moment at which the one before it ended');
    assert.equal(at(6), 'okx: +30.0 % a year, settled 2026-11-01 07:00 UTC');
    assert.deepEqual([model.axisTitles.y, model.table.page(0).head[1]], ['Funding (% per year)', 'okx (% per year)']);
    assert.equal(model.table.page(0).rows.filter((row) => row[1]?.text !== '–').length, 3, 'the table has settlements alone');
    assert.match(model.head, /^BTC · each settlement · /);
  });

  it('shows parts in percent: with a sign what may be below zero, without what may not', () => {
    const share = cardModel(payloadOf([line('okx', [0.25])], 'spot-share'));
    assert.deepEqual([share.hover(T0)?.lines, share.axisTitles.y], [['okx: 25.0 %'], 'Spot share of volume (%)']);
    assert.match(share.head, /stored history to 2026-11-01 01:00 UTC$/, 'a share is of a step that is over');
    const over = cardModel(payloadOf([line('okx', [-0.0004])], 'over-spot'));
    assert.deepEqual([over.hover(T0)?.lines, over.table.page(0).rows[0]?.[1]?.text], [['okx: −0.0400 %'], '−0.04']);
  });

  it('says how open interest counts sides', () => {
    const lines = [line('aggregate', [3]), { ...line('okx', [1]), sides: 'both, halved' as const }, { ...line('gate', [2]), sides: 'one' as const }];
    const { notes } = cardModel(payloadOf(lines, 'open-interest-history'));
    assert.deepEqual(notes.slice(1), ['The hourly numbers of okx count both sides; half of them is shown.']);
  });
}); // prettier-ignore
