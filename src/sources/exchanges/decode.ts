import * as z from 'zod';
import { readDecimal } from './kit/decimals.ts';
import { decodeRow, type Reporting } from './decodeRow.ts';
import { isRecord, plainText } from './kit/field.ts';

export { decodeRow, isRecord, plainText, readDecimal, type Reporting };

/**
 * Shared decoders. Exchanges send numbers as strings and absent numbers as "", null or a missing key; `Number('')`
 * and `z.coerce` would make 0 of those, so nothing here coerces. The name says whether 0 is a value.
 */

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Reads a value as a number, or says what is wrong with it. */
type NumberReader = (value: unknown) => number | string;

/** The readers behind the decoders below: an optional number is read in one step instead of by a parser in a parser. */
const READERS = new WeakMap<z.ZodType, NumberReader>();

function numeric(read: NumberReader): z.ZodType<number> {
  const decoder = z.unknown().transform((value, context) => {
    const result = read(value);
    if (typeof result === 'number') return result;
    context.addIssue({ code: 'custom', message: result });
    return z.NEVER;
  });
  READERS.set(decoder, read);
  return decoder;
}

const decimalOrProblem: NumberReader = (value) =>
  readDecimal(value) ?? (isAbsent(value) ? 'a required number is absent' : 'not a finite decimal number');

/** Reads a decimal for which `holds`, else says `problem`. */
const decimalWhere =
  (holds: (value: number) => boolean, problem: string): NumberReader =>
  (value) => {
    const result = decimalOrProblem(value);
    return typeof result === 'string' || holds(result) ? result : problem;
  };

/** A required finite decimal, as text or number; 0 is a value. */
export const decimal = numeric(decimalOrProblem);

/** A required decimal above zero: prices, contract sizes. */
export const positive = numeric(decimalWhere((value) => value > 0, 'must be above zero'));

/** A required decimal of zero or more: sizes, volumes, open interest. */
export const nonNegative = numeric(decimalWhere((value) => value >= 0, 'must not be negative'));

const MIN_TIME_MS = Date.UTC(2010, 0, 1);
// Binance dates perpetuals 2100-12-25.
const MAX_TIME_MS = Date.UTC(2200, 0, 1);
const isPlausibleTime = (value: number): boolean => value >= MIN_TIME_MS && value < MAX_TIME_MS;

/** A required time in epoch milliseconds, as text or number. */
export const epochMs = numeric(decimalWhere(isPlausibleTime, 'not a plausible time in epoch milliseconds'));

/** A required time in epoch seconds (a fraction is allowed), returned in milliseconds. */
export const epochSeconds = numeric((value) => {
  const seconds = decimalOrProblem(value);
  if (typeof seconds === 'string') return seconds;
  const atMs = Math.round(seconds * 1_000);
  return isPlausibleTime(atMs) ? atMs : 'not a plausible time in epoch seconds';
});

type Maybe<T> = z.ZodType<T | undefined>;

/** Makes a decoder optional: a missing key, null and "" mean "not reported" (undefined, never 0). */
export function optional<T>(decoder: z.ZodType<T>): z.ZodOptional<Maybe<T>> {
  return optionalWhere(decoder, isAbsent);
}

/** As `optional`, and 0 is this exchange's placeholder for "none" (Binance `nextFundingTime: 0`, Bybit `"0"`). */
export function optionalNonZero(decoder: z.ZodType<number>): z.ZodOptional<Maybe<number>> {
  return optionalWhere(decoder, (value) => isAbsent(value) || readDecimal(value) === 0);
}

function optionalWhere<T>(
  decoder: z.ZodType<T>,
  isNone: (value: unknown) => boolean,
): z.ZodOptional<Maybe<T>> {
  const read = READERS.get(decoder);
  const maybe = z.unknown().transform((value, context): T | undefined => {
    if (isNone(value)) return undefined;
    if (read !== undefined) {
      const result = read(value);
      if (typeof result === 'number') return result as T;
      context.addIssue({ code: 'custom', message: result });
      return z.NEVER;
    }
    const result = decoder.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
    }
    return z.NEVER;
  });
  return maybe.optional() as unknown as z.ZodOptional<Maybe<T>>;
}

/** A short text, for symbols and enumerations. */
export const text = z.string().min(1).max(64);

/** A list whose rows are decoded one by one by `decodeRows`, so that one bad row does not cost the others. */
export const rows = z.array(z.unknown()).max(20_000);

/** Decodes rows one by one; see `decodeRow`. */
export function decodeRows<T>(
  list: readonly unknown[],
  schema: z.ZodType<T>,
  path: string,
  context: Reporting,
): T[] {
  const decoded: T[] = [];
  for (const [index, row] of list.entries()) {
    const value = decodeRow(row, schema, `${path}[${index}]`, context);
    if (value !== undefined) decoded.push(value);
  }
  return decoded;
}

/** As `decodeRows`, all or nothing: for lists that only mean something whole, such as one side of an order book. */
export function decodeAllRows<T>(
  list: readonly unknown[],
  schema: z.ZodType<T>,
  path: string,
  context: Reporting,
): T[] {
  const decoded = decodeRows(list, schema, path, context);
  return decoded.length === list.length ? decoded : [];
}

/**
 * For rows that are arrays with a meaning per position (klines): `name` turns such a row into an object with the
 * keys of `shape` in order, `schema` decodes that object, so that issues name the field and not the position.
 */
export function columns<S extends Record<string, z.ZodType>>(
  shape: S,
): { name: (row: unknown) => unknown; schema: z.ZodType<z.infer<z.ZodObject<S>>> } {
  const keys = Object.keys(shape);
  const name = (row: unknown): unknown =>
    Array.isArray(row) ? Object.fromEntries(keys.map((key, index) => [key, row[index] as unknown])) : row;
  return { name, schema: z.object(shape) as unknown as z.ZodType<z.infer<z.ZodObject<S>>> };
}
