import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Place } from './place.ts';
import type { SimulatedHost } from './profiles.ts';
import type { ClientFrame } from './socketFrames.ts';
import type { WireAnswer, WireExchange, WireRequest, WireStreams } from './wire/shared.ts';

/** Stands between simulated exchanges and who asks them. Each part may be absent: then the exchange does what it does. */
export interface Interceptor {
  /** A simulated exchange has begun to listen. */
  listening?(exchange: SimulatedHost, server: Server, place: Place): void;
  /** A request has come. Returns true where it is taken: then nothing is answered but what is sent here. */
  request?(call: InterceptedCall): boolean;
  /** What stands between the streams of an exchange and their clients. */
  streams?(exchange: SimulatedHost): StreamInterceptor;
}

type Headers = Readonly<Record<string, string>>;

/** A request, and what the exchange would do about it. */
export interface InterceptedCall {
  readonly wire: WireExchange;
  readonly request: WireRequest;
  readonly response: ServerResponse;
  /** What the exchange answers, to this request unless another one is given. */
  answer(request?: WireRequest): WireAnswer;
  /** Writes a status and the headers that all its answers have; the body is up to the caller. */
  head(status: number, headers?: Headers): void;
  /** Sends an answer as the exchange does. */
  send(answer: WireAnswer, headers?: Headers): void;
}

export interface StreamInterceptor {
  /** Somebody asks for a connection and would get it. Returns what is answered otherwise than usual. */
  upgrade?(path: string, wire: WireStreams): UpgradeChange | undefined;
  /** A connection begins. */
  connection?(connection: InterceptedConnection): ConnectionInterceptor;
}

export interface UpgradeChange {
  /** Any but 101 refuses the connection. */
  readonly status?: number;
  readonly headers?: Headers;
  /** Real time until it is answered. */
  readonly afterMs?: number;
}

export interface InterceptedConnection {
  readonly wire: WireStreams;
  readonly path: string;
  readonly socket: Duplex;
}

/** Why something is said: `acknowledgement` answers a subscription or its end, `reply` any other message. */
export type SaidAs = 'greeting' | 'acknowledgement' | 'reply' | 'push' | 'ping';

export interface ConnectionInterceptor {
  /** Returns what is said in place of what would be; of a push it is asked each time, whether or not there is news. */
  outgoing?(said: readonly unknown[], as: SaidAs, nowMs: number): readonly unknown[];
  /** Returns false where the exchange is not to hear what a client has sent. */
  incoming?(frame: ClientFrame, nowMs: number): boolean;
}
