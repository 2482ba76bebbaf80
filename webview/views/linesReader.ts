import type { CardId } from '../../src/surfaces/protocol/cards.ts';
import type { Range } from '../models/axis.ts';
import { isEnough, wishFor, type HeldLines } from '../models/cardWish.ts';
import type { CardHost } from './cardHost.ts';

/** Holds what a card shows of one asset, and asks for it where that is not enough. */
export interface LinesReader {
  held(): HeldLines | undefined;
  /** Why the last question had no answer. */
  problem(): string | undefined;
  /** Asks for what a range on so many pixels needs, unless it is held or asked for. */
  ask(asset: string, range: Range, widthPx: number): void;
  /** Leaves what is of another asset, and a problem that may be over; returns whether lines went. */
  keepTo(asset: string | undefined): boolean;
  dispose(): void;
}

/** Makes a reader; `onAnswer` is called when it holds something else, or could not. */
export function createLinesReader(card: CardId, host: CardHost, onAnswer: () => void): LinesReader {
  let held: HeldLines | undefined;
  let problem: string | undefined;
  let asking: { readonly key: string; readonly over: AbortController } | undefined;

  function take({ signal }: AbortController, next: HeldLines | undefined, failure?: string): void {
    if (signal.aborted) return;
    asking = undefined;
    held = next;
    problem = failure;
    onAnswer();
  }

  return {
    held: () => held,
    problem: () => problem,
    ask: (asset, range, widthPx) => {
      const nowMs = host.nowMs();
      const wish = wishFor({ card, asset }, range, widthPx, nowMs);
      const key = JSON.stringify(wish);
      if (isEnough(held, wish, range, nowMs) || key === asking?.key) return;
      asking?.over.abort();
      const over = new AbortController();
      asking = { key, over };
      host.ask(wish, over.signal).then(
        (payload) => take(over, { wish, payload }),
        (error: unknown) => take(over, held, error instanceof Error ? error.message : String(error)),
      );
    },
    keepTo: (asset) => {
      problem = undefined;
      const isOther = held !== undefined && held.wish.asset !== asset;
      if (isOther) held = undefined;
      return isOther;
    },
    dispose: () => asking?.over.abort(),
  };
}
