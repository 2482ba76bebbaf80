import type { Issue } from '../../../core/issue.ts';
import { isRecord, NO, type Field, type Fields, type Shape } from './field.ts';
import { BAD, ignored, numberIn, NumberField, TextField } from './fields.ts';
import { object } from './payloads.ts';
import { pathOf, Place, type Path } from './place.ts';

/** Where readers tell what is wrong with a row. */
export interface Reporting {
  report(issue: Issue): void;
}

/**
 * Reads a payload, or a part of it. A part that does not fit is reported; where it is optional it is left out and the rest is
 * kept, else undefined is returned.
 */
export function readWhole<T>(value: unknown, field: Field<T>, path: Path, context: Reporting): T | undefined {
  const first = field.read(value);
  if (first !== NO) return first;
  const faults = field.faults(value);
  for (const fault of faults) {
    const inside = fault.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
    context.report({
      code: 'decode',
      path: `${pathOf(path)}${inside}`.replace(/^\./, ''),
      message: fault.message,
    });
  }
  if (!isRecord(value)) return undefined;
  const rest = faults.reduce<unknown>((kept, fault) => withoutField(kept, fault.path), value);
  const second = field.read(rest);
  return second === NO ? undefined : second;
}

/** A copy of a value without the field at a path; of a list that holds the fault, the whole list. */
function withoutField(value: unknown, [key, ...inner]: readonly (string | number)[]): unknown {
  if (key === undefined || !isRecord(value)) return value;
  const isInside = inner.length > 0 && isRecord(value[String(key)]);
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (name !== String(key)) return [[name, one]];
    return isInside ? [[name, withoutField(one, inner)]] : [];
  });
  return Object.fromEntries(entries);
}

interface Options {
  /** The field that names the instrument of a row. */
  readonly symbol?: string;
  /** Rows may be arrays, with the fields in the order of the shape. */
  readonly isArray?: boolean;
}

/** A field of a row: numbers and other values each have slots of their own, in this order. */
interface Column<F> {
  readonly name: string;
  readonly field: F;
  /** Position in an array. */
  readonly at: number;
}

/**
 * Reads rows of one shape. Built once, at the top of a module: a row that agrees with its fields makes nothing, since it is
 * read into the slots of the reader. A row that does not is read field by field by `readWhole`.
 */
export class RowReader<T> {
  readonly #numbered: readonly Column<NumberField>[];
  readonly #others: readonly Column<Field<unknown>>[];
  readonly #whole: Field<T>;
  readonly #isArray: boolean;
  readonly #symbolSlot: number;
  /** The numbers of the row that was read last, by slot; NaN where it does not state one. */
  readonly numbers: Float64Array;
  readonly #values: unknown[];
  readonly #view: T;
  /** Where the row stands that was read last. */
  readonly place = new Place('');

