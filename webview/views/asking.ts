import type { CardPayload, CardWish } from '../../src/surfaces/protocol/cards.ts';
import type { HeatmapPayload, HeatmapWish } from '../../src/surfaces/protocol/heatmaps.ts';
import { isEnough, wishFor, type Held } from '../models/cardWish.ts';
import type { ViewContext } from './chartView.ts';

/** A move through time is asked about once it rests. */
const REST_MS = 120;
/** Before the page is laid out. */
const USUAL_PX = 800;

/** What a card needs of the panel that shows it. */
export interface CardHost {
  asset(): string;
  /** The assets that are followed. */
  assets(): readonly string[];
  nowMs(): number;
  /** Exchanges are still being asked: what is read now may lack some of them. */
  isPartial(): boolean;
  ask(wish: CardWish, signal: AbortSignal): Promise<CardPayload>;
  askHeatmap(wish: HeatmapWish, signal: AbortSignal): Promise<HeatmapPayload>;
}

/** A card over any time. It asks for what it shows, and again where the time or the width asks for something else. */
export interface AskingCard {
  readonly root: HTMLElement;
  /** Where what changes the place of the card stands. */
  readonly controls: HTMLElement;
  /** Something may be newer, or of another asset. */
  update(): void;
  draw(): void;
  mark(atMs: number | undefined): void;
  linesAt(atMs: number): readonly string[];
  resize(): void;
  applyTheme(): void;
  dispose(): void;
}

/** Asks for what a card shows, one question at a time, and holds the answer. */
export interface Asking<P> {
  held(): P | undefined;
  /** "Not read: …." where the last question was not answered. */
  problems(): readonly string[];
  /** Asks once a move through time rests. */
  soon(): void;
  /** Asks for what may be newer. Returns whether what was held is of another asset, and gone. */
  renew(): boolean;
  dispose(): void;
}

/** Makes it; `onTaken` is called with each answer and each failure. Without an asset nothing is asked. `perPx`: so many values may fall on a pixel. */
export function createAsking<Id extends string, P>(
  card: Id,
  plot: HTMLElement,
  { time }: Pick<ViewContext, 'time'>,
  host: Pick<CardHost, 'nowMs' | 'isPartial'> & { asset(): string | undefined },
  send: (wish: CardWish<Id>, signal: AbortSignal) => Promise<P>,
  onTaken: () => void,
  perPx?: number,
): Asking<P> {
  let held: (Held<Id, P> & { readonly isPartial: boolean }) | undefined;
  let asking:
    | { readonly wish: CardWish<Id>; readonly isPartial: boolean; readonly over: AbortController }
    | undefined;
  let failed: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ask(): void {
    const [range, nowMs, asset] = [time.range(), host.nowMs(), host.asset()];
    if (asset === undefined) return;
    const wish = wishFor({ card, asset }, range, plot.clientWidth || USUAL_PX, nowMs, perPx);
    const isPartial = host.isPartial();
    // Before the exchanges had all been asked is as good as not at all, once they have.
    const isAsGood = (read: { readonly isPartial: boolean } | undefined): boolean =>
      isPartial || read?.isPartial === false;
    if (isAsGood(held) && isEnough(held, wish, range, nowMs)) return;
    if (isAsGood(asking) && JSON.stringify(wish) === JSON.stringify(asking?.wish)) return;
    asking?.over.abort();
    const over = new AbortController();
    asking = { wish, isPartial, over };
    send(wish, over.signal).then(
      (payload) => take(over, { wish, payload, isPartial }, undefined),
      (error: unknown) => take(over, held, error instanceof Error ? error.message : String(error)),
    );
  }

  function take({ signal }: AbortController, next: typeof held, problem: string | undefined): void {
    if (signal.aborted) return;
    asking = undefined;
    held = next;
    failed = problem;
    onTaken();
  }

  return {
    held: () => held?.payload,
    problems: () => (failed === undefined ? [] : [`Not read: ${failed}.`]),
    soon: () => {
      clearTimeout(timer);
      timer = setTimeout(ask, REST_MS);
    },
    renew: () => {
      const isOther = held !== undefined && held.wish.asset !== host.asset();
      if (isOther) held = undefined;
      failed = undefined;
      ask();
      return isOther;
    },
    dispose: () => {
      clearTimeout(timer);
      asking?.over.abort();
    },
  };
}
