import type { StreamMessage, StreamSpec } from '../../exchanges/stream.ts';
import type { ClientSocket, SocketEnd } from '../../transport/webSocketClient.ts';
import type { Moment } from './laneState.ts';

/** One connection of a runner. Its id guards every callback: what comes after its end changes nothing. */
export interface Connection {
  readonly id: number;
  readonly socket: ClientSocket;
  /** Called when it is there or over: the next one of the host may be made some time after that. */
  readonly settled: () => void;
  readonly startedAt: Moment;
  openedAt: Moment | undefined;
  /** Any frame or sign of life. */
  heardAtMonoMs: number;
  beatAtMonoMs: number;
  firstDataMonoMs: number | undefined;
  lastDataMonoMs: number | undefined;
  hasPinged: boolean;
  /** So long the limit on messages keeps the last subscription back. */
  sendingMs: number;
  isSimulated: boolean;
  /** Its end is known, or asked for by us. */
  isOver: boolean;
}

/** Why a connection ended, as the runner sees it: by the other side, or by us. */
export type ConnectionEnd = SocketEnd | 'silent' | 'clock' | 'replaced';

/** Returns a message as text. */
export function messageText(message: StreamMessage): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** Sends heartbeats that are due, and a ping of the protocol where half of the allowed silence is over. */
export function keepAlive(connection: Connection, spec: StreamSpec, monoMs: number): void {
  const { heartbeat, deadAfterMs } = spec;
  if (heartbeat !== undefined && monoMs - connection.beatAtMonoMs >= heartbeat.everyMs) {
    connection.beatAtMonoMs = monoMs;
    connection.socket.send(messageText(heartbeat.message));
  }
  if (
    heartbeat === undefined &&
    !connection.hasPinged &&
    monoMs - connection.heardAtMonoMs > deadAfterMs / 2
  ) {
    connection.hasPinged = true;
    connection.socket.ping();
  }
}

/** A successor is opened so long before a connection's last moment. */
const EARLY_MS = 5 * 60_000;

/** Returns whether a connection is so old that another should take its place before the exchange ends it. */
export function isTooOld(connection: Connection, { maxLifeMs }: StreamSpec, monoMs: number): boolean {
  if (maxLifeMs === undefined) return false;
  return monoMs - connection.startedAt.monoMs >= maxLifeMs - Math.min(EARLY_MS, maxLifeMs / 5);
}
