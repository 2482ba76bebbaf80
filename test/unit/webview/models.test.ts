import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PanelSnapshot } from '../../../src/surfaces/protocol/payloads.ts';
import { badgesOf, headerLine } from '../../../webview/models/chartText.ts';
import { chartsOf, frameModel } from '../../../webview/models/frame.ts';
import { fundingModel } from '../../../webview/models/fundingHeatmap.ts';
import { liquidationModel } from '../../../webview/models/liquidationHeatmap.ts';
import { openInterestModel } from '../../../webview/models/openInterest.ts';
import { startState } from '../../../webview/models/viewState.ts';
import {
  DEMO_AS_OF_MS,
  GAP,
  demoFunding,
  demoLiquidations,
  demoOpenInterest,
  demoSnapshot,
} from '../../browser/demoData.ts';

describe('the open interest model', () => {
  const payload = demoOpenInterest();

  it('names the unit on the axis and switches it', () => {
    assert.equal(openInterestModel(payload, 'base').axisTitles.y, 'Open interest (BTC)');
    assert.equal(openInterestModel(payload, 'usd').axisTitles.y, 'Open interest (USD)');
    assert.equal(openInterestModel(payload, 'base').axisTitles.x, 'Time (UTC)');
  });

  it('keeps the columns of the payload as they are, gaps too', () => {
    const { lines } = openInterestModel(payload, 'base');
    assert.equal(lines[1]?.column, payload.lines[1]?.base);
    assert.ok(Number.isNaN(lines[GAP.line + 1]?.column.values[GAP.from]));
  });

  it('states the side convention of exchanges that need it', () => {
    const notes = openInterestModel(payload, 'base').notes.join(' ');
    assert.match(notes, /numbers of Gate count both sides; half of them is shown\./);
    assert.match(notes, /Hyperliquid does not say .* may be up to twice too high\./);
    assert.doesNotMatch(notes, /numbers of Binance/);
  });

  it('says at a time what each visible line has', () => {
    const model = openInterestModel(payload, 'base', new Set(['okx']));
    const at = payload.lines[0]?.base.atMs[GAP.from] ?? NaN;
    const hover = model.hover(at + 60_000);
    assert.equal(hover?.atMs, at);
    assert.match(hover?.title ?? '', /UTC$/);
    assert.ok(hover?.lines.some((line) => /^Binance: [\d,]+ BTC$/.test(line)));
    assert.ok(hover?.lines.includes('Bybit: no number'));
    assert.ok(!hover?.lines.some((line) => line.startsWith('OKX')));
  });

  it('has a table twin with the payload’s own numbers, newest first, gaps as dashes', () => {
    const { table } = openInterestModel(payload, 'base', new Set(['okx']));
    const values = payload.lines[1]?.base.values ?? new Float64Array();
    let seen = 0;
    for (let page = 0; page < table.pageCount; page++)
      for (const row of table.page(page).rows) {
        const at = values.length - 1 - seen++;
        assert.equal(row[2]?.value, values[at]);
        if (at === GAP.from) assert.equal(row[GAP.line + 2]?.text, '–');
      }
    assert.equal(seen, values.length);
    assert.ok(table.page(0).head.includes('OKX (BTC)'));
  });

  it('summarises for a reader who cannot see it', () => {
    const { summary } = openInterestModel(demoOpenInterest({ source: 'simulated' }), 'usd');
    assert.match(
      summary,
      /^Line chart of BTC open interest in USD, .*UTC.*Simulated numbers.*All exchanges \$/,
    );
  });

  it('draws nothing wrong from nothing', () => {
    const empty = openInterestModel({ ...payload, lines: [] }, 'base');
    assert.equal(empty.hover(5), undefined);
    assert.equal(empty.table.page(0).rows.length, 0);
  });
});

