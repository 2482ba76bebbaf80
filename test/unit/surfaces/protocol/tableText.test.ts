import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { panelGuards } from '../../../../src/surfaces/protocol/guards.ts';
import type { ExportedTable } from '../../../../src/surfaces/protocol/payloads.ts';
import { tableAsCsv, tableAsTabs, takenFileName } from '../../../../src/surfaces/protocol/tableText.ts';

const TABLE: ExportedTable = {
  asset: 'BTC',
  chart: 'open-interest',
  source: 'simulated',
  columns: [
    { title: 'Time (UTC)', type: 'time' },
    { title: 'Binance (BTC)', type: 'number' },
    { title: 'Remark', type: 'text' },
  ],
  rows: [
    [Date.UTC(2026, 10, 22, 4, 30), 96_123.456_789_012, 'plain'],
    [Date.UTC(2026, 10, 22, 3, 0), null, 'a "quoted", part'],
    [Date.UTC(2026, 10, 22, 2, 0), -0.000_000_1, '=HYPERLINK("x")'],
  ],
};

/** Reads comma-separated values as RFC 4180 has them. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
      else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === ',' || letter === '\r') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (letter === '\r') [rows[rows.length], at] = [[], at + 1];
    } else cell += letter;
  }
  return rows.slice(0, -1);
}

describe('a table to take away', () => {
  it('has ISO times in UTC, every digit of a number, units in the head, and its source in each row', () => {
    assert.deepEqual(readCsv(tableAsCsv(TABLE)), [
      ['Time (UTC)', 'Binance (BTC)', 'Remark', 'Source'],
      ['2026-11-22T04:30:00.000Z', '96123.456789012', 'plain', 'simulated'],
      ['2026-11-22T03:00:00.000Z', '', 'a "quoted", part', 'simulated'],
      ['2026-11-22T02:00:00.000Z', '-1e-7', `'=HYPERLINK("x")`, 'simulated'],
    ]);
  });

  it('says of modelled numbers that they are', () => {
    const levels = { ...TABLE, chart: 'liquidation-heatmap' as const };
    assert.equal(readCsv(tableAsCsv(levels))[1]?.at(-1), 'simulated, modelled');
    assert.equal(readCsv(tableAsCsv({ ...levels, source: 'live' }))[1]?.at(-1), 'live, modelled');
  });

  it('hands no text to a spreadsheet as a formula, in cells and in titles, and keeps numbers numbers', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n'),
        fc.string({ maxLength: 30 }),
        (start, rest) => {
          const text = start + rest;
          const table = { ...TABLE, columns: [{ title: text, type: 'text' as const }, ...TABLE.columns.slice(1, 2)], rows: [[text, -5]] };
          for (const row of readCsv(tableAsCsv(table))) assert.ok(row[0]?.startsWith(`'`), row[0]);
          for (const line of tableAsTabs(table).split('\n').slice(0, -1)) assert.ok(line.startsWith(`'`), line);
          assert.equal(readCsv(tableAsCsv(table))[1]?.[1], '-5');
        },
      ),
    );
  }); // prettier-ignore

  it('keeps its shape whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 }), (texts) => {
        const table = {
          ...TABLE,
          columns: [{ title: 'Text', type: 'text' as const }],
          rows: texts.map((one) => [one]),
        };
        assert.equal(readCsv(tableAsCsv(table)).length, texts.length + 1);
        const lines = tableAsTabs(table).split('\n').slice(0, -1);
        assert.deepEqual(
          lines.map((line) => line.split('\t').length),
          lines.map(() => 2),
        );
        assert.equal(lines.length, texts.length + 1);
      }),
    );
  });

  it('has a file name without anything that is no name', () => {
    assert.equal(takenFileName(TABLE, 'csv'), 'perpscope-BTC-open-interest-simulated.csv');
    assert.equal(
      takenFileName({ ...TABLE, asset: '../$X', source: 'live' }, 'csv'),
      'perpscope-____X-open-interest-live.csv',
    );
    const ofAssets = { ...TABLE, chart: 'funding-assets' } as const;
    assert.equal(takenFileName(ofAssets, 'csv'), 'perpscope-funding-assets-simulated.csv');
    assert.equal(takenFileName(TABLE, 'png'), 'perpscope-BTC-open-interest-simulated.png');
  });

  it('is taken from a panel only as what a panel can hold', () => {
    const accepts = (table: unknown): boolean => 'value' in panelGuards.params('request', 'saveTable', table);
    assert.ok(accepts(TABLE));
    for (const wrong of [
      {},
      { ...TABLE, asset: '../x' },
      { ...TABLE, source: 'real' },
      { ...TABLE, columns: [] },
      { ...TABLE, more: 1 },
      { ...TABLE, rows: [[1, 2]] },
      { ...TABLE, rows: [[1, Number.NaN, 'x']] },
      { ...TABLE, rows: [[1, Number.POSITIVE_INFINITY, 'x']] },
      { ...TABLE, rows: [[1, 2, 'x'.repeat(201)]] },
      { ...TABLE, rows: [[1, 2, { deep: 1 }]] },
      { ...TABLE, rows: Array.from({ length: 50_001 }, () => [1, 2, 'x']) },
      { ...TABLE, rows: [[9e15, 2, 'x']] },
    ])
      assert.equal(accepts(wrong), false, JSON.stringify(wrong).slice(0, 120));
  });
});

describe('a picture to take away', () => {
  const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const pngOf = (bytes: number): Uint8Array => {
    const png = new Uint8Array(bytes);
    png.set(SIGNATURE.slice(0, bytes));
    return png;
  };
  const PICTURE = { asset: 'BTC', chart: 'price', source: 'simulated', png: pngOf(100) };
  const answer = (picture: unknown) => panelGuards.params('request', 'savePicture', picture);

  it('is taken from a panel as a PNG of at most 8 MB, and keeps its bytes', () => {
    const taken = answer(PICTURE);
    assert.ok('value' in taken);
    assert.deepEqual(taken.value, PICTURE);
    assert.ok('value' in answer({ ...PICTURE, png: pngOf(8_000_000) }));
  });

  it('is refused where it is anything else', () => {
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, ...pngOf(97)]);
    const wrong = [
      {},
      { ...PICTURE, asset: '../x' },
      { ...PICTURE, chart: 'all' },
      { ...PICTURE, source: 'real' },
      { ...PICTURE, more: 1 },
      ...[pngOf(8_000_001), pngOf(7), jpeg, new Uint8Array(), [...pngOf(100)], 'iVBORw0KGgo=', undefined].map(
        (png) => ({ ...PICTURE, png }),
      ),
    ];
    // Named by their place: eight megabytes in words take longer than all else here.
    assert.deepEqual(
      wrong.map((one) => 'problem' in answer(one)),
      wrong.map(() => true),
    );
    const problem = answer({ ...PICTURE, png: jpeg });
    assert.deepEqual(problem, {
      problem: 'savePicture: png not accepted (not a PNG of at most 8 MB)',
    });
  });
});
