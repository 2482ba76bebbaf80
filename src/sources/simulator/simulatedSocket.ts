import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../core/clock.ts';
import type { ConnectionInterceptor, SaidAs, StreamInterceptor } from './interceptor.ts';
import { closeFrame, encodeFrame, FrameReader, OPCODES, type ClientFrame } from './socketFrames.ts';
import type { WireStreams } from './wire/shared.ts';

export interface SocketContext {
  readonly wire: WireStreams;
  readonly path: string;
  /** What the address alone subscribes. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly interceptor?: StreamInterceptor | undefined;
  onText(text: string): void;
  onGone(): void;
}

/** What a client slept through is not told at once. */
const LONGEST_MS = 60_000;
/** A client that does not read this much is cut off, as exchanges do. */
const MAX_UNREAD_BYTES = 16 * 1_048_576;

/** One client of a simulated stream: what it has subscribed and how far it has been told. */
export class SimulatedSocket {
  readonly #socket: Duplex;
  readonly #context: SocketContext;
  readonly #interceptor: ConnectionInterceptor | undefined;
  readonly #reader = new FrameReader();
  readonly #toldMs = new Map<string, number>();
  #pingedMs: number;

  constructor(socket: Duplex, context: SocketContext) {
    const { clock, interceptor, path, topics, wire } = context;
    this.#socket = socket;
    this.#context = context;
    this.#pingedMs = clock.nowMs();
    for (const topic of topics) this.#toldMs.set(topic, this.#pingedMs);
    this.#interceptor = interceptor?.connection?.({ wire, path, socket });
  }

  start(): void {
    const { wire, clock, onGone } = this.#context;
    const nowMs = clock.nowMs();
    this.#socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#socket.on('close', onGone);
    this.#say(wire.greeting?.(nowMs) ?? [], 'greeting', nowMs);
  }

  stop(): void {
    this.#socket.destroy();
  }

  /** Sends what happened since the last push. */
  push(): void {
    const { wire, clock, path } = this.#context;
    if (this.#socket.destroyed) return;
    const nowMs = clock.nowMs();
    const frames: unknown[] = [];
    for (const [topic, fromMs] of this.#toldMs) {
      const range = { fromMs: Math.max(fromMs, nowMs - LONGEST_MS), toMs: nowMs, path };
      if (nowMs > fromMs) for (const frame of wire.frames(topic, range)) frames.push(frame);
      this.#toldMs.set(topic, nowMs);
    }
    this.#ping(nowMs);
    this.#say(frames, 'push', nowMs);
  }

  #ping(nowMs: number): void {
    const { ping } = this.#context.wire;
    if (ping === undefined || nowMs - this.#pingedMs < ping.everyMs) return;
    this.#pingedMs = nowMs;
    this.#say([ping.frame(nowMs, this.#context.path)], 'ping', nowMs);
  }

  #say(frames: readonly unknown[], as: SaidAs, nowMs: number): void {
    for (const frame of this.#interceptor?.outgoing?.(frames, as, nowMs) ?? frames) this.#write(frame);
  }

  #write(frame: unknown): void {
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength > MAX_UNREAD_BYTES) return void this.#socket.destroy();
    const text = Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame));
    const isPacked = this.#context.wire.packing === 'gzip';
    this.#socket.write(
      isPacked ? encodeFrame(OPCODES.binary, gzipSync(text)) : encodeFrame(OPCODES.text, text),
    );
  }

  #onData(chunk: Buffer): void {
    const frames = this.#reader.read(chunk);
    if (frames === undefined) return void this.#socket.end(closeFrame(1_002));
    for (const frame of frames) this.#onFrame(frame);
  }

  #onFrame(frame: ClientFrame): void {
    const { opcode, payload } = frame;
    const nowMs = this.#context.clock.nowMs();
    if (this.#interceptor?.incoming?.(frame, nowMs) === false) return;
    if (opcode === OPCODES.close)
      this.#socket.end(closeFrame(payload.length >= 2 ? payload.readUInt16BE() : 1_000));
    else if (opcode === OPCODES.ping) this.#socket.write(encodeFrame(OPCODES.pong, payload));
    else if (opcode === OPCODES.text) this.#onText(payload.toString('utf8'), nowMs);
  }

  #onText(text: string, nowMs: number): void {
    const { wire, path, onText } = this.#context;
    onText(text);
    const { replies, subscribe = [], unsubscribe = [] } = wire.receive(text, { path, nowMs });
    for (const topic of subscribe) if (!this.#toldMs.has(topic)) this.#toldMs.set(topic, nowMs);
    for (const topic of unsubscribe) this.#toldMs.delete(topic);
    const isSubscribing = subscribe.length + unsubscribe.length > 0;
    this.#say(replies, isSubscribing ? 'acknowledgement' : 'reply', nowMs);
  }
}
