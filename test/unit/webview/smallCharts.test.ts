import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type {
  FundingHeatmap,
  LiquidationHeatmap,
  OpenInterestChart,
} from '../../../src/surfaces/protocol/payloads.ts';
import { fundingModel } from '../../../webview/models/fundingHeatmap.ts';
import { liquidationModel } from '../../../webview/models/liquidationHeatmap.ts';
import { placeOfExchange } from '../../../webview/models/exchangeLook.ts';
import { openInterestModel } from '../../../webview/models/openInterest.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 10, 22);
const header = {
  asset: 'BTC',
  source: 'live',
  asOfMs: start + 3 * HOUR,
  coverage: { fresh: 2, of: 2 },
} as const;
const times = (...hours: number[]): Float64Array => Float64Array.from(hours, (hour) => start + hour * HOUR);

describe('an open interest chart of two exchanges', () => {
  const column = (hours: number[], values: number[]) => ({
    atMs: times(...hours),
    values: Float64Array.from(values),
  });
  const payload: OpenInterestChart = {
    ...header,
    kind: 'open-interest',
    notes: ['Hourly.'],
    lines: [
      {
        id: 'aggregate',
        label: 'All',
        sides: 'unverified',
        base: column([0, 1], [NaN, 300]),
        usd: column([0, 1], [NaN, 3e7]),
      },
      {
        id: 'a',
        label: 'A',
        sides: 'one',
        base: column([0, 1, 2], [100, NaN, 150]),
        usd: column([0, 1, 2], [1e7, NaN, 1.5e7]),
      },
      { id: 'b', label: 'B', sides: 'both, halved', base: column([1, 3], [200, 190]), usd: column([], []) },
    ],
  };
  const base = openInterestModel(payload, 'base');
  const usd = openInterestModel(payload, 'usd');

  it('spans all times', () => {
    assert.deepEqual(base.xRange, { min: start, max: start + 3 * HOUR });
    assert.deepEqual(openInterestModel({ ...payload, lines: [] }, 'base').xRange, { min: 0, max: 1 });
  });

  it('gives exchanges the colours that they have everywhere and the sum none', () => {
    assert.deepEqual(
      base.lines.map(({ colourIndex, isAggregate }) => [colourIndex, isAggregate]),
      [
        [-1, true],
        [placeOfExchange('a'), false],
        [placeOfExchange('b'), false],
      ],
    );
    assert.deepEqual(
      usd.lines.map(({ hasData }) => hasData),
      [true, true, false],
    );
  });

  it('notes what a reader must know, once', () => {
    const gap = 'A break in a line is a time without a number.';
    const halved = 'The hourly numbers of B count both sides; half of them is shown.';
    assert.deepEqual(base.notes, ['Hourly.', halved, gap]);
    assert.deepEqual(usd.notes, ['Hourly.', halved, 'B: no numbers in USD.', gap]);
    const narrow = openInterestModel({ ...payload, notes: [gap] }, 'base', new Set(['aggregate', 'a']));
    assert.deepEqual(narrow.notes, [gap, halved]);
  });

  it('says once of several exchanges how they count', () => {
    const [aggregate, ...others] = payload.lines;
    const lines = [aggregate!, ...others.map((line) => ({ ...line, sides: 'unverified' as const }))];
    const { notes } = openInterestModel({ ...payload, lines }, 'base');
    const said =
      'Two exchanges (A, B) do not say whether their hourly numbers count one side or both; their lines may be up to twice too high.';
    assert.deepEqual(notes.filter((note) => note.includes('side')), [said]); // prettier-ignore
    const halved = openInterestModel(
      {
        ...payload,
        lines: [aggregate!, ...others.map((line) => ({ ...line, sides: 'both, halved' as const }))],
      },
      'base',
    );
    assert.ok(
      halved.notes.includes(
        'Two exchanges (A, B) count both sides in their hourly numbers; half of them is shown.',
      ),
    );
  });

  it('says the number at the time, and its time where it is another', () => {
    assert.deepEqual(base.hover(start + HOUR), {
      title: '2026-11-22 01:00 UTC',
      atMs: start + HOUR,
      lines: ['All: 300 BTC', 'A: no number', 'B: 200 BTC'],
    });
    assert.deepEqual(base.hover(start + 9 * HOUR)?.lines, [
      'All: 300 BTC (2026-11-22 01:00 UTC)',
      'A: 150 BTC (2026-11-22 02:00 UTC)',
      'B: 190 BTC',
    ]);
    assert.deepEqual(usd.hover(start)?.lines, ['All: no number', 'A: 10,000,000 USD']);
    assert.equal(
      openInterestModel(payload, 'base', new Set(['aggregate', 'a', 'b'])).hover(start),
      undefined,
    );
  });

  it('sums up first and last known numbers, and tables them', () => {
    assert.equal(
      base.summary,
      'Line chart of BTC open interest in BTC, 2026-11-22 00:00 UTC to 2026-11-22 03:00 UTC. ' +
        'All 300 BTC, change 0 %; A 150 BTC, change +50.0 %; B 190 BTC, change −5.00 %.',
    );
    assert.match(usd.summary, /All \$30\.0M, change 0 %; A \$15\.0M, change \+50\.0 %\.$/);
    assert.deepEqual(
      base.table.page(0).rows.map((row) => row.map(({ text }) => text)),
      [
        ['2026-11-22 03:00', '–', '–', '190'],
        ['2026-11-22 02:00', '–', '150', '–'],
        ['2026-11-22 01:00', '300', '–', '200'],
        ['2026-11-22 00:00', '–', '100', '–'],
      ],
    );
  });
});

