import type { ExchangeId } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { LinesWish, RangeSeriesId, SourcedLines } from '../../../market/shownLines.ts';
import { formatUtc } from '../../reports/format.ts';
import { aggregateWords } from './aggregateWords.ts';
import { madeOf, type Making } from './cardMaking.ts';
import type { CardId, CardLine, CardPayload, CardWish } from '../../protocol/cards.ts';

const MADE_OF: Readonly<Record<CardId, readonly [Making, ...RangeSeriesId[]]>> = {
  price: ['closes', 'mark-close', 'last-close'],
  volume: ['each', 'volume-usd'],
  'open-interest-history': ['each', 'open-interest'],
  'taker-delta': ['difference', 'taker-buy', 'taker-sell'],
  'spot-taker-delta': ['difference', 'spot-taker-buy', 'spot-taker-sell'],
  'spot-share': ['share', 'spot-volume-usd', 'volume-usd'],
  funding: ['settled', 'funding'],
  'over-spot': ['over-spot', 'last-close', 'spot-close'],
  'basis-index': ['each', 'basis-index'],
  'term-structure': ['expiries', 'term-structure'],
  liquidations: ['sides', 'long-liquidations-usd', 'short-liquidations-usd'],
  'long-short-ratio': ['each', 'long-short-ratio'],
  depth: ['each', 'depth-usd'],
};

/** Reads what a card is made of. */
export type ReadLines = (wish: LinesWish, signal: AbortSignal) => Promise<SourcedLines>;

export interface CardDeps {
  readonly lines: ReadLines;
  readonly nameOf: (exchange: string) => string;
  /** The place of an exchange among those that are shown. */
  readonly placeOf: (exchange: ExchangeId) => number;
}

/** Returns the lines of a card over the time that a panel asks for. Errors as those of the lines. */
export async function cardPayload(
  { card, ...wish }: CardWish,
  { lines: read, nameOf, placeOf }: CardDeps,
  signal: AbortSignal,
): Promise<CardPayload> {
  const [making, ...series] = MADE_OF[card];
  // Settlements stand at their hours and are asked for by no other step.
  const own = making === 'settled' ? { ...wish, stepMs: HOUR_MS } : wish;
  const given = await fullest({ ...own, series }, read, signal);
  const { source, stepMs, apart } = given;
  const places = (id: CardLine['id']): number => (id === 'aggregate' ? -1 : placeOf(id));
  const made = madeOf(making, series, given, nameOf);
  const { sum } = made;
  const lines = made.lines
    .map(({ line, side, holdsMs, what }): CardLine => {
      const { id, feed, firstMs, values } = line;
      const name = id === 'aggregate' ? `Aggregate of ${sum?.exchanges.length ?? 0}` : nameOf(id);
      const label = [name, ...(side === undefined ? [] : [`${side}s`]), ...(what !== undefined ? [what] : feed === undefined ? [] : [`(${feed})`])].join(' '); // prettier-ignore
      const sides = sidesOf(line.sides);
      return {
        ...{ id, label, firstMs, values },
        ...(side === undefined ? {} : { side }),
        ...(holdsMs === undefined ? {} : { holdsMs }),
        ...(sides === undefined ? {} : { sides }),
      };
    })
    .sort((a, b) => places(a.id) - places(b.id));
  const summed = lines.some(({ id }) => id === 'aggregate') ? sum : undefined;
  const since = making === 'expiries' ? sinceNotes(given, wish.fromMs) : [];
  const notes = [...sumNotes(summed, nameOf), ...made.notes, ...since, ...apartNotes(apart)];
  return { card, asset: wish.asset, source, stepMs, lines, notes };
}

/** From when on there are numbers, where that is later than what is asked for: readings of before may not say when their future expires. */
function sinceNotes({ lines, stepMs }: SourcedLines, fromMs: number): string[] {
  const firstMs = Math.min(...lines.map((line) => line.firstMs));
  if (firstMs < fromMs + 2 * stepMs) return [];
  const since = lines.length === 0 ? '' : `Numbers since ${formatUtc(firstMs)}. `;
  return [`${since}Readings kept without the expiry of their future have none.`];
}

/** What is said of an exchange is the least that is said of any of its sources. */
function sidesOf(sides: readonly string[] | undefined): CardLine['sides'] {
  if (sides === undefined) return undefined;
  if (sides.includes('unverified')) return 'unverified';
  return sides.includes('both') ? 'both, halved' : 'one';
}

/** Whom a sum is of, and who is left out of it and why; nothing without one. */
export function sumNotes(
  sum: Pick<SourcedLines['sums'][number], 'exchanges' | 'share' | 'leftOut'> | undefined,
  nameOf: CardDeps['nameOf'],
): string[] {
  if (sum === undefined) return [];
  return [
    `${aggregateWords(sum.exchanges, sum.share, nameOf)}.`,
    ...sum.leftOut.map(({ exchange, reason }) => `Not in the aggregate: ${nameOf(exchange)}, ${reason}.`),
  ];
}

/** How many values neighbours contradict. */
export function apartNotes(apart: number): string[] {
  if (apart === 0) return [];
  return [`${apart} ${apart === 1 ? 'value is' : 'values are'} left out: neighbours contradict them.`];
}

/** So much more must longer steps cover before they are shown in place of shorter ones. */
const CLEARLY_MORE = 1.1;

/**
 * The lines at the step that is asked for; at the hour where five minutes are kept of hardly any of that time: of the newest
 * days exchanges are read by the hour.
 */
export async function fullest(wish: LinesWish, read: ReadLines, signal: AbortSignal): Promise<SourcedLines> {
  const asked = await read(wish, signal);
  const wholeMs = wish.toMs - wish.fromMs;
  if (wish.stepMs >= HOUR_MS || coveredMs(asked) * CLEARLY_MORE >= wholeMs) return asked;
  const hourly = await read({ ...wish, stepMs: HOUR_MS }, signal);
  return coveredMs(hourly) > coveredMs(asked) * CLEARLY_MORE ? hourly : asked;
}

/** How much time the fullest line has values of. */
function coveredMs({ lines, stepMs }: SourcedLines): number {
  const counts = lines.map(({ values }) =>
    values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0),
  );
  return Math.max(0, ...counts) * stepMs;
}
