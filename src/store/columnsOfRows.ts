import { facetOf, type Observation } from '../core/observation.ts';
import type { Extreme, SeriesFields, StoredColumns } from './historyStore.ts';
import { compareText, isEventKind } from './row.ts';
import { addsUp, labelOf, wayOf } from './stepWays.ts';

/** Columns and extremes straight from rows: what the memory twin does, and what every faster way must agree with. */

/** Event and receipt have columns of their own; what names a single event is nothing that a series has. */
const PER_ROW: ReadonlySet<string> = new Set(['atMs', 'receivedAtMs', 'atBasis', 'eventId']);

/** Which fields of a row of its kind are columns: numbers, but for those that are part of what the series is. */
const IDENTITY: ReadonlySet<string> = new Set(['barMs', 'windowMs', 'bandFraction', 'expiresAtMs']);

/** Returns whether a field of a row is a column of its series; the others are shared. */
export function isColumn(name: string, value: unknown): boolean {
  return typeof value === 'number' && !PER_ROW.has(name) && !IDENTITY.has(name);
}

/** Returns whether a field is one of a row alone, neither column nor shared. */
export function isPerRow(name: string): boolean {
  return PER_ROW.has(name);
}

/** Returns what a row shares with the rows of its series. */
export function sharedOf(row: Observation): SeriesFields {
  const shared = Object.entries(row).filter(([name, value]) => !PER_ROW.has(name) && !isColumn(name, value));
  return Object.fromEntries(shared) as unknown as SeriesFields;
}

/** A text that is equal for equal shared fields, and by which series are ordered. */
export function sharedKey(shared: SeriesFields): string {
  const { instrument, endpoint, ...rest } = shared;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([instrument, endpoint, sorted]);
}

/** Groups rows (ascending) by what they share; a row that is one of a series alone has the facet of its series. */
function variantsOf(rows: readonly Observation[]): Observation[][] {
  return [...Map.groupBy(rows, (row) => sharedKey(sharedOf(row)))]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, own]) => own);
}

function seriesOf(rows: readonly Observation[]): Observation[][] {
  const keyOf = (row: Observation): string =>
    JSON.stringify([row.kind, row.instrument, isEventKind(row.kind) ? '' : facetOf(row), row.endpoint]);
  return [...Map.groupBy(rows, keyOf).values()];
}

/**
 * Returns rows of one kind, ascending, as columns of the fields; see `HistoryStore.columns`. With a step, rows up to a step
 * outside of the range take part; what is returned is labelled inside of it.
 */
export function columnsOfRows(
  rows: readonly Observation[],
  { fields, stepMs, fromMs = -Infinity, toMs = Infinity }: ColumnsOf,
): StoredColumns[] {
  const within = ({ atMs }: Observation): boolean => atMs >= fromMs && atMs < toMs;
  const stepped =
    stepMs === undefined
      ? rows
      : seriesOf(rows)
          .flatMap((own) => steppedRows(own, stepMs))
          .filter(within);
  return variantsOf(stepped).flatMap((own): StoredColumns[] => {
    const [first] = own;
    const named = fields.filter((field) => own.some((row) => fieldOf(row, field) !== undefined));
    if (first === undefined || named.length === 0) return [];
    const column = (field: string): Float64Array =>
      Float64Array.from(own, (row) => fieldOf(row, field) ?? Number.NaN);
    return [
      {
        shared: sharedOf(first),
        atMs: Float64Array.from(own, ({ atMs }) => atMs),
        receivedAtMs: Float64Array.from(own, ({ receivedAtMs }) => receivedAtMs),
        columns: Object.fromEntries(named.map((field) => [field, column(field)])),
      },
    ];
  });
}

interface ColumnsOf {
  readonly fields: readonly string[];
  readonly stepMs?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
}

function fieldOf(row: Observation, field: string): number | undefined {
  const value = (row as unknown as Record<string, unknown>)[field];
  return isColumn(field, value) ? (value as number) : undefined;
}

