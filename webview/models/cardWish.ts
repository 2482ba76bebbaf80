import { CARD_STEPS_MS, type CardWish } from '../../src/surfaces/protocol/cards.ts';
import type { Range } from './axis.ts';

const [SHORTEST_MS, , LONGEST_MS] = CARD_STEPS_MS;
/** So much of a step may have passed since it was read, but five minutes at least. */
const RENEWED = 1 / 12;
/** Further back nothing of this field was kept. */
export const OLDEST_MS = Date.UTC(2019, 0, 1);
/** Beyond both ends of what is shown so much of it is read as well, so that a little way needs no question. */
const ASIDE = 0.5;
/** More values of a line than this for each pixel are not seen; of a heatmap, more than one. */
const MOST_PER_PX = 4;

/** What of a card is held: a stretch of time at one step. */
export interface Held<Id extends string, P> {
  readonly wish: CardWish<Id>;
  readonly payload: P;
}

/** Returns the shortest step that shows a range on so many pixels without more than can be seen. */
export function stepFor({ min, max }: Range, widthPx: number, perPx = MOST_PER_PX): CardWish['stepMs'] {
  const most = perPx * Math.max(1, widthPx);
  return CARD_STEPS_MS.find((stepMs) => (max - min) / stepMs <= most) ?? LONGEST_MS;
}

/** Returns what has to be asked of a card so that it can show a range: at the step for its width, and something beyond both ends. */
export function wishFor<Id extends string>(
  { card, asset }: Pick<CardWish<Id>, 'card' | 'asset'>,
  range: Range,
  widthPx: number,
  nowMs: number,
  perPx = MOST_PER_PX,
): CardWish<Id> {
  const stepMs = stepFor(range, widthPx, perPx);
  const asideMs = (range.max - range.min) * ASIDE;
  const fromMs = Math.max(OLDEST_MS, Math.floor((range.min - asideMs) / stepMs) * stepMs);
  const toMs = Math.min(Math.floor(nowMs), Math.ceil((range.max + asideMs) / stepMs) * stepMs) + 1;
  return { card, asset, stepMs, fromMs, toMs: Math.max(toMs, fromMs + 1) };
}

/** The whole history of a card by the day: how far back it reaches. */
export function wholeWish(subject: Pick<CardWish, 'card' | 'asset'>, nowMs: number): CardWish {
  return { ...subject, stepMs: LONGEST_MS, fromMs: OLDEST_MS, toMs: Math.floor(nowMs) + 1 };
}

/**
 * Returns whether what is held shows a range as well as what would be asked: of the same card, at its step or a shorter one of
 * which a page can hold the values, over all of the range up to now; it was read not longer ago than five minutes, or, of days, two
 * hours: of the first start, and of an exchange that was away, older values come after newer ones.
 */
export function isEnough<Id extends string>(
  held: Held<Id, unknown> | undefined,
  wish: CardWish<Id>,
  range: Range,
  nowMs: number,
): boolean {
  if (held === undefined) return false;
  const { card, asset, stepMs, fromMs, toMs } = held.wish;
  if (card !== wish.card || asset !== wish.asset || stepMs !== wish.stepMs) return false;
  const newestMs = Math.min(range.max, nowMs - Math.max(stepMs * RENEWED, SHORTEST_MS));
  return fromMs <= Math.max(OLDEST_MS, range.min) && toMs >= newestMs;
}
