/** What a value of the wire may be read as. `NO`: it does not fit; `faults` then says why. */
export interface Field<T> {
  /** Whether a row is whole without it. */
  readonly isOptional?: boolean;
  /** Whether it is a `NumberField`. */
  readonly isNumber?: boolean;
  /** Pure, and never throws whatever the value. */
  read(value: unknown): T | typeof NO;
  /** What is wrong with a value that does not fit; empty for one that does. */
  faults(value: unknown): readonly Fault[];
}

/** Given by `Field.read` for what does not fit. */
export const NO: unique symbol = Symbol('does not fit');

export interface Fault {
  /** From the value that was read to the part that does not fit. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The value is of the right type, and beyond its bounds. */
  readonly isOfType?: true;
}

/** What a field gives. */
export type Read<F> = F extends Field<infer T> ? T : never;

/** Fields by their names on the wire. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** What the fields of a shape give, by name. */
export type Fields<S extends Shape> = { readonly [K in keyof S]: Read<S[K]> };

/** Returns whether a JSON value is an object, whose fields may then be looked at. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isNaN(value) ? 'NaN' : typeof value;

/** The fault of a value of another type. */
export const received = (expected: string, value: unknown): Fault => ({
  path: [],
  message: `Invalid input: expected ${expected}, received ${typeOf(value)}`,
});

/** A text or number as text, anything else as none: `String` throws for objects that name their own `toString`. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