/** One row a step, labelled by its start; see `ColumnsQuery.stepMs`. */
function steppedRows(rows: readonly Observation[], stepMs: number): Observation[] {
  const [first] = rows;
  if (first === undefined) return [];
  switch (wayOf(first, 'barMs' in first ? first.barMs : undefined, stepMs)) {
    case 'as-they-are':
      return [...rows];
    case 'nearest':
      return nearestRows(rows, stepMs);
    case 'sum':
      return summedRows(rows, stepMs);
    case 'at-label':
      return rows.filter(({ atMs }) => atMs % stepMs === 0);
    case 'none':
      return [];
  }
}

/** Of readings the one nearest to the start of a step, the later receipt of equals. */
function nearestRows(rows: readonly Observation[], stepMs: number): Observation[] {
  const best = new Map<number, Observation>();
  for (const row of rows) {
    const label = labelOf('nearest', row.atMs, stepMs);
    const before = best.get(label);
    const away = (one: Observation): number => Math.abs(one.atMs - label);
    const isBetter =
      before === undefined ||
      away(row) < away(before) ||
      (away(row) === away(before) && row.receivedAtMs >= before.receivedAtMs);
    if (isBetter) best.set(label, row);
  }
  return [...best].sort(([a], [b]) => a - b).map(([atMs, row]) => ({ ...row, atMs }));
}

/** Sums of steps whose bars are all there and of one kind of coverage, sides and basis. */
function summedRows(rows: readonly Observation[], stepMs: number): Observation[] {
  const byStep = Map.groupBy(rows, ({ atMs }) => labelOf('sum', atMs, stepMs));
  return [...byStep].flatMap(([atMs, own]): Observation[] => {
    const [first] = own;
    if (first === undefined || !('barMs' in first) || own.length * (first.barMs ?? 0) !== stepMs) return [];
    if (new Set(own.map((row) => sharedKey(sharedOf(row)))).size > 1) return [];
    const sums: Record<string, unknown> = { ...sharedOf(first), atMs };
    sums['receivedAtMs'] = own.reduce((most, row) => Math.max(most, row.receivedAtMs), -Infinity);
    for (const field of Object.keys(first).filter(addsUp)) {
      const values = own.map((row) => fieldOf(row, field));
      if (values.every((value) => value !== undefined)) sums[field] = values.reduce((a, b) => a + b, 0);
    }
    return [sums as unknown as Observation];
  });
}

/** Returns the extremes of each field of each series, in the order of columns, then of fields; the first of equals. */
export function extremesOfRows(rows: readonly Observation[]): Extreme[] {
  return variantsOf(rows).flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const fields = new Set(own.flatMap((row) => Object.keys(row)));
    return [...fields].sort().flatMap((field): Extreme[] => {
      const points = own.flatMap((row) => {
        const value = fieldOf(row, field);
        // The sign of a zero is no part of a record.
        return value === undefined ? [] : [{ value: value + 0, atMs: row.atMs }];
      });
      if (points.length === 0) return [];
      const best = (isBetter: (a: number, b: number) => boolean) =>
        points.reduce((most, one) => (isBetter(one.value, most.value) ? one : most));
      const [highest, lowest] = [best((a, b) => a > b), best((a, b) => a < b)];
      return [{ shared: sharedOf(first), field, highest, lowest }];
    });
  });
}

/** Returns the extremes of two sets of rows together; of equals the earlier. */
export function joinExtremes(left: readonly Extreme[], right: readonly Extreme[]): Extreme[] {
  const keyOf = ({ shared, field }: Extreme): string => JSON.stringify([sharedKey(shared), field]);
  const known = new Map(left.map((one) => [keyOf(one), one]));
  type Point = Extreme['highest'];
  const better = (one: Point, other: Point, sign: number): Point => {
    const over = sign * (other.value - one.value) || one.atMs - other.atMs;
    return over > 0 ? other : one;
  };
  for (const other of right) {
    const one = known.get(keyOf(other));
    known.set(keyOf(other), {
      ...other,
      highest: one === undefined ? other.highest : better(one.highest, other.highest, 1),
      lowest: one === undefined ? other.lowest : better(one.lowest, other.lowest, -1),
    });
  }
  const sorted = [...known].map(([key, one]) => ({ key: sharedKey(one.shared), name: key, one }));
  return sorted
    .sort((a, b) => compareText(a.key, b.key) || compareText(a.one.field, b.one.field))
    .map(({ one }) => one);
}
