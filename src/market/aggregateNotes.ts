import type { WeightedFunding } from '../analysis/metrics/funding.ts';
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
  readonly spotExchanges: readonly ExchangeId[];
  readonly parts: readonly Part[];
}

/** Returns what must be said about the sums of an asset: what was counted, what was left out, what is not certain. */
export function aggregateNotes(input: NoteInput): string[] {
  const { asset, exchanges, legs, funding, spotExchanges, parts } = input;
  const { counted } = legs;
  const nameOf = (id: ExchangeId): string => exchanges.find((one) => one.exchange === id)?.displayName ?? id;
  const without = counted.filter(({ openInterestBase }) => openInterestBase === undefined);
  return [
    `Sums cover ${TRACKED_SCOPE} on ${asset}; ${DOLLAR_NOTE}.`,
    ...leftOutNotes(legs, nameOf),
    ...sideNotes(counted, exchanges),
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
    ...exchanges
      .filter((one) => one.status !== 'fresh')
      .map(
        (one) =>
          `${one.displayName} is left out: ${one.status}${one.reason === undefined ? '' : `, ${one.reason}`}.`,
      ),
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

/** One line for all exchanges that count both sides, one for those that do not say, with how much that can matter. */
function sideNotes(counted: readonly ExchangeReadings[], exchanges: readonly ExchangeSnapshot[]): string[] {
  const of = (sides: ExchangeReadings['openInterestSides']): ExchangeReadings[] =>
    counted.filter((one) => one.openInterestSides === sides && one.openInterestBase !== undefined);
  const namesOf = (readings: readonly ExchangeReadings[]): string =>
    readings.map(({ displayName }) => displayName).join(', ');
  const sumOf = (readings: readonly ExchangeReadings[]): number =>
    readings.reduce((sum, one) => sum + (one.openInterestBase ?? 0), 0);
  const [both, unverified] = [of('both'), of('unverified')];
  const areLikelyOne = unverified.every(
    ({ exchange }) => exchanges.find((one) => one.exchange === exchange)?.unverifiedSides?.likely === 'one',
  );
  const uncertain = sumOf(unverified) / 2;
  // If all of them add up longs and shorts, the true sum is smaller by half of what they state.
  const most = uncertain / (sumOf(counted) - uncertain);
  return [
    ...(both.length === 0 ? [] : [`Both sides are counted, so that half is taken: ${namesOf(both)}.`]),
    ...(unverified.length === 0 || !Number.isFinite(most)
      ? []
      : [
          `Sides unverified at ${unverified.length} ${unverified.length === 1 ? 'exchange' : 'exchanges'}: ${namesOf(unverified)}${areLikelyOne ? ' (likely one side)' : ''}; the open interest is at most ${(most * 100).toFixed(1)} % too high.`,
        ]),
  ];
}