describe('the funding model', () => {
  const payload = demoFunding();
  const model = fundingModel(payload);

  it('labels rows with the interval, the first exchange on top', () => {
    assert.equal(model.rowLabels.at(-1), 'Binance, 8 h');
    assert.equal(model.rowLabels[0], 'Hyperliquid, 1 h');
    const { intervalHours: _, ...row } = payload.rows[0] ?? { id: 'x', label: 'X' };
    assert.equal(
      fundingModel({ ...payload, rows: [row, ...payload.rows.slice(1)] }).rowLabels.at(-1),
      'Binance, interval unknown',
    );
  });

  it('leaves cells without a settlement empty and says so', () => {
    const columns = payload.columnAtMs.length;
    assert.equal(model.grid.raster.levels[1 * columns], 0, 'Gate, second row from below');
    assert.deepEqual(model.hover(payload.columnAtMs[0] ?? 0, 1.5)?.lines[0], 'No settlement known');
  });

  it('states percent a year and per interval under the pointer', () => {
    const hover = model.hover((payload.columnAtMs[3] ?? 0) + 1, 4.2);
    assert.equal(hover?.title, 'Binance');
    assert.match(hover?.lines[0] ?? '', /^[+−]\d+\.\d\d % a year$/);
    assert.match(hover?.lines[1] ?? '', /^[+−]0\.\d{4,5} % per 8 h$/);
    assert.match(hover?.lines[2] ?? '', /UTC, 8 h$/);
    assert.equal(model.hover(0, 1), undefined);
    assert.equal(model.hover(payload.columnAtMs[3] ?? 0, 99), undefined);
  });

  it('reckons back to one interval with the 365 days of the yearly rate', () => {
    const columns = payload.columnAtMs.length;
    const cells = new Float32Array(payload.cells.length).fill(Number.NaN);
    // 0.05 % per 8 h, 1,095 times a year; then 0.05 % per hour.
    cells[columns - 1] = 0.5475;
    cells[cells.length - 1] = 4.38;
    const exact = fundingModel({ ...payload, cells });
    const newest = payload.columnAtMs[columns - 1] ?? 0;
    const top = exact.hover(newest, payload.rows.length - 0.5);
    assert.deepEqual(top?.lines.slice(0, 2), ['+54.8 % a year', '+0.0500 % per 8 h']);
    const lowest = exact.hover(newest, 0.5);
    assert.deepEqual(lowest?.lines.slice(0, 2), ['+438 % a year', '+0.0500 % per 1 h']);
  });

  it('has a symmetric legend in percent', () => {
    assert.match(model.legend.title, /% per year/);
    assert.equal(model.legend.labels[2]?.replace('≤ ', ''), '0 %');
    assert.equal(
      model.legend.labels[0]?.replace(/[≤−] ?/g, ''),
      model.legend.labels[4]?.replace(/[≥+] ?/g, ''),
    );
  });

  it('refuses a payload whose sizes do not fit', () => {
    assert.throws(() => fundingModel({ ...payload, cells: new Float32Array(3) }), /wrong size/);
  });
});

describe('the liquidation model', () => {
  const payload = demoLiquidations();

  it('names the quote currency and that it is a model', () => {
    const model = liquidationModel(payload, 'log');
    assert.equal(model.axisTitles.y, 'Price (USDT)');
    assert.match(model.legend.title, /Modelled notional .*USD/);
    assert.match(model.summary, /modelled BTC liquidation levels.*an estimate/);
    assert.deepEqual(
      badgesOf(payload).map(({ text }) => text),
      ['MODELLED'],
    );
    assert.deepEqual(model.assumptions, payload.assumptions);
  });

  it('colours differently on the two scales', () => {
    assert.notDeepEqual(
      liquidationModel(payload, 'log').grid.raster.levels,
      liquidationModel(payload, 'linear').grid.raster.levels,
    );
  });

  it('reads the bin and the price under the pointer', () => {
    const model = liquidationModel(payload, 'log');
    const columns = payload.columnAtMs.length;
    const cell = payload.longCells.findIndex((value) => value > 0);
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const low = payload.priceEdges[row] ?? NaN;
    const hover = model.hover((payload.columnAtMs[column] ?? 0) + 5, low + 0.01);
    assert.match(hover?.title ?? '', /^[\d,]+ to [\d,]+ USDT$/);
    assert.match(hover?.lines[0] ?? '', /^Longs: \$[\d.]+[KMB]? modelled notional$/);
    assert.equal(model.hover(payload.columnAtMs[0] ?? 0, low / 100), undefined);
    assert.equal(model.hover(-1, low), undefined);
  });

  it('has a table twin for each time, highest price first, with the payload’s numbers', () => {
    const { table } = liquidationModel(payload, 'log');
    const columns = payload.columnAtMs.length;
    assert.equal(table.pageCount, columns);
    const { rows } = table.page(2);
    let row = payload.rows;
    for (const cells of rows) {
      do row--;
      while (
        !(
          Math.max(
            ...[payload.longCells, payload.shortCells].map((of) => of[row * columns + columns - 3] ?? 0),
          ) > 0
        )
      );
      assert.equal(cells[0]?.value, payload.priceEdges[row]);
      assert.equal(cells[2]?.value, payload.longCells[row * columns + columns - 3]);
      assert.equal(cells[3]?.value, payload.shortCells[row * columns + columns - 3]);
    }
    assert.ok(rows.length > 10);
  });
});

