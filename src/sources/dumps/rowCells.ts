import { numberIn, onGrid, stampIn, type BadKind } from './cells.ts';
import type { RowSlot } from './dumpFormat.ts';
import type { LabelledTable } from './labelledRows.ts';

/** What a number must be. `needed`: a row without it is none. */
export interface NumberRule {
  readonly least?: 'any' | 'zero' | 'above-zero';
  readonly needed?: true;
}

/** Reads a number into its place of a row; returns why the row is not kept. */
export function takeNumber(
  slot: RowSlot,
  place: number,
  cell: string | undefined,
  { least = 'zero', needed }: NumberRule,
): BadKind | undefined {
  const value = numberIn(cell);
  if (value === undefined) return 'number';
  slot.values[place] = value;
  if (Number.isNaN(value)) return needed === true ? 'absent' : undefined;
  if (least === 'any') return undefined;
  return value < 0 || (value === 0 && least === 'above-zero') ? 'impossible' : undefined;
}

/** Reads the label of a row, which is a multiple of the step; returns why the row is not kept. */
export function takeLabel(slot: RowSlot, cell: string | undefined, stepMs: number): BadKind | undefined {
  const stamp = stampIn(cell);
  if (stamp === undefined) return 'time';
  if (stamp.unit === 'day') return 'no-time-of-day';
  const label = onGrid(stamp.atMs, stepMs);
  if (label === undefined) return 'off-grid';
  slot.key = slot.atMs = label;
  slot.isMicroseconds = stamp.unit === 'us';
  slot.isJittered = label !== stamp.atMs;
  return undefined;
}

/** Returns a number of a table, undefined where the row does not state it. */
export function stated(table: LabelledTable, column: number, row: number): number | undefined {
  const value = table.columns[column]?.[row];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Reads open, high, low and close from four cells in this order into the first four places. */
export function takePrices(
  slot: RowSlot,
  cells: readonly (string | undefined)[],
  from: number,
  least: NumberRule['least'] = 'above-zero',
): BadKind | undefined {
  for (let place = 0; place < 4; place += 1) {
    const bad = takeNumber(slot, place, cells[from + place], { least, needed: true });
    if (bad !== undefined) return bad;
  }
  return undefined;
}

/** Returns whether open, high, low and close can be those of one bar. */
export function isBar([open = 0, high = 0, low = 0, close = 0]: Iterable<number> &
  ArrayLike<number>): boolean {
  return high >= Math.max(open, close) && low <= Math.min(open, close);
}

/** Reads the time of a row that stands on no grid: it stays as stated, and rows within a step are rows of one moment. */
export function takeMoment(slot: RowSlot, cell: string | undefined, stepMs: number): BadKind | undefined {
  const stamp = stampIn(cell);
  if (stamp === undefined) return 'time';
  if (stamp.unit === 'day') return 'no-time-of-day';
  slot.atMs = stamp.atMs;
  slot.key = Math.round(stamp.atMs / stepMs) * stepMs;
  slot.isMicroseconds = stamp.unit === 'us';
  slot.isJittered = slot.key !== stamp.atMs;
  return undefined;
}
