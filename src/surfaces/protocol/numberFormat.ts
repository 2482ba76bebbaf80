/**
 * Numbers as text, always with their unit: the same in tree, status bar, report, terminal and charts. Pure, without Node
 * and without the editor. A number keeps three significant digits at least (a price five), so that rounding moves it by
 * less than 1 %; the minus is the typographic one; amounts carry K, M, B or T right behind the digits ($26.9B).
 */

/** What stands where an exchange reports nothing. Never 0 and never blank. */
export const NOT_REPORTED = 'not reported';
/** U+2212, as wide as a plus. */
export const MINUS = '−';

type Maybe = number | undefined;

const DIGITS = 3;
const PRICE_DIGITS = 5;
const PRICE_DECIMALS = 9;
const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];

/** Returns US dollars in short form: $1.23B, $180M, $950, −$62.0M. */
export function formatUsd(value: Maybe): string {
  return isNumber(value) ? `${minusOf(value)}$${short(Math.abs(value))}` : NOT_REPORTED;
}

/**
 * Returns a price in quote currency: five digits at least ($94,700, $3,512.4, $0.0043120), of very small ones what nine
 * decimals hold ($0.000008900), and an exponent below that.
 */
export function formatPrice(value: Maybe): string {
  return isNumber(value) ? `${minusOf(value)}$${priceDigits(Math.abs(value))}` : NOT_REPORTED;
}

/**
 * Returns the same for rows without room, so that its name has some: below a thousandth as a power of ten ($8.9000e−6),
 * from ten millions on in short form ($44.4M).
 */
export function formatNarrowPrice(value: Maybe): string {
  if (!isNumber(value)) return NOT_REPORTED;
  const size = Math.abs(value);
  if (size >= 1e7) return formatUsd(value);
  const isSmall = size < 1e-3 && size >= 1e-7;
  return isSmall ? `${minusOf(value)}$${exponential(size, PRICE_DIGITS)}` : formatPrice(value);
}

/** Returns the same without the currency, which then must stand beside it. */
export function formatPriceDigits(value: Maybe): string {
  return isNumber(value) ? `${minusOf(value)}${priceDigits(Math.abs(value))}` : NOT_REPORTED;
}

function priceDigits(size: number): string {
  const isTiny = size > 0 && size < 10 ** (DIGITS - 1 - PRICE_DECIMALS);
  return isTiny ? exponential(size, DIGITS) : significant(size, PRICE_DIGITS, PRICE_DECIMALS);
}

/** Returns an amount of coins: 3.70M ETH, 81.2K BTC, 5.00 BTC. */
export function formatCoins(value: Maybe, asset: string): string {
  return isNumber(value) ? `${minusOf(value)}${short(Math.abs(value))} ${asset}` : NOT_REPORTED;
}

/** Returns a fraction as percent without a plus: 0.123 becomes 12.3 %. */
export function formatShare(fraction: Maybe, digits = DIGITS): string {
  return isNumber(fraction) ? `${plain(fraction * 100, digits)} %` : NOT_REPORTED;
}

/** Returns how often a market without structure shows as much, and in what: 3 % of shuffled hours, under 1 % of modelled hours. */
export function formatRarity(rarity: number, basis: 'own-history' | 'default' | null): string {
  const share = rarity < 0.01 ? 'under 1 %' : `${Math.round(rarity * 100)} %`;
  // What is not known to be counted is called modelled.
  return `${share} of ${basis === 'own-history' ? 'shuffled' : 'modelled'} hours`;
}

/** Returns a fraction as percent with its sign: 0.0001 becomes +0.0100 %. */
export function formatRate(fraction: Maybe): string {
  return formatPercent(isNumber(fraction) ? fraction * 100 : undefined);
}

/** Returns a number that already is a percentage, with its sign: +11.4 %. */
export function formatPercent(percent: Maybe): string {
  return isNumber(percent) ? `${signed(percent)} %` : NOT_REPORTED;
}

/** Returns the difference of two yearly rates, a fraction, in percentage points a year: +1.25 pp/yr. */
export function formatPointsPerYear(fraction: Maybe): string {
  return isNumber(fraction) ? `${signed(fraction * 100)} pp/yr` : NOT_REPORTED;
}

/** Returns a z-score: −2.28 sd (standard deviations). */
export function formatZScore(z: Maybe): string {
  return isNumber(z) ? `${signed(z)} sd` : NOT_REPORTED;
}

/** Returns a ratio or another plain number: 0.790. */
export function formatRatio(ratio: Maybe, digits = DIGITS): string {
  return isNumber(ratio) ? plain(ratio, digits) : NOT_REPORTED;
}

/** Returns a number in up to four significant digits, for values whose size is not known beforehand. */
export function formatSignificant(value: Maybe): string {
  if (!isNumber(value)) return NOT_REPORTED;
  const size = Math.abs(value);
  if (size >= 1e6) return `${minusOf(value)}${short(size)}`;
  const text = plain(value, 4);
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
}

function isNumber(value: Maybe): value is number {
  return value !== undefined && Number.isFinite(value);
}

const minusOf = (value: number): string => (value < 0 ? MINUS : '');
const signed = (value: number): string => `${value > 0 ? '+' : ''}${plain(value, DIGITS)}`;
const plain = (value: number, digits: number): string =>
  `${minusOf(value)}${significant(Math.abs(value), digits)}`;

/** Three digits and a scale; the next scale where rounding would show 1000. */
function short(size: number): string {
  const rounded = roundedTo(size, DIGITS);
  for (const [unit, suffix] of SCALES) {
    if (rounded < unit) continue;
    if (size / unit >= 1e15) return `${exponential(size / unit, DIGITS)}${suffix}`;
    return `${significant(size / unit, DIGITS)}${suffix}`;
  }
  return significant(size, DIGITS);
}

/** At least so many significant digits, all that stand before the point, and an exponent for what is next to nothing. */
function significant(size: number, digits: number, mostDecimals = 20): string {
  if (size === 0) return '0';
  if (size < 1e-9 || size >= 1e21) return exponential(size, digits);
  const rounded = roundedTo(size, digits);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded) + 1e-12));
  const [whole = '0', rest] = size.toFixed(Math.min(decimals, mostDecimals)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

const roundedTo = (size: number, digits: number): number => Number(size.toPrecision(digits));
const exponential = (size: number, digits: number): string =>
  size.toExponential(digits - 1).replace('-', MINUS);