describe('the frame', () => {
  const snapshot = demoSnapshot({ source: 'simulated' });

  it('says how old, from how many exchanges, and that a regime is an estimate', () => {
    const frame = frameModel(snapshot, DEMO_AS_OF_MS + 180_000);
    assert.equal(frame.title, 'BTC derivatives');
    assert.equal(frame.regime, 'Regime: crowded long, confidence 62 %');
    assert.equal(frame.time, 'Data of 2026-11-22 04:30 UTC');
    assert.equal(frame.age, '3 min old');
    assert.equal(
      frameModel({ ...snapshot, clockBehindMs: 600_000 }, DEMO_AS_OF_MS - 420_000).age,
      '3 min old',
    );
    assert.equal(frameModel(snapshot, DEMO_AS_OF_MS - 180_000).age, 'dated 3 min ahead');
    assert.equal(frame.coverage, '4 of 5 exchanges');
    assert.equal(frame.isSimulated, true);
    assert.equal(headerLine(demoFunding()), 'BTC · data of 2026-11-22 04:30 UTC · 4 of 5 exchanges');
  });

  it('has words where nothing is known', () => {
    const empty: PanelSnapshot = { version: 1, asset: 'ETH', source: 'live', isLoading: true, charts: [] };
    assert.deepEqual(
      [frameModel(empty, 0).regime, frameModel(empty, 0).time, frameModel(empty, 0).age],
      ['Regime: not assessed yet', 'No data yet', ''],
    );
    const unknown = { ...empty, regime: { label: 'unknown', confidence: 0, asOfMs: 0 } };
    assert.match(frameModel(unknown, 0).regime, /inputs are missing/);
  });

  it('shows one chart or all, and says when the one is missing', () => {
    assert.equal(chartsOf(snapshot, 'all').length, 3);
    assert.deepEqual(
      chartsOf(snapshot, 'funding-heatmap').map(({ kind }) => kind),
      ['funding-heatmap'],
    );
    const [missing] = chartsOf({ ...snapshot, charts: [] }, 'open-interest');
    assert.ok(missing && 'unavailable' in missing);
  });

  it('starts with what the page is for and the layout that was kept', () => {
    assert.deepEqual(
      startState(
        { chart: 'funding-heatmap', asset: 'BTC' },
        { asset: 'ETH', chart: 'all', heatmapScale: 'linear' },
      ),
      {
        asset: 'ETH',
        chart: 'funding-heatmap',
        openInterestUnit: 'base',
        hiddenLines: [],
        heatmapScale: 'linear',
        levelsOf: '',
        timeWindow: { spanMs: 7 * 86_400_000 },
        valueScales: {},
        openTables: [],
        cards: [],
        summedUp: [],
        isLinked: false,
        isFollowing: false,
        compared: {},
        cardHeights: {},
        palette: '',
        scrollPx: 0,
      },
    );
    assert.equal(startState({ asset: 'BTC' }, undefined).asset, 'BTC');
    const left = startState({}, { openTables: ['funding-heatmap', 'all', 7], scrollPx: 420 });
    assert.deepEqual([left.openTables, left.scrollPx], [['funding-heatmap'], 420]);
    assert.equal(startState({}, { scrollPx: -5 }).scrollPx, 0);
    assert.deepEqual(
      [startState({}, { levelsOf: 'okx' }).levelsOf, startState({}, { levelsOf: 5 }).levelsOf],
      ['okx', ''],
    );
    const palettes = ['colour-blind-safe', 'high-contrast', 'toString', 'rainbow', 7, null, undefined];
    assert.deepEqual(
      palettes.map((palette) => startState({}, { palette }).palette),
      ['colour-blind-safe', 'high-contrast', '', '', '', '', ''],
    );
    // In the order that was kept, each once, and none that there is not.
    const chosen = ['depth', 'pie', 'funding-assets', 'price', 'depth'];
    const { cards, summedUp } = startState(
      {},
      { cards: chosen, summedUp: ['funding-assets', 'taker-delta'] },
    );
    assert.deepEqual([cards, summedUp], [['depth', 'funding-assets', 'price'], ['taker-delta']]);
    for (const kept of [undefined, null, 5, 'x', [], { hiddenLines: [1, 'okx'], chart: 'pie' }])
      assert.equal(startState({}, kept).chart, 'all');
    const kept = {
      timeWindow: { spanMs: 5 },
      valueScales: { 'open-interest': 'log', all: 'x', other: 'log' },
    };
    const { timeWindow, valueScales } = startState({}, kept);
    assert.deepEqual([timeWindow, valueScales], [{ spanMs: 5 }, { 'open-interest': 'log' }]);
  });
});
