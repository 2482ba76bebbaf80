import type { QueueStatus } from './streamStatus.ts';

/** How much may wait to be decoded. */
export interface FrameBounds {
  /** Of one socket: seconds of the fastest streams; what waits longer is no longer news. */
  readonly socketFrames: number;
  readonly socketCharacters: number;
  /** Of all sockets together. */
  readonly frames: number;
  readonly characters: number;
  /** So much each socket may have waiting although all together have too much. */
  readonly reservedFrames: number;
  readonly reservedCharacters: number;
}

const MIB = 1_048_576;

export const FRAME_BOUNDS: FrameBounds = {
  socketFrames: 20_000,
  socketCharacters: 8 * MIB,
  frames: 100_000,
  characters: 32 * MIB,
  reservedFrames: 1_000,
  reservedCharacters: MIB / 2,
};

/** So long the event loop may be held at once. */
const SLICE_MS = 6;
/** Of one socket in a row; reading the time costs as much as reading a short frame. */
const FRAMES_PER_TURN = 16;
/** Of one socket in a row; a frame of this size takes about a millisecond. */
const CHARACTERS_PER_TURN = 64 * 1_024;

interface Item {
  readonly size: number;
  readonly run: () => void;
}

/** The frames of one socket, in order of arrival. */
export class SocketFrames {
  readonly #queue: FrameQueue;
  #items: Item[] = [];
  #head = 0;
  #characters = 0;
  #dropped = 0;

  constructor(queue: FrameQueue) {
    this.#queue = queue;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  get characters(): number {
    return this.#characters;
  }

  /** Frames that did not fit. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Queues work for a frame of so many characters; returns false for one that does not fit and is dropped. */
  push(size: number, run: () => void): boolean {
    if (!this.#queue.hasRoom(this, size)) {
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

  #add(item: Item): void {
    this.#items.push(item);
    this.#characters += item.size;
    this.#queue.added(this, item.size);
  }

  /** Takes the oldest; for the queue alone. */
  take(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    this.#characters -= item.size;
    // Taken off in large pieces: moving the rest at every frame would cost its length each time.
    if (this.#head === this.#items.length) [this.#items, this.#head] = [[], 0];
    else if (this.#head > 4_096) [this.#items, this.#head] = [this.#items.slice(this.#head), 0];
    return item;
  }

  /** Forgets what waits; for the queue alone. */
  clear(): void {
    [this.#items, this.#head, this.#characters] = [[], 0, 0];
  }
}

/**
 * Frames of all sockets, each with a queue and bounds of its own, worked off by turns in slices between which everything
 * else of the process has its turn: a socket that floods loses its own frames and delays no other.
 */
export class FrameQueue {
  readonly #onError: (error: unknown) => void;
  readonly #bounds: FrameBounds;
  readonly #waiting = new Set<SocketFrames>();
  #length = 0;
  #characters = 0;
  #dropped = 0;
  #next: NodeJS.Immediate | undefined;

  constructor(onError: (error: unknown) => void, bounds: Partial<FrameBounds> = {}) {
    this.#onError = onError;
    this.#bounds = { ...FRAME_BOUNDS, ...bounds };
  }

  get status(): QueueStatus {
    return { length: this.#length, capacity: this.#bounds.frames, dropped: this.#dropped };
  }

  /** Returns the queue of one more socket. */
  open(): SocketFrames {
    return new SocketFrames(this);
  }

  /** Whether a socket may queue a frame of so many characters; one that may not is counted. */
  hasRoom({ length, characters }: SocketFrames, size: number): boolean {
    const bounds = this.#bounds;
    const isOwn = length < bounds.socketFrames && characters + size <= bounds.socketCharacters;
    const isReserved = length < bounds.reservedFrames && characters + size <= bounds.reservedCharacters;
    const isShared = this.#length < bounds.frames && this.#characters + size <= bounds.characters;
    const hasRoom = isOwn && (isShared || isReserved);
    if (!hasRoom) this.#dropped += 1;
    return hasRoom;
  }

  /** A socket has queued something. */
  added(socket: SocketFrames, size: number): void {
    this.#length += 1;
    this.#characters += size;
    this.#waiting.add(socket);
    this.#next ??= setImmediate(this.#slice);
  }

  /** Forgets what waits. */
  clear(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    for (const socket of this.#waiting) socket.clear();
    this.#waiting.clear();
    this.#length = 0;
    this.#characters = 0;
  }

  readonly #slice = (): void => {
    this.#next = undefined;
    const endMs = performance.now() + SLICE_MS;
    // A set is walked in order of adding: who has more goes to its end.
    for (const socket of this.#waiting) {
      this.#waiting.delete(socket);
      this.#runTurn(socket);
      if (socket.length > 0) this.#waiting.add(socket);
      if (performance.now() >= endMs) break;
    }
    if (this.#waiting.size > 0) this.#next ??= setImmediate(this.#slice);
  };

  #runTurn(socket: SocketFrames): void {
    let characters = 0;
    for (let count = 0; count < FRAMES_PER_TURN && characters < CHARACTERS_PER_TURN; count += 1) {
      const item = socket.take();
      if (item === undefined) return;
      characters += item.size;
      this.#run(item);
    }
  }

  #run(item: Item): void {
    this.#length -= 1;
    this.#characters -= item.size;
    try {
      item.run();
    } catch (error) {
      this.#onError(error);
    }
  }
}
