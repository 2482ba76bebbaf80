import type { CardPayload } from '../../src/surfaces/protocol/cards.ts';
import type { Range } from './axis.ts';
import { CARDS } from './cards.ts';
import { cardSeries, gridOf, hoverOf, summaryOf, tableOf } from './cardSeries.ts';
import { unitOf } from './cardUnits.ts';
import { TIME_AXIS_TITLE, type HoverText } from './chartText.ts';
import { placeOfExchange } from './exchangeLook.ts';
import { formatUtc } from './format.ts';
import type { NamedLine } from './namedLine.ts';
import { sideNotes } from './sideNotes.ts';
import type { TableTwin } from './table.ts';

/** Everything a card shows. */
export interface CardModel {
  /** "BTC · hourly · stored history to 2026-11-22 04:00 UTC". */
  readonly head: string;
  readonly axisTitles: { readonly x: string; readonly y: string };
  readonly xRange: Range | undefined;
  readonly lines: readonly NamedLine[];
  readonly notes: readonly string[];
  readonly summary: string;
  readonly table: TableTwin;
  /** With a range in which something is compared also the change in it. */
  hover(atMs: number, visible?: Range): (HoverText & { readonly atMs: number }) | undefined;
  /**
   * Where two assets are compared: the part of a range from the first moment that both have a number of, from which changes are
   * reckoned; undefined where there is none.
   */
  readonly compared?: (visible: Range) => Range | undefined;
}

const STEP_WORDS: Readonly<Record<number, string>> = {
  300_000: 'five-minute steps',
  3_600_000: 'hourly',
  86_400_000: 'daily',
};

/** Returns what a card says of its steps. */
export function stepWords({ card, stepMs }: Pick<CardPayload, 'card' | 'stepMs'>): string {
  return card === 'funding' ? 'each settlement' : (STEP_WORDS[stepMs] ?? '');
}

/** Returns until when lines are known: what flows to the end of its newest step, a level to its moment. */
export function historyWords(card: CardPayload['card'], times: Float64Array, stepMs: number): string {
  const last = times.at(-1);
  if (last === undefined) return 'no stored history of this time';
  const { form, isOfSteps } = CARDS[card];
  return `stored history to ${formatUtc(form === 'bars' || isOfSteps === true ? last + stepMs : last)}`;
}

/** Returns what a card shows; `isSummedUp`: flows as their running sum (CVD of a delta). Lines that are switched off stay in the table. */
export function cardModel(
  payload: CardPayload,
  { isOff = () => false, isSummedUp = false }: { isOff?: (label: string) => boolean; isSummedUp?: boolean } = {},
): CardModel {
  const { card, stepMs, source, asset } = payload;
  const { title, meaning } = CARDS[card];
  const unit = unitOf(payload);
  const all = payload.lines.map((line, at) => {
    const isAggregate = line.id === 'aggregate';
    const { label } = line;
    // Of its label: feeds of one exchange are two lines.
    const repeat = payload.lines.slice(0, at).filter(({ id, side }) => id === line.id && side === line.side).length;
    const look = { colourIndex: isAggregate ? -1 : placeOfExchange(line.id), repeat };
    const named = { id: label, label, isAggregate, isHidden: isOff(label), ...look };
    return cardSeries(line, payload, named, isSummedUp);
  });
  const times = gridOf(all);
  const name = isSummedUp ? `${title}, summed up` : title;
  return {
    head: [asset, stepWords(payload), historyWords(card, times, stepMs)].join(' · '),
    axisTitles: { x: TIME_AXIS_TITLE, y: `${name} (${unit.name})` },
    xRange: times.length === 0 ? undefined : { min: times[0] ?? 0, max: (times.at(-1) ?? 0) + stepMs },
    lines: all.map(({ line }) => line),
    notes: [
      isSummedUp ? `${meaning} Summed up from the left end of what is held; the level means nothing, its changes do.` : meaning,
      ...sideNotes(payload.lines),
      ...payload.notes,
      ...(all.length === 0 ? ['Nothing is kept of this time.'] : []),
    ],
    summary: summaryOf(`${name} of ${asset}`, source, all, times),
    table: tableOf(`${name} of ${asset} (${unit.name})`, all, times),
    hover: (atMs) => hoverOf(all, times, atMs),
  };
} // prettier-ignore
