import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../../core/clock.ts';
import {
  badDeflateFrame,
  bombFrame,
  endWith,
  GARBAGE,
  sendEndlessFrame,
  type SocketFault,
} from './socketFaults.ts';
import { closeFrame, encodeFrame, FrameReader, OPCODES, type ClientFrame } from './socketFrames.ts';
import type { WireStreams } from './wire/shared.ts';

export interface SocketContext {
  readonly wire: WireStreams;
  readonly path: string;
  /** What the address alone subscribes. */
  readonly topics: readonly string[];
  readonly clock: Clock;
  /** What goes wrong at the moment. */
  fault(): SocketFault | undefined;
  /** One occurrence of the fault is over. */
  spend(): void;
  /** Does something after a while of real time. */
  after(ms: number, work: () => void): void;
  onText(text: string): void;
  onGone(): void;
}

const REPLAY_MS = 30_000;
const LATEST_MS = 55_000;
/** What a client slept through is not told at once. */
const LONGEST_MS = 60_000;
const LIFE_MS = 60_000;
const NOTICE_MS = 2_000;
/** A client that does not read this much is cut off, as exchanges do. */
const MAX_UNREAD_BYTES = 16 * 1_048_576;

/** One client of a simulated stream: what it has subscribed, how far it has been told, and what goes wrong. */
export class SimulatedSocket {
  readonly #socket: Duplex;
  readonly #context: SocketContext;
  readonly #reader = new FrameReader();
  readonly #toldMs = new Map<string, number>();
  readonly #bornMs: number;
  #pingedMs: number;
  #late: { readonly dueMs: number; readonly frame: unknown }[] = [];
  #count = 0;
  #isNotified = false;
  #isBroken = false;
  #stopEndless: (() => void) | undefined;

  constructor(socket: Duplex, context: SocketContext) {
    this.#socket = socket;
    this.#context = context;
    this.#bornMs = context.clock.nowMs();
    this.#pingedMs = this.#bornMs;
    for (const topic of context.topics) this.#toldMs.set(topic, this.#bornMs);
  }

