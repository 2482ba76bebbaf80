import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Palette } from '../../../src/surfaces/protocol/messages.ts';
import { interpolate, LEVELS, neutralColour, parseColour, type Rgb } from '../../../webview/models/colour.ts';
import { divergingTable, PALETTES, sidesTable } from '../../../webview/models/palettes.ts';
import { THEMES } from '../../browser/themes.ts';
import { contrastOf, deltaE2000, labOf, type Sight } from '../../support/colourVision.ts';

const MIDDLE = (LEVELS + 1) / 2;
const FAR = MIDDLE - 1;
const NAMES = Object.keys(PALETTES) as Palette[];
const SIGHTS: readonly Sight[] = ['usual', 'protanopia', 'deuteranopia', 'tritanopia'];
/** Sides of one size lie at least so far apart by CIEDE2000, from a tenth of the scale on, and as `SURE` from a third on. */
const APART = 18;
const SURE = 28;

const wordColour = (table: Uint32Array, level: number): Rgb => colourOf(table[level]);
const colourOf = (word = 0): Rgb => [word & 255, (word >> 8) & 255, (word >> 16) & 255];
const lightnessOf = (colour: Rgb): number => labOf(colour)[0];

/** A way out of the middle of a table: longs or below zero, shorts or above. */
const wayOf = (table: Uint32Array, sign: -1 | 1): Rgb[] =>
  Array.from({ length: FAR + 1 }, (_, away) => colourOf(table[MIDDLE + sign * away]));

/** The grounds of the editor's themes, and what zero looks like in each. */
const GROUNDS = Object.entries(THEMES).map(([theme, { variables }]) => {
  const [ground, ink] = ['editor-background', 'editor-foreground'].map(
    (name) => parseColour((variables as Readonly<Record<string, string>>)[name] ?? '') ?? assert.fail(name),
  ) as [Rgb, Rgb];
  return { theme, ground, neutral: neutralColour(ground, ink) };
});

/** Fails where a lightness turns back on its way; in steps of whole channels it may stand still. */
function assertGrows(way: readonly Rgb[], name: string): void {
  const lightness = way.map(lightnessOf);
  const direction = Math.sign((lightness.at(-1) ?? 0) - (lightness[0] ?? 0));
  for (let at = 1; at < lightness.length; at++) {
    const step = direction * ((lightness[at] ?? 0) - (lightness[at - 1] ?? 0));
    assert.ok(step > -0.35, `${name}: L* turns by ${step} at ${at}`);
  }
}

/** The nearest that two sides of one size come to each other for any viewer, from a share of the scale on. */
function nearestSides(table: Uint32Array, fromShare: number): { distance: number; sight: Sight } {
  const [longs, shorts] = [wayOf(table, -1), wayOf(table, 1)];
  const all = SIGHTS.flatMap((sight) =>
    longs.slice(Math.ceil(fromShare * FAR)).map((long, at) => {
      const short = shorts[at + Math.ceil(fromShare * FAR)] ?? long;
      return { distance: deltaE2000(labOf(long, sight), labOf(short, sight)), sight };
    }),
  );
  return all.reduce((least, one) => (one.distance < least.distance ? one : least));
}

function assertSafe(table: Uint32Array, name: string): void {
  for (const [share, least] of [[0.1, APART], [1 / 3, SURE]] as const) {
    const { distance, sight } = nearestSides(table, share);
    assert.ok(distance >= least, `${name}: ${distance.toFixed(1)} apart with ${sight}`);
  }
} // prettier-ignore

