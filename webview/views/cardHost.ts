import type { CardPayload, CardWish } from '../../src/surfaces/protocol/cards.ts';

/** What a card needs of the panel that shows it. */
export interface CardHost {
  asset(): string;
  /** The assets that are followed. */
  assets(): readonly string[];
  nowMs(): number;
  ask(wish: CardWish, signal: AbortSignal): Promise<CardPayload>;
}
