/** Red, green, blue, each 0..255. */
export type Rgb = readonly [number, number, number];

/** Entries of a colour table. Index 0 stands for "no value" and is transparent; 1..255 run from low to high. */
export const TABLE_SIZE = 256;
export const LEVELS = TABLE_SIZE - 1;

/** Returns the Uint32 that ImageData holds for an opaque colour on a little-endian machine. */
export function packed([red, green, blue]: Rgb): number {
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

/** Returns the luminance of a colour by WCAG 2.1, 0 (black) to 1 (white). */
function luminanceOf(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns whether black stands out from a colour more than white does. */
export function isLight(colour: Rgb): boolean {
  return luminanceOf(colour) > 0.179;
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
