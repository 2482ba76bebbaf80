import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import { DAY_MS } from '../../core/units.ts';
import type { Reach } from '../metrics/highestSince.ts';
import type { FeatureSet } from './features.ts';

/** A high of less than this is what any month brings. */
const LEAST_MS = 30 * DAY_MS;

/** Returns a moment as a date, UTC. */
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Says what a history reaches back to, with its gaps: `history from 2021-12-01 with 3 gaps, the longest 12 d`; and where dollars are
 * an estimate.
 */
export function historyWords({ fromMs, gaps, longestGapMs, isEstimated }: Reach): string {
  const holes = gaps === 1 ? 'a gap of' : `${gaps} gaps, the longest`;
  const withHoles = gaps === 0 ? '' : ` with ${holes} ${Math.round(longestGapMs / DAY_MS)} d`;
  return `history from ${dateOf(fromMs)}${withHoles}${isEstimated === true ? ', estimated in part as coins × price' : ''}`;
}

/**
 * Says since when something is at its highest, and how far its history reaches: `highest since 2024-03-14; history from
 * 2021-12-01`. Without an earlier reading as high it is the highest of that history, never of all time.
 */
export function highestWords(reach: Reach): string {
  const { sinceMs } = reach;
  return `highest ${sinceMs === undefined ? 'of its history' : `since ${dateOf(sinceMs)}`}; ${historyWords(reach)}`;
}

/**
 * Says where open interest is as high as it has not been for a month or more: over all exchanges, and on those that are at a high of
 * longer standing than that. Records in coins are said elsewhere, those in USD here.
 */
export function highStatements({ origins }: FeatureSet): string[] {
  const { reach, reachUsd } = origins.openInterestRecordByExchange ?? {};
  const coins = { ...reach, ...origins.openInterestRecordAggregate?.reach };
  return [...highs('', coins, Infinity), ...highs(' in USD', reachUsd ?? {}, -Infinity)];
}

/** `recordMs` stands for no earlier reading as high. */
function highs(unit: string, { sum, ...own }: Readonly<Record<string, Reach>>, recordMs: number): string[] {
  const sinceOf = ({ sinceMs = recordMs, toMs }: Reach): number =>
    toMs - sinceMs < LEAST_MS ? Infinity : sinceMs;
  const before = sum === undefined ? Infinity : sinceOf(sum);
  const say = (where: string, words: string): string => `Open interest${unit} ${where} is at its ${words}.`;
  const ids = inShownOrder(Object.keys(own));
  // Where the sum is at a record too, each of several that are is named; one alone is the sum.
  const limit = sum === undefined || ids.length > 1 ? Math.max(before, -Number.MAX_VALUE) : before;
  const longer = ids.flatMap((id) => {
    const reach = own[id];
    return reach !== undefined && sinceOf(reach) < limit ? { id, words: highestWords(reach) } : [];
  });
  return [
    ...(sum === undefined || before === Infinity ? [] : [say('over all exchanges', highestWords(sum))]),
    ...[...Map.groupBy(longer, ({ words }) => words)].map(([words, of]) =>
      say(`on ${joinedWords(of.map(({ id }) => exchangeName(id)))}`, words),
    ),
  ];
}
