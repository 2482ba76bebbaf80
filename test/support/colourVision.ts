/**
 * How colours are seen, for tests. Sources: sRGB of IEC 61966-2-1; CIE L*a*b* (CIE 15, white D65); CIEDE2000 of Sharma, Wu and Dalal (2005);
 * colour blindness of Machado, Oliveira and Fernandes (2009), severity 1.0; contrast of WCAG 2.1.
 */
import type { Rgb } from '../../webview/models/colour.ts';

type Triple = readonly [number, number, number];

/** How a viewer sees: `usual`, or without one kind of cones. */
export type Sight = 'usual' | 'protanopia' | 'deuteranopia' | 'tritanopia';

/** Rows of the matrices of Machado 2009, table 1, applied to linear RGB. */
const MACHADO: Readonly<Record<Exclude<Sight, 'usual'>, readonly [Triple, Triple, Triple]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (row: Triple, of: Triple): number => row[0] * of[0] + row[1] * of[1] + row[2] * of[2];

/** Linear light 0..1 of each channel. */
function linearOf(colour: Rgb): Triple {
  return colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function luminanceOf(linear: Triple): number {
  return dot([0.2126729, 0.7151522, 0.072175], linear);
}

/** Returns L*, a* and b* of a colour as it is seen. */
export function labOf(colour: Rgb, sight: Sight = 'usual'): Triple {
  const own = linearOf(colour);
  const seen =
    sight === 'usual'
      ? own
      : (MACHADO[sight].map((row) => Math.min(1, Math.max(0, dot(row, own)))) as unknown as Triple);
  const curve = (share: number): number =>
    share > 216 / 24389 ? Math.cbrt(share) : ((24389 / 27) * share + 16) / 116;
  const x = curve(dot([0.4124564, 0.3575761, 0.1804375], seen) / 0.95047);
  const y = curve(luminanceOf(seen));
  const z = curve(dot([0.0193339, 0.119192, 0.9503041], seen) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Returns the contrast of two colours by WCAG 2.1, 1 to 21. */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [one, other]
    .map((colour) => luminanceOf(linearOf(colour)))
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const degrees = (radians: number): number => ((radians * 180) / Math.PI + 360) % 360;
const cosOf = (angle: number): number => Math.cos((angle * Math.PI) / 180);
const sinOf = (angle: number): number => Math.sin((angle * Math.PI) / 180);

/** Returns how far two colours in L*a*b* lie apart by CIEDE2000; about 2 can be told side by side. */
export function deltaE2000([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const seventh = (chroma: number): number => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));
  const wider = 1.5 - 0.5 * seventh((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
  const [c1, c2] = [Math.hypot(wider * a1, b1), Math.hypot(wider * a2, b2)];
  const [h1, h2] = [degrees(Math.atan2(b1, wider * a1)), degrees(Math.atan2(b2, wider * a2))];
  const isGrey = c1 * c2 === 0;
  const turn = isGrey ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const [l, c, h] = [(l1 + l2) / 2, (c1 + c2) / 2, isGrey ? h1 + h2 : h1 + turn / 2];
  const t =
    1 - 0.17 * cosOf(h - 30) + 0.24 * cosOf(2 * h) + 0.32 * cosOf(3 * h + 6) - 0.2 * cosOf(4 * h - 63);
  const lightness = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const chroma = (c2 - c1) / (1 + 0.045 * c);
  const hue = (2 * Math.sqrt(c1 * c2) * sinOf(turn / 2)) / (1 + 0.015 * c * t);
  const wrapped = (h + 360) % 360;
  const rotation = -2 * seventh(c) * sinOf(60 * Math.exp(-(((wrapped - 275) / 25) ** 2)));
  return Math.sqrt(lightness ** 2 + chroma ** 2 + hue ** 2 + rotation * chroma * hue);
}
