/** The numbers of a payload, row by row: what an adapter could take for one another. */

type Path = readonly (string | number)[];

/** A group of numbers that belong together: the fields of an object, the columns of a list, one index of parallel lists. */
export interface NumericRow {
  /** The row's place with indices left out: `data[]`. */
  readonly place: string;
  /** Fields by name (`stats.high`, `[1]`), with the number that each states and the way to it. */
  readonly fields: ReadonlyMap<string, NumericField>;
}

export interface NumericField {
  readonly value: number;
  readonly path: Path;
}

type Json = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A list of single values: a row of columns where it stands in a list, a column where it stands in an object. */
const isPlainList = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one !== 'object' || one === null);
/** Names that are symbols are one name. */
const generic = (name: string): string => (/^(PF_|[A-Z0-9]{3,}[-_]?[A-Z0-9]*$)/.test(name) ? '*' : name);

/** Returns the number that a JSON value states, as number or text; undefined for all else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(value.trim())) return undefined;
  return Number.parseFloat(value);
}

/** Returns the rows of a payload that hold two numbers at least. */
export function numericRows(body: unknown): NumericRow[] {
  const rows: NumericRow[] = [];
  const add = (place: string, entries: [string, unknown, Path][]): void => {
    const fields = entries.flatMap(([name, value, path]): [string, NumericField][] => {
      const number = numberIn(value);
      return number === undefined ? [] : [[name, { value: number, path }]];
    });
    if (fields.length > 1) rows.push({ place, fields: new Map(fields) });
  };
  const fieldsOf = (value: Json, prefix: string, path: Path): [string, unknown, Path][] =>
    Object.entries(value).flatMap(([name, inner]): [string, unknown, Path][] =>
      isRecord(inner)
        ? fieldsOf(inner, `${prefix}${generic(name)}.`, [...path, name])
        : [[`${prefix}${name}`, inner, [...path, name]]],
    );
  const walk = (value: unknown, place: string, path: Path, isInner: boolean): void => {
    if (Array.isArray(value)) {
      for (const [index, inner] of value.entries()) {
        const at = [...path, index];
        if (!isPlainList(inner)) walk(inner, `${place}[]`, at, false);
        else
          add(
            `${place}[]`,
            inner.map((one, column) => [`[${column}]`, one, [...at, column]]),
          );
      }
    } else if (isRecord(value)) {
      if (!isInner) add(place, fieldsOf(value, '', path));
      const columns = Object.entries(value).filter((entry): entry is [string, unknown[]] =>
        isPlainList(entry[1]),
      );
      for (let index = 0; columns.length > 1 && index < (columns[0]?.[1].length ?? 0); index += 1)
        add(
          `${place}{}`,
          columns.map(([name, list]) => [name, list[index], [...path, name, index]]),
        );
      for (const [name, inner] of Object.entries(value))
        walk(inner, `${place}.${generic(name)}`, [...path, name], true);
    }
  };
  walk(body, '', [], false);
  return rows;
}

/** Returns a copy of a payload with the first `most` entries of each list. */
export function shortened(body: unknown, most: number): unknown {
  if (Array.isArray(body)) return body.slice(0, most).map((inner) => shortened(inner, most));
  if (!isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, inner]) => [name, shortened(inner, most)]));
}

/** Returns a copy of a payload in which two values of each row of a place are exchanged. */
export function withSwapped(body: unknown, place: string, first: string, second: string): unknown {
  const copy: unknown = structuredClone(body);
  for (const row of numericRows(body)) {
    const [one, other] = [row.fields.get(first), row.fields.get(second)];
    if (row.place !== place || one === undefined || other === undefined) continue;
    const [before, after] = [valueAt(body, one.path), valueAt(body, other.path)];
    put(copy, one.path, after);
    put(copy, other.path, before);
  }
  return copy;
}

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], body);
}

function put(body: unknown, path: Path, value: unknown): void {
  const last = path.at(-1) ?? '';
  (valueAt(body, path.slice(0, -1)) as Record<string | number, unknown>)[last] = value;
}
