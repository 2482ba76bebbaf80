import { Duplex } from 'node:stream';
import { FlowMeter, FrameScanner, type SocketBounds } from './frameMeter.ts';
import type { ReadTurns } from './readTurns.ts';

/** Handed on at once: reading so many frames takes some milliseconds. */
const FRAMES_PER_STEP = 200;
const BYTES_PER_STEP = 65_536;

type WriteCallback = (error?: Error | null) => void;

/**
 * Stands between the socket of a stream and its WebSocket parser, which reads and answers whatever comes in one go. Counts
 * frames, control frames and bytes against their bounds, and hands on a little at a time, so that a socket that floods
 * takes no more of the event loop than any other; meanwhile the sender waits.
 */
export class MeteredSocket extends Duplex {
  readonly #inner: Duplex;
  readonly #turns: ReadTurns;
  readonly #onFlood: (what: string) => void;
  readonly #bounds: SocketBounds;
  readonly #meters: Readonly<Record<keyof SocketBounds, FlowMeter>>;
  readonly #scanner = new FrameScanner();
  #held: Buffer[] = [];
  #isWanted = false;
  #error: Error | undefined;
  #isGone = false;

  constructor(
    inner: Duplex,
    options: {
      readonly bounds: SocketBounds;
      readonly turns: ReadTurns;
      readonly nowMs: () => number;
      /** Called once with what came too fast; the socket is dead then. */
      readonly onFlood: (what: string) => void;
    },
  ) {
    super({ allowHalfOpen: true });
    const { bounds, nowMs } = options;
    this.#inner = inner;
    this.#turns = options.turns;
    this.#onFlood = options.onFlood;
    this.#bounds = bounds;
    this.#meters = {
      frames: new FlowMeter(bounds.frames, nowMs),
      controls: new FlowMeter(bounds.controls, nowMs),
      bytes: new FlowMeter(bounds.bytes, nowMs),
    };
    inner.on('data', (chunk: Buffer) => {
      this.#held.push(chunk);
      this.#go();
    });
    inner.on('error', (error) => (this.#error = error));
    inner.on('close', () => {
      this.#isGone = true;
      this.#go();
    });
  }

  override _read(): void {
    this.#isWanted = true;
    this.#go();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: WriteCallback): void {
    this.#inner.write(chunk, encoding, callback);
  }

  /** A head and its body leave in one piece. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], callback: WriteCallback): void {
    this.#inner.cork();
    for (const [index, { chunk, encoding }] of chunks.entries())
      if (index === chunks.length - 1) this.#inner.write(chunk, encoding, callback);
      else this.#inner.write(chunk, encoding);
    this.#inner.uncork();
  }

  override _final(callback: WriteCallback): void {
    this.#inner.end(callback);
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.#turns.leave(this.#step);
    this.#held = [];
    this.#inner.destroy();
    callback(error);
  }

  /** Hands on what fits into this moment; the rest waits for its turn, and the sender with it. */
  #go(): void {
    let isMore = true;
    while (isMore && this.#turns.hasTime) isMore = this.#step();
    if (isMore) this.#turns.wait(this.#step);
    if (this.#held.length > 0) this.#inner.pause();
  }

  readonly #step = (): boolean => {
    if (this.destroyed) return false;
    const first = this.#held[0];
    if (first === undefined) return this.#finish();
    if (!this.#isWanted) return false;
    const piece = this.#pieceOf(first);
    if (piece === undefined) return false;
    if (!this.push(piece)) this.#isWanted = false;
    if (this.#held.length > 0) return true;
    if (!this.#isGone) this.#inner.resume();
    return this.#isGone;
  };

  /** The end is told once everything before it was read. */
  #finish(): false {
    if (this.#isGone && this.readableLength === 0) this.destroy(this.#error);
    return false;
  }

  /** Takes a piece off the bytes that wait; undefined where it is too much, and everything is over. */
  #pieceOf(chunk: Buffer): Buffer | undefined {
    const part = chunk.subarray(0, BYTES_PER_STEP);
    const { end, frames, controls } = this.#scanner.scan(part, 0, FRAMES_PER_STEP);
    if (end < chunk.length) this.#held[0] = chunk.subarray(end);
    else this.#held.shift();
    const counted = { frames, controls, bytes: end };
    for (const name of ['controls', 'frames', 'bytes'] as const)
      if (this.#meters[name].isOver(counted[name])) return this.#flood(name);
    return part.subarray(0, end);
  }

  /** Counts the bytes of a message that was compressed; returns whether the socket may go on. */
  countUnpacked(bytes: number): boolean {
    if (this.destroyed) return false;
    if (!this.#meters.bytes.isOver(bytes)) return true;
    this.#flood('bytes');
    return false;
  }

  #flood(name: keyof SocketBounds): undefined {
    const { perSecond, burst } = this.#bounds[name];
    const what = name === 'controls' ? 'control frames' : name;
    this.destroy();
    this.#onFlood(`more than ${perSecond} ${what} a second came, ${burst} at once`);
  }
}
