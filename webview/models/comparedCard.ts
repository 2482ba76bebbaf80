import type { CardLine, CardPayload } from '../../src/surfaces/protocol/cards.ts';
import type { Range } from './axis.ts';
import { historyWords, stepWords, type CardModel } from './cardLines.ts';
import { CARDS } from './cards.ts';
import { cardSeries, gridOf, hoverOf, summaryOf, tableOf, type CardSeries } from './cardSeries.ts';
import { TIME_AXIS_TITLE } from './chartText.ts';
import { indexAtOrBefore } from './grid.ts';
import { sideNotes } from './sideNotes.ts';

/**
 * Returns a card that shows two assets as change in percent, for their units do not mix: the aggregate of each, else one exchange
 * that has both, the first that is not switched off. Tables and words keep each number in its own unit. `isOff` says which lines are
 * switched off, those of the asset's own card and those of this one.
 */
export function comparedModel(
  own: CardPayload,
  other: CardPayload,
  isOff: (label: string) => boolean,
): CardModel {
  const { card } = own;
  const { title, meaning } = CARDS[card];
  const pair = pairOf(own, other, isOff);
  const all = pair.map(([payload, line], colourIndex): CardSeries => {
    const label = `${payload.asset}, ${line.label}`;
    const named = { id: label, label, isAggregate: false, isHidden: isOff(label), colourIndex };
    return cardSeries(line, payload, named, false);
  });
  const times = gridOf(all);
  const stepMs = Math.min(own.stepMs, other.stepMs);
  const assets = `${own.asset} and ${other.asset}`;
  const source = [own, other].some((one) => one.source === 'simulated') ? 'simulated' : own.source;
  const steps = [...new Set([own, other].map(stepWords))].join(' and ');
  const compared = (visible: Range): Range | undefined => commonRange(all, visible);
  return {
    head: [assets, steps, historyWords(card, times, stepMs)].join(' · '),
    axisTitles: { x: TIME_AXIS_TITLE, y: title },
    xRange: times.length === 0 ? undefined : { min: times[0] ?? 0, max: (times.at(-1) ?? 0) + stepMs },
    lines: all.map(({ line }) => line),
    notes: [
      meaning,
      'Change in percent of each asset since the first moment shown that both have a number of.',
      ...pair.flatMap(([payload, line]) => [
        ...(line.id === 'aggregate' ? [...sideNotes(payload.lines), ...payload.notes] : sideNotes([line])).map((note) => `${payload.asset}: ${note}`),
      ]),
      ...(pair.length === 0 ? [`Nothing to compare: neither an aggregate nor one exchange has numbers of ${assets} in this time.`] : []),
    ],
    summary: summaryOf(`${title} of ${assets}`, source, all, times),
    table: tableOf(`${title} of ${assets}, each in its own unit`, all, times),
    hover: (atMs, visible) => hoverOf(all, times, atMs, visible && compared(visible)),
    compared,
  };
} // prettier-ignore

type Side = readonly [CardPayload, CardLine];

/** A line of each asset, of one kind: both aggregates, or both of one exchange. */
function pairOf(own: CardPayload, other: CardPayload, isOff: (label: string) => boolean): readonly Side[] {
  const hasNumber = (line: CardLine): boolean => line.values.some(Number.isFinite);
  const pairs = own.lines.filter(hasNumber).flatMap((line): (readonly [Side, Side])[] => {
    const beside = other.lines.find(({ id }) => id === line.id);
    return beside !== undefined && hasNumber(beside) ? [[[own, line], [other, beside]]] : [];
  }); // prettier-ignore
  const isSum = ([[, { id }]]: readonly [Side, Side]): boolean => id === 'aggregate';
  return pairs.find(isSum) ?? pairs.find(([[, { label }]]) => !isOff(label)) ?? pairs[0] ?? [];
}

/** A range from the first label in it on at which both lines have a number above zero. */
function commonRange([one, other]: readonly CardSeries[], { min, max }: Range): Range | undefined {
  if (one === undefined || other === undefined) return undefined;
  const { atMs, values } = one.line.column;
  for (let at = indexAtOrBefore(atMs, min - 1) + 1; at < atMs.length; at++) {
    const labelMs = atMs[at] ?? Number.NaN;
    if (labelMs > max) return undefined;
    const beside = other.values[(labelMs - other.firstMs) / other.stepMs] ?? Number.NaN;
    if ((values[at] ?? Number.NaN) > 0 && beside > 0) return { min: labelMs, max };
  }
  return undefined;
}
