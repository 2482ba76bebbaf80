import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { durationText } from '../../../src/surfaces/protocol/durationFormat.ts';
import { interpolate, parseColour } from '../../../webview/models/colour.ts';
import { divergingTable, sidesTable } from '../../../webview/models/palettes.ts';
import { divergingScale, legendLabels, sequentialScale } from '../../../webview/models/colourScale.ts';
import * as format from '../../../webview/models/format.ts';

const cellsOf = (length: number, cell: (index: number) => number): Float32Array =>
  Float32Array.from({ length }, (_, index) => cell(index));
const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(6)));

describe('formats at and beside their limits', () => {
  const says = (name: (value: number) => string, texts: readonly [number, string][]): void => {
    for (const [value, text] of texts) assert.equal(name(value), text, `${name.name} ${value}`);
  };

  it('shorten by suffix', () => {
    says(format.formatShort, [
      [1e12, '1T'],
      [1e9, '1B'],
      [1e6, '1M'],
      [1e3, '1K'],
      [999.4, '999'],
      [999.6, '1K'],
      [-0.5, '−0.5'],
      [12.345, '12.3'],
      [Infinity, '–'],
    ]);
    says(format.formatUsdShort, [
      [0, '$0'],
      [-5, '−$5.00'],
      [NaN, '–'],
    ]);
  });

  it('round as the size needs', () => {
    says(format.formatNumber, [
      [1_000, '1,000'],
      [1_000.6, '1,001'],
      [999.1234, '999.123'],
      [-1_234.56, '−1,235'],
      [NaN, '–'],
    ]);
    says(format.formatTable, [
      [1_000.126, '1,000.13'],
      [999.123_456, '999.12346'],
      [-0.123_456_789, '−0.12345679'],
      [NaN, '–'],
    ]);
    says(format.formatExact, [
      [0.123_456_789, '0.12345679'],
      [-8, '−8'],
      [NaN, '–'],
    ]);
    says(format.formatPrice, [
      [10_000.4, '10,000'],
      [9_999.94, '9,999.9'],
      [100.26, '100.26'],
      [99.123_45, '99.123'],
      [1.234_56, '1.2346'],
      [0.123_456_789, '0.12346'],
      [-12_345.6, '−12,346'],
      [NaN, '–'],
    ]);
  });

  it('say durations in the two largest units', () => {
    says(durationText, [
      [59_999, '59 s'],
      [60_000, '1 min'],
      [3_599_999, '59 min'],
      [3_600_000, '1 h'],
      [3_660_000, '1 h 1 min'],
      [86_399_999, '23 h 59 min'],
      [86_400_000, '24 h'],
      [172_799_999, '47 h 59 min'],
      [180_000_000, '2 d 2 h'],
    ]);
    assert.equal(format.formatAge(10_000, 0), '0 s old');
    assert.equal(format.formatAge(10_001, 0), 'dated 10 s ahead');
    for (const beyond of [8.64e15 + 1, -8.64e15 - 1]) assert.equal(format.formatUtc(beyond), '–');
  });
});

describe('colours at and beside their stops', () => {
  const channels = (word: number | undefined): number[] =>
    word === undefined ? [] : [word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24];

  it('are the stops at the ends of a table, opaque, and nothing for no value', () => {
    const [sides, diverging] = [sidesTable('usual', [40, 41, 42]), divergingTable('usual', [40, 41, 42])];
    const at = (table: Uint32Array): number[][] =>
      [0, 1, 128, 254, 255].map((level) => channels(table[level]));
    assert.deepEqual(at(sides), [
      [0, 0, 0, 0],
      [226, 252, 250, 255],
      [38, 14, 66, 255],
      [255, 247, 116, 255],
      [255, 250, 120, 255],
    ]);
    assert.deepEqual(at(diverging), [
      [0, 0, 0, 0],
      [24, 78, 190, 255],
      [40, 41, 42, 255],
      [205, 85, 9, 255],
      [204, 84, 8, 255],
    ]);
    assert.equal(sides.length, 256);
  });

  it('pass through each stop', () => {
    // Fourteen stretches of the first table and four of the second, over 254 steps.
    const near = (table: Uint32Array, stretches: number): string[] =>
      Array.from({ length: stretches + 1 }, (_, stop) =>
        channels(table[1 + Math.round((stop * 254) / stretches)])
          .slice(0, 3)
          .join(),
      );
    assert.deepEqual(near(sidesTable('usual', [40, 41, 42]), 14), [
      '226,252,250',
      '159,224,232',
      '89,189,218',
      '39,149,204',
      '24,107,185',
      '22,71,157',
      '26,40,118',
      '38,14,66',
      '74,20,110',
      '121,28,124',
      '175,42,104',
      '223,83,65',
      '247,141,32',
      '252,198,41',
      '255,250,120',
    ]);
    assert.deepEqual(near(divergingTable('usual', [40, 41, 42]), 4), [
      '24,78,190',
      '84,149,231',
      '40,41,42',
      '240,157,70',
      '204,84,8',
    ]);
  });

  it('lie on a line between stops and stay at the ends beyond them', () => {
    const stops = [
      [0, 0, 0],
      [10, 20, 30],
      [110, 20, 30],
    ] as const;
    assert.deepEqual(
      [-1, 0, 0.25, 0.5, 0.75, 1, 2].map((position) => interpolate(stops, position).join()),
      ['0,0,0', '0,0,0', '5,10,15', '10,20,30', '60,20,30', '110,20,30', '110,20,30'],
    );
  });

  it('are read only in the ways a theme writes them', () => {
    assert.deepEqual(parseColour('#abcd'), [170, 187, 204]);
    assert.deepEqual(parseColour('#11223344'), [17, 34, 51]);
    assert.deepEqual(parseColour('rgb(10 20 30)'), [10, 20, 30]);
    for (const text of ['#ab', '#12345', '#1234567', '#123456789', 'rgb(1, 2)', 'rgb()'])
      assert.equal(parseColour(text), undefined, text);
  });
});

