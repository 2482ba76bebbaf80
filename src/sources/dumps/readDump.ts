import type { Chunk } from '../../core/chunk.ts';
import { instrumentKey } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import { subjectOf, type Subject } from '../exchanges/kit/subject.ts';
import type { MapContext } from '../exchanges/mapContext.ts';
import { sha256Of, type ByteSource } from './byteSource.ts';
import type { BadKind } from './cells.ts';
import { identify } from './checksum.ts';
import { eachLine, type TakeCells } from './csvRows.ts';
import type { DumpFormat, DumpKnowledge, DumpName, Labelling } from './dumpFormat.ts';
import type { BadRows, DumpReport } from './dumpReport.ts';
import { makeSeries, type SeriesMade } from './dumpSeries.ts';
import { tablesOf } from './expand.ts';
import { eachJsonRow } from './jsonRows.ts';
import { LabelledRows, type LabelledTable } from './labelledRows.ts';
import { DUMP_LIMITS, dumpError, type DumpLimits } from './limits.ts';
import { TableReader, type SeriesRows } from './tableReader.ts';

/** What a dump file is read with. */
export interface DumpOptions extends DumpKnowledge {
  /** The file's name at the exchange; `source.name` where absent. */
  readonly fileName?: string;
  /** The text of the `.CHECKSUM` file beside it, where there is one. */
  readonly checksumText?: string;
  /** When it was fetched, epoch ms: a later one makes its rows revisions of those of an earlier issue. */
  readonly receivedAtMs: number;
  /** The known instruments by key: without one, contracts are not converted. */
  readonly instruments?: ReadonlyMap<string, Instrument>;
  /** Of files about all instruments: which are wanted. */
  wants?(venueSymbol: string): boolean;
  readonly limits?: DumpLimits;
}

/** The kept rows of one series as they stand in the file: starts of bars (or moments) and the format's `numbers`. */
export interface DumpSeries {
  readonly venueSymbol: string;
  readonly series: string;
  readonly table: LabelledTable;
}

/** What a dump file gives. */
export interface DumpRead {
  readonly chunks: readonly Chunk[];
  readonly series: readonly DumpSeries[];
  readonly report: DumpReport;
  /** Of settlements: the last ones by symbol, for `earlierSettlements` of the next file. */
  readonly settlements: ReadonlyMap<string, readonly number[]>;
}

/** A change of the interval is told by two spacings. */
const SETTLEMENTS_KEPT = 3;

/**
 * Reads one dump file. The checksum is computed over all of it, and held against the exchange's, before a row is read; a row
 * that cannot be used costs itself and is counted. Throws code `decode` where the file as a whole cannot be believed: then
 * nothing of it is kept. The source stays open.
 */
export async function readDump(
  source: ByteSource,
  format: DumpFormat,
  options: DumpOptions,
): Promise<DumpRead> {
  const { limits = DUMP_LIMITS, fileName = source.name } = options;
  const file = format.nameOf(fileName);
  if (file === undefined) throw dumpError(fileName, `its name is not that of a file of ${format.id}`);
  const identity = identify(fileName, await sha256Of(source), options.checksumText);
  const reader = new TableReader(format, file, fileName, (symbol) => options.wants?.(symbol) ?? true);
  const expandedBytes = await eachRow(source, format, limits, reader);
  if (reader.rows === 0) throw dumpError(fileName, 'it holds no rows');
  const context = contextOf(format, options);
  const labels = labellingOf(format, file, reader, fileName);
  const bad: Partial<Record<BadKind, number>> = { ...reader.bad };
  const made: SeriesMade[] = [];
  for (const rows of seriesIn(reader, format, file)) {
    const who = whoIs(rows.venueSymbol, format, context);
    if (who === undefined) addTo(bad, { 'unknown-symbol': rows.rows.length });
    else {
      const badAtMs = reader.badAtMs.get(rows.venueSymbol) ?? [];
      const one = makeSeries({ format, file, context, who, rows, labels, badAtMs, knowledge: options });
      addTo(bad, one.bad);
      made.push(one);
    }
  }
  const { rows, unwanted, firstBad, jittered, microseconds } = reader;
  return {
    chunks: made.flatMap(({ chunks }) => chunks),
    series: made.map(({ report, table }) => ({
      venueSymbol: report.venueSymbol,
      series: report.series,
      table,
    })),
    settlements: new Map(format.isSettled === true ? made.map(lastSettlements) : []),
    report: {
      ...{ ...identity, fileName, format: format.id, endpoint: format.endpoint },
      ...{ fromMs: file.fromMs, toMs: file.toMs, fileBytes: source.length, expandedBytes },
      ...{ rows, unwanted, bad, firstBad, jittered, microseconds },
      ...(labels === undefined ? {} : { labels }),
      series: made.map(({ report }) => report),
    },
  };
}

/** Reads the rows of all tables of a file; returns how many bytes they had. */
async function eachRow(
  source: ByteSource,
  { jsonRows }: DumpFormat,
  limits: DumpLimits,
  reader: TableReader,
): Promise<number> {
  const take: TakeCells = (cells, line) => {
    reader.take(cells, line);
  };
  if (jsonRows !== undefined) return eachJsonRow(source, jsonRows, take);
  let bytes = 0;
  for await (const table of tablesOf(source, limits)) {
    reader.begin();
    bytes += await eachLine(source.name, table, limits, take);
  }
  return bytes;
}

function whoIs(venueSymbol: string, format: DumpFormat, context: MapContext): Subject | undefined {
  const who = subjectOf(format, context, venueSymbol, undefined, '');
  if (who === undefined || who.market !== undefined || format.market === undefined) return who;
  return { ...who, market: format.market };
}

/** The series of a file. Of a file about one instrument it is one at least, without rows where none was any use. */
function seriesIn(reader: TableReader, format: DumpFormat, { venueSymbol }: DumpName): Iterable<SeriesRows> {
  if (reader.series.size > 0 || venueSymbol === undefined) return reader.series.values();
  return [{ venueSymbol, series: '', rows: new LabelledRows(format.numbers.length) }];
}

function addTo(bad: Partial<Record<BadKind, number>>, more: BadRows): void {
  for (const [kind, rows] of Object.entries(more) as [BadKind, number][])
    if (rows > 0) bad[kind] = (bad[kind] ?? 0) + rows;
}

/** Also of those that were lost: their times are known. */
function lastSettlements({ report, readAtMs }: SeriesMade): [string, number[]] {
  return [report.venueSymbol, [...readAtMs.subarray(-SETTLEMENTS_KEPT)]];
}

function contextOf(format: DumpFormat, { receivedAtMs, instruments }: DumpOptions): MapContext {
  const { exchange, endpoint } = format;
  const context: MapContext = {
    ...{ exchange, endpoint, receivedAtMs, params: {} },
    instrument: (venueSymbol) => instruments?.get(instrumentKey(exchange, venueSymbol)),
    subject: (named, path) => subjectOf(format, context, named, undefined, path),
    report: () => undefined,
  };
  return context;
}

function labellingOf(
  format: DumpFormat,
  file: DumpName,
  reader: TableReader,
  fileName: string,
): Labelling | undefined {
  if (format.labelling === undefined) return undefined;
  const labels = format.labelling(
    [...reader.series.values()].flatMap(({ rows }) => rows.keys()),
    file,
  );
  if (labels === undefined)
    throw dumpError(fileName, 'its labels do not tell whether they are the starts or the ends of their bars');
  return labels;
}
