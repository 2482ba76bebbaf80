import type { BadKind } from './cells.ts';
import type { FileIdentity } from './checksum.ts';
import type { Labelling } from './dumpFormat.ts';
import type { Hole } from './holes.ts';

/** How many rows were not kept, by why. */
export type BadRows = Readonly<Partial<Record<BadKind, number>>>;

/** The quality of one series of a file: of an instrument, and of one band where a file has several. */
export interface SeriesReport {
  readonly venueSymbol: string;
  readonly series: string;
  /** Rows about it that could be read. */
  readonly rows: number;
  /** Labels kept. Rows of a file = unwanted + bad + kept, repeats and filledUp of its series: none is lost without a word. */
  readonly kept: number;
  /** Rows that say nothing that another one of their label does not. */
  readonly repeats: number;
  /** Rows that gave another one of their label a number that it lacks. */
  readonly filledUp: number;
  /** Labels whose rows contradict each other: none of them is kept. */
  readonly contradictions: number;
  /** Labels that its rows were read from and that turned out to be no use, by why. */
  readonly lost: BadRows;
  /** Numbers that kept rows do not state, by name; they are absent, never 0. */
  readonly absent: Readonly<Record<string, number>>;
  /** Starts of the first and last bar, or moments, epoch ms; absent where nothing is kept. */
  readonly firstAtMs?: number;
  readonly lastAtMs?: number;
  readonly holes: readonly Hole[];
}

/** The quality of one dump file. */
export interface DumpReport extends FileIdentity {
  readonly fileName: string;
  readonly format: string;
  readonly endpoint: string;
  /** The period of the file, epoch ms UTC, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly fileBytes: number;
  readonly expandedBytes: number;
  /** Lines below the header. */
  readonly rows: number;
  /** Rows of instruments that were not asked for. */
  readonly unwanted: number;
  readonly bad: BadRows;
  /** The first rows that are bad, with their lines. */
  readonly firstBad: readonly { readonly line: number; readonly kind: BadKind }[];
  /** Rows whose label stood up to some seconds beside its own. */
  readonly jittered: number;
  /** Rows whose times are microseconds. */
  readonly microseconds: number;
  /** How labels were meant, where that is not always the same. */
  readonly labels?: Labelling;
  readonly series: readonly SeriesReport[];
}