describe('colour scales at and beside their ends', () => {
  it('diverge evenly on both sides of zero', () => {
    const scale = divergingScale(cellsOf(101, (index) => (index - 50) / 100));
    assert.deepEqual([scale.low, scale.high, scale.isCutLow, scale.isCutHigh], [-0.5, 0.5, false, false]);
    assert.deepEqual([-0.6, -0.5, -0.25, 0, 0.25, 0.5, NaN].map(scale.levelOf), [1, 1, 65, 128, 192, 255, 0]);
    assert.deepEqual([0, 0.25, 1].map(scale.valueAt), [-0.5, -0.25, 0.5]);
    const cut = divergingScale(cellsOf(1_000, (index) => (index === 7 ? -3 : 0.05)));
    assert.deepEqual([cut.high, cut.isCutLow, cut.isCutHigh], [0.05, true, false]);
    assert.deepEqual(legendLabels(cut, 3, String), ['≤ -0.05', '0', '0.05']);
    assert.equal(divergingScale(new Float32Array(3)).high, 0.01);
  });

  it('run straight from zero to the round number over the 99.5th percentile', () => {
    const scale = sequentialScale([cellsOf(1_000, (index) => index + 1)], 'linear');
    assert.deepEqual([scale.low, scale.high, scale.isCutLow, scale.isCutHigh], [0, 1_000, false, false]);
    assert.deepEqual([NaN, -1, 0, 500, 1_000, 2_000].map(scale.levelOf), [0, 1, 1, 128, 255, 255]);
    assert.deepEqual([0, 0.5, 1].map(scale.valueAt), [0, 500, 1_000]);
    const cut = sequentialScale([cellsOf(1_000, (index) => (index === 5 ? 1_300 : index))], 'linear');
    assert.deepEqual([cut.high, cut.isCutHigh], [1_000, true]);
    assert.equal(sequentialScale([new Float32Array(3)], 'linear').high, 1);
  });

  it('run in powers from round number to round number, over one to two decades', () => {
    const scale = sequentialScale([cellsOf(1_000, (index) => index + 1)], 'log');
    assert.deepEqual([scale.low, scale.high, scale.isCutLow, scale.isCutHigh], [50, 1_000, true, false]);
    assert.deepEqual([NaN, -1, 0, 50, 500, 1_000, 2_000].map(scale.levelOf), [0, 1, 1, 1, 196, 255, 255]);
    assert.deepEqual(rounded([0, 0.5, 1].map(scale.valueAt)), [50, 223.607, 1_000]);
    const ends = (cells: Float32Array): readonly (number | boolean)[] => {
      const { low, high, isCutHigh } = sequentialScale([cells], 'log');
      return [...rounded([low, high]), isCutHigh];
    };
    assert.deepEqual(ends(cellsOf(100, (index) => 50 + index)), [15, 150, false]);
    assert.deepEqual(ends(cellsOf(100, (index) => (index < 50 ? 1e-3 : 100))), [1, 100, false]);
    assert.deepEqual(ends(cellsOf(100, () => 0)), [0.1, 1, false]);
    assert.deepEqual(ends(Float32Array.of(1, Infinity)), [0.1, 1, true]);
  });

  it('read a large chart by a sample that walks over all of it', () => {
    const cells = cellsOf(60_000, (index) => (index % 3 === 0 ? 4 : 1));
    assert.equal(sequentialScale([cells], 'linear').high, 4);
    assert.equal(sequentialScale([cellsOf(40_000, (index) => (index % 2 === 1 ? 4 : 1))], 'linear').high, 4);
  });
});
