import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeBand, RegimeRun, RegimeTimeline } from '../../../src/surfaces/protocol/payloads.ts';
import { markOf, regimeBandModel } from '../../../webview/models/regimeBand.ts';
import { regimeTimelineModel } from '../../../webview/models/regimeTimeline.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 20);
const run = (from: number, to: number, label: string, changes: Partial<RegimeRun> = {}): RegimeRun => ({
  ...{ fromMs: T0 + from * HOUR, toMs: T0 + to * HOUR, label, family: 'short-covering', isWeak: false },
  ...{ direction: 1, confidence: 0.784, rarity: 0.031, rarityBasis: 'own-history', ...changes },
});
const RUNS = [
  run(2, 5, 'short squeeze', { isWeak: true }),
  run(5, 9, 'short squeeze'),
  run(12, 20, 'unknown', { family: 'unknown', direction: 0, confidence: 0, rarity: 1 }),
  run(20, 24, 'long squeeze', { family: 'long-unwinding', direction: -1, rarity: 0.002 }),
];
const band = (changes: Partial<RegimeBand> = {}): RegimeBand => ({
  ...{ runs: RUNS, fromMs: T0, longestPauseMs: 900_000, ...changes },
});
const modelOf = (changes: Partial<RegimeBand> = {}) => regimeBandModel(band(changes), 'BTC', 'live');

describe('the band of regimes', () => {
  it('has a stretch for each run and each time that nobody watched, without a break, and none after the last', () => {
    const found = modelOf().stretches.map((one) => [
      (one.fromMs - T0) / HOUR,
      (one.toMs - T0) / HOUR,
      one.run?.label ?? 'gap',
    ]);
    assert.deepEqual(found, [
      [0, 2, 'gap'],
      [2, 5, 'short squeeze'],
      [5, 9, 'short squeeze'],
      [9, 12, 'gap'],
      [12, 20, 'unknown'],
      [20, 24, 'long squeeze'],
    ]);
  });

  it('takes no time before the first assessment for a gap that is shorter than one', () => {
    const firstOf = (beforeMs: number) => modelOf({ fromMs: T0 + 2 * HOUR - beforeMs }).stretches[0]?.run;
    assert.deepEqual([firstOf(900_000), firstOf(900_001)], [RUNS[0], undefined]);
  });

  it('says of each stretch label, family, confidence, rarity, since and until, and what of these was not seen', () => {
    const model = modelOf();
    const told = model.stretches.map((_, index) => {
      const { title, lines } = model.readout(index)!;
      return [title, ...lines].join(' | ');
    });
    assert.deepEqual(told, [
      'Not watched | From 2026-11-20 00:00 UTC | To 2026-11-20 02:00 UTC',
      'short squeeze (weak) | Family: short covering | Confidence 78 %, seen in 3 % of shuffled hours | Since 2026-11-20 02:00 UTC or longer | Until 2026-11-20 05:00 UTC',
      'short squeeze | Family: short covering | Confidence 78 %, seen in 3 % of shuffled hours | Since 2026-11-20 05:00 UTC | Until 2026-11-20 09:00 UTC, not watched after',
      'Not watched | From 2026-11-20 09:00 UTC | To 2026-11-20 12:00 UTC',
      'unknown | No confidence is given | Since 2026-11-20 12:00 UTC or longer | Until 2026-11-20 20:00 UTC',
      'long squeeze | Family: long unwinding | Confidence 78 %, seen in under 1 % of shuffled hours | Since 2026-11-20 20:00 UTC | Still so at 2026-11-21 00:00 UTC',
    ]);
    assert.equal(model.readout(3)?.atMs, T0 + 10.5 * HOUR);
    const bare = modelOf({
      runs: [run(2, 5, 'neutral', { confidence: null }), run(5, 6, 'neutral', { rarity: null })],
    });
    assert.deepEqual(
      [1, 2].map((at) => bare.readout(at)?.lines[1]),
      ['No confidence is given', 'Confidence 78 %'],
    );
    assert.equal(model.readout(6), undefined);
    assert.equal(model.readout(-1), undefined);
  });

  it('finds the stretch of a moment, and none before or after what it holds', () => {
    const { indexAt } = modelOf();
    const at = (hour: number) => indexAt(T0 + hour * HOUR);
    assert.deepEqual([-1, 0, 2, 4.99, 5, 10, 12, 23, 25].map(at), [-1, 0, 1, 1, 2, 3, 4, 5, -1]);
    // What was seen for a moment can be pointed at, also at the end and beside a gap.
    const near = (hour: number) => indexAt(T0 + hour * HOUR, HOUR);
    assert.deepEqual([8.5, 9.5, 10.5, 11.5, 24.5, 26].map(near), [2, 2, 3, 4, 5, -1]);
    const lone = modelOf({ runs: [run(5, 5, 'neutral')] });
    assert.equal(lone.indexAt(T0 + 5 * HOUR), 1);
  });

  it('knows each regime by letters of its own, once for each family', () => {
    assert.deepEqual(
      modelOf().marks.map(({ code, words, family }) => [code, words, family]),
      [
        ['LS', 'long squeeze', 'long-unwinding'],
        ['?', 'unknown', 'unknown'],
        ['SS', 'short squeeze', 'short-covering'],
      ],
    );
    const labels = [
      ...['spot-led rally', 'leverage-led rally', 'short squeeze', 'crowded long', 'crowded short'],
      ...['leverage build-up', 'new shorts', 'deleveraging', 'long squeeze', 'illiquid sell-off', 'neutral'],
      'unknown',
    ];
    assert.equal(new Set(labels.map((label) => markOf(run(0, 1, label)).code)).size, labels.length);
  });

  it('is a table of all stretches, newest first; what is not known is a dash and null', () => {
    const { table } = modelOf();
    const { rows } = table.page(0);
    assert.deepEqual(
      rows.slice(0, 3).map((row) => row.map(({ text }) => text)),
      [
        ['2026-11-20 20:00', '2026-11-21 00:00', 'long squeeze', 'long unwinding', 'down', '78.4', '0.2'],
        ['2026-11-20 12:00', '2026-11-20 20:00', 'unknown', 'unknown', 'none', '–', '–'],
        ['2026-11-20 09:00', '2026-11-20 12:00', 'not watched', '–', '–', '–', '–'],
      ],
    );
    const { columns, rows: whole } = table.whole();
    assert.deepEqual(columns.map(({ type }) => type), ['time', 'time', 'text', 'text', 'text', 'number', 'number']); // prettier-ignore
    assert.deepEqual(whole[2], [T0 + 9 * HOUR, T0 + 12 * HOUR, 'not watched', null, null, null, null]);
    assert.equal(whole.length, 6);
    const within = table.whole({ min: T0 + 10 * HOUR, max: T0 + 12 * HOUR }).rows;
    assert.deepEqual(within, [whole[2]]);
    const many = modelOf({
      runs: Array.from({ length: 199 }, (_, at) => run(at, at + 1, `a${at % 2}`)),
    }).table;
    assert.deepEqual([many.pageCount, many.page(0).rows.length, many.page(1).rows.length], [2, 100, 99]);
    assert.equal(many.page(1).rows.at(-1)?.[0]?.text, '2026-11-20 00:00');
    assert.equal(many.page(1).rows[0]?.[0]?.value, T0 + 98 * HOUR);
  });

  it('sums up what stands, and says simulated', () => {
    assert.match(modelOf().summary, /^Regime of BTC over time\. long squeeze\. Family: .*Still so at 2026-11-21 00:00 UTC\.$/); // prettier-ignore
    assert.match(
      regimeBandModel(band(), 'BTC', 'simulated').summary,
      /^Regime of BTC over time\. Simulated\. /,
    );
  });
});

