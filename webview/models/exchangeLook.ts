import { interpolate, parseColour } from './colour.ts';

/** Exchanges in the order in which they took their colours: one that is added goes to the end, so that no other changes. */
const EXCHANGES = [
  'binance',
  'okx',
  'bybit',
  'bitget',
  'gate',
  'deribit',
  'hyperliquid',
  'kraken-futures',
  'htx',
];

/**
 * Nine colours out of those that a theme has for charts (blue, orange, green, purple, red, yellow) and its ink: each is one of them, or of two with
 * so much of the second. Mixed so that in the editor's own themes no two, nor the ink of sums, are nearer than CIEDE2000 13
 * (`exchangeLook.test.ts`). Orange is left out: the editor takes it from the highlight of matches, which may be of any colour, or none.
 */
const MIXES: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [5, 5, 0],
  [2, 2, 0],
  [3, 3, 0],
  [4, 4, 0],
  [0, 2, 0.6],
  [3, 4, 0.6],
  [3, 6, 0.7],
  [4, 6, 0.7],
];

/**
 * Returns the place of an exchange among colours and dashes, the same in every card. One that is not built in takes a place of its name beyond
 * those: of a colour that is there, with a dash that nobody has with it.
 */
export function placeOfExchange(exchange: string): number {
  const known = EXCHANGES.indexOf(exchange);
  if (known >= 0) return known;
  const sum = [...exchange].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
  return EXCHANGES.length + (sum % MIXES.length);
}

/** Returns the line colours of exchanges out of those that a theme has for charts, in that order, and its ink. */
export function exchangeColours(series: readonly string[], foreground: string): string[] {
  const colours = [...series, foreground];
  return MIXES.map(([one, other, part]) => {
    const [from, to] = [colours[one] ?? '', colours[other] ?? ''];
    const [start, end] = [parseColour(from), parseColour(to)];
    return start && end ? `rgb(${interpolate([start, end], part).join(', ')})` : from;
  });
}
