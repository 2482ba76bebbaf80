import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HeatmapPayload } from '../../../src/surfaces/protocol/heatmaps.ts';
import { wishFor } from '../../../webview/models/cardWish.ts';
import { heatmapCardModel } from '../../../webview/models/heatmapCard.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000] as const;
const T0 = Date.UTC(2026, 10, 1);
const GAP = Number.NaN;

const payloadOf = (changes: Partial<HeatmapPayload> = {}): HeatmapPayload => ({
  ...{ card: 'open-interest-change', asset: 'BTC', source: 'simulated', stepMs: HOUR, firstMs: T0, columns: 3 },
  rows: [
    { id: 'aggregate', label: 'Aggregate of 2' },
    { id: 'okx', label: 'OKX' },
  ],
  values: Float64Array.of(0.01, 0, GAP, -0.02, GAP, 0.005),
  notes: ['Aggregate = OKX + Gate.'],
  ...changes,
}); // prettier-ignore

describe('a heatmap card', () => {
  const model = heatmapCardModel(payloadOf(), 'linear');

  it('has its first row on top, zero in the middle of its colours and nothing for what is not known', () => {
    const { columns, rows, levels, hasBlanks, xRange } = model.grid.raster;
    assert.deepEqual([columns, rows, hasBlanks, xRange], [3, 2, true, { min: T0, max: T0 + 3 * HOUR }]);
    assert.deepEqual([...levels], [1, 0, 160, 191, 128, 0]);
    assert.deepEqual(model.rowLabels, ['OKX', 'Aggregate of 2']);
    assert.deepEqual(model.legend.labels, ['−2 %', '−1 %', '0 %', '+1 %', '+2 %']);
    assert.equal(model.legend.title, 'Change of open interest (% of coins per hour)');
  });

  it('reads a cell with its step, and what the other rows have then', () => {
    assert.deepEqual(model.hover(T0 + 20 * 60_000, 0.5), {
      title: 'OKX: −2.00 %',
      lines: ['2026-11-01 00:00 UTC, 1 h', 'Aggregate of 2 +1.00 %'],
      atMs: T0,
    });
    assert.equal(model.hover(T0 + HOUR, 1.5)?.title, 'Aggregate of 2: 0 %');
    assert.equal(model.hover(T0 + HOUR, 0.5)?.title, 'OKX: no number');
    assert.equal(model.hover(T0 - 1, 0.5), undefined);
    assert.equal(model.hover(T0, 2.5), undefined);
    const short = heatmapCardModel(payloadOf({ stepMs: 300_000 }), 'linear');
    assert.equal(short.hover(T0, 0.5)?.lines[0], '2026-11-01 00:00 UTC, 5 min');
    assert.equal(short.legend.title, 'Change of open interest (% of coins per 5 minutes)');
  });

  it('says beside other charts what its sum has, and of assets what the panel’s own has', () => {
    assert.deepEqual(model.linesAt(T0), ['Open interest change, Aggregate of 2: +1.00 %']);
    assert.deepEqual(model.linesAt(T0 + 2 * HOUR), []);
    const rows = [{ id: 'ETH', label: 'ETH, OKX' }, { id: 'BTC', label: 'BTC, OKX' }]; // prettier-ignore
    const assets = payloadOf({ card: 'funding-assets', rows });
    assert.deepEqual(heatmapCardModel(assets, 'linear').linesAt(T0), ['Funding by asset, BTC, OKX: −2.00 %']);
    assert.deepEqual(heatmapCardModel({ ...assets, asset: 'SOL' }, 'linear').linesAt(T0), []);
  });

  it('has every number in its table and for other programs, with the unit in its title and gaps left open', () => {
    const { table } = model;
    assert.deepEqual(table.page(0).head, ['Time (UTC)', 'Aggregate of 2 (% per hour)', 'OKX (% per hour)']);
    assert.deepEqual(table.page(0).rows.map((row) => row.map(({ text }) => text).join(' ')), [
      '2026-11-01 02:00 – +0.500 %',
      '2026-11-01 01:00 0 % –',
      '2026-11-01 00:00 +1.00 % −2.00 %',
    ]); // prettier-ignore
    assert.deepEqual(table.whole().rows, [
      [T0 + 2 * HOUR, null, 0.5],
      [T0 + HOUR, 0, null],
      [T0, 1, -2],
    ]);
    assert.deepEqual(table.whole({ min: T0 + 90 * 60_000, max: T0 + 100 * 60_000 }).rows.length, 1);
  });

  it('says whose it is, of when, and that it is simulated', () => {
    assert.equal(model.head, 'BTC · hourly · stored history to 2026-11-01 03:00 UTC');
    assert.match(model.summary, /^Heatmap: Open interest change of BTC, percent, .* Simulated numbers\. Newest: Aggregate of 2 0 %; OKX \+0\.500 %\.$/); // prettier-ignore
    const assets = heatmapCardModel(payloadOf({ card: 'funding-assets', stepMs: 8 * HOUR }), 'log');
    assert.equal(assets.head, 'Followed assets · eight-hour steps · stored history to 2026-11-02 00:00 UTC');
    assert.equal(assets.legend.title, 'Funding (% per year, simple, log)');
    assert.equal(assets.table.page(0).head[1], 'Aggregate of 2 (% per year)');
  });

  it('says where nothing is kept, and shows that as not known', () => {
    const empty = heatmapCardModel(payloadOf({ rows: [], columns: 0, values: new Float64Array() }), 'log');
    assert.deepEqual([...empty.grid.raster.levels], [0]);
    assert.deepEqual(empty.notes.slice(-2), ['Aggregate = OKX + Gate.', 'Nothing is kept of this time.']);
    assert.match(empty.head, /no stored history of this time$/);
    assert.equal(empty.hover(T0, 0.5), undefined);
    assert.deepEqual([empty.table.page(0).rows, empty.linesAt(T0)], [[], []]);
  });

  it('paints a step that is added as one column', () => {
    const next = payloadOf({ columns: 4, values: Float64Array.of(0.01, 0, GAP, 0.01, -0.02, GAP, 0.005, 0) });
    assert.deepEqual(heatmapCardModel(next, 'linear', model).grid.raster.since?.columns, [3]);
    assert.equal(heatmapCardModel(next, 'log', model).grid.raster.since, undefined);
  });

  it('asks for no column that is narrower than a pixel', () => {
    const subject = { card: 'funding-assets', asset: 'BTC' } as const;
    const step = (days: number) =>
      wishFor(subject, { min: T0, max: T0 + days * DAY }, 800, T0 + 999 * DAY, 1).stepMs;
    assert.deepEqual([2, 3, 33, 34].map(step), [HOUR / 12, HOUR, HOUR, DAY]);
  });
});
