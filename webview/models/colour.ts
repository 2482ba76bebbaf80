/** Red, green, blue, each 0..255. */
export type Rgb = readonly [number, number, number];

/** Entries of a colour table. Index 0 stands for "no value" and is transparent; 1..255 run from low to high. */
export const TABLE_SIZE = 256;
export const LEVELS = TABLE_SIZE - 1;

/** Hardly anything, of either side. */
const DARK: Rgb = [38, 14, 66];
/** From little, through red, to bright orange and yellow for much. Lightness only grows. */
const PURPLE_TO_YELLOW: readonly Rgb[] = [
  [74, 20, 110],
  [122, 28, 124],
  [176, 42, 104],
  [222, 82, 66],
  [247, 140, 32],
  [252, 198, 40],
  [255, 250, 120],
];
/** As light at each step, in colours that nobody takes for those: not even who sees no red or no green. */
const BLUE_TO_WHITE: readonly Rgb[] = [
  [26, 40, 118],
  [22, 72, 158],
  [24, 108, 186],
  [38, 148, 204],
  [88, 188, 218],
  [158, 224, 232],
  [226, 252, 250],
];
const BLUE: readonly Rgb[] = [
  [24, 78, 190],
  [84, 150, 232],
];
const ORANGE: readonly Rgb[] = [
  [240, 158, 70],
  [204, 84, 8],
];

/** Returns the Uint32 that ImageData holds for an opaque colour on a little-endian machine. */
function packed([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Returns the colour at `position` 0..1 on a line through evenly spaced stops. */
export function interpolate(stops: readonly Rgb[], position: number): Rgb {
  const scaled = Math.min(1, Math.max(0, position)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(scaled));
  const from = stops[index] ?? [0, 0, 0];
  const to = stops[index + 1] ?? from;
  const part = scaled - index;
  const mix = (channel: 0 | 1 | 2): number =>
    Math.round(from[channel] + (to[channel] - from[channel]) * part);
  return [mix(0), mix(1), mix(2)];
}

function tableOf(stops: readonly Rgb[]): Uint32Array {
  const table = new Uint32Array(TABLE_SIZE);
  for (let level = 1; level <= LEVELS; level++)
    table[level] = packed(interpolate(stops, (level - 1) / (LEVELS - 1)));
  return table;
}

/** Returns the colour table of the liquidation heatmap: from the middle up to bright yellow, and down to bright blue. */
export function sidesTable(): Uint32Array {
  return tableOf([...BLUE_TO_WHITE.toReversed(), DARK, ...PURPLE_TO_YELLOW]);
}

/** Returns the colour table of the funding heatmap: blue below zero, the theme's own ground at zero, orange above. */
export function divergingTable(neutral: Rgb): Uint32Array {
  return tableOf([...BLUE, neutral, ...ORANGE]);
}

/** Reads `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()` and `rgba()`; undefined for anything else. */
export function parseColour(text: string): Rgb | undefined {
  const value = text.trim();
  const hex = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(value)?.[1];
  if (hex !== undefined) {
    const long = hex.length < 6 ? [...hex].map((digit) => digit + digit).join('') : hex;
    const channel = (at: number): number => parseInt(long.slice(at, at + 2), 16);
    return [channel(0), channel(2), channel(4)];
  }
  const numbers = /^rgba?\(([^)]*)\)$/i
    .exec(value)?.[1]
    ?.match(/[\d.]+/g)
    ?.map(Number);
  const [red, green, blue] = numbers ?? [];
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
}

/** Returns the neutral colour of a diverging scale: near the ground, a little towards the text, so cells show. */
export function neutralColour(background: Rgb, foreground: Rgb): Rgb {
  return interpolate([background, foreground], 0.12);
}
