import type { Clock } from '../core/clock.ts';
import type { Asset, ExchangeId } from '../core/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../core/units.ts';
import type { JournalEntry } from '../store/journal.ts';
import { ofThisForm, type WishBody } from './collectorNote.ts';
import type { Wanted } from './refreshRequest.ts';

/** A window that lives says so well before this. */
export const WISH_LIVES_MS = 25 * SECOND_MS;
/** However long this process slept between two looks, no other window has been silent for it. */
const LONGEST_LOOK_MS = 2 * SECOND_MS;
/** An entry that was written longer ago is of a window that may have ended: it must be seen to live. */
const RECENT_MS = MINUTE_MS;
/** More windows than anybody opens; those that were heard last are listened to. */
const MAX_WINDOWS = 50;

interface Heard {
  readonly body: WishBody;
  readonly silentMs: number;
}

/** What other windows want to see, as far as these live; by their beats in this one's monotonic time. */
export class Wishes {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'nowMs'>;
  readonly #own: string;
  #heard = new Map<string, Heard>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonicMs' | 'nowMs'>, own: string) {
    this.#clock = clock;
    this.#own = own;
  }

  /** Takes the wishes as they stand in the store. */
  hear(entries: readonly JournalEntry[]): void {
    const nowMs = this.#clock.monotonicMs();
    const passedMs = Math.min(nowMs - this.#lookedAtMs, LONGEST_LOOK_MS);
    this.#lookedAtMs = nowMs;
    const heard = new Map<string, Heard>();
    for (const { key, atMs, body } of entries.slice(-MAX_WINDOWS)) {
      const wish = ofThisForm<WishBody>(body);
      if (wish === undefined || key === this.#own) continue;
      const before = this.#heard.get(key);
      const isRecent = Math.abs(this.#clock.nowMs() - atMs) <= RECENT_MS;
      const silentMs =
        before === undefined
          ? isRecent
            ? 0
            : WISH_LIVES_MS
          : before.body.beat === wish.beat
            ? before.silentMs + passedMs
            : 0;
      heard.set(key, { body: wish, silentMs });
    }
    this.#heard = heard;
  }

  /** The living, by window. */
  living(): ReadonlyMap<string, WishBody> {
    const living = [...this.#heard].filter(([, { silentMs }]) => silentMs < WISH_LIVES_MS);
    return new Map(living.map(([window, { body }]) => [window, body]));
  }
}

/** Returns what all want together, the first one's assets first; all exchanges where one wants all. */
export function together(own: Wanted, others: Iterable<Wanted>): Wanted {
  const all = [own, ...others];
  const assets = [...new Set(all.flatMap((one) => one.assets))];
  const exchanges: ExchangeId[] = [];
  for (const one of all) {
    if (one.exchanges === undefined) return { assets };
    exchanges.push(...one.exchanges);
  }
  return { assets, exchanges: [...new Set(exchanges)] };
}

/** Returns whether what was collected holds all that is wanted of `ids`, the exchanges that a choice names. */
export function covers(
  round: { readonly assets: readonly Asset[]; readonly asked: readonly ExchangeId[] } | undefined,
  assets: readonly Asset[],
  ids: readonly ExchangeId[],
): boolean {
  if (round === undefined) return false;
  return assets.every((one) => round.assets.includes(one)) && ids.every((id) => round.asked.includes(id));
}
