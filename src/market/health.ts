import type { MachineClock } from '../core/clock.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { HostBudget } from '../sources/collect/exchangeRequests.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { Way } from '../sources/collect/ways.ts';
import type { SideFinding } from './sideBook.ts';

/**
 * How an exchange answers. `stale`: it answered, and its newest number is too old. `partial`: some requests failed; `geo-blocked`: it refuses this region; `waiting`: it was
 * not asked yet; `switched-off`: it is not among the chosen exchanges.
 */
export type HealthState =
  | 'fresh'
  | 'partial'
  | 'stale'
  | 'limited'
  | 'geo-blocked'
  | 'failed'
  | 'waiting'
  | 'switched-off';

/** The last thing that went wrong, and when. */
export interface LastError {
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
}

/** What can be said of one exchange without showing a market number. Counts run since the start of the session. */
export interface ExchangeHealth {
  readonly exchange: ExchangeId;
  readonly displayName: string;
  readonly state: HealthState;
  /** One plain sentence where the state is not `fresh`. */
  readonly explanation?: string;
  /** Median time from a request's sending to its answer, at the last refresh that brought one. */
  readonly latencyMs?: number;
  /** From the first request of the last refresh to its last answer, waiting included. */
  readonly refreshMs?: number;
  readonly askedAtMs?: number;
  readonly answered: number;
  readonly failed: number;
  /** Event time of the newest reading. */
  readonly newestAtMs?: number;
  readonly budgets: readonly HostBudget[];
  /** Fields, rows and answers that were not used, by cause. */
  readonly drops: Readonly<Record<string, number>>;
  /** Contracts of its list that are not followed for want of knowing a value, in words, once per value. */
  readonly notListed: readonly string[];
  readonly lastError?: LastError;
  /** Assets whose sums do without this exchange, since its numbers contradict the others. */
  readonly leftOut?: readonly { readonly asset: Asset; readonly reason: string }[];
  readonly nextAttemptAtMs?: number;
  readonly streams: readonly StreamStatus[];
  /** By which way its calls leave this machine, host by host; absent where that is not known. */
  readonly ways?: readonly Way[];
  /** What its own numbers say of how its open interest counts sides; empty where nothing can be said. */
  readonly sideEvidence: readonly SideFinding[];
}

/** Which of the windows that keep the same history asks the exchanges. */
export interface Collecting {
  readonly isHere: boolean;
  /** The name of who does: `window …` or `collect …`, with something that tells one from another. */
  readonly by: string;
}

/** The health of all sources at `asOfMs`. Plain data. */
export interface MarketHealth {
  readonly asOfMs: number;
  readonly source: DataSource;
  /** Present where the clock of this machine is wrong; all times here are by the exchanges' clocks. */
  readonly machineClock?: MachineClock;
  /** Absent where this window shares with no other. */
  readonly collecting?: Collecting;
  readonly exchanges: readonly ExchangeHealth[];
}
