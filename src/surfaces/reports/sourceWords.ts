import type { StoredHistory } from '../../analysis/regime/assessment.ts';
import { exchangeName, inShownOrder } from '../../core/exchangeNames.ts';
import { formatAge, NOT_REPORTED } from './format.ts';

// What panels say needs no dictionary of metrics, which is many times their size.
export { labelWords } from '../../analysis/regime/labelWords.ts';

/** Returns the exchanges a number comes from, by name. */
export function sourceNames(sources: readonly string[]): string {
  return sources.length === 0 ? NOT_REPORTED : inShownOrder(sources).map(exchangeName).join(', ');
}

/** Returns which exchanges are shown by stored rows alone, and how old the newest of these is. */
export function storedHistoryWords({ exchanges, newestAtMs }: StoredHistory, nowMs: number): string {
  return `From stored history, newest ${formatAge(newestAtMs, nowMs)} old, without a current reading: ${sourceNames(exchanges)}.`;
}
