import type { Palette } from '../../src/surfaces/protocol/messages.ts';
import { interpolate, isLight, LEVELS, packed, parseColour, TABLE_SIZE, type Rgb } from './colour.ts';

/** Stops of a colour from what is next to the middle of a table to its end. */
type Stops = readonly Rgb[];

/** Both ways from the middle of a table: what is below zero, or longs, and what is above, or shorts. */
interface Ways {
  readonly below: Stops;
  readonly above: Stops;
}

const stopOf = (colour: string): Rgb => parseColour(colour) ?? [0, 0, 0];
const stopsOf = (colours: string): Stops => colours.split(' ').map(stopOf);

/** Every palette that can be chosen, and what it is called. */
export const PALETTES: Readonly<Record<Palette, string>> = {
  usual: 'Usual',
  'purple-to-yellow': 'Purple to yellow',
  'colour-blind-safe': 'Colour-blind safe',
  'high-contrast': 'High contrast',
};

/** From little, through red, to bright yellow; longs as light at each step, from blue to white. Lightness only grows. */
const USUAL: Ways & { readonly middle: Rgb } = {
  middle: stopOf('#260e42'),
  below: stopsOf('#1a2876 #16489e #186cba #2694cc #58bcda #9ee0e8 #e2fcfa'),
  above: stopsOf('#4a146e #7a1c7c #b02a68 #de5242 #f78c20 #fcc628 #fffa78'),
};

const USUAL_DIVERGING: Ways = {
  below: stopsOf('#5496e8 #184ebe'),
  above: stopsOf('#f09e46 #cc5408'),
};

/** Viridis of matplotlib (CC0), whose lightness grows evenly. */
const VIRIDIS: Stops = stopsOf('#440154 #472c7a #3b518b #2c718e #21908d #27ad81 #5cc863 #aadc32 #fde725');

/** Blue and orange of equal lightness, chosen so that nobody takes one for the other: also not who lacks one kind of cones. */
const SAFE: Ways & { readonly middle: Rgb } = {
  middle: stopOf('#0e0e14'),
  below: stopsOf('#033350 #055074 #007099 #0791be #0fb3e2 #4dd6ff #90e3fe'),
  above: stopsOf('#591c00 #813401 #a55102 #c77101 #e79306 #ffba41 #ffd083'),
};
const SAFE_ON_DARK: Ways = {
  below: stopsOf('#078dc1 #6ed2ff'),
  above: stopsOf('#cb6a01 #feb966'),
};
const SAFE_ON_LIGHT: Ways = {
  below: stopsOf('#0aabea #075a85'),
  above: stopsOf('#e88a01 #8d3d00'),
};

/** Also the smallest stands out from the ground of a theme by 3 to 1, the largest by far more. */
const CONTRAST_ON_DARK: Ways = {
  below: stopsOf('#0791ba #0bb4dd #17d8ff #b9f1fe'),
  above: stopsOf('#c17400 #de9803 #f9bd05 #ffe6a5'),
};
const CONTRAST_ON_LIGHT: Ways = {
  below: stopsOf('#0685b8 #016591 #044669 #012a44'),
  above: stopsOf('#bc6603 #994700 #752b00 #4a1701'),
};

const MIDDLE = (LEVELS + 1) / 2;

function evenTable(stops: Stops): Uint32Array {
  const table = new Uint32Array(TABLE_SIZE);
  for (let level = 1; level <= LEVELS; level++)
    table[level] = packed(interpolate(stops, (level - 1) / (LEVELS - 1)));
  return table;
}

/** The middle, and beside it at once the first stops. */
function steppedTable({ below, above }: Ways, middle: Rgb): Uint32Array {
  const table = evenTable([middle, middle]);
  for (let away = 1; away < MIDDLE; away++) {
    const position = (away - 1) / (MIDDLE - 2);
    table[MIDDLE - away] = packed(interpolate(below, position));
    table[MIDDLE + away] = packed(interpolate(above, position));
  }
  return table;
}

const tableOf = ({ below, above }: Ways, middle: Rgb): Uint32Array =>
  evenTable([...below.toReversed(), middle, ...above]);

const contrastTable = (neutral: Rgb): Uint32Array =>
  steppedTable(isLight(neutral) ? CONTRAST_ON_LIGHT : CONTRAST_ON_DARK, neutral);

/**
 * Returns the colours of liquidation levels: from the middle of the table up for shorts, down for longs. Of `purple-to-yellow` both have
 * one ramp, for longs lie below the price and shorts above. `neutral` is the ground of the theme.
 */
export function sidesTable(palette: Palette, neutral: Rgb): Uint32Array {
  switch (palette) {
    case 'usual':
      return tableOf(USUAL, USUAL.middle);
    case 'purple-to-yellow':
      return evenTable([...VIRIDIS.toReversed(), ...VIRIDIS.slice(1)]);
    case 'colour-blind-safe':
      return tableOf(SAFE, SAFE.middle);
    case 'high-contrast':
      return contrastTable(neutral);
  }
}

/** Returns the colours of what may be below zero: blue there, the theme's own ground at zero, orange above. */
export function divergingTable(palette: Palette, neutral: Rgb): Uint32Array {
  if (palette === 'high-contrast') return contrastTable(neutral);
  return tableOf(palette === 'usual' ? USUAL_DIVERGING : isLight(neutral) ? SAFE_ON_LIGHT : SAFE_ON_DARK, neutral);
} // prettier-ignore
