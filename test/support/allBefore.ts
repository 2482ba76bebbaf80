import type { PruneBefore } from '../../src/store/retention.ts';

/** Returns what deletes every row before a time, however far apart rows are. */
export function allBefore(beforeMs: number): PruneBefore {
  return { live: beforeMs, fiveMinutes: beforeMs, hourly: beforeMs, daily: beforeMs };
}
