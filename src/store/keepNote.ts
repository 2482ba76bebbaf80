import type { Asset } from '../core/ids.ts';
import type { ObservationKind } from '../core/observation.ts';
import type { JournalEntry } from './journal.ts';

/** What a study or an export rests on: rows of these times are not deleted. The body of a `keep` entry; null takes a note back. */
export interface KeepNote {
  readonly asset: Asset;
  /** Of rows of this kind, whatever their length. */
  readonly kind: ObservationKind;
  /** Epoch ms, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What was read of them. */
  readonly metric: string;
  readonly step: string;
  readonly why: string;
}

/** Returns the notes that hold, of the newest entries of each key. */
export function keepNotesOf(entries: readonly JournalEntry[]): KeepNote[] {
  return entries.flatMap(({ body }) => (body as KeepNote | null) ?? []);
}
