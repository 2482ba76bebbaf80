import { Socket } from 'node:net';
import type {
  ConnectionInterceptor,
  InterceptedConnection,
  SaidAs,
  StreamInterceptor,
  UpgradeChange,
} from '../../../src/sources/simulator/interceptor.ts';
import { encodeFrame, OPCODES, type ClientFrame } from '../../../src/sources/simulator/socketFrames.ts';
import type { WireStreams } from '../../../src/sources/simulator/wire/shared.ts';
import type { SocketFault } from './socketFaults.ts';
import { badDeflateFrame, bombFrame, endWith, GARBAGE, sendEndlessFrame } from './wrongFrames.ts';

const REPLAY_MS = 30_000;
const LATEST_MS = 55_000;
const LIFE_MS = 60_000;
const NOTICE_MS = 2_000;
const SLOW_MS = 60_000;

/** What goes wrong with the streams of one simulated exchange. */
export class StreamFaults implements StreamInterceptor {
  #fault: SocketFault | undefined;
  #left = 0;

  /** Makes it go wrong, or right again with undefined. Holds for open connections as well. */
  set(fault: SocketFault | undefined): void {
    this.#fault = fault;
    this.#left = fault?.times ?? Number.POSITIVE_INFINITY;
  }

  /** What goes wrong at the moment on a path. */
  on(path: string): SocketFault | undefined {
    return this.#left > 0 && path.includes(this.#fault?.path ?? '') ? this.#fault : undefined;
  }

  /** One occurrence of the fault is over. */
  spend(): void {
    this.#left -= 1;
  }

  upgrade(path: string, { packing }: WireStreams): UpgradeChange | undefined {
    const fault = this.on(path);
    switch (fault?.name) {
      case 'ws-refuse-upgrade': {
        this.spend();
        const { status = 403, retryAfter } = fault;
        return {
          status,
          ...(typeof retryAfter === 'string' ? { headers: { 'retry-after': retryAfter } } : {}),
        };
      }
      case 'ws-slow-upgrade':
        this.spend();
        return { afterMs: fault.afterMs ?? SLOW_MS };
      case 'ws-deflate-bomb':
      case 'ws-bad-deflate':
        // Who packs its messages itself does not take the protocol's packing.
        return packing === undefined
          ? { headers: { 'sec-websocket-extensions': 'permessage-deflate' } }
          : undefined;
      default:
        return undefined;
    }
  }

  connection(connection: InterceptedConnection): ConnectionInterceptor {
    return new FaultyConnection(connection, this);
  }
}

/** One connection of a stream that goes wrong. */
class FaultyConnection implements ConnectionInterceptor {
  readonly #connection: InterceptedConnection;
  readonly #faults: StreamFaults;
  readonly #replayed = new Map<string, number>();
  #bornMs: number | undefined;
  #late: { readonly dueMs: number; readonly frame: unknown }[] = [];
  #count = 0;
  #isNotified = false;
  #isBroken = false;

  constructor(connection: InterceptedConnection, faults: StreamFaults) {
    this.#connection = connection;
    this.#faults = faults;
  }

  outgoing(said: readonly unknown[], as: SaidAs, nowMs: number): readonly unknown[] {
    this.#bornMs ??= nowMs;
    const fault = this.#faults.on(this.#connection.path);
    const { name } = fault ?? {};
    if (this.#isBroken || name === 'ws-silent' || (name === 'ws-pong-only' && as !== 'reply')) return [];
    if (as !== 'push') return said;
    if (name === 'ws-ack-only') return [];
    if (fault !== undefined && this.#breaks(fault, nowMs)) return [];
    return this.#changed([...this.#notice(fault), ...this.#replays(nowMs), ...said], fault, nowMs);
  }

  incoming({ opcode, payload }: ClientFrame, nowMs: number): boolean {
    const fault = this.#faults.on(this.#connection.path);
    if (fault?.name === 'ws-silent')
      return opcode === OPCODES.text || (opcode === OPCODES.ping && fault.pongs === true);
    if (fault?.name === 'ws-replay' && opcode === OPCODES.text)
      this.#remember(payload.toString('utf8'), nowMs);
    return true;
  }

  #remember(text: string, nowMs: number): void {
    const { wire, path } = this.#connection;
    const { subscribe = [] } = wire.receive(text, { path, nowMs });
    for (const topic of subscribe) this.#replayed.set(topic, nowMs);
    if (subscribe.length > 0) this.#faults.spend();
  }

  /** What was told before the subscriptions since the last push. */
  #replays(nowMs: number): readonly unknown[] {
    const { wire, path } = this.#connection;
    const range = (atMs: number) => ({ fromMs: atMs - REPLAY_MS, toMs: Math.min(atMs, nowMs), path });
    const frames = [...this.#replayed].flatMap(([topic, atMs]) => wire.frames(topic, range(atMs)));
    this.#replayed.clear();
    return frames;
  }

  #notice(fault: SocketFault | undefined): readonly unknown[] {
    if (fault?.name !== 'ws-shutdown-notice' || this.#isNotified) return [];
    const { socket } = this.#connection;
    this.#isNotified = true;
    this.#faults.spend();
    const timer = setTimeout(() => endWith(socket, 1_012, 'service restart'), fault.afterMs ?? NOTICE_MS);
    socket.on('close', () => clearTimeout(timer));
    return fault.notice === undefined ? [] : [fault.notice];
  }

  /** Ends or breaks the connection where the fault is of that kind. */
  #breaks(fault: SocketFault, nowMs: number): boolean {
    const { socket, wire } = this.#connection;
    switch (fault.name) {
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
        if (nowMs - (this.#bornMs ?? nowMs) < (fault.lifeMs ?? LIFE_MS)) return false;
        endWith(socket, 1_001, 'the connection is too old');
        break;
      case 'ws-endless-frame':
        sendEndlessFrame(socket, fault.form ?? 'length');
        break;
      case 'ws-deflate-bomb':
        socket.write(bombFrame(wire.packing));
        break;
      case 'ws-bad-deflate':
        socket.write(badDeflateFrame(wire.packing));
        break;
      default:
        return false;
    }
    this.#faults.spend();
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
        if (frames.length === 0) return [];
        const wanted = Math.max(Math.ceil((fault.perSecond ?? 5_000) / 4), frames.length);
        return Array.from({ length: wanted }, (_, index) => frames[index % frames.length]);
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
        return [...late, ...frames];
      }
    }
  }
}
