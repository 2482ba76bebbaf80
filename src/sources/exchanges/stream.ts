import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../core/observation.ts';
import type { Field } from './kit/field.ts';
import type { MapContext, Reading } from './mapContext.ts';

/** What is sent to a stream: a text as it is, anything else as JSON. */
export type StreamMessage = string | Readonly<Record<string, unknown>>;

/**
 * What a frame is, decided before its content is read. `data` alone makes a channel live: an acknowledgement or a pong
 * says nothing about data (Binance acknowledged and sent nothing from 2026-04-23 on).
 */
export type FrameRole =
  /** `channel` is the id of one of the socket's channels; `topic` is the subscribed topic where the frame names it. */
  | { readonly role: 'data'; readonly channel: string; readonly topic?: string }
  | { readonly role: 'ack' }
  | { readonly role: 'pong' }
  /** The server asks for a sign of life: `reply` is sent at once. */
  | { readonly role: 'ping'; readonly reply: StreamMessage }
  /** A subscription was refused, or another error in the exchange's own words. */
  | { readonly role: 'refused'; readonly code: string; readonly message: string }
  /** The server announces its end or an upgrade: a new connection is opened before this one is left. */
  | { readonly role: 'closing'; readonly message: string }
  /** Known and of no use: connection counts, welcome texts, channels that are not read. */
  | { readonly role: 'ignored' };

/** One kind of push. Decodes frames exactly as a poll decodes answers: schema, then a pure map. */
export interface StreamChannel<P = unknown> extends Reading {
  /** Stable id, `exchange/stream-name`. */
  readonly id: string;
  readonly docsUrl: string;
  readonly yields: readonly ObservationKind[];
  /** Which of the followed instruments it is subscribed for; `perpetual` unless stated. */
  readonly about?: InstrumentKind;
  /** `steady`: silence is a fault. `events`: silence may be true (no liquidations) and a witness must decide. */
  readonly rhythm: 'steady' | 'events';
  /** So much silence after data makes a live channel stale (of `events`: makes it ask its witness). */
  readonly staleAfterMs: number;
  /** Read where such a frame is handed in, never subscribed: it has no topics. */
  readonly asked?: false;
  /** The topics to subscribe for these instruments; one topic for all of them is a list of one. */
  topics(instruments: readonly Instrument[]): readonly string[];
  /** The poll (id) whose rows can fill a gap of this channel; absent where the exchange has none. */
  readonly backfill?: string;
  /** Of liquidation feeds: whether every event is pushed. */
  readonly coverage?: 'complete' | 'sampled' | 'unverified';
  /** The frame around its rows. Names only the fields used. */
  readonly schema: Field<P>;
  /** Pure. `context.endpoint` is `WS <channel>`. Bad rows become issues. */
  map(payload: P, context: MapContext): readonly Observation[];
}

/** One address to connect to, and how to speak to it. Data and pure functions, like the rest of an adapter. */
export interface StreamSpec {
  /** Stable id, `exchange/socket`. */
  readonly id: string;
  /** Which address of the endpoints file replaces the base: `ws`, or `spotWs` for a host of its own. */
  readonly host?: 'ws' | 'spotWs';
  /** `wss://host`, without the path. */
  readonly baseUrl: string;
  readonly path: string;
  readonly channels: readonly StreamChannel<never>[];
  /** The messages that subscribe topics, in the batches that the exchange takes. */
  subscribe(topics: readonly string[]): readonly StreamMessage[];
  /** What a parsed frame is. Never throws, whatever the frame. A text that is not JSON arrives as a string. */
  classify(frame: unknown): FrameRole;
  /** How binary frames are packed; text frames are taken as they are. */
  readonly packing?: 'gzip';
  /** What is sent to stay connected, and how often. */
  readonly heartbeat?: { readonly everyMs: number; readonly message: StreamMessage };
  /** Without any frame for so long the connection is given up. */
  readonly deadAfterMs: number;
  /** A connection is replaced before this age; absent where the exchange sets no end. */
  readonly maxLifeMs?: number;
  readonly maxTopicsPerSocket: number;
  /** Published limits on messages sent over one connection. */
  readonly messages?: { readonly weight: number; readonly windowMs: number };
}

/** Types a channel's payload from its schema. What is not subscribed says `asked: false` instead of its topics. */
export function defineChannel<P>(
  channel: StreamChannel<P> | (Omit<StreamChannel<P>, 'topics' | 'asked'> & { readonly asked: false }),
): StreamChannel<never> {
  // Also where it is made by a function that gives every channel of its kind topics.
  const whole = channel.asked === false ? { ...channel, topics: (): readonly string[] => [] } : channel;
  return whole as unknown as StreamChannel<never>;
}