describe('the regime timeline', () => {
  const payload = (changes: Partial<RegimeTimeline> = {}): RegimeTimeline => ({
    ...{ kind: 'regime-timeline', asset: 'BTC', source: 'live', asOfMs: T0 + 24 * HOUR, ...band() },
    ...{ coverage: { fresh: 9, of: 9 }, notes: ['One perpetual per exchange.'] },
    price: {
      atMs: Float64Array.of(T0 + 3 * HOUR, T0 + 4 * HOUR, T0 + 7 * HOUR),
      values: Float64Array.of(90_000, 90_500, 91_000),
    },
    ...{ priceLabel: 'Mark price, OKX', quoteAsset: 'USDT', ...changes },
  });
  const timelineOf = (changes: Partial<RegimeTimeline> = {}) =>
    regimeTimelineModel(payload(changes), modelOf());

  it('spans what was looked at, breaks the price where hours are lacking and says price and regime of an hour', () => {
    const { xRange, price, axisTitles, hover } = timelineOf();
    assert.deepEqual(xRange, { min: T0, max: T0 + 24 * HOUR });
    assert.deepEqual(
      Array.from(price.atMs, (atMs, at) => [(atMs - T0) / HOUR, price.values[at]]),
      [
        [3, 90_000],
        [4, 90_500],
        [6, NaN],
        [7, 91_000],
      ],
    );
    assert.equal(axisTitles.y, 'Price (USDT)');
    const told = hover(T0 + 6.9 * HOUR);
    assert.deepEqual(
      [told?.title, told?.lines],
      ['2026-11-20 07:00 UTC', ['Mark price, OKX: 91,000 USDT', 'short squeeze']],
    );
  });

  it('counts what followed upon what, with how many stays', () => {
    assert.deepEqual(timelineOf().transitions, [['unknown → long squeeze', '1', '1', '100', '0']]);
  });

  it('stands without a price', () => {
    const { price: _price, priceLabel: _label, quoteAsset: _quote, ...bare } = payload();
    const { price, axisTitles, notes, hover, xRange } = regimeTimelineModel(bare, modelOf());
    assert.deepEqual([price.atMs.length, axisTitles.y, hover(T0)], [0, 'Price: not known', undefined]);
    assert.ok(notes.every((note) => !/price/i.test(note) || note.startsWith('High in the band')));
    assert.ok(xRange.max > xRange.min);
  });
});
