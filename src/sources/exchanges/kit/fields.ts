import { decimalOfText } from './decimals.ts';
import { NO, received, type Fault, type Field } from './field.ts';

/**
 * The vocabulary of rows: what a field of the wire must be. The name says whether 0 is a value. Numbers are read by
 * `numberIn` alone, one function for all of them, so that a row that agrees with its fields costs nothing but its reading.
 */

/** What `numberIn` gives for a value that does not fit. A number of the wire is finite; NaN stands for "not reported". */
export const BAD = Infinity;

interface NumberRule {
  /** Values from here on fit. */
  readonly least: number;
  /** Values from here on do not. */
  readonly below: number;
  /** What is said of a decimal beyond these. */
  readonly problem: string;
  /** What one unit of the wire is in the unit of the result, which is then rounded. */
  readonly unit: number;
  readonly isOptional: boolean;
  readonly isZeroNone: boolean;
  /** Reads what is no decimal, for example a time in words; NaN where it does not fit. */
  readonly parse: ((value: unknown) => number) | undefined;
  /** A number within the bounds stands for itself. */
  readonly isPlain: boolean;
}

/** A field that holds a number. */
export class NumberField<T extends number | undefined = number> implements Field<T>, NumberRule {
  readonly isNumber = true;
  readonly least: number;
  readonly below: number;
  readonly problem: string;
  readonly unit: number;
  readonly isOptional: boolean;
  readonly isZeroNone: boolean;
  readonly parse: ((value: unknown) => number) | undefined;
  readonly isPlain: boolean;

  constructor(rule: Partial<NumberRule>) {
    this.least = rule.least ?? -Number.MAX_VALUE;
    this.below = rule.below ?? Infinity;
    this.problem = rule.problem ?? '';
    this.unit = rule.unit ?? 1;
    this.isOptional = rule.isOptional ?? false;
    this.isZeroNone = rule.isZeroNone ?? false;
    this.parse = rule.parse;
    // A 0 that stands for none counts where 0 is within the bounds alone.
    const isZeroNumber = !this.isZeroNone || this.least > 0;
    this.isPlain = this.parse === undefined && this.unit === 1 && isZeroNumber;
  }

  read(value: unknown): T | typeof NO {
    const read = numberIn(this, value);
    if (read === BAD) return NO;
    return (Number.isNaN(read) ? undefined : read) as T;
  }

  faults(value: unknown): readonly Fault[] {
    if (numberIn(this, value) !== BAD) return [];
    return [{ path: [], message: problemOf(this, value) }];
  }
}

/** Returns the number in a value of the wire: NaN where it is not reported, `BAD` where it does not fit. Makes nothing. */
export function numberIn(field: NumberRule, value: unknown): number {
  if (field.isPlain) {
    // What fits as it is, which is nearly all there is; whatever does not is looked at again.
    const plain = typeof value === 'string' ? decimalOfText(value) : typeof value === 'number' ? value : BAD;
    if (plain >= field.least && plain < field.below) return plain;
  }
  if (value === undefined || value === null) return field.isOptional ? Number.NaN : BAD;
  let read: number;
  if (field.parse !== undefined) read = field.parse(value);
  else if (typeof value === 'string') read = decimalOfText(value);
  else read = typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
  if (Number.isNaN(read)) return value === '' && field.isOptional ? Number.NaN : BAD;
  if (read === 0 && field.isZeroNone) return Number.NaN;
  if (field.unit !== 1) read = Math.round(read * field.unit);
  return read >= field.least && read < field.below ? read : BAD;
}

function problemOf({ parse, problem }: NumberRule, value: unknown): string {
  if (parse !== undefined) return problem;
  if (value === undefined || value === null || value === '') return 'a required number is absent';
  const isDecimal = typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && !Number.isNaN(decimalOfText(value)); // prettier-ignore
  return isDecimal ? problem : 'not a finite decimal number';
}

/** A required finite decimal, as text or number; 0 is a value. */
export const decimal = new NumberField({});

/** A required decimal above zero: prices, contract sizes. */
export const positive = new NumberField({ least: Number.MIN_VALUE, problem: 'must be above zero' });

/** A required decimal of zero or more: sizes, volumes, open interest. */
export const nonNegative = new NumberField({ least: 0, problem: 'must not be negative' });

const MIN_TIME_MS = Date.UTC(2010, 0, 1);
// Binance dates perpetuals 2100-12-25.
const MAX_TIME_MS = Date.UTC(2200, 0, 1);
const times = { least: MIN_TIME_MS, below: MAX_TIME_MS } as const;