  start(): void {
    const { wire, clock, onGone } = this.#context;
    this.#socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#socket.on('close', () => {
      this.#stopEndless?.();
      onGone();
    });
    if (this.#isMute) return;
    for (const frame of wire.greeting?.(clock.nowMs()) ?? []) this.#say(frame);
  }

  stop(): void {
    this.#stopEndless?.();
    this.#socket.destroy();
  }

  /** Sends what happened since the last push, or does what the fault wants. */
  push(): void {
    const { wire, clock, path } = this.#context;
    const fault = this.#context.fault();
    const nowMs = clock.nowMs();
    if (this.#socket.destroyed || this.#isBroken || this.#breaks(fault, nowMs)) return;
    const isMute = ['ws-silent', 'ws-pong-only', 'ws-ack-only'].includes(fault?.name ?? '');
    const frames: unknown[] = [];
    for (const [topic, fromMs] of this.#toldMs) {
      // While it is mute time goes on: what was not told then is lost.
      const range = { fromMs: Math.max(fromMs, nowMs - LONGEST_MS), toMs: nowMs, path };
      if (nowMs > fromMs && !isMute) for (const frame of wire.frames(topic, range)) frames.push(frame);
      this.#toldMs.set(topic, nowMs);
    }
    if (this.#isMute) return;
    this.#ping(nowMs);
    for (const frame of this.#changed(frames, fault, nowMs)) this.#say(frame);
  }

  get #isMute(): boolean {
    const name = this.#context.fault()?.name;
    return name === 'ws-silent' || name === 'ws-pong-only';
  }

  #ping(nowMs: number): void {
    const { ping } = this.#context.wire;
    if (ping === undefined || nowMs - this.#pingedMs < ping.everyMs) return;
    this.#pingedMs = nowMs;
    this.#say(ping.frame(nowMs, this.#context.path));
  }

  /** Ends or breaks the connection where the fault is of that kind. */
  #breaks(fault: SocketFault | undefined, nowMs: number): boolean {
    const { wire, spend, after } = this.#context;
    const socket = this.#socket;
    switch (fault?.name) {
      case 'ws-reset-mid-frame': {
        const whole = encodeFrame(OPCODES.text, Buffer.from('{"data":[{"price":"1","size":"2"}]}'));
        socket.write(whole.subarray(0, 9), () => {
          if (socket instanceof Socket) socket.resetAndDestroy();
          else socket.destroy();
        });
        break;
      }
      case 'ws-close':
        endWith(socket, fault.code ?? 1_006);
        break;
      case 'ws-expire':
        if (nowMs - this.#bornMs < (fault.lifeMs ?? LIFE_MS)) return false;
        endWith(socket, 1_001, 'the connection is too old');
        break;
      case 'ws-endless-frame':
        this.#stopEndless = sendEndlessFrame(socket, fault.form ?? 'length');
        break;
      case 'ws-deflate-bomb':
        socket.write(bombFrame(wire.packing));
        break;
      case 'ws-bad-deflate':
        socket.write(badDeflateFrame(wire.packing));
        break;
      case 'ws-shutdown-notice': {
        if (this.#isNotified) return false;
        this.#isNotified = true;
        spend();
        const notice = wire.closing?.(nowMs);
        if (notice !== undefined) this.#say(notice);
        after(fault.afterMs ?? NOTICE_MS, () => endWith(socket, 1_012, 'service restart'));
        return false;
      }
      default:
        return false;
    }
    spend();
    this.#isBroken = true;
    return true;
  }

  /** The pushes as the fault changes them. */
  #changed(frames: readonly unknown[], fault: SocketFault | undefined, nowMs: number): readonly unknown[] {
    switch (fault?.name) {
      case 'ws-duplicate':
        return frames.flatMap((frame) => [frame, frame, frame]);
      case 'ws-id-gap':
        return frames.filter(() => (this.#count += 1) % 10 !== 0);
      case 'ws-garbage':
        return [...frames, ...GARBAGE];
      case 'ws-flood': {
        const wanted = Math.ceil((fault.perSecond ?? 5_000) / 4);
        return frames.length === 0
          ? []
          : Array.from(
              { length: Math.max(wanted, frames.length) },
              (_, index) => frames[index % frames.length],
            );
      }
      case 'ws-out-of-order': {
        for (const frame of frames) {
          this.#count += 1;
          this.#late.push({ frame, dueMs: nowMs + ((this.#count * 7_919) % LATEST_MS) });
        }
        const due = this.#late.filter((one) => one.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
        this.#late = this.#late.filter((one) => one.dueMs > nowMs);
        return due.map((one) => one.frame);
      }
      default: {
        const late = this.#late.map((one) => one.frame);
        this.#late = [];
        return late.length === 0 ? frames : [...late, ...frames];
      }
    }
  }

  #say(frame: unknown): void {
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
    if (frames === undefined) return endWith(this.#socket, 1_002);
    for (const frame of frames) this.#onFrame(frame);
  }

  #onFrame({ opcode, payload }: ClientFrame): void {
    const fault = this.#context.fault();
    const isSilent = fault?.name === 'ws-silent';
    if (opcode === OPCODES.close) {
      if (!isSilent) this.#socket.end(closeFrame(payload.length >= 2 ? payload.readUInt16BE() : 1_000));
    } else if (opcode === OPCODES.ping) {
      if (!isSilent || fault?.pongs === true) this.#socket.write(encodeFrame(OPCODES.pong, payload));
    } else if (opcode === OPCODES.text) this.#onText(payload.toString('utf8'), fault, isSilent);
  }

  #onText(text: string, fault: SocketFault | undefined, isSilent: boolean): void {
    const { wire, path, clock, onText, spend } = this.#context;
    onText(text);
    const nowMs = clock.nowMs();
    const { replies, subscribe = [], unsubscribe = [] } = wire.receive(text, { path, nowMs });
    const fromMs = fault?.name === 'ws-replay' ? nowMs - REPLAY_MS : nowMs;
    for (const topic of subscribe) if (!this.#toldMs.has(topic)) this.#toldMs.set(topic, fromMs);
    for (const topic of unsubscribe) this.#toldMs.delete(topic);
    if (fault?.name === 'ws-replay' && subscribe.length > 0) spend();
    const isSubscribing = subscribe.length + unsubscribe.length > 0;
    if (isSilent || (fault?.name === 'ws-pong-only' && isSubscribing)) return;
    for (const reply of replies) this.#say(reply);
  }
}
