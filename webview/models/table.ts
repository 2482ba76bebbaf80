import type { ExportedCell, ExportedTable } from '../../src/surfaces/protocol/payloads.ts';
import type { Range } from './axis.ts';
import { NO_VALUE, formatUtcMinute } from './format.ts';

/** Rows of a page of the table twin; more would make the page slow to lay out. */
export const ROWS_PER_PAGE = 100;

/** One cell: what is read, and the payload's number behind it (NaN = gap, absent = text only). */
export interface TwinCell {
  readonly text: string;
  readonly value?: number;
}

/** One page of the table twin. The first cell of each row is its header. */
export interface TwinPage {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly TwinCell[])[];
}

/** The numbers behind a chart, in pages; page 0 is the newest. Pages are made when asked for. */
export interface TableTwin {
  readonly pageCount: number;
  page(index: number): TwinPage;
  /** All of it to take away, or what lies in a range of time (what lasts, what reaches into it), newest first; made when asked for. */
  whole(within?: Range): Pick<ExportedTable, 'columns' | 'rows'>;
}

/** Returns whether a moment, or a stretch of time from it to before `toMs`, is in a range; all is where there is none. */
export function isWithin(within: Range | undefined, fromMs: number, toMs = fromMs): boolean {
  if (within === undefined) return true;
  const { min, max } = within;
  return toMs > fromMs ? fromMs < max && toMs > min : fromMs >= min && fromMs <= max;
}

export const TIME_TITLE = 'Time (UTC)';

/** A number to take away; a gap is null. */
function exportedNumber(value: number): ExportedCell {
  return Number.isFinite(value) ? value : null;
}

/**
 * A table with one row for each time, newest first. `inTitleUnit` times a cell's value is the number in the unit of its title;
 * `lastsMs` is how long a row stands for, 0 where it is of a moment.
 */
export function timeTable(
  caption: string,
  columnTitles: readonly string[],
  atMs: Float64Array,
  cellAt: (timeIndex: number, column: number) => TwinCell,
  { inTitleUnit = 1, lastsMs = 0 } = {},
): TableTwin {
  const pageCount = Math.max(1, Math.ceil(atMs.length / ROWS_PER_PAGE));
  return {
    pageCount,
    page: (index) => {
      const newest = atMs.length - 1 - index * ROWS_PER_PAGE;
      const oldest = Math.max(0, newest - ROWS_PER_PAGE + 1);
      const rows: TwinCell[][] = [];
      for (let at = newest; at >= oldest; at--)
        rows.push([
          { text: formatUtcMinute(atMs[at] ?? NaN) },
          ...columnTitles.map((_, column) => cellAt(at, column)),
        ]);
      return { caption, head: [TIME_TITLE, ...columnTitles], rows };
    },
    whole: (within) => ({
      columns: [
        { title: TIME_TITLE, type: 'time' as const },
        ...columnTitles.map((title) => ({ title, type: 'number' as const })),
      ],
      rows: Array.from(atMs.keys())
        .filter((at) => isWithin(within, atMs[at] ?? NaN, (atMs[at] ?? NaN) + lastsMs))
        .reverse()
        .map((at): ExportedCell[] => [
          atMs[at] ?? NaN,
          ...columnTitles.map((_, column) => exportedNumber((cellAt(at, column).value ?? NaN) * inTitleUnit)),
        ]),
    }),
  };
}

/** A table that is made when it is first looked at: most are never opened. */
export function lazyTable(make: () => TableTwin): TableTwin {
  let made: TableTwin | undefined;
  const table = (): TableTwin => (made ??= make());
  return {
    get pageCount() {
      return table().pageCount;
    },
    page: (index) => table().page(index),
    whole: (within) => table().whole(within),
  };
}

/** A number as a cell; a gap is a dash. */
export function numberCell(value: number, format: (value: number) => string): TwinCell {
  return { text: Number.isFinite(value) ? format(value) : NO_VALUE, value };
}
