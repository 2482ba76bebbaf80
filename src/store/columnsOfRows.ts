import { facetOf, type Observation } from '../core/observation.ts';
import { HOUR_MS } from '../core/units.ts';
import type { Extreme, SeriesFields, StoredColumns } from './historyStore.ts';

/** Columns and extremes straight from rows: what the memory twin does, and what every faster way must agree with. */

const PER_ROW: ReadonlySet<string> = new Set(['atMs', 'receivedAtMs', 'atBasis']);

/** Which fields of a row of its kind are columns: numbers, but for those that are part of what the series is. */
const IDENTITY: ReadonlySet<string> = new Set(['barMs', 'windowMs', 'bandFraction']);

/** Returns whether a field of a row is a column of its series; the others are shared. */
export function isColumn(name: string, value: unknown): boolean {
  return typeof value === 'number' && !PER_ROW.has(name) && !IDENTITY.has(name);
}

/** Returns what a row shares with the rows of its series. */
export function sharedOf(row: Observation): SeriesFields {
  const shared = Object.entries(row).filter(([name, value]) => !PER_ROW.has(name) && !isColumn(name, value));
  return Object.fromEntries(shared) as unknown as SeriesFields;
}

/** Groups rows (ascending) by what they share. */
function seriesOf(rows: readonly Observation[]): Map<string, Observation[]> {
  return Map.groupBy(rows, (row) => {
    const shared = sharedOf(row);
    const sorted = Object.entries(shared).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([facetOf(row), sorted]);
  });
}

/** Returns rows of one kind, ascending, as columns of the fields; see `HistoryStore.columns`. */
export function columnsOfRows(
  rows: readonly Observation[],
  fields: readonly string[],
  stepMs: number | undefined,
): StoredColumns[] {
  return [...seriesOf(rows).values()].flatMap((own): StoredColumns[] => {
    const [first] = own;
    const named = fields.filter((field) => own.some((row) => typeof fieldOf(row, field) === 'number'));
    if (first === undefined || named.length === 0) return [];
    const steps =
      stepMs === undefined ? own.map((row) => ({ atMs: row.atMs, row })) : steppedRows(own, stepMs);
    return [
      {
        shared: sharedOf(first),
        atMs: Float64Array.from(steps, ({ atMs }) => atMs),
        receivedAtMs: Float64Array.from(steps, ({ row }) => row.receivedAtMs),
        columns: Object.fromEntries(
          named.map((field) => [
            field,
            Float64Array.from(steps, ({ row }) => fieldOf(row, field) ?? Number.NaN),
          ]),
        ),
      },
    ];
  });
}

function fieldOf(row: Observation, field: string): number | undefined {
  const value = (row as unknown as Record<string, unknown>)[field];
  return typeof value === 'number' ? value : undefined;
}

interface Step {
  readonly atMs: number;
  readonly row: Observation;
}

/** One row a step; see `ColumnsQuery.stepMs`. */
function steppedRows(rows: readonly Observation[], stepMs: number): Step[] {
  const barMs = rows[0] !== undefined && 'barMs' in rows[0] ? rows[0].barMs : undefined;
  if (barMs === undefined) return nearestRows(rows, stepMs);
  if (barMs === stepMs) return rows.map((row) => ({ atMs: row.atMs, row }));
  return barMs < stepMs ? summedRows(rows, barMs, stepMs) : [];
}

/** Of readings the one nearest to the start of a step, the later receipt of equals. */
function nearestRows(rows: readonly Observation[], stepMs: number): Step[] {
  const best = new Map<number, Observation>();
  for (const row of rows) {
    const label = Math.floor((row.atMs + stepMs / 2) / stepMs) * stepMs;
    const before = best.get(label);
    const away = (one: Observation): number => Math.abs(one.atMs - label);
    const isBetter =
      before === undefined ||
      away(row) < away(before) ||
      (away(row) === away(before) && row.receivedAtMs >= before.receivedAtMs);
    if (isBetter) best.set(label, row);
  }
  return [...best].sort(([a], [b]) => a - b).map(([atMs, row]) => ({ atMs, row }));
}

/** Amounts that add up over time; of what does not, shorter bars say nothing about a longer one. */
const ADDS_UP = /(?:Base|Usd|Contracts)$/;
const LEVEL_KINDS: ReadonlySet<string> = new Set(['open-interest', 'depth', 'mark-price']);

function summedRows(rows: readonly Observation[], barMs: number, stepMs: number): Step[] {
  const byStep = Map.groupBy(rows, (row) => Math.floor(row.atMs / stepMs) * stepMs);
  return [...byStep].flatMap(([atMs, own]): Step[] => {
    const [first] = own;
    if (first === undefined || own.length !== stepMs / barMs || LEVEL_KINDS.has(first.kind)) return [];
    const sums: Record<string, unknown> = { ...sharedOf(first), atMs };
    sums['receivedAtMs'] = own.reduce((most, row) => Math.max(most, row.receivedAtMs), 0);
    for (const field of Object.keys(first).filter((name) => ADDS_UP.test(name))) {
      const values = own.map((row) => fieldOf(row, field));
      if (values.every((value) => value !== undefined)) sums[field] = values.reduce((a, b) => a + b, 0);
    }
    return [{ atMs, row: sums as unknown as Observation }];
  });
}

/** Returns the extremes of each field of each series. */
export function extremesOfRows(rows: readonly Observation[]): Extreme[] {
  return [...seriesOf(rows).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const fields = new Set(
      own.flatMap((row) =>
        Object.entries(row).flatMap(([name, value]) => (isColumn(name, value) ? [name] : [])),
      ),
    );
    return [...fields].sort().map((field): Extreme => {
      const points = own.flatMap((row) => {
        const value = fieldOf(row, field);
        return value === undefined ? [] : [{ value, atMs: row.atMs }];
      });
      const best = (isBetter: (a: number, b: number) => boolean) =>
        points.reduce((most, one) => (isBetter(one.value, most.value) ? one : most));
      return {
        shared: sharedOf(first),
        field,
        highest: best((a, b) => a > b),
        lowest: best((a, b) => a < b),
      };
    });
  });
}

/** Steps that the store keeps roll-ups of. */
export const ROLL_UP_STEPS: readonly number[] = [HOUR_MS, 24 * HOUR_MS];
