import type { ExchangeId } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { LinesWish, SeriesId, SeriesLine, SourcedLines } from '../../../market/shownLines.ts';
import { aggregateWords } from './aggregateWords.ts';
import type { CardId, CardLine, CardPayload, CardWish } from '../../protocol/cards.ts';

/**
 * How the series of a card become its lines. `each`: a line for each. `difference`: the first minus the second where both are
 * known. `closes`: of each exchange the first that it has, at the end of its step, as in every chart: at its start it would stand
 * before the price was known. `sides`: of longs, below zero, and of shorts.
 */
type Making = 'each' | 'difference' | 'closes' | 'sides';

const MADE_OF: Readonly<Record<CardId, readonly [Making, ...SeriesId[]]>> = {
  price: ['closes', 'mark-close', 'last-close'],
  volume: ['each', 'volume-usd'],
  'taker-delta': ['difference', 'taker-buy', 'taker-sell'],
  'spot-taker-delta': ['difference', 'spot-taker-buy', 'spot-taker-sell'],
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
  const given = await fullest({ ...wish, series }, read, signal);
  const { source, stepMs, sums, apart } = given;
  const places = (id: CardLine['id']): number => (id === 'aggregate' ? -1 : placeOf(id));
  const made = madeOf(making, series, given)
    .map(({ line, side }): CardLine => {
      const { id, feed, firstMs, values } = line;
      const sum = sums.find((one) => one.series === line.series);
      const name = id === 'aggregate' ? `Aggregate of ${sum?.exchanges.length ?? 0}` : nameOf(id);
      const label = [name, ...(side === undefined ? [] : [`${side}s`]), ...(feed === undefined ? [] : [`(${feed})`])].join(' '); // prettier-ignore
      return { id, label, firstMs, values, ...(side === undefined ? {} : { side }) };
    })
    .sort((a, b) => places(a.id) - places(b.id));
  const [sum] = sums;
  const summed = made.some(({ id }) => id === 'aggregate') ? sum : undefined;
  const notes = [
    ...(summed === undefined ? [] : [`${aggregateWords(summed.exchanges, summed.share, nameOf)}.`]),
    ...(summed?.leftOut ?? []).map(({ exchange, reason }) => `Not in the aggregate: ${nameOf(exchange)}, ${reason}.`),
    ...(apart === 0 ? [] : [`${apart} ${apart === 1 ? 'value is' : 'values are'} left out: neighbours contradict them.`]),
  ]; // prettier-ignore
  return { card, asset: wish.asset, source, stepMs, lines: made, notes };
}

/** So much more must longer steps cover before they are shown in place of shorter ones. */
const CLEARLY_MORE = 1.1;

/**
 * The lines at the step that is asked for; at the hour where five minutes are kept of hardly any of that time: of the newest
 * days exchanges are read by the hour.
 */
async function fullest(wish: LinesWish, read: ReadLines, signal: AbortSignal): Promise<SourcedLines> {
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

interface Made {
  readonly line: SeriesLine;
  readonly side?: CardLine['side'];
}

function madeOf(
  making: Making,
  [first, second]: readonly SeriesId[],
  { lines, sums, stepMs }: SourcedLines,
): Made[] {
  const [ones, others] = [first, second].map((series) => lines.filter((line) => line.series === series));
  if (ones === undefined || others === undefined) return [];
  const isOfOne = new Set(sums.map(({ exchanges }) => exchanges.join())).size === 1;
  switch (making) {
    case 'each':
      return ones.map((line) => ({ line }));
    case 'closes':
      return [...ones, ...others.filter(({ id }) => ones.every((one) => one.id !== id))].map((line) => ({
        line: { ...line, firstMs: line.firstMs + stepMs },
      }));
    case 'difference':
      return ones.flatMap((line) => {
        // Sums of other exchanges on either side have no difference.
        if (line.id === 'aggregate' && !isOfOne) return [];
        const other = others.find(({ id }) => id === line.id);
        return other === undefined ? [] : [{ line: difference(line, other, stepMs) }];
      });
    case 'sides':
      return [
        ...ones.map((line): Made => ({ side: 'long', line: { ...line, values: line.values.map((value) => 0 - value) } })),
        ...others.map((line): Made => ({ side: 'short', line })),
      ]; // prettier-ignore
  }
}

/** The first minus the second, of the first's steps. */
function difference(line: SeriesLine, other: SeriesLine, stepMs: number): SeriesLine {
  const ahead = (line.firstMs - other.firstMs) / stepMs;
  return {
    ...line,
    values: line.values.map((value, at) => value - (other.values[at + ahead] ?? Number.NaN)),
  };
}