describe('a funding heatmap of two exchanges', () => {
  const payload: FundingHeatmap = {
    ...header,
    kind: 'funding-heatmap',
    rows: [
      { id: 'a', label: 'A', intervalHours: 8 },
      { id: 'b', label: 'B' },
    ],
    columnAtMs: times(0, 8, 24),
    columnMs: 8 * HOUR,
    cells: Float32Array.of(0.25, -0.5, NaN, NaN, NaN, NaN),
    notes: ['Settled.'],
  };
  const model = fundingModel(payload);

  it('puts the first exchange on top and leaves missing columns empty', () => {
    const { columns, rows, levels, xRange, yRange } = model.grid.raster;
    assert.deepEqual([columns, rows, [...levels]], [4, 2, [0, 0, 0, 0, 192, 1, 0, 0]]);
    assert.deepEqual(
      [xRange, yRange],
      [
        { min: start, max: start + 32 * HOUR },
        { min: 0, max: 2 },
      ],
    );
    assert.deepEqual(model.rowLabels, ['B, interval unknown', 'A, 8 h']);
    assert.deepEqual(model.legend.labels, ['−50 %', '−25 %', '0 %', '+25 %', '+50 %']);
  });

  it('has legend labels as fine as the scale is small', () => {
    const labelsOf = (value: number) =>
      fundingModel({ ...payload, cells: payload.cells.map(() => value) }).legend.labels.at(-1);
    assert.deepEqual([0.01, 0.02, 0.05, 0.1].map(labelsOf), ['+1.0 %', '+2 %', '+5.0 %', '+10 %']);
  });

  it('reads the cell under the pointer', () => {
    assert.deepEqual(model.hover(start + 15 * HOUR, 1), {
      title: 'A',
      lines: ['−50.0 % a year', '−0.0457 % per 8 h', '2026-11-22 08:00 UTC, 8 h'],
    });
    const nothing = ['No settlement known', '2026-11-22 16:00 UTC, 8 h'];
    assert.deepEqual(model.hover(start + 16 * HOUR, 1.9)?.lines, nothing);
    assert.equal(model.hover(start, 0.9)?.title, 'B');
    assert.deepEqual([model.hover(start, 2), model.hover(start + 32 * HOUR, 1)], [undefined, undefined]);
  });

  it('sums up the newest settlement of each, and tables them', () => {
    assert.match(
      model.summary,
      /2026-11-22 00:00 UTC to 2026-11-23 00:00 UTC\. Newest: A −50\.0 %; B no settlement\.$/,
    );
    const { rows, head } = model.table.page(0);
    assert.deepEqual(head, ['Time (UTC)', 'A, 8 h (% per year)', 'B, interval unknown (% per year)']);
    assert.deepEqual(
      rows.map((row) => row.map(({ text }) => text).slice(1)),
      [
        ['–', '–'],
        ['−50.0 %', '–'],
        ['+25.0 %', '–'],
      ],
    );
  });
});

