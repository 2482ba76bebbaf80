import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { CardLine, CardPayload } from '../../../src/surfaces/protocol/cards.ts';
import { comparedModel } from '../../../webview/models/comparedCard.ts';
import { startState } from '../../../webview/models/viewState.ts';
import { valueAxis } from '../../../webview/models/valueAxis.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 1);
const GAP = Number.NaN;
const ALL_ON = (): boolean => false;
const line = (id: CardLine['id'], values: number[], firstMs = T0): CardLine => ({
  ...{ id, label: id === 'aggregate' ? 'Aggregate of 2' : id, firstMs },
  values: Float64Array.from(values),
}); // prettier-ignore
const payload = (asset: string, lines: readonly CardLine[], more: Partial<CardPayload> = {}): CardPayload => ({
  ...{ card: 'open-interest-history', asset, source: 'live', stepMs: HOUR, lines, notes: [] },
  ...more,
}); // prettier-ignore
const BTC = payload('BTC', [line('aggregate', [GAP, 100, 110, 120]), line('okx', [40, 40, 40, 40])]);
const ETH = payload('ETH', [line('aggregate', [2_000, 4_000, 3_000], T0), line('okx', [1, 1, 1])]);
const ALL = { min: T0, max: T0 + 5 * HOUR };

describe('two assets in one card', () => {
  it('are the aggregate of each, named with its asset, each number in its own unit', () => {
    const model = comparedModel(BTC, ETH, ALL_ON);
    assert.deepEqual(model.lines.map(({ label, colourIndex }) => [label, colourIndex]), [['BTC, Aggregate of 2', 0], ['ETH, Aggregate of 2', 1]]); // prettier-ignore
    const { caption, head, rows } = model.table.page(0);
    assert.equal(caption, 'Open interest history of BTC and ETH, each in its own unit');
    assert.deepEqual(head.slice(1), ['BTC, Aggregate of 2 (BTC)', 'ETH, Aggregate of 2 (ETH)']);
    assert.deepEqual(rows.map((row) => row.map(({ text }) => text)).at(-2), ['2026-11-01 01:00', '100', '4,000']); // prettier-ignore
    assert.equal(model.head, 'BTC and ETH · hourly · stored history to 2026-11-01 03:00 UTC');
    assert.match(model.summary, /^Open interest history of BTC and ETH, .* Newest: BTC, Aggregate of 2 120 BTC; ETH, Aggregate of 2 3,000 ETH\.$/); // prettier-ignore
  });

  it('change since the first moment that both have a number of, within what is shown', () => {
    const model = comparedModel(BTC, ETH, ALL_ON);
    assert.deepEqual(model.compared?.(ALL), { min: T0 + HOUR, max: ALL.max });
    assert.deepEqual(model.compared?.({ min: T0 + 90 * 60_000, max: ALL.max }), { min: T0 + 2 * HOUR, max: ALL.max }); // prettier-ignore
    assert.equal(model.compared?.({ min: T0 + 3 * HOUR, max: ALL.max }), undefined, 'ETH has none there');
    assert.deepEqual(model.hover(T0 + 2 * HOUR, ALL)?.lines, [
      'BTC, Aggregate of 2: 110 BTC, +10.0 %',
      'ETH, Aggregate of 2: 3,000 ETH, −25.0 %',
    ]);
    const columns = model.lines.map(({ column }) => column);
    const { scale, maps } = valueAxis(columns, ALL, 'change', model.compared?.(ALL));
    assert.deepEqual([scale, maps[0]?.(110).toFixed(9), maps[1]?.(2_000).toFixed(9)], ['change', '10.000000000', '-50.000000000']); // prettier-ignore
  });

  it('are of one exchange where one of them has no aggregate: the first that both have and that is not switched off', () => {
    const [binance, okx] = [line('binance', [1]), line('okx', [2])];
    const pair = (own: CardLine[], other: CardLine[], off: string[] = []) =>
      comparedModel(
        payload('BTC', own, { card: 'price' }),
        payload('ETH', other, { card: 'price' }),
        (label) => off.includes(label),
      ).lines.map(({ label }) => label);
    assert.deepEqual(pair([line('aggregate', [5]), binance, okx], [okx, binance]), ['BTC, binance', 'ETH, binance']); // prettier-ignore
    assert.deepEqual(pair([binance, okx], [okx, binance], ['binance']), ['BTC, okx', 'ETH, okx']);
    assert.deepEqual(pair([line('binance', [GAP]), okx], [okx, binance]), ['BTC, okx', 'ETH, okx']);
    assert.deepEqual(pair([binance], [okx]), []);
    const none = comparedModel(payload('BTC', [binance]), payload('ETH', [okx]), ALL_ON);
    assert.match(none.notes.at(-1) ?? '', /^Nothing to compare: neither an aggregate nor one exchange/);
    assert.equal(none.compared?.(ALL), undefined);
  });

  it('are SIMULATED where one of them is, and say of which asset a note is', () => {
    const noted = payload('ETH', ETH.lines, { notes: ['Aggregate = OKX + Gate.'], source: 'simulated' });
    const model = comparedModel(BTC, noted, ALL_ON);
    assert.match(model.summary, /Simulated numbers/);
    assert.ok(model.notes.includes('ETH: Aggregate = OKX + Gate.'), model.notes.join('|'));
  });

  it('come back with the panel, as heights do; what cannot be is left out', () => {
    const kept = { compared: { price: 'ETH', pie: 'SOL', depth: 5, volume: '' }, cardHeights: { price: 'tall', depth: 'huge', volume: 'small' } }; // prettier-ignore
    const { compared, cardHeights } = startState({}, kept);
    assert.deepEqual([compared, cardHeights], [{ price: 'ETH' }, { price: 'tall', volume: 'small' }]);
    for (const bad of [null, 'tall', 5, ['tall']])
      assert.deepEqual(startState({}, { compared: bad, cardHeights: bad }).cardHeights, {});
  });
});
