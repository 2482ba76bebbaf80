/** Which values are possible. The open ends guard against slips, such as a share in percent. */
export interface Range {
  readonly kind: 'number' | 'boolean' | 'by-exchange-number' | 'by-exchange-boolean';
  readonly min?: number;
  readonly max?: number;
  /** `min` itself is not possible. */
  readonly isExclusiveMin?: true;
  /** What the number is, for who writes one that is not possible. */
  readonly hint?: string;
  /** What stands behind each exchange, with an example. */
  readonly entries?: string;
}

/** No market moves or charges this much; what is beyond is a slip, and its yearly rate would overflow. */
const MOST_PERCENT = 1e6;

export const ANY = { kind: 'number' } as const satisfies Range;
/** A size or an amount of money. */
export const AMOUNT = { kind: 'number', min: 0 } as const satisfies Range;
export const RATIO = { kind: 'number', min: 0 } as const satisfies Range;
export const PERCENTILE = { kind: 'number', min: 0, max: 100 } as const satisfies Range;
export const SHARE = {
  kind: 'number',
  min: 0,
  max: 1,
  hint: 'a share is a fraction, 0.8 for 80 %',
} as const satisfies Range;
export const SHARE_BY_EXCHANGE = {
  ...SHARE,
  kind: 'by-exchange-number',
  entries: 'shares, such as { "okx": 0.3 }',
} as const satisfies Range;
export const COEFFICIENT = { kind: 'number', min: -1, max: 1 } as const satisfies Range;
export const PERCENT = {
  kind: 'number',
  min: -MOST_PERCENT,
  max: MOST_PERCENT,
  hint: 'percent',
} as const satisfies Range;
export const CAP = { kind: 'number', min: 0, max: MOST_PERCENT, hint: 'percent' } as const satisfies Range;
export const CHANGE = {
  kind: 'number',
  min: -100,
  max: MOST_PERCENT,
  hint: 'percent; nothing falls by more than 100 %',
} as const satisfies Range;
export const HOURS = { kind: 'number', min: 0, isExclusiveMin: true } as const satisfies Range;
export const YES_OR_NO = { kind: 'boolean' } as const satisfies Range;
export const YES_OR_NO_BY_EXCHANGE = {
  kind: 'by-exchange-boolean',
  entries: 'true or false, such as { "binance": true }',
} as const satisfies Range;
export const CAP_BY_EXCHANGE = {
  ...CAP,
  kind: 'by-exchange-number',
  entries: 'percent per 8 h, such as { "okx": 0.375 }',
} as const satisfies Range;

/** Returns whether a number is possible. */
export function isWithin({ min, max, isExclusiveMin }: Range, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (min !== undefined && (isExclusiveMin ? value <= min : value < min)) return false;
  return max === undefined || value <= max;
}

/** Returns which numbers are possible, in words: between 0 and 1, at least 0, above 0; undefined where all are. */
export function rangeWords({ min, max, isExclusiveMin }: Range): string | undefined {
  if (min === undefined) return undefined;
  if (max !== undefined) return `between ${min} and ${max}`;
  return isExclusiveMin ? `above ${min}` : `at least ${min}`;
}
