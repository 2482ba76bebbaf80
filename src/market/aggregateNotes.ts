import type { WeightedFunding } from '../analysis/metrics/funding.ts';
import type { UnverifiedSides } from '../analysis/metrics/unverifiedSides.ts';
import { unverifiedSidesWords } from '../analysis/regime/unverifiedSidesWords.ts';
import type { Asset, ExchangeId } from '../core/ids.ts';
import type { IssueCode } from '../core/issue.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../core/scope.ts';
import type { ComparedLegs } from './legs.ts';
import type { ExchangeReadings } from './readings.ts';
import type { ExchangeSnapshot } from './snapshot.ts';

/** How many of the counted exchanges a number rests on, by its name in words. */
export interface Part {
  readonly what: string;
  readonly counted: number;
}

export interface NoteInput {
  readonly asset: Asset;
  readonly exchanges: readonly ExchangeSnapshot[];
  readonly legs: ComparedLegs;
  readonly funding: WeightedFunding;
  readonly unverified: UnverifiedSides | undefined;
  readonly spotExchanges: readonly ExchangeId[];
  readonly parts: readonly Part[];
}

/** Returns what must be said about the sums of an asset: what was counted, what was left out, what is not certain. */
export function aggregateNotes(input: NoteInput): string[] {
  const { asset, exchanges, legs, funding, unverified, spotExchanges, parts } = input;
  const { counted } = legs;
  const nameOf = (id: ExchangeId): string => exchanges.find((one) => one.exchange === id)?.displayName ?? id;
  const without = counted.filter(({ openInterestBase }) => openInterestBase === undefined);
  return [
    `Sums cover ${TRACKED_SCOPE} on ${asset}; ${DOLLAR_NOTE}.`,
    ...leftOutNotes(legs, nameOf),
    ...halvedNotes(counted),
    ...(unverified === undefined ? [] : [`${unverifiedSidesWords(unverified, nameOf)}.`]),
    ...counted.flatMap(({ displayName, coinsPerUnit }) =>
      coinsPerUnit === undefined
        ? []
        : [
            `${displayName} trades ${coinsPerUnit.toLocaleString('en-US')} ${asset} as one; it is counted in single coins.`,
          ],
    ),
    ...legs.unconfirmed.map(
      ({ displayName }) =>
        `No other price confirms how many ${asset} one unit of ${displayName} is: its coins are not added up, its USD are.`,
    ),
    ...(without.length === 0
      ? []
      : [
          `Not in the open interest in coins, for want of a current number: ${without.map((one) => withReason(one, exchanges)).join(', ')}.`,
        ]),
    ...parts.flatMap(({ what, counted: part }) =>
      part === 0 || part === counted.length
        ? []
        : [`The ${what} is of ${part} of ${counted.length} fresh exchanges.`],
    ),
    ...(spotExchanges.length === 0 ? [] : [`The spot share is of ${spotExchanges.map(nameOf).join(', ')}.`]),
    ...funding.dropped.map((one) => `${nameOf(one.exchange)} is not in the weighted funding: ${one.reason}.`),
    ...notFreshNotes(exchanges),
  ];
}

/** What was kept apart at the last refresh, where that is why a number is not there. */
const APART: Readonly<Partial<Record<IssueCode, string>>> = {
  'placeholder-zero': 'it states 0 where the market is not empty',
  'implausible-jump': 'its own numbers contradict it by orders of magnitude',
  contradiction: 'its own numbers contradict each other',
  'ahead-of-clock': 'it is dated ahead of the clock',
};

function withReason(
  { exchange, displayName }: ExchangeReadings,
  exchanges: readonly ExchangeSnapshot[],
): string {
  const issues = exchanges.find((one) => one.exchange === exchange)?.issues ?? [];
  const [reason] = issues.flatMap(({ code }) => APART[code] ?? []);
  return reason === undefined ? displayName : `${displayName} (${reason})`;
}

/** Exchanges with the same reason share a line. */
function leftOutNotes({ leftOut }: ComparedLegs, nameOf: (id: ExchangeId) => string): string[] {
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].map(([reason, legs]) => {
    const names = legs.map(({ exchange }) => nameOf(exchange)).join(', ');
    return `${names} ${legs.length === 1 ? 'is' : 'are'} left out: ${reason}.`;
  });
}

/** One line for all exchanges that count both sides. */
function halvedNotes(counted: readonly ExchangeReadings[]): string[] {
  const both = counted.filter(
    (one) => one.openInterestSides === 'both' && one.openInterestBase !== undefined,
  );
  const names = both.map(({ displayName }) => displayName).join(', ');
  return both.length === 0 ? [] : [`Both sides are counted, so that half is taken: ${names}.`];
}

/** Exchanges that are not fresh, one line for all that share the reason. */
function notFreshNotes(exchanges: readonly ExchangeSnapshot[]): string[] {
  const others = exchanges.filter((one) => one.status !== 'fresh');
  const shared = ({ status, reason, failure }: ExchangeSnapshot): string =>
    `${status} ${failure?.what ?? reason ?? ''}`;
  return [...Map.groupBy(others, shared).values()].map((group) => {
    const [first] = group;
    const reason = group.length === 1 ? first?.reason : (first?.failure?.what ?? first?.reason);
    const names = group.map(({ displayName }) => displayName).join(', ');
    return `${names} ${group.length === 1 ? 'is' : 'are'} left out: ${first?.status ?? ''}${reason === undefined ? '' : `, ${reason}`}.`;
  });
}
