import type { Chunk } from '../../core/chunk.ts';
import type { ExchangeId } from '../../core/ids.ts';
import type { MapContext, Subject, SymbolParts } from '../exchanges/mapContext.ts';
import type { BadKind } from './cells.ts';
import type { LabelledTable } from './labelledRows.ts';

/** What the name of a dump file says. */
export interface DumpName {
  /** Absent where the file is about all instruments. */
  readonly venueSymbol?: string;
  /** The spacing of its rows in ms; absent where rows have none of their own, as settlements. */
  readonly stepMs?: number;
  /** The day or month that the file is about, in epoch ms UTC, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The file is about all time: what lies before the first row of an instrument and after its last one is no hole. */
  readonly isWhole?: true;
}

/** One row as it is read; it is filled anew for each. */
export interface RowSlot {
  /** What tells rows of a series apart: the label on its grid, epoch ms. */
  key: number;
  /** The label as stated, epoch ms. */
  atMs: number;
  /** The symbol that the row names. */
  symbol: string | undefined;
  /** Which series of the instrument, where a file holds several in rows of their own. */
  series: string;
  /** In the order of the format's `numbers`; NaN = not stated. */
  readonly values: Float64Array;
  isMicroseconds: boolean;
  isJittered: boolean;
}

/** How the labels of a file are meant. */
export interface Labelling {
  /** `start`: a label is the start of its bar, `end`: its end. */
  readonly era: 'start' | 'end';
  /** By how much labels are moved to be starts, ms. */
  readonly shiftMs: number;
  /** The labels prove another era than the date of the file says. */
  readonly isAgainstDate: boolean;
}

/** What else a reader may be told. */
export interface DumpKnowledge {
  /** Settlements before those of the file, epoch ms ascending, by symbol: without them the first rate of a file has no interval. */
  readonly earlierSettlements?: ReadonlyMap<string, readonly number[]>;
}

/** What a format says of rows while it makes chunks of them. */
export interface RowNotes {
  /** The row is no use after all. */
  lose(row: number, kind: BadKind): void;
  /** How far before the row the one before it is due, ms. */
  step(row: number, stepMs: number): void;
}

/** What chunks are made of: rows of one instrument and series, whose keys are starts of bars or moments. */
export interface TableOf {
  readonly table: LabelledTable;
  readonly who: Subject;
  readonly series: string;
  readonly file: DumpName;
  readonly context: MapContext;
  readonly knowledge: DumpKnowledge;
}

/** One kind of public dump file, as data and pure functions: how its name, its rows and its units are read. */
export interface DumpFormat {
  readonly id: string;
  readonly exchange: ExchangeId;
  /** What its rows name as their endpoint. It has no date and no symbol, so that rows of a file that was issued anew are revisions. */
  readonly endpoint: string;
  /** The columns that are read, in the order of a file without a header. */
  readonly cells: readonly string[];
  /** Columns that a file with a header may lack. */
  readonly mayLack?: readonly string[];
  /** Names of the numbers that `read` fills in. */
  readonly numbers: readonly string[];
  /** Marks rows about perpetuals that are not those that are followed. */
  readonly market?: 'coin-margined';
  /** Its rows are settlements, whose interval the one before tells. */
  readonly isSettled?: true;
  /** Of files of JSON: their rows as cells in the order of `cells`; undefined where there are none. Else a file is a table of lines. */
  jsonRows?(body: unknown): readonly (readonly string[])[] | undefined;
  nameOf(fileName: string): DumpName | undefined;
  parseSymbol(venueSymbol: string): SymbolParts | undefined;
  /** Reads a row whose cells stand in the order of `cells`; returns why it is not kept. */
  read(cells: readonly (string | undefined)[], slot: RowSlot, file: DumpName): BadKind | undefined;
  /** How labels are meant, undefined where that cannot be told; absent where they are starts of bars, or moments. */
  labelling?(keys: readonly number[], file: DumpName): Labelling | undefined;
  chunks(of: TableOf, notes: RowNotes): Chunk[];
}
