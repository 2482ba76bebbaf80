import type { Beside } from '../core/beside.ts';
import type { InstrumentKey } from '../core/ids.ts';
import { siftRows } from '../core/neighbours.ts';
import type { Observation, ObservationKind } from '../core/observation.ts';
import { withoutFields } from '../core/quantities.ts';
import type { StoredColumns } from '../store/historyStore.ts';
import { isCalm, type JudgedColumns } from './calm.ts';

/** Columns of one stored series. */
export interface TimedColumns extends JudgedColumns {
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly shared: StoredColumns['shared'];
  /** NaN where there is no row. */
  readonly receivedAtMs: Float64Array;
}

/** How parts are read and made anew. */
export interface PartAccess<P> {
  readonly timeAt: (part: P, at: number) => number;
  readonly withColumns: (part: P, columns: Readonly<Record<string, Float64Array>>) => P;
}

/** What was left standing, and how many rows, or fields of rows, were not. */
export interface SiftedParts<P> {
  readonly parts: readonly P[];
  readonly apart: number;
}

/**
 * Returns parts of one kind without what their neighbours or the levels known beside them contradict. Even columns
 * are known to be right (calm.ts); the others are judged as rows are, by the same function.
 */
export function siftParts<P extends TimedColumns>(
  kind: ObservationKind,
  parts: readonly P[],
  beside: Beside,
  access: PartAccess<P>,
): SiftedParts<P> {
  const kept: P[] = [];
  let apart = 0;
  for (const [instrument, own] of Map.groupBy(parts, (part) => part.instrument)) {
    if (isCalm(kind, instrument, own, beside)) {
      kept.push(...own);
      continue;
    }
    const sifted = judged(own, beside, access);
    kept.push(...sifted.parts);
    apart += sifted.apart;
  }
  return { parts: kept, apart };
}

interface Place<P> {
  readonly part: P;
  readonly at: number;
  readonly row: Observation;
}

function judged<P extends TimedColumns>(
  parts: readonly P[],
  beside: Beside,
  access: PartAccess<P>,
): SiftedParts<P> {
  const places = parts.flatMap((part) => placesOf(part, access));
  places.sort((a, b) => a.row.atMs - b.row.atMs || (a.part.endpoint < b.part.endpoint ? -1 : 1));
  const { apart } = siftRows(
    places.map(({ row }) => row),
    beside,
    { isStrict: true },
  );
  const fields = Map.groupBy(apart, ({ row }) => row);
  const changed = new Map<P, Record<string, Float64Array>>();
  for (const { part, at, row } of places) {
    const own = fields.get(row);
    if (own === undefined) continue;
    const columns = changed.get(part) ?? copied(part.columns);
    changed.set(part, columns);
    const rest = withoutFields(row, new Set(own.map(({ field }) => field))) as unknown;
    for (const [name, column] of Object.entries(columns))
      column[at] = (rest as Record<string, number> | undefined)?.[name] ?? Number.NaN;
  }
  const kept = parts.map((part) => {
    const columns = changed.get(part);
    return columns === undefined ? part : access.withColumns(part, columns);
  });
  return { parts: kept, apart: apart.length };
}

function placesOf<P extends TimedColumns>(part: P, { timeAt }: PartAccess<P>): Place<P>[] {
  const names = Object.keys(part.columns);
  return Array.from(part.receivedAtMs.keys()).flatMap((at) => {
    const receivedAtMs = part.receivedAtMs[at] ?? Number.NaN;
    if (Number.isNaN(receivedAtMs)) return [];
    const row: Record<string, unknown> = { ...part.shared, atMs: timeAt(part, at), receivedAtMs };
    for (const name of names) {
      const value = part.columns[name]?.[at] ?? Number.NaN;
      if (!Number.isNaN(value)) row[name] = value;
    }
    return [{ part, at, row: row as unknown as Observation }];
  });
}

const copied = (columns: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
