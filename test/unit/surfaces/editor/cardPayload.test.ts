import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ExchangeId } from '../../../../src/core/ids.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { rangeSeriesOf, type RangeSeriesId } from '../../../../src/series/range/rangeSeries.ts';
import type { SeriesLine, SeriesLines } from '../../../../src/series/range/seriesLines.ts';
import { cardPayload, type CardDeps } from '../../../../src/surfaces/editor/panels/cardPayload.ts';
import {
  CARD_IDS,
  CARD_STEPS_MS,
  type CardId,
  type CardLine,
} from '../../../../src/surfaces/protocol/cards.ts';
import { CARDS } from '../../../../webview/models/cards.ts';

const GAP = Number.NaN;
const line = (series: SeriesLine['series'], id: SeriesLine['id'], values: number[], firstMs = 0): SeriesLine => ({
  ...{ series, id, firstMs },
  values: Float64Array.from(values),
}); // prettier-ignore
const NAMES: Readonly<Record<string, string>> = { binance: 'Binance', okx: 'OKX', gate: 'Gate' };

async function card(id: CardId, lines: readonly SeriesLine[], more: Partial<SeriesLines> = {}) {
  const asked: string[][] = [];
  const deps: CardDeps = {
    lines: ({ series, stepMs }) => {
      asked.push([...series]);
      return Promise.resolve({ source: 'simulated', stepMs, lines, sums: [], apart: 0, ...more });
    },
    nameOf: (one) => NAMES[one] ?? one,
    placeOf: (one: ExchangeId) => Object.keys(NAMES).indexOf(one),
  };
  const wish = { card: id, asset: 'BTC', stepMs: HOUR_MS, fromMs: 0, toMs: 4 * HOUR_MS } as const;
  const payload = await cardPayload(wish, deps, new AbortController().signal);
  return { payload, asked, shown: payload.lines.map(({ label, values }) => [label, ...values]) };
}

