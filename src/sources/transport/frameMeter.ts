/** So much may come in a second over a long time, and so much more at once. */
export interface FlowBound {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one socket may send. */
export interface SocketBounds {
  /** Frames of any kind, parts of messages included. */
  readonly frames: FlowBound;
  /** Pings, pongs and closes: each ping is answered, so they cost twice. */
  readonly controls: FlowBound;
  /** Bytes, of compressed messages once as they come and once as they are. */
  readonly bytes: FlowBound;
}

/**
 * Far above what exchanges send: the fastest socket of a busy hour has some hundred frames a second, the burst that must
 * pass 2,000; exchanges ping every 5 s at most; a second of whole order books has some 100 KiB.
 */
export const SOCKET_BOUNDS: SocketBounds = {
  frames: { perSecond: 5_000, burst: 10_000 },
  controls: { perSecond: 10, burst: 100 },
  bytes: { perSecond: 4 * 1_048_576, burst: 16 * 1_048_576 },
};

/** Counts what comes against a bound: a bucket that empties evenly. */
export class FlowMeter {
  readonly #bound: FlowBound;
  readonly #nowMs: () => number;
  #level = 0;
  #atMs: number;

  constructor(bound: FlowBound, nowMs: () => number) {
    this.#bound = bound;
    this.#nowMs = nowMs;
    this.#atMs = nowMs();
  }

  /** Counts `amount`; returns whether that is more than may come. */
  isOver(amount: number): boolean {
    const nowMs = this.#nowMs();
    const drained = (Math.max(0, nowMs - this.#atMs) * this.#bound.perSecond) / 1_000;
    this.#level = Math.max(0, this.#level - drained) + amount;
    this.#atMs = nowMs;
    return this.#level > this.#bound.burst;
  }
}

/** What `FrameScanner.scan` has passed. */
export interface Scanned {
  /** Where it stopped. */
  readonly end: number;
  readonly frames: number;
  readonly controls: number;
}

const LONGEST_HEADER = 14;

/** Finds the heads of WebSocket frames in a stream of bytes, without keeping any of them. */
export class FrameScanner {
  readonly #head = new Uint8Array(LONGEST_HEADER);
  #headLength = 0;
  #payloadLeft = 0;

  /** Scans from `start` until `maxFrames` heads were passed or the bytes are over. */
  scan(bytes: Uint8Array, start: number, maxFrames: number): Scanned {
    let [index, frames, controls] = [start, 0, 0];
    while (index < bytes.length && frames < maxFrames) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, bytes.length - index);
        this.#payloadLeft -= skipped;
        index += skipped;
        continue;
      }
      this.#head[this.#headLength] = bytes[index] ?? 0;
      this.#headLength += 1;
      index += 1;
      if (!this.#isHeadWhole()) continue;
      frames += 1;
      if (((this.#head[0] ?? 0) & 0x08) !== 0) controls += 1;
      this.#payloadLeft = this.#payloadLength();
      this.#headLength = 0;
    }
    return { end: index, frames, controls };
  }

  #isHeadWhole(): boolean {
    if (this.#headLength < 2) return false;
    const second = this.#head[1] ?? 0;
    const mask = (second & 0x80) === 0 ? 0 : 4;
    return this.#headLength >= 2 + lengthBytes(second & 0x7f) + mask;
  }

  #payloadLength(): number {
    const short = (this.#head[1] ?? 0) & 0x7f;
    const more = lengthBytes(short);
    if (more === 0) return short;
    return this.#head.slice(2, 2 + more).reduce((length, byte) => length * 256 + byte, 0);
  }
}

function lengthBytes(short: number): number {
  return short === 126 ? 2 : short === 127 ? 8 : 0;
}
