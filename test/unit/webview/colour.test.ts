import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LEVELS, neutralColour, parseColour } from '../../../webview/models/colour.ts';
import { divergingTable, sidesTable } from '../../../webview/models/palettes.ts';
import {
  divergingScale,
  isSameScale,
  legendLabels,
  sequentialScale,
  sidesScale,
} from '../../../webview/models/colourScale.ts';
import { evenColumns, evenRows, indexAtOrBefore, nearestIndex } from '../../../webview/models/grid.ts';

const channels = (word: number): number[] => [word & 255, (word >> 8) & 255, (word >> 16) & 255];
const lightness = (word: number): number => {
  const [red = 0, green = 0, blue = 0] = channels(word);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

describe('colour tables', () => {
  it('run from dark in the middle to bright yellow and to bright blue, and only get lighter', () => {
    const table = sidesTable('usual', [40, 40, 40]);
    assert.equal(table[0], 0);
    const [red = 0, green = 0, blue = 0] = channels(table[128] ?? 0);
    assert.ok(blue > red && red > green && blue < 80, 'dark');
    const [brightRed = 0, brightGreen = 0, brightBlue = 0] = channels(table[LEVELS] ?? 0);
    assert.ok(brightRed > 240 && brightGreen > 240 && brightBlue < 140, 'yellow');
    const [longRed = 0, , longBlue = 0] = channels(table[40] ?? 0);
    assert.ok(longBlue > longRed + 100, 'blue');
    for (let away = 1; away <= 127; away++)
      for (const sign of [-1, 1])
        assert.ok(
          lightness(table[128 + sign * away] ?? 0) >= lightness(table[128 + sign * (away - 1)] ?? 0) - 0.6,
          `level ${sign * away}`,
        );
  });

  it('put the theme’s ground at zero, blue below and orange above', () => {
    const table = divergingTable('usual', [40, 40, 40]);
    assert.deepEqual(channels(table[128] ?? 0), [40, 40, 40]);
    const [lowRed = 0, , lowBlue = 0] = channels(table[1] ?? 0);
    const [highRed = 0, , highBlue = 0] = channels(table[LEVELS] ?? 0);
    assert.ok(lowBlue > lowRed && highRed > highBlue);
  });

  it('read the ways a theme writes colours', () => {
    assert.deepEqual(parseColour(' #1f1f1f '), [31, 31, 31]);
    assert.deepEqual(parseColour('#abc'), [170, 187, 204]);
    assert.deepEqual(parseColour('rgba(1, 2, 3, 0.5)'), [1, 2, 3]);
    assert.equal(parseColour('papayawhip'), undefined);
    assert.equal(parseColour(''), undefined);
    assert.deepEqual(neutralColour([0, 0, 0], [100, 100, 100]), [12, 12, 12]);
  });
});

describe('colour scales', () => {
  it('keep zero at the neutral colour, whichever way the values lean', () => {
    const scale = divergingScale(Float32Array.of(0.1, 0.2, 0.3, NaN, -0.01));
    assert.equal(scale.low, -scale.high);
    assert.equal(scale.levelOf(0), 128);
    assert.equal(scale.levelOf(NaN), 0);
    assert.equal(scale.levelOf(9), LEVELS);
    assert.equal(scale.levelOf(-9), 1);
  });

  it('lie evenly about zero, by the logarithm too, which tells small values apart', () => {
    const cells = Float32Array.from({ length: 2_001 }, (_, index) => ((index - 1_500) / 1_500) ** 3);
    for (const kind of ['linear', 'log'] as const) {
      const scale = divergingScale(cells, kind);
      assert.equal(scale.low, -scale.high, kind);
      assert.deepEqual([scale.levelOf(0), scale.levelOf(NaN), scale.valueAt(0.5)], [128, 0, 0], kind);
      assert.deepEqual([scale.levelOf(-9), scale.levelOf(9)], [1, LEVELS], kind);
      for (const part of [0.001, 0.01, 0.1, 0.4, 0.9]) {
        const value = part * scale.high;
        assert.equal(scale.levelOf(value) - 128, 128 - scale.levelOf(-value), `${kind} ${part}`);
      }
      for (const position of [0, 0.2, 0.5, 0.7, 1])
        assert.equal(scale.levelOf(scale.valueAt(position)), 1 + Math.round(position * 254), kind);
    }
    const [linear, log] = [divergingScale(cells), divergingScale(cells, 'log')];
    assert.ok(log.levelOf(0.02) - 128 > 3 * (linear.levelOf(0.02) - 128));
    assert.equal(isSameScale(linear, log), false);
  });

  it('state in the legend where values are cut', () => {
    const cells = new Float32Array(1_000).fill(0.05);
    cells[5] = 3;
    const labels = legendLabels(divergingScale(cells), 3, (value) => value.toFixed(2));
    assert.deepEqual(labels, ['-0.05', '0.00', '≥ 0.05']);
  });

  it('spread logarithmic levels over at most two decades, with zero at the bottom', () => {
    const cells = Float32Array.from({ length: 1_000 }, (_, index) => (index === 0 ? 0 : 10 ** (index / 100)));
    const scale = sequentialScale([cells], 'log');
    assert.ok(Math.abs(scale.high / scale.low - 100) < 1e-6);
    assert.equal(scale.levelOf(0), 1);
    assert.equal(scale.levelOf(NaN), 0);
    assert.ok(scale.levelOf(scale.valueAt(0.5)) > 100 && scale.levelOf(scale.valueAt(0.5)) < 156);
    assert.equal(sequentialScale([cells], 'linear').levelOf(scale.high), LEVELS);
  });

  it('give both sides the same size the same distance from the middle', () => {
    const own = sequentialScale([Float32Array.of(1, 10, 100), Float32Array.of(50)], 'linear');
    const scale = sidesScale(own);
    assert.deepEqual([NaN, 0, 100, -100, 1e9, -1e9].map(scale.levelOf), [0, 128, 255, 1, 255, 1]);
    for (const size of [1, 10, 50, 80]) {
      const [long, short] = [-size, size].map(scale.levelOf);
      assert.equal(128 - (long ?? 0), (short ?? 0) - 128);
    }
  });

  it('have an answer where there is nothing to show', () => {
    for (const cells of [new Float32Array(0), new Float32Array(9), new Float32Array(9).fill(NaN)])
      for (const scale of [
        divergingScale(cells),
        sequentialScale([cells], 'log'),
        sequentialScale([cells], 'linear'),
      ]) {
        assert.ok(Number.isFinite(scale.valueAt(1)));
        assert.ok(cells.every((value) => scale.levelOf(value) <= LEVELS));
      }
  });
});

describe('the grid', () => {
  it('leaves a missing start empty and never stretches its neighbour', () => {
    const { source, xRange } = evenColumns(Float64Array.of(0, 10, 40), 10);
    assert.deepEqual([...source], [0, 1, -1, -1, 2]);
    assert.deepEqual(xRange, { min: 0, max: 50 });
  });

  it('maps uneven price bins onto even rows', () => {
    assert.deepEqual([...evenRows(Float64Array.of(0, 1, 2, 3)).source], [0, 1, 2]);
    assert.deepEqual([...evenRows(Float64Array.of(0, 1, 4)).source], [0, 1, 1, 1]);
    assert.throws(() => evenRows(Float64Array.of(5)), /no price bins/);
    assert.throws(() => evenColumns(new Float64Array(0), 10), /no columns/);
    assert.throws(() => evenColumns(Float64Array.of(0, 1e9), 1), /more than/);
  });

  it('finds neighbours in an ascending column', () => {
    const column = Float64Array.of(10, 20, 40);
    assert.deepEqual(
      [5, 10, 25, 99].map((value) => indexAtOrBefore(column, value)),
      [-1, 0, 1, 2],
    );
    assert.deepEqual(
      [5, 14, 16, 31, 99].map((value) => nearestIndex(column, value)),
      [0, 0, 1, 2, 2],
    );
    assert.equal(nearestIndex(new Float64Array(0), 1), -1);
  });
});