describe('a card of a panel', () => {
  it('is made of series of its own unit, or is a part of them where both are of one', async () => {
    const ofParts: Partial<Record<CardId, string>> = { 'over-spot': 'quote', 'spot-share': 'usd' };
    const ofRates: Partial<Record<CardId, string>> = {
      funding: 'fraction',
      'basis-index': 'fraction',
      'term-structure': 'fraction-per-year',
    };
    for (const id of CARD_IDS) {
      const { asked } = await card(id, []);
      const units = asked.flat().map((series) => rangeSeriesOf(series as RangeSeriesId).unit);
      assert.deepEqual([...new Set(units)], [ofParts[id] ?? ofRates[id] ?? CARDS[id].unit], id);
      assert.equal(CARDS[id].unit.startsWith('fraction'), id in ofParts || id in ofRates, id);
    }
  });

  it('asks for settlements by the hour, whatever the step', async () => {
    const steps: number[] = [];
    const deps: CardDeps = {
      lines: ({ stepMs }) => {
        steps.push(stepMs);
        return Promise.resolve({ source: 'live', stepMs, lines: [], sums: [], apart: 0 });
      },
      nameOf: (one) => one,
      placeOf: () => 0,
    };
    for (const stepMs of CARD_STEPS_MS)
      await cardPayload({ card: 'funding', asset: 'BTC', stepMs, fromMs: 0, toMs: HOUR_MS }, deps, new AbortController().signal); // prettier-ignore
    assert.deepEqual(steps, [HOUR_MS, HOUR_MS, HOUR_MS]);
  });

  it('is without lines where nothing is kept', async () => {
    const { payload } = await card('taker-delta', []);
    assert.deepEqual([payload.lines, payload.notes, payload.source], [[], [], 'simulated']);
  });

  it('states a difference where both sides are known, of the same moments', async () => {
    const { shown } = await card('taker-delta', [
      line('taker-buy', 'okx', [5, GAP, 9, 4]),
      line('taker-sell', 'okx', [1, 2], HOUR_MS),
      line('taker-buy', 'gate', [3]),
    ]);
    assert.deepEqual(shown, [['OKX', GAP, GAP, 7, GAP]]);
  });

  it('states no difference of sums of other exchanges', async () => {
    const sums = (...exchanges: readonly ExchangeId[][]) =>
      exchanges.map((one) => ({ series: 'taker-buy' as const, exchanges: one, leftOut: [], share: 1 }));
    const lines = [line('taker-buy', 'aggregate', [5]), line('taker-sell', 'aggregate', [1])];
    const [same, other] = [sums(['okx', 'gate'], ['okx', 'gate']), sums(['okx', 'gate'], ['okx', 'htx'])];
    assert.deepEqual((await card('taker-delta', lines, { sums: same })).shown, [['Aggregate of 2', 4]]);
    assert.deepEqual((await card('taker-delta', lines, { sums: other })).shown, []);
  });

  it('names a future by its exchange and the day of its expiry, with the hour where there are two of a day', async () => {
    const at = (id: ExchangeId, feed: string, firstMs = 0) => ({
      ...line('term-structure', id, [0.1], firstMs),
      feed,
    });
    const { payload, shown } = await card('term-structure', [
      at('gate', '2026-12-25T08:00:00.000Z', HOUR_MS),
      at('gate', '2027-03-26T08:00:00.000Z'),
      at('binance', '2026-12-25T08:00:00.000Z'),
      at('binance', '2026-12-25T15:00:00.000Z'),
    ]);
    assert.deepEqual(shown.map(([label]) => label), ['Binance 2026-12-25 08:00', 'Binance 2026-12-25 15:00', 'Gate 2026-12-25', 'Gate 2027-03-26']); // prettier-ignore
    assert.deepEqual(payload.notes, []);
  });

  it('says since when there are numbers of futures, where that is later than what is asked for', async () => {
    const late = { ...line('term-structure', 'gate', [0.1], 2 * HOUR_MS), feed: '2026-12-25T08:00:00.000Z' };
    const nothing = 'Readings kept without the expiry of their future have none.';
    assert.deepEqual((await card('term-structure', [late])).payload.notes, [`Numbers since 1970-01-01 02:00 UTC. ${nothing}`]); // prettier-ignore
    assert.deepEqual((await card('term-structure', [])).payload.notes, [nothing]);
  });

  it('takes mark prices, and last prices of who has no others', async () => {
    const { payload, shown } = await card('price', [
      line('last-close', 'binance', [10]),
      line('mark-close', 'okx', [11]),
      line('last-close', 'okx', [12]),
    ]);
    assert.deepEqual(shown, [
      ['Binance', 10],
      ['OKX', 11],
    ]);
    // The close of the hour from 0 is known at its end.
    assert.deepEqual(payload.lines.map(({ firstMs }) => firstMs), [HOUR_MS, HOUR_MS]); // prettier-ignore
  });

  it('states longs below zero and shorts above, feed by feed, and 0 as 0', async () => {
    const feed = (one: SeriesLine, name: string): SeriesLine => ({ ...one, feed: name });
    const { payload, shown } = await card('liquidations', [
      feed(line('long-liquidations-usd', 'okx', [7, 0]), 'GET /a'),
      feed(line('short-liquidations-usd', 'okx', [2, GAP]), 'GET /a'),
    ]);
    assert.deepEqual(shown, [
      ['OKX longs (GET /a)', -7, 0],
      ['OKX shorts (GET /a)', 2, GAP],
    ]);
    assert.ok(Object.is(payload.lines[0]?.values[1], 0), 'no minus zero');
    assert.deepEqual(payload.lines.map(({ side }: CardLine) => side), ['long', 'short']); // prettier-ignore
  });

  it('is by the hour where hardly anything is kept of five minutes, and by these where most is', async () => {
    const FIVE = 300_000;
    const read = async (fiveMinutes: number) => {
      const asked: number[] = [];
      const deps: CardDeps = {
        lines: ({ stepMs }) => {
          asked.push(stepMs);
          const count = stepMs === FIVE ? fiveMinutes : 24;
          const values = Array.from({ length: count }, () => 1);
          const lines = count === 0 ? [] : [line('depth-usd', 'okx', values)];
          return Promise.resolve({ source: 'live', stepMs, lines, sums: [], apart: 0 });
        },
        nameOf: (one) => one,
        placeOf: () => 0,
      };
      const wish = { card: 'depth', asset: 'BTC', stepMs: FIVE, fromMs: 0, toMs: 24 * HOUR_MS } as const;
      return [(await cardPayload(wish, deps, new AbortController().signal)).stepMs, asked.length];
    };
    assert.deepEqual(await read(0), [HOUR_MS, 2]);
    assert.deepEqual(await read(100), [HOUR_MS, 2]);
    assert.deepEqual(await read(262), [FIVE, 1], 'about as much');
    assert.deepEqual(await read(288), [FIVE, 1]);
  });

  it('names whom its sum is of, first, who is left out, and what neighbours contradict', async () => {
    const sum = {
      series: 'volume-usd' as const,
      exchanges: ['okx', 'binance'],
      share: 0.812,
      leftOut: [{ exchange: 'gate', reason: 'too many holes' }],
    };
    const lines = [line('volume-usd', 'okx', [1]), line('volume-usd', 'binance', [2]), line('volume-usd', 'aggregate', [3])]; // prettier-ignore
    const { payload, shown } = await card('volume', lines, { sums: [sum], apart: 2 });
    assert.deepEqual(shown, [
      ['Aggregate of 2', 3],
      ['Binance', 2],
      ['OKX', 1],
    ]);
    assert.deepEqual(payload.notes, [
      'Aggregate = OKX + Binance, 81.2 % of the usual total.',
      'Not in the aggregate: Gate, too many holes.',
      '2 values are left out: neighbours contradict them.',
    ]);
  });
});
