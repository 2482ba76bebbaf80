import { CARD_STEPS_MS, type CardPayload, type CardWish } from '../../src/surfaces/protocol/cards.ts';
import type { Range } from './axis.ts';

const [SHORTEST_MS, , LONGEST_MS] = CARD_STEPS_MS;
/** Further back nothing of this field was kept. */
export const OLDEST_MS = Date.UTC(2019, 0, 1);
/** Beyond both ends of what is shown so much of it is read as well, so that a little way needs no question. */
const ASIDE = 0.5;
/** More values than this for each pixel are not seen. */
const MOST_PER_PX = 4;

/** What of a card is held: the lines of a stretch of time at one step. */
export interface HeldLines {
  readonly wish: CardWish;
  readonly payload: CardPayload;
}

/** Returns the shortest step that shows a range on so many pixels without more than can be seen. */
export function stepFor({ min, max }: Range, widthPx: number): CardWish['stepMs'] {
  const most = MOST_PER_PX * Math.max(1, widthPx);
  return CARD_STEPS_MS.find((stepMs) => (max - min) / stepMs <= most) ?? LONGEST_MS;
}

/** Returns what has to be asked of a card so that it can show a range: at the step for its width, and something beyond both ends. */
export function wishFor(
  { card, asset }: Pick<CardWish, 'card' | 'asset'>,
  range: Range,
  widthPx: number,
  nowMs: number,
): CardWish {
  const stepMs = stepFor(range, widthPx);
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
 * which a page can hold the values, over all of the range up to now; what has been read since is not older than a step.
 */
export function isEnough(held: HeldLines | undefined, wish: CardWish, range: Range, nowMs: number): boolean {
  if (held === undefined) return false;
  const { card, asset, stepMs, fromMs, toMs } = held.wish;
  if (card !== wish.card || asset !== wish.asset || stepMs !== wish.stepMs) return false;
  const newestMs = Math.min(range.max, nowMs - Math.max(stepMs, SHORTEST_MS));
  return fromMs <= Math.max(OLDEST_MS, range.min) && toMs >= newestMs;
}