  constructor(shape: Shape, { symbol, isArray = false }: Options) {
    const columns = Object.entries(shape)
      .map(([name, field], at) => ({ name, field, at }))
      .filter(({ field }) => field !== ignored);
    this.#numbered = columns.filter((one): one is Column<NumberField> => one.field instanceof NumberField);
    this.#others = columns.filter(({ field }) => !(field instanceof NumberField));
    this.#whole = object(shape) as unknown as Field<T>;
    this.#isArray = isArray;
    this.#symbolSlot = this.#others.findIndex(({ name }) => name === symbol);
    this.numbers = new Float64Array(this.#numbered.length);
    this.#values = this.#others.map(() => undefined);
    this.#view = this.#makeView();
  }

  /** Reads one row; undefined, with issues, where it cannot be used. It holds until the reader's next row: who keeps it copies it. */
  one(raw: unknown, path: Path, context: Reporting): T | undefined {
    return this.#isRead(raw, path, context) ? this.#view : undefined;
  }

  /** Reads rows one by one, without those that cannot be used. */
  list(list: readonly unknown[], path: string, context: Reporting): T[] {
    const found: T[] = [];
    this.each(list, path, context, (row) => void found.push({ ...row }));
    return found;
  }

  /** As `list`, all or nothing: for lists that only mean something whole, such as one side of an order book. */
  allOrNone(list: readonly unknown[], path: string, context: Reporting): T[] {
    const found = this.list(list, path, context);
    return found.length === list.length ? found : [];
  }

  /** Hands over rows one by one, without those that cannot be used. The row and its place hold until the next one only. */
  each(
    list: readonly unknown[],
    path: string,
    context: Reporting,
    take: (row: T, at: Place, index: number) => void,
  ): void {
    for (let index = 0; index < list.length; index += 1) {
      const row = this.at(list, index, path, context);
      if (row !== undefined) take(row, this.place, index);
    }
  }

  /** Returns the row at a place in a list, undefined where it cannot be used; its `place` and `symbol` hold as long as it does. */
  at(list: readonly unknown[], index: number, path: string, context: Reporting): T | undefined {
    return this.#isRead(list[index], this.place.moveTo(index, path), context) ? this.#view : undefined;
  }

  /** The symbol that the row names; undefined where rows name none. */
  get symbol(): string | undefined {
    return this.#symbolSlot === -1 ? undefined : (this.#values[this.#symbolSlot] as string | undefined);
  }

  /** The slots of fields that hold numbers; throws where one does not. */
  slots(...names: readonly (keyof T & string)[]): number[] {
    return names.map((wanted) => {
      const slot = this.#numbered.findIndex(({ name }) => name === wanted);
      if (slot === -1) throw new RangeError(`${wanted} holds no number`);
      return slot;
    });
  }

  #isRead(raw: unknown, path: Path, context: Reporting): boolean {
    if (this.#isFast(raw)) return true;
    const row = readWhole(this.#named(raw), this.#whole, path, context);
    if (row === undefined) return false;
    const read = row as Record<string, unknown>;
    for (const [slot, { name }] of this.#others.entries()) this.#values[slot] = read[name];
    for (const [slot, { name }] of this.#numbered.entries())
      this.numbers[slot] = (read[name] as number | undefined) ?? Number.NaN;
    return true;
  }

  #isFast(raw: unknown): boolean {
    if (typeof raw !== 'object' || raw === null) return false;
    const isArray = Array.isArray(raw);
    if (isArray && !this.#isArray) return false;
    const record = raw as Record<string, unknown>;
    const list = raw as readonly unknown[];
    const numbers = this.numbers;
    const numbered = this.#numbered;
    for (let slot = 0; slot < numbered.length; slot += 1) {
      const { field, name, at } = numbered[slot] as Column<NumberField>;
      const read = numberIn(field, isArray ? list[at] : record[name]);
      if (read === BAD) return false;
      numbers[slot] = read;
    }
    const values = this.#values;
    const others = this.#others;
    for (let slot = 0; slot < others.length; slot += 1) {
      const { field, name, at } = others[slot] as Column<Field<unknown>>;
      const value = isArray ? list[at] : record[name];
      const read = field instanceof TextField && field.fits(value) ? value : field.read(value);
      if (read === NO) return false;
      values[slot] = read;
    }
    return true;
  }

  /** A row that is an array, as an object, so that issues name the field and not the position. */
  #named(raw: unknown): unknown {
    if (!this.#isArray || !Array.isArray(raw)) return raw;
    const list = raw as readonly unknown[];
    return Object.fromEntries([...this.#numbered, ...this.#others].map(({ name, at }) => [name, list[at]]));
  }

  #makeView(): T {
    const [view, numbers, values] = [{}, this.numbers, this.#values];
    for (const [slot, { name }] of this.#numbered.entries()) {
      const get = (): number | undefined => {
        const value = numbers[slot];
        return Number.isNaN(value) ? undefined : value;
      };
      Object.defineProperty(view, name, { get, enumerable: true });
    }
    for (const [slot, { name }] of this.#others.entries())
      Object.defineProperty(view, name, { get: () => values[slot], enumerable: true });
    return view as T;
  }
}

/** A row as a reader gives it. */
export type RowOf<R> = R extends RowReader<infer T> ? T : never;

/** Returns a reader of rows that are objects. */
export function rowReader<S extends Shape>(shape: S, options: { symbol?: keyof S & string } = {}) {
  return new RowReader<Fields<S>>(shape, options);
}

/**
 * Returns a reader of rows that are arrays with a meaning for each position (klines), which is that of the field in the order
 * of the shape; objects with these names are read as well.
 */
export function arrayReader<S extends Shape>(shape: S): RowReader<Fields<S>> {
  return new RowReader<Fields<S>>(shape, { isArray: true });
}
