import type { ExchangeId } from '../../../core/ids.ts';
import { madeOfBoth, overSpot, spotShareLines } from '../../../market/derivedLines.ts';
import type { RangeSeriesId, ShownLine, SourcedLines } from '../../../market/shownLines.ts';
import type { CardLine } from '../../protocol/cards.ts';

/**
 * How the series of a card become its lines. `each`: a line for each. `difference`: the first minus the second where both are
 * known. `closes`: of each exchange the first that it has, at the end of its step, as in every chart: at its start it would stand
 * before the price was known. `sides`: of longs, below zero, and of shorts. `settled`: yearly rates with the time that each holds.
 * `share`: the first by the sum of both. `over-spot`: the first / the second − 1, at the end of their step. `expiries`: a line for
 * each date at which futures of an exchange expire.
 */
export type Making =
  | 'each'
  | 'difference'
  | 'closes'
  | 'sides'
  | 'settled'
  | 'share'
  | 'over-spot'
  | 'expiries';

interface MadeLine extends Pick<CardLine, 'side' | 'holdsMs'> {
  readonly line: ShownLine;
  /** Which of several lines of its exchange it is, where that is no feed. */
  readonly what?: string;
}

/** The lines of a card, whom their sum is of, and what has to be said of them. */
export interface Made {
  readonly lines: readonly MadeLine[];
  readonly sum?: Pick<SourcedLines['sums'][number], 'exchanges' | 'share' | 'leftOut'> | undefined;
  readonly notes: readonly string[];
}

type NameOf = (exchange: ExchangeId) => string;

/** Returns the lines of a card. Nothing is made of values at two labels, nor of one where the other is not there. */
export function madeOf(
  making: Making,
  [first, second]: readonly RangeSeriesId[],
  { lines, sums, stepMs }: SourcedLines,
  nameOf: NameOf,
): Made {
  const [ones = [], others = []] = [first, second].map((series) => lines.filter((line) => line.series === series));
  const [sum] = sums;
  const isOfOne = new Set(sums.map(({ exchanges }) => exchanges.join())).size === 1;
  switch (making) {
    case 'each':
      return { lines: ones.map((line) => ({ line })), sum, notes: [] };
    case 'closes': {
      const closes = [...ones, ...others.filter(({ id }) => ones.every((one) => one.id !== id))];
      return { lines: closes.map((line) => atEnd(line, stepMs)), notes: [] };
    }
    case 'difference': {
      const minus = (value: number, other: number): number => value - other;
      const made = ones.flatMap((line): MadeLine[] => {
        // Sums of other exchanges on either side have no difference.
        if (line.id === 'aggregate' && !isOfOne) return [];
        const other = others.find(({ id }) => id === line.id);
        return other === undefined ? [] : [{ line: { ...line, values: madeOfBoth(line, other, stepMs, minus) } }];
      });
      return { lines: made, sum, notes: [] };
    }
    case 'sides': {
      const below = ones.map((line): MadeLine => ({ side: 'long', line: { ...line, values: line.values.map((value) => 0 - value) } }));
      return { lines: [...below, ...others.map((line): MadeLine => ({ side: 'short', line }))], notes: [] };
    }
    case 'settled':
      return settled(ones);
    case 'expiries':
      return { lines: ones.map((line) => ({ line, what: expiryWords(line, ones) })), notes: [] };
    case 'share': {
      const share = spotShareLines(ones, others, sums, stepMs);
      const { exchanges, oneSided, leftOut } = share;
      const notes = [
        ...(oneSided.length === 0 ? [] : [`No share of ${named(oneSided, nameOf)}: spot or futures volume alone is kept.`]),
        ...(exchanges.length === 0 || leftOut.length === 0 ? [] : [`Not in the aggregate: ${named(leftOut, nameOf)}, too many holes on one side.`]),
      ];
      return { lines: share.lines.map((line) => ({ line })), sum: { exchanges, share: 1, leftOut: [] }, notes };
    }
    case 'over-spot': {
      const { lines: made, otherQuote } = overSpot(ones, others, stepMs);
      const notes = otherQuote.length === 0 ? [] : [`Not compared: ${named(otherQuote, nameOf)}, whose perpetual and spot pair are not known to be priced in one currency.`];
      return { lines: made.map((line) => atEnd(line, stepMs)), notes };
    }
  }
} // prettier-ignore

/** The day at which a future expires, UTC; with its time where the exchange has two of one day. */
function expiryWords({ id, feed = '' }: ShownLine, all: readonly ShownLine[]): string {
  const day = feed.slice(0, 10);
  const isOne = all.filter((other) => other.id === id && other.feed?.startsWith(day)).length === 1;
  return isOne ? day : `${day} ${feed.slice(11, 16)}`;
}

const named = (exchanges: readonly ExchangeId[], nameOf: NameOf): string => exchanges.map(nameOf).join(', ');

const atEnd = (line: ShownLine, stepMs: number): MadeLine => ({
  line: { ...line, firstMs: line.firstMs + stepMs },
});

/** A settled rate pays for the interval before it. One whose interval is only the default of the exchange has no yearly rate. */
function settled(rates: readonly ShownLine[]): Made {
  let unknown = 0;
  const lines = rates.flatMap((line): MadeLine[] => {
    const { values, beside = {} } = line;
    const { fundingRatePerYear: perYear, intervalMs: holdsMs } = beside;
    if (perYear === undefined || holdsMs === undefined) return [];
    const isUnknown = (at: number): boolean =>
      Number.isNaN(perYear[at] ?? Number.NaN) && !Number.isNaN(values[at] ?? Number.NaN);
    for (let at = 0; at < values.length; at += 1) if (isUnknown(at)) unknown += 1;
    return [{ line: { ...line, values: perYear }, holdsMs }];
  });
  const are = unknown === 1 ? 'settlement is' : 'settlements are';
  const notes = unknown === 0 ? [] : [`${unknown} ${are} left out: only the default of the exchange says of which interval.`]; // prettier-ignore
  return { lines, notes };
}
