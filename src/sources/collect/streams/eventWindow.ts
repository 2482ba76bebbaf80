import type { Liquidation, Trade } from '../../../core/observation.ts';
import { facetOf } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';

/** Events may come so much later than newer ones, or so much before their time by the clock here. */
export const ORDER_TOLERANCE_MS = MINUTE_MS;
const SLOT_MS = 30_000;
/** About 30 bytes each: 12 MB per channel at most, two minutes of 3,000 events a second. */
const MAX_KEYS = 400_000;
/** The newest time was wrong, where nothing but older events comes for so long. */
const STUCK_MS = 5 * MINUTE_MS;

/**
 * Tells events that are new from repetitions, by the exchange's id or, without one, by time, side, price and size.
 * Remembers what is within 60 s of the newest event; older ones can no longer be told apart and are `late`.
 */
export class EventWindow {
  readonly #slots = new Map<number, Set<number>>();
  #size = 0;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** Raised where memory ended before the tolerance did. */
  #floorMs = Number.NEGATIVE_INFINITY;
  #advancedMonoMs = 0;

  /** Time of the newest event, by the exchange. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#size;
  }

  /**
   * Judges an event and remembers it. `monoMs` is now. `occurrence` counts events of one frame that are the same in
   * everything and have no id: those are different ones.
   */
  judge(event: Trade | Liquidation, monoMs: number, occurrence = 0): 'new' | 'duplicate' | 'late' {
    if (monoMs - this.#advancedMonoMs > STUCK_MS && Number.isFinite(this.#newestMs)) this.#forget();
    const { atMs } = event;
    if (atMs < Math.max(this.#newestMs - ORDER_TOLERANCE_MS, this.#floorMs)) return 'late';
    if (!this.#isPossible(event, monoMs)) return 'late';
    const slot = Math.floor(atMs / SLOT_MS);
    const keys = this.#slots.get(slot) ?? new Set<number>();
    this.#slots.set(slot, keys);
    const identity = identityOf(event);
    const key = hashOf(occurrence === 0 ? identity : `${identity} #${occurrence}`);
    if (keys.has(key)) return 'duplicate';
    keys.add(key);
    this.#size += 1;
    if (atMs > this.#newestMs || !Number.isFinite(this.#newestMs)) {
      this.#newestMs = atMs;
      this.#advancedMonoMs = monoMs;
      this.#prune();
    }
    while (this.#size > MAX_KEYS && this.#slots.size > 1) this.#dropOldest();
    return 'new';
  }

  /** One wrong time far ahead would make everything that follows late. */
  #isPossible({ atMs, receivedAtMs }: Trade | Liquidation, monoMs: number): boolean {
    if (!Number.isFinite(this.#newestMs)) return true;
    const elapsedMs = Math.max(0, monoMs - this.#advancedMonoMs);
    const latestMs = Math.max(this.#newestMs + elapsedMs, receivedAtMs) + ORDER_TOLERANCE_MS;
    return atMs <= latestMs;
  }

  #prune(): void {
    const oldest = Math.floor((this.#newestMs - ORDER_TOLERANCE_MS) / SLOT_MS);
    for (const [slot, keys] of this.#slots) {
      if (slot >= oldest) continue;
      this.#slots.delete(slot);
      this.#size -= keys.size;
    }
  }

  #dropOldest(): void {
    const oldest = Math.min(...this.#slots.keys());
    this.#size -= this.#slots.get(oldest)?.size ?? 0;
    this.#slots.delete(oldest);
    this.#floorMs = (oldest + 1) * SLOT_MS;
  }

  #forget(): void {
    this.#slots.clear();
    this.#size = 0;
    this.#newestMs = Number.NEGATIVE_INFINITY;
    this.#floorMs = Number.NEGATIVE_INFINITY;
  }
}

/** Returns what names an event; two events of one id are the same, whatever else they say. */
export function identityOf(event: Trade | Liquidation): string {
  const id = event.kind === 'trade' ? event.tradeId : event.eventId;
  if (id !== undefined) return `${event.instrument} ${id}`;
  const side = event.kind === 'trade' ? event.takerSide : event.liquidatedSide;
  const size = event.sizeBase ?? event.sizeContracts ?? event.notionalUsd ?? '';
  return `${event.instrument} ${event.atMs} ${side} ${event.priceQuote} ${size} ${facetOf(event)}`;
}

/** 53 bits of a text (cyrb53): among 400,000 keys two different ones meet once in 100,000 times. */
function hashOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}
