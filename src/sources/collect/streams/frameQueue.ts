import type { QueueStatus } from './streamStatus.ts';

/** More than ten seconds of the fastest streams; what waits longer is no longer news. */
export const MAX_FRAMES = 100_000;
const MAX_CHARACTERS = 64 * 1_048_576;
/** So long the event loop may be held at once. */
const SLICE_MS = 8;
/** Reading the time costs as much as reading a short frame. */
const FRAMES_PER_LOOK = 16;

interface Item {
  readonly size: number;
  readonly run: () => void;
}

/** Frames of all sockets in order of arrival, worked off in slices between which others have their turn. */
export class FrameQueue {
  #items: Item[] = [];
  #head = 0;
  #characters = 0;
  #dropped = 0;
  #next: NodeJS.Immediate | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #capacity: number;

  constructor(onError: (error: unknown) => void, capacity: number = MAX_FRAMES) {
    this.#onError = onError;
    this.#capacity = capacity;
  }

  get status(): QueueStatus {
    return { length: this.#items.length - this.#head, capacity: this.#capacity, dropped: this.#dropped };
  }

  /** Queues work for a frame of so many characters; returns false for one that does not fit and is dropped. */
  push(size: number, run: () => void): boolean {
    const isFull = this.status.length >= this.#capacity || this.#characters + size > MAX_CHARACTERS;
    if (isFull) {
      this.#dropped += 1;
      return false;
    }
    this.#add({ size, run });
    return true;
  }

  /** Queues what must not be lost and must come after the frames before it: the end of a connection. */
  mark(run: () => void): void {
    this.#add({ size: 0, run });
  }

  /** Forgets what waits. */
  clear(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    this.#items = [];
    this.#head = 0;
    this.#characters = 0;
  }

  #add(item: Item): void {
    this.#items.push(item);
    this.#characters += item.size;
    this.#next ??= setImmediate(this.#slice);
  }

  readonly #slice = (): void => {
    this.#next = undefined;
    const endMs = performance.now() + SLICE_MS;
    for (let done = 0; this.#head < this.#items.length; done += 1) {
      if (done % FRAMES_PER_LOOK === FRAMES_PER_LOOK - 1 && performance.now() >= endMs) break;
      const item = this.#items[this.#head];
      this.#head += 1;
      if (item === undefined) continue;
      this.#characters -= item.size;
      try {
        item.run();
      } catch (error) {
        this.#onError(error);
      }
    }
    if (this.#head >= this.#items.length) {
      this.#items = [];
      this.#head = 0;
      return;
    }
    // Taken off in large pieces: moving the rest at every frame would cost its length each time.
    if (this.#head > 4_096) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#next ??= setImmediate(this.#slice);
  };
}
