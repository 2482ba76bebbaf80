/**
 * Decimals of the wire. Exchanges send numbers as texts and absent numbers as "", null or a missing key; `Number('')` would
 * make 0 of those, so nothing here coerces.
 */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LONGEST = 64;
/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const EXACT_BELOW = 2 ** 53;
const [MINUS, PLUS, POINT, ZERO] = [45, 43, 46, 48];

/**
 * Returns the number that a text stands for, NaN where it is no finite decimal. Digits with at most a point are read as an
 * exact integer over an exact power of ten, which rounds once, as `Number` does; all else is for `Number` after the strict test.
 */
export function decimalOfText(text: string): number {
  const { length } = text;
  const first = length === 0 ? 0 : text.charCodeAt(0);
  const begin = first === MINUS || first === PLUS ? 1 : 0;
  let integer = 0;
  let point = -1;
  for (let at = begin; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) integer = integer * 10 + digit;
    else if (code === POINT && point < 0) point = at;
    else return slowly(text);
  }
  const decimals = point < 0 ? 0 : length - point - 1;
  if (length > LONGEST || length - begin - (point < 0 ? 0 : 1) <= 0) return Number.NaN;
  // Beyond this the integer is not exact any more; it never falls, so that one look at its end is enough.
  if (integer >= EXACT_BELOW || decimals > 22) return Number(text);
  const value = decimals === 0 ? integer : integer / (POWERS[decimals] ?? 1);
  return first === MINUS ? -value : value;
}

/** What is not made of digits and a point alone. */
function slowly(text: string): number {
  if (text.length > LONGEST || !DECIMAL.test(text)) return Number.NaN;
  const parsed = Number(text);
  return Number.isFinite(parsed) ? parsed : Number.NaN;
}

/** Returns the number that a value of the wire stands for, NaN where it is no finite decimal. */
export function decimalOf(value: unknown): number {
  if (typeof value === 'string') return decimalOfText(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

/** As `decimalOf`, with undefined for what is no finite decimal. */
export function readDecimal(value: unknown): number | undefined {
  const read = decimalOf(value);
  return Number.isNaN(read) ? undefined : read;
}
