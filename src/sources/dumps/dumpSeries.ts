import type { Chunk } from '../../core/chunk.ts';
import type { MapContext, Subject } from '../exchanges/mapContext.ts';
import type { BadKind } from './cells.ts';
import type { DumpFormat, DumpKnowledge, DumpName, Labelling } from './dumpFormat.ts';
import type { BadRows, SeriesReport } from './dumpReport.ts';
import { holesOf } from './holes.ts';
import { keepLabelled, type GatheredRows, type LabelledTable } from './labelledRows.ts';
import type { SeriesRows } from './tableReader.ts';

/** The rows of one series as they were read, and what is known of them. */
export interface SeriesInput {
  readonly format: DumpFormat;
  readonly file: DumpName;
  readonly context: MapContext;
  readonly who: Subject;
  readonly rows: SeriesRows;
  readonly labels: Labelling | undefined;
  /** Labels of rows that were bad, as stated. */
  readonly badAtMs: readonly number[];
  readonly knowledge: DumpKnowledge;
}

/** What becomes of a series. */
export interface SeriesMade {
  readonly chunks: readonly Chunk[];
  /** The rows that are kept, at starts of bars or moments. */
  readonly table: LabelledTable;
  /** Times of all rows that could be read, epoch ms. */
  readonly readAtMs: Float64Array;
  /** Rows that were read and are not kept, by why. */
  readonly bad: BadRows;
  readonly report: SeriesReport;
}

/** Makes chunks of the rows of one series that belong to the period of its file, and says what is wrong with the others. */
export function makeSeries(input: SeriesInput): SeriesMade {
  const { format, file, rows, labels, knowledge, context, who } = input;
  const { series } = rows;
  const shiftMs = labels?.shiftMs ?? 0;
  const gathered = rows.rows.gathered();
  const read = shifted(gathered.table, shiftMs);
  const own = keepLabelled(read, (row) => isWithin(read.keys[row], file));
  const lost: Partial<Record<BadKind, number>> = {};
  const others = read.keys.length - own.keys.length;
  if (others > 0) lost['other-period'] = others;
  const lostRows = new Set<number>();
  const stepMs = new Float64Array(own.keys.length).fill(file.stepMs ?? Number.NaN);
  const chunks = format.chunks(
    { table: own, who, series, file, context, knowledge },
    {
      lose(row, kind) {
        if (lostRows.has(row)) return;
        lostRows.add(row);
        lost[kind] = (lost[kind] ?? 0) + 1;
      },
      step(row, ms) {
        stepMs[row] = ms;
      },
    },
  );
  const table = lostRows.size === 0 ? own : keepLabelled(own, (row) => !lostRows.has(row));
  const holes = holesOf(table.keys, {
    ...{ format: format.id, symbol: rows.venueSymbol, ...expectedIn(file, table) },
    stepMs: lostRows.size === 0 ? stepMs : stepMs.filter((_, row) => !lostRows.has(row)),
    conflictsAtMs: gathered.conflicts.map((atMs) => atMs + shiftMs),
    badAtMs: [
      ...input.badAtMs.map((atMs) => atMs + shiftMs),
      ...Array.from(lostRows, (row) => own.keys[row] ?? Number.NaN),
    ],
  });
  const bad = { ...lost, contradiction: (lost.contradiction ?? 0) + gathered.conflictRows };
  const report = { ...reportOf(input, gathered, table), lost, holes };
  return { chunks, table, readAtMs: own.atMs, bad, report };
}

/** The time that rows are due for: of a file about all time what lies between the first and the last one. */
function expectedIn({ fromMs, toMs, isWhole }: DumpName, { keys }: LabelledTable) {
  return isWhole === true ? { fromMs: keys[0] ?? toMs, toMs: keys.at(-1) ?? toMs } : { fromMs, toMs };
}

function reportOf(
  { format, rows: { venueSymbol, series, rows } }: SeriesInput,
  { repeats, filledUp, conflicts }: GatheredRows,
  { keys, columns }: LabelledTable,
): Omit<SeriesReport, 'lost' | 'holes'> {
  const absent: Record<string, number> = {};
  for (const [index, name] of format.numbers.entries()) {
    const missing = absentIn(columns[index]);
    if (missing > 0) absent[name] = missing;
  }
  const [firstAtMs, lastAtMs] = [keys[0], keys.at(-1)];
  const ends = firstAtMs === undefined || lastAtMs === undefined ? {} : { firstAtMs, lastAtMs };
  return {
    ...{ venueSymbol, series, rows: rows.length, kept: keys.length },
    ...{ repeats, filledUp, contradictions: conflicts.length, absent, ...ends },
  };
}

/** A loop: this is run for every number that is read. */
function absentIn(column: Float64Array = new Float64Array()): number {
  let absent = 0;
  for (let row = 0; row < column.length; row += 1) if (Number.isNaN(column[row])) absent += 1;
  return absent;
}

function shifted({ keys, atMs, columns }: LabelledTable, shiftMs: number): LabelledTable {
  const shift = (times: Float64Array): Float64Array => times.map((time) => time + shiftMs);
  return shiftMs === 0 ? { keys, atMs, columns } : { keys: shift(keys), atMs: shift(atMs), columns };
}

const isWithin = (atMs: number | undefined, { fromMs, toMs }: DumpName): boolean =>
  atMs !== undefined && atMs >= fromMs && atMs < toMs;