/** A required time in epoch milliseconds, as text or number. */
export const epochMs = new NumberField({ ...times, problem: 'not a plausible time in epoch milliseconds' });

/** A required time in epoch seconds (a fraction is allowed), read as milliseconds. */
export const epochSeconds = new NumberField({
  ...times,
  unit: 1_000,
  problem: 'not a plausible time in epoch seconds',
});

/** A required time that `parse` reads from what the exchange writes, in epoch ms; NaN, and `problem` is said, where it cannot. */
export const timeBy = (parse: (value: unknown) => number, problem: string): NumberField =>
  new NumberField({ ...times, parse, problem });

/** Whether a value stands for "not reported". */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Makes a field optional: a missing key, null and "" mean "not reported" (undefined, never 0). */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  if (field instanceof NumberField)
    return new NumberField({ ...(field as NumberRule), isOptional: true }) as unknown as Field<T | undefined>;
  if (field instanceof TextField)
    return new TextField(field.least, field.most, true) as unknown as Field<T | undefined>;
  return {
    isOptional: true,
    read: (value) => (isAbsent(value) ? undefined : field.read(value)),
    faults: (value) => (isAbsent(value) ? [] : field.faults(value)),
  };
}

/** As `optional`, and 0 is this exchange's placeholder for "none" (Binance `nextFundingTime: 0`, Bybit `"0"`). */
export function optionalNonZero(field: NumberField): Field<number | undefined> {
  return new NumberField<number | undefined>({
    ...(field as NumberRule),
    isOptional: true,
    isZeroNone: true,
  });
}

/** A field that holds a text of so many characters. A class, so that readers of rows look at such a value without a call. */
export class TextField implements Field<string> {
  readonly least: number;
  readonly most: number;
  readonly isOptional: boolean;

  constructor(least: number, most: number, isOptional = false) {
    // An empty text is "not reported" where that is allowed.
    this.least = isOptional ? Math.max(1, least) : least;
    this.most = most;
    this.isOptional = isOptional;
  }

  /** Whether a value is such a text. */
  fits(value: unknown): value is string {
    return typeof value === 'string' && value.length >= this.least && value.length <= this.most;
  }

  read(value: unknown): string | typeof NO {
    if (this.isOptional && isAbsent(value)) return undefined as unknown as string;
    return this.fits(value) ? value : NO;
  }

  faults(value: unknown): readonly Fault[] {
    if (this.fits(value) || (this.isOptional && isAbsent(value))) return [];
    if (typeof value !== 'string') return [received('string', value)];
    const message =
      value.length > this.most
        ? `Too big: expected string to have <=${this.most} characters`
        : `Too small: expected string to have >=${this.least} characters`;
    return [{ path: [], message, isOfType: true }];
  }
}

/** A short text, for symbols and enumerations. */
export const text: Field<string> = new TextField(1, 64);

/** A text of so many characters. */
export function textOf(least: number, most: number): Field<string> {
  return new TextField(least, most);
}

/** One of some texts. */
export function oneOf<const T extends readonly string[]>(...values: T): Field<T[number]> {
  const message = `Invalid option: expected one of ${values.map((one) => `"${one}"`).join('|')}`;
  const fits = (value: unknown): boolean => values.includes(value as string);
  return {
    read: (value) => (fits(value) ? (value as T[number]) : NO),
    faults: (value) => (fits(value) ? [] : [{ path: [], message }]),
  };
}

/** True or false. */
export const flag: Field<boolean> = {
  read: (value) => (typeof value === 'boolean' ? value : NO),
  faults: (value) => (typeof value === 'boolean' ? [] : [received('boolean', value)]),
};

/** A finite number that is no text, for ids. */
export const plainNumber: Field<number> = {
  read: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : NO),
  faults: (value) => (typeof value === 'number' && Number.isFinite(value) ? [] : [received('number', value)]),
};

/** Whatever stands there, also nothing. */
export const anything: Field<unknown> = { isOptional: true, read: (value) => value, faults: () => [] };

/** Whatever stands there, as long as something does: an answer without its rows is none without rows. */
export const present: Field<unknown> = {
  read: (value) => (value === undefined ? NO : value),
  faults: (value) => (value === undefined ? [received('nonoptional', value)] : []),
};

/** What stands there is not looked at: a column of an array that is not read. */
export const ignored: Field<undefined> = { isOptional: true, read: () => undefined, faults: () => [] };
