import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import { newestStep, type ColumnsByExchange } from '../../../series/hours.ts';

/** The stretches of time that metrics of the regime are taken over. */

/** A move is judged over the hours that its flow and its forced closing are. */
export const RETURN_WINDOW_HOURS = 24;
export const FLOW_WINDOW_HOURS = 24;
/** Scores and ranks compare with this much history before; half of it must be there. */
export const BASELINE_HOURS = 168;
/** The rank of open interest compares with this many days. */
export const PERCENTILE_DAYS = 30;
/** A record is only called one where at least this much history is known. */
export const RECORD_MIN_MS = 7 * DAY_MS;
/** What is further back does not speak of now; an hour and its delay leave room. */
export const FRESH_MS = 4 * HOUR_MS;

export const SPAN_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS;
export const MINIMUM_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS / 2;

/** The stretch of hours that a sum over exchanges is taken over. */
export interface Stretch {
  readonly steps: number;
  /** An exchange with fewer of them is left out. */
  readonly minimumSteps: number;
}

/** A day, and the week before that it is compared with. */
export const DAY_AND_WEEK: Stretch = { steps: SPAN_HOURS, minimumSteps: MINIMUM_HOURS };

export const FLOW_WINDOW_MS = FLOW_WINDOW_HOURS * HOUR_MS;
export const BASELINE_MS = BASELINE_HOURS * HOUR_MS;
export const RETURN_WINDOW_MS = RETURN_WINDOW_HOURS * HOUR_MS;

/** The window of a score, in the words of the dictionary. */
export const WEEK_BEFORE = '7 days before the reading; the reading itself is left out';

/** Returns the newest hour of any exchange, unless it is too old to speak of now. */
export function freshHour(byExchange: ColumnsByExchange, nowMs: number): number | undefined {
  const newest = newestStep(byExchange, nowMs);
  return newest === undefined || nowMs - newest > FRESH_MS ? undefined : newest;
}

/** Returns the exchanges whose own newest hour is recent enough. */
export function freshOnly(byExchange: ColumnsByExchange, nowMs: number): ColumnsByExchange {
  return new Map([...byExchange].filter((entry) => freshHour(new Map([entry]), nowMs) !== undefined));
}
