import {
  isRecord,
  NO,
  received,
  type Fault,
  type Field,
  type Fields,
  type Read,
  type Shape,
} from './field.ts';

/** What answers and pushes are made of besides rows: envelopes, lists, and the shapes that one endpoint has had over the years. */

/** An object with at least these fields; what else it holds stays in it and is not looked at. */
export function object<S extends Shape>(shape: S): Field<Fields<S>> {
  const fields = Object.entries(shape);
  return {
    read(value) {
      if (!isRecord(value)) return NO;
      let copy: Record<string, unknown> | undefined;
      for (const [name, field] of fields) {
        const own = value[name];
        const read = field.read(own);
        if (read === NO) return NO;
        // What reads as it stands needs no copy; a number in a text, for one, does.
        if (read !== own) (copy ??= { ...value })[name] = read;
      }
      return (copy ?? value) as Fields<S>;
    },
    faults(value) {
      if (!isRecord(value)) return [received('object', value)];
      return fields.flatMap(([name, field]) => inside(name, field.faults(value[name])));
    },
  };
}

/** An object as it is, whatever its keys. */
export const record: Field<Readonly<Record<string, unknown>>> = {
  read: (value) => (isRecord(value) ? value : NO),
  faults: (value) => (isRecord(value) ? [] : [received('record', value)]),
};

const MAX_ROWS = 20_000;

/** A list whose rows are read one by one, so that one bad row does not cost the others. */
export const rows: Field<readonly unknown[]> = {
  read: (value) => (Array.isArray(value) && value.length <= MAX_ROWS ? (value as unknown[]) : NO),
  faults(value) {
    if (!Array.isArray(value)) return [received('array', value)];
    const message = `Too big: expected array to have <=${MAX_ROWS} items`;
    return value.length <= MAX_ROWS ? [] : [{ path: [], message, isOfType: true }];
  },
};

/** A list of which every item fits, or none. */
export function listOf<T>(field: Field<T>): Field<readonly T[]> {
  return {
    read(value) {
      if (!Array.isArray(value)) return NO;
      const items = value.map((one: unknown) => field.read(one));
      return items.includes(NO) ? NO : (items as T[]);
    },
    faults: (value) =>
      Array.isArray(value)
        ? value.flatMap((one: unknown, index) => inside(index, field.faults(one)))
        : [received('array', value)],
  };
}

/** The first items of an array, each by its own field; what follows is not looked at. */
export function tuple<const F extends readonly Field<unknown>[]>(
  ...fields: F
): Field<{ readonly [I in keyof F]: Read<F[I]> }> {
  return {
    read(value) {
      if (!Array.isArray(value)) return NO;
      const items = fields.map((field, index) => field.read((value as unknown[])[index]));
      return items.includes(NO) ? NO : (items as unknown as { readonly [I in keyof F]: Read<F[I]> });
    },
    faults: (value) =>
      Array.isArray(value)
        ? fields.flatMap((field, index) => inside(index, field.faults((value as unknown[])[index])))
        : [received('tuple', value)],
  };
}

/** What the first of some fields reads that fits. */
export function either<const F extends readonly Field<unknown>[]>(...fields: F): Field<Read<F[number]>> {
  return {
    read(value) {
      for (const field of fields) {
        const read = field.read(value);
        if (read !== NO) return read as Read<F[number]>;
      }
      return NO;
    },
    faults(value) {
      const all = fields.map((field) => field.faults(value));
      if (all.some((faults) => faults.length === 0)) return [];
      const ofType = all.filter((faults) => faults.every((one) => one.isOfType === true));
      const [only] = ofType;
      return ofType.length === 1 && only !== undefined ? only : [{ path: [], message: 'Invalid input' }];
    },
  };
}

/** What a field reads, as something else. */
export function mapped<T, R>(field: Field<T>, map: (read: T) => R): Field<R> {
  return {
    ...(field.isOptional === true ? { isOptional: true } : {}),
    read(value) {
      const read = field.read(value);
      return read === NO ? NO : map(read);
    },
    faults: (value) => field.faults(value),
  };
}

/** What a field reads of another value than the one that came: of what is wrapped, or spelled in another way. */
export function within<T>(unwrap: (value: unknown) => unknown, field: Field<T>): Field<T> {
  return { read: (value) => field.read(unwrap(value)), faults: (value) => field.faults(unwrap(value)) };
}

/** Answers that come as a list or as one row. */
export const oneOrMany: Field<readonly unknown[] | Readonly<Record<string, unknown>>> = either(rows, record);

function inside(step: string | number, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ path: [step, ...fault.path], message: fault.message }));
}