describe('a liquidation heatmap of three bins', () => {
  const payload: LiquidationHeatmap = {
    ...header,
    kind: 'liquidation-heatmap',
    rows: 3,
    columnAtMs: times(0, 2),
    columnMs: HOUR,
    priceEdges: Float64Array.of(100, 110, 120, 130),
    // By row, the lowest first: what stands first, and two hours later; the middle row holds both sides.
    longCells: Float32Array.of(0, 5e6, 1e6, 4e6, 0, 0),
    shortCells: Float32Array.of(0, 0, 0, 9e6, 2e6, 3e6),
    ...{ shown: 'aggregate', choices: [{ id: 'okx', label: 'OKX' }], placed: { long: 0.5 } },
    score: { verdict: 'not-scored', words: 'Not scored: why.' },
    largest: [
      {
        ...{ side: 'short', nearFraction: 0.0425, farFraction: 0.045, lowQuote: 119.9, highQuote: 120.2 },
        ...{ notionalQuote: 3e6, leastQuote: 2e6, mostQuote: 4e6 },
      },
    ],
    quoteAsset: 'USDT',
    price: { atMs: times(0, 2), values: Float64Array.of(112, 115) },
    assumptions: [],
    notes: [],
  };
  const model = liquidationModel(payload, 'linear');

  it('puts the lowest price at the bottom and leaves missing columns empty', () => {
    const { columns, rows, levels } = model.grid.raster;
    assert.deepEqual([columns, rows], [3, 3]);
    // Longs below the middle of the table, shorts above it; of both the larger.
    assert.deepEqual([...levels], [128, 0, 64, 115, 0, 243, 154, 0, 166]);
    assert.deepEqual(model.legend.labels, ['$10.0M', '$5.00M', '$0', '$5.00M', '$10.0M']);
  });

  it('reads the bin under the pointer from its lower edge to below its upper', () => {
    assert.deepEqual(model.hover(start + 2 * HOUR + 1, 100), {
      title: '100.00 to 110.00 USDT',
      lines: ['Longs: $5.00M modelled notional', 'Price: 115.00 USDT', '2026-11-22 02:00 UTC'],
    });
    assert.deepEqual(model.hover(start + HOUR, 129), {
      title: '120.00 to 130.00 USDT',
      lines: ['No prices at this time', 'Price: 112.00 USDT', '2026-11-22 01:00 UTC'],
    });
    assert.deepEqual(model.hover(start + 2 * HOUR, 115)?.lines.slice(0, 2), [
      'Longs: $4.00M modelled notional',
      'Shorts: $9.00M modelled notional',
    ]);
    assert.deepEqual(model.hover(start, 105)?.lines[0], 'No modelled level');
    for (const price of [99, 130]) assert.equal(model.hover(start, price), undefined);
  });

  it('bears on its face that it is modelled, simulated, and that it foretold nothing where it did not', () => {
    const markOf = (
      verdict: LiquidationHeatmap['score']['verdict'],
      source: LiquidationHeatmap['source'],
    ): string => liquidationModel({ ...payload, source, score: { verdict, words: 'x' } }, 'log').mark;
    assert.equal(model.score, 'Not scored: why.');
    assert.equal(markOf('not-scored', 'live'), 'MODELLED');
    assert.equal(markOf('above-placebo', 'simulated'), 'SIMULATED · MODELLED');
    assert.equal(markOf('not-above-placebo', 'simulated'), 'SIMULATED · MODELLED · FORETOLD NOTHING');
  });

  it('marks what was liquidated at the prices of its time, the largest last, and says whose it is', () => {
    const nan = Number.NaN;
    const realised = {
      ...{ longUsd: Float64Array.of(4e6, nan), shortUsd: Float64Array.of(1e6, nan), of: 'Gate' },
      ...{ lowQuote: Float64Array.of(111, 112), highQuote: Float64Array.of(113, 114), isLowerBound: true },
    };
    const measured = liquidationModel({ ...payload, realised }, 'log');
    const prices = { atMs: start + HOUR / 2, lowQuote: 111, highQuote: 113 };
    assert.deepEqual(measured.realised.marks, [
      { ...prices, side: 'short', usd: 1e6, share: 0.25 },
      { ...prices, side: 'long', usd: 4e6, share: 1 },
    ]);
    assert.equal(measured.realised.label, 'Liquidated, measured: ▼ longs, ▲ shorts (Gate, at least)');
    const line = 'Liquidated, measured: longs at least $4.00M, shorts at least $1.00M';
    assert.ok(measured.hover(start, 105)?.lines.includes(line));
    assert.doesNotMatch(measured.hover(start + 2 * HOUR, 105)?.lines.join() ?? '', /Liquidated/);
    assert.ok(measured.table.page(1).caption.endsWith(`UTC. ${line}`));
    assert.deepEqual(model.realised, { label: 'Liquidated, measured: none in the history', marks: [] });
    const quiet = { ...realised, longUsd: Float64Array.of(0, 0), shortUsd: Float64Array.of(0, 0) };
    const none = liquidationModel({ ...payload, realised: { ...quiet, isLowerBound: false } }, 'log');
    assert.deepEqual(none.realised, { label: 'Liquidated, measured: ▼ longs, ▲ shorts (Gate)', marks: [] });
    assert.ok(none.hover(start, 105)?.lines.includes('Liquidated, measured: longs $0, shorts $0'));
  });

  it('sums up price, what is placed and the largest level of each side, and tables what holds something', () => {
    assert.equal(model.facts, 'Price 115.00 USDT · placed of open interest: longs 50.0 %');
    assert.deepEqual(model.largest, [
      'Shorts +4.25 to +4.50 %: 119.90 to 120.20 USDT, $3.00M ($2.00M to $4.00M with other leverage)',
    ]);
    assert.match(
      model.summary,
      /Not scored: why\. Price 115\.00 USDT · placed.*Largest of shorts: Shorts \+4\.25 to.*\. Of longs: none named\.$/,
    );
    assert.deepEqual(
      model.table.page(1).rows.map((row) => row.map(({ text }) => text)),
      [
        ['120', '130', '0', '2,000,000'],
        ['110', '120', '1,000,000', '0'],
      ],
    );
    assert.match(model.table.page(1).caption, /2026-11-22 00:00 UTC$/);
    const none = { longCells: new Float32Array(6), shortCells: new Float32Array(6) };
    const bare = liquidationModel({ ...payload, ...none, largest: [], placed: {} }, 'log');
    assert.match(bare.summary, /shorts: none named\. Of longs: none named\.$/);
    assert.equal(bare.facts, 'Price 115.00 USDT');
    assert.throws(() => liquidationModel({ ...payload, rows: 2 }, 'log'), /wrong size/);
    assert.throws(
      () => liquidationModel({ ...payload, shortCells: new Float32Array(5) }, 'log'),
      /wrong size/,
    );
  });
});