describe('the measure of colours', () => {
  it('agrees with the published test data of CIEDE2000 and with WCAG', () => {
    const pairs = [
      [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
      [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
      [[50, 2.5, 0], [73, 25, -18], 27.1492],
      [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
      [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
    ] as const;
    for (const [one, other, distance] of pairs)
      assert.ok(Math.abs(deltaE2000(one, other) - distance) < 5e-5, `${distance}`);
    assert.ok(Math.abs(contrastOf([0, 0, 0], [255, 255, 255]) - 21) < 1e-3);
    assert.ok(Math.abs(contrastOf([118, 118, 118], [255, 255, 255]) - 4.54) < 0.01);
    // A viewer without one kind of cones sees grey as grey.
    for (const sight of SIGHTS) {
      const [lightness, a, b] = labOf([119, 119, 119], sight);
      assert.ok(Math.abs(lightness - 50) < 0.1 && Math.hypot(a, b) < 0.1, sight);
    }
  }); // prettier-ignore
});

describe('palettes of liquidation levels', () => {
  for (const { theme, neutral } of GROUNDS)
    for (const palette of NAMES)
      it(`get only lighter, or only darker, with size, in steps that can be told: ${palette}, ${theme}`, () => {
        const table = sidesTable(palette, neutral);
        assert.equal(table.length, LEVELS + 1);
        assert.equal(table[0], 0, 'no value is transparent');
        for (const sign of [-1, 1] as const) {
          const way = wayOf(table, sign);
          assertGrows(way.slice(1), palette);
          // Eight steps, of which each is told from the next.
          for (let step = 1; step < 8; step++) {
            const [near, next] = [step, step + 1].map((part) => way[Math.round((part * FAR) / 8)] ?? neutral);
            const distance = deltaE2000(labOf(near ?? neutral), labOf(next ?? neutral));
            assert.ok(distance > 3, `${palette}: ${distance} from ${step} to ${step + 1} of 8`);
          }
        }
      }); // prettier-ignore

  it('run evenly from purple to yellow, the same for both sides', () => {
    const table = sidesTable('purple-to-yellow', [0, 0, 0]);
    const [longs, shorts] = [wayOf(table, -1), wayOf(table, 1)];
    assert.deepEqual(longs, shorts);
    const [[red, green, blue], end] = [wordColour(table, MIDDLE), wordColour(table, LEVELS)];
    assert.ok(blue > red && red > green, 'purple');
    assert.ok(end[0] > 200 && end[1] > 200 && end[2] < 80, 'yellow');
    const [first, half, last] = [0, FAR / 2, FAR].map((at) =>
      lightnessOf(wordColour(table, MIDDLE + Math.round(at))),
    );
    assert.ok(Math.abs((half ?? 0) - ((first ?? 0) + (last ?? 0)) / 2) < 4, 'even in lightness');
  });

  it('tell longs from shorts whichever cones a viewer lacks, and would not in red and green', () => {
    for (const { theme, neutral } of GROUNDS)
      for (const palette of ['colour-blind-safe', 'high-contrast'] as const)
        assertSafe(sidesTable(palette, neutral), `${palette}, ${theme}`);
    // The planted fault: as light on both sides, in the colours that most charts have for them.
    const table = sidesTable('colour-blind-safe', [0, 0, 0]);
    const word = ([red, green, blue]: Rgb): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    for (let away = 1; away <= FAR; away++) {
      const size = away / FAR;
      table[MIDDLE - away] = word(interpolate([[14, 14, 20], [235, 60, 60]], size));
      table[MIDDLE + away] = word(interpolate([[14, 14, 20], [60, 150, 60]], size));
    }
    assert.throws(() => assertSafe(table, 'red and green'), /apart with (protanopia|deuteranopia)/);
  }); // prettier-ignore

  it('stand out from the ground of every theme in high contrast, also the smallest', () => {
    for (const { theme, ground, neutral } of GROUNDS)
      for (const table of [sidesTable('high-contrast', neutral), divergingTable('high-contrast', neutral)])
        for (const sign of [-1, 1] as const) {
          const way = wayOf(table, sign);
          for (const on of [ground, neutral]) {
            const contrasts = way.slice(1).map((colour) => contrastOf(colour, on));
            assert.ok(Math.min(...contrasts) >= 3, `${theme}: ${Math.min(...contrasts)}`);
            assert.ok((contrasts.at(-1) ?? 0) >= 7, `${theme}: the end ${contrasts.at(-1)}`);
            assert.ok(
              (contrasts[Math.round(FAR / 3)] ?? 0) >= 4.5,
              `${theme}: a third ${contrasts[Math.round(FAR / 3)]}`,
            );
          }
          assert.deepEqual(way[0], neutral);
        }
  });
});

describe('palettes of what may be below zero', () => {
  const MEASURED = NAMES.filter((palette) => palette !== 'usual');

  for (const { theme, neutral } of GROUNDS)
    for (const palette of NAMES)
      it(`have the theme’s ground at zero, blue below, orange above: ${palette}, ${theme}`, () => {
        const table = divergingTable(palette, neutral);
        assert.deepEqual(colourOf(table[MIDDLE]), neutral);
        const [below, above] = [colourOf(table[1]), colourOf(table[LEVELS])];
        assert.ok(below[2] > below[0] && above[0] > above[2]);
      });

  it('are as light below as above at each size, and never turn back', () => {
    for (const { theme, neutral } of GROUNDS)
      for (const palette of MEASURED) {
        const table = divergingTable(palette, neutral);
        const [below, above] = [wayOf(table, -1), wayOf(table, 1)];
        for (const way of [below, above]) assertGrows(way, `${palette}, ${theme}`);
        below.forEach((colour, away) => {
          const off = lightnessOf(colour) - lightnessOf(above[away] ?? neutral);
          assert.ok(Math.abs(off) < 2, `${palette}, ${theme}: L* differs by ${off} at ${away}`);
        });
      }
  });

  it('tell below from above whichever cones a viewer lacks', () => {
    for (const { theme, neutral } of GROUNDS)
      for (const palette of MEASURED) assertSafe(divergingTable(palette, neutral), `${palette}, ${theme}`);
  });
});
