import { isChunk, type Chunk, type Rows } from '../../core/chunk.ts';
import { PerpscopeError } from '../../core/errors.ts';
import type { DataSource } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Observation } from '../../core/observation.ts';
import type { StreamGap } from '../../core/streamGap.ts';
import { keptRows } from '../collect/keptRows.ts';
import { RowGate } from '../collect/rowGate.ts';
import { applyPoll, type Answer } from '../exchanges/decodeAnswer.ts';
import type { ExchangeAdapter } from '../exchanges/contract.ts';
import type { DeepPages } from '../exchanges/deepPages.ts';
import { ofPages } from '../exchanges/kit/pageRequest.ts';
import { rowsOfPage } from '../exchanges/pageRows.ts';
import { bytesSource } from '../dumps/byteSource.ts';
import { gapsOf } from '../dumps/dumpGaps.ts';
import { DUMP_LIMITS } from '../dumps/limits.ts';
import { readDump } from '../dumps/readDump.ts';
import { countRows } from '../../store/preparedRows.ts';
import type { DoneUnit } from './doneLog.ts';
import type { FetchedFile } from './exchangeDesk.ts';
import type { FileSource } from './fileSource.ts';
import { wholeUntil, type Unit } from './plan.ts';
import { holesIn } from './trail.ts';

/** What a page or file gave: rows for the store, holes, and what the journal keeps of it. */
export interface UnitRows {
  readonly rows: Rows;
  readonly gaps: readonly StreamGap[];
  readonly done: DoneUnit;
  /** Rows that were set apart or could not be used, and repeats. */
  readonly faults: Faults;
}

export interface Faults {
  /** Set apart: contradicted by their neighbours, or not to be read. */
  readonly apart: number;
  readonly repeats: number;
  readonly contradictions: number;
}

/** Neighbours come from so many steps beside a page at most. */
const BESIDE_STEPS = 24;
const NO_FAULTS: Faults = { apart: 0, repeats: 0, contradictions: 0 };

/** What a unit is read with. */
export interface UnitContext {
  /** Whom a file is read for that is about several. */
  readonly venueSymbol: string;
  readonly adapter: ExchangeAdapter;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly market: DataSource;
  readonly unit: Unit;
  readonly before: DoneUnit | undefined;
}

/**
 * Reads a page. Rows pass the gate that live rows pass, by themselves: what is known of levels today says nothing about years ago.
 * Throws code `decode` where the answer is about another time than was asked for.
 */
export function pageRows(source: DeepPages, answer: Answer, about: UnitContext): UnitRows {
  const { adapter, instruments, market, unit, before } = about;
  const read = applyPoll<Observation | Chunk>(adapter, ofPages(source.poll), answer, instruments);
  // The gate sees the neighbours that came with the page as well: its border is no edge of the series.
  const { kept: gatedRows, apart } = gated(market, read.rows);
  const kept = rowsOfPage(gatedRows, unit);
  if (read.rows.length > 0 && kept.length === 0 && !isBeside(read.rows, unit, BESIDE_STEPS * source.stepMs))
    throw new PerpscopeError('decode', `${source.id}: the answer is about another time than was asked for`, {
      exchange: adapter.id,
    });
  const { gaps, last } = holesIn(kept, before?.last ?? {});
  const toMs = wholeUntil(unit, source.stepMs, answer.receivedAtMs);
  const unusable = read.issues.reduce((sum, { count = 1 }) => sum + count, 0);
  return {
    ...{ rows: kept, gaps, faults: { ...NO_FAULTS, apart: apart + unusable } },
    done: { fromMs: unit.fromMs, toMs, rows: countRows(kept), last },
  };
}

/** Whether some row lies in a time or near it: neighbours that were asked for with an empty page. */
function isBeside(rows: Rows, { fromMs, toMs }: Unit, nearMs: number): boolean {
  const isNear = (atMs: number): boolean => atMs >= fromMs - nearMs && atMs < toMs + nearMs;
  return rows.some((part) => (isChunk(part) ? part.atMs.some(isNear) : isNear(part.atMs)));
}

/** Reads a file; throws code `decode` where it cannot be believed as a whole. */
export async function fileRows(source: FileSource, file: FetchedFile, about: UnitContext): Promise<UnitRows> {
  const { venueSymbol, instruments, market, unit, before } = about;
  const { name, bytes, checksumText, receivedAtMs } = file;
  if (bytes === undefined) return missingFile(source, name, about);
  const settlements = before?.settlements;
  const read = await readDump(bytesSource(name, bytes, DUMP_LIMITS), source.format, {
    ...{ receivedAtMs, instruments, wants: (symbol: string) => symbol === venueSymbol },
    ...(checksumText === undefined ? {} : { checksumText }),
    ...(settlements === undefined ? {} : { earlierSettlements: earlier(source, name, settlements) }),
  });
  const { report } = read;
  const { kept, apart } = gated(market, read.chunks);
  const sum = (of: 'repeats' | 'contradictions'): number =>
    report.series.reduce((all, one) => all + one[of], 0);
  const bad = Object.values(report.bad).reduce((all, rows) => all + rows, 0);
  const [own] = read.settlements.values();
  return {
    ...{ rows: kept, gaps: gapsOf(source.exchange, report) },
    faults: { apart: apart + bad, repeats: sum('repeats'), contradictions: sum('contradictions') },
    done: {
      ...{ fromMs: unit.fromMs, toMs: unit.toMs, rows: countRows(kept), file: name },
      ...{ sha256: report.sha256, checksum: report.checksum },
      ...(own === undefined ? {} : { settlements: own }),
    },
  };
}

function earlier(
  source: FileSource,
  fileName: string,
  atMs: readonly number[],
): Map<string, readonly number[]> {
  const symbol = source.format.nameOf(fileName)?.venueSymbol;
  return new Map(symbol === undefined ? [] : [[symbol, atMs]]);
}

/** A file that is not there is a hole of its whole period. */
function missingFile(
  { exchange, format }: FileSource,
  name: string,
  { venueSymbol, unit }: UnitContext,
): UnitRows {
  const gap: StreamGap = {
    ...{ exchange, stream: `${format.endpoint} ${venueSymbol}`, ...unit },
    ...{ cause: 'missing', backfilled: false },
  };
  return {
    rows: [],
    gaps: [gap],
    faults: NO_FAULTS,
    done: { ...unit, rows: 0, file: name, isMissing: true },
  };
}

function gated(market: DataSource, rows: Rows): { readonly kept: Rows; readonly apart: number } {
  const { kept, issues } = new RowGate().sift(market, rows);
  return { kept: keptRows(kept), apart: issues.reduce((sum, { count = 1 }) => sum + count, 0) };
}
