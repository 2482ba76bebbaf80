import type { MachineClock } from '../core/clock.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { SideFinding } from './sideBook.ts';

/** What windows of one store tell each other beside rows and answers: bodies of standing entries of the journal. */

/** Of these bodies; others are not read. */
export const NOTE_FORM = 1;

/** What who collects is doing. Times are by the clock of this machine unless they say otherwise. */
export interface CollectorNote {
  readonly form: typeof NOTE_FORM;
  /** As the lease has it. */
  readonly holder: string;
  readonly asOfMs: number;
  /** By the exchanges' clocks: what was received before has no part in what it shows. */
  readonly sinceMs: number;
  readonly source: DataSource;
  readonly isRefreshing: boolean;
  /** How many rounds it has ended. */
  readonly rounds: number;
  /** The last round that ended: what it was about, and who was asked. */
  readonly round?: {
    /** By the exchanges' clocks. */
    readonly beganAtMs: number;
    readonly assets: readonly Asset[];
    readonly asked: readonly ExchangeId[];
  };
  /** Whether all answers stand in the store: they are written once somebody follows. */
  readonly isTold: boolean;
  readonly lastError?: string;
  /** By window: the number of its last question that a round has answered. */
  readonly answered: Readonly<Record<string, number>>;
  /** What must be added to a time of the clock here. */
  readonly offsetMs: number;
  readonly machineClock?: MachineClock;
  readonly streams: readonly StreamStatus[];
  readonly sides: Readonly<Record<ExchangeId, readonly SideFinding[]>>;
}

/** What a window wants to see. */
export interface WishBody {
  readonly form: typeof NOTE_FORM;
  readonly assets: readonly Asset[];
  /** Absent for all. */
  readonly exchanges?: readonly ExchangeId[];
  /** Counts up with each question for a round that must not wait. */
  readonly ask: number;
  /** Counts up while the window lives. */
  readonly beat: number;
}

/** Numbers beside the exchanges, as a round ended with them. */
export interface ContextBody {
  readonly form: typeof NOTE_FORM;
  readonly snapshots: readonly ContextSnapshot[];
  /** Daily levels of each traditional series. */
  readonly series: readonly (readonly ContextValue[])[];
}

/** The key of the entry in which who collects stands. */
export const COLLECTOR_KEY = 'collector';

/** Returns a body of this form, or undefined: one of another version of Perpscope says nothing. */
export function ofThisForm<T extends { readonly form: typeof NOTE_FORM }>(body: unknown): T | undefined {
  return (body as Partial<T> | null)?.form === NOTE_FORM ? (body as T) : undefined;
}

/**
 * Returns the key of an assessment: the asset, with the exchanges that it is made of where they are not all. Of others
 * the market may have another regime.
 */
export function regimeKey(
  asset: Asset,
  exchanges: readonly ExchangeId[] | undefined,
  all: readonly ExchangeId[],
): string {
  const chosen = exchanges === undefined ? all : all.filter((id) => exchanges.includes(id));
  return chosen.length === all.length ? asset : `${asset} ${[...chosen].sort().join(',')}`;
}
