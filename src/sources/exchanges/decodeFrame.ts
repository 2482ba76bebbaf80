import { issuesOf } from '../../core/apartIssues.ts';
import type { Issue } from '../../core/issue.ts';
import { siftRows } from '../../core/neighbours.ts';
import type { Observation } from '../../core/observation.ts';
import type { ExchangeAdapter } from './contract.ts';
import { AnswerContext, type InstrumentTable } from './answerContext.ts';
import { applyIn } from './decodeAnswer.ts';
import { ListCorrections } from './listCorrections.ts';
import type { Params } from './mapContext.ts';
import { isPossibleTime } from './plausibility.ts';
import type { FrameRole, StreamChannel, StreamSpec } from './stream.ts';

/** A frame as it arrived. `topic` is what was subscribed, where that is known; most frames name it themselves. */
export interface Frame {
  readonly body: unknown;
  readonly receivedAtMs: number;
  readonly topic?: string;
}

interface ReadChannel {
  readonly context: AnswerContext;
  readonly poll: Parameters<typeof applyIn<Observation>>[1];
}

/** How channels are read; each context serves all frames of its channel. */
const CHANNELS = new WeakMap<StreamChannel<never>, ReadChannel>();
const NO_TOPIC: Params = {};

/** Applies one channel to one frame. Never throws; see `applyPoll`. */
export function applyChannel(
  adapter: ExchangeAdapter,
  channel: StreamChannel<never>,
  frame: Frame,
  instruments: InstrumentTable,
  corrections?: ListCorrections,
): { rows: Observation[]; issues: Issue[] } {
  const known = corrections ?? new ListCorrections();
  let read = CHANNELS.get(channel);
  if (read === undefined) {
    const endpoint = `WS ${channel.id.replace(/^[^/]*\//, '')}`;
    const context = new AnswerContext(adapter, channel, endpoint, instruments, known);
    read = { context, poll: { schema: channel.schema, map: channel.map, mayBeEmpty: true } };
    CHANNELS.set(channel, read);
  }
  const { context, poll } = read;
  context.knowing(instruments, known);
  context.begin(frame.topic === undefined ? NO_TOPIC : { topic: frame.topic }, frame.receivedAtMs);
  return applyIn(context, poll, frame.body);
}

/** Returns the adapter's word on a frame; a classifier must not throw, and one that does ends nothing. */
export function classified(spec: StreamSpec, frame: unknown): FrameRole {
  try {
    return spec.classify(frame);
  } catch {
    return { role: 'ignored' };
  }
}

function channelOf({ channels }: StreamSpec, id: string): StreamChannel<never> | undefined {
  for (const channel of channels) if (channel.id === id) return channel;
  return undefined;
}

/** What became of one frame outside a connection. */
export interface DecodedFrame {
  readonly observations: readonly Observation[];
  readonly issues: readonly Issue[];
}

/** Returns which of an adapter's sockets and channels a frame belongs to, and its role there. */
export function roleOf(
  adapter: ExchangeAdapter,
  body: unknown,
): { role: FrameRole; channel?: StreamChannel<never>; stream?: StreamSpec } {
  let other: FrameRole | undefined;
  for (const stream of adapter.streams ?? []) {
    const role = stream.classify(body);
    if (role.role === 'data') {
      const channel = channelOf(stream, role.channel);
      if (channel !== undefined) return { role, channel, stream };
    } else if (role.role !== 'ignored') {
      other ??= role;
    }
  }
  return { role: other ?? { role: 'ignored' } };
}

/**
 * Decodes a frame by what it says about itself; a channel that is not used gives `unsupported`. `corrections` holds what
 * the frames before it have said against the list.
 */
export function decodeFrame(
  adapter: ExchangeAdapter,
  frame: Frame,
  instruments: InstrumentTable,
  corrections?: ListCorrections,
): DecodedFrame {
  const { role, channel } = roleOf(adapter, frame.body);
  if (channel !== undefined) {
    const topic = role.role === 'data' ? (role.topic ?? frame.topic) : frame.topic;
    const { rows, issues } = applyChannel(
      adapter,
      channel,
      topic === undefined ? frame : { ...frame, topic },
      instruments,
      corrections,
    );
    if (rows.length > 0 || issues.length > 0) return { observations: rows, issues };
    const message = `the frame of ${channel.id} holds nothing that Perpscope reads`;
    return { observations: [], issues: [{ code: 'unsupported', path: '', message }] };
  }
  if (role.role === 'refused') {
    const message = `${adapter.displayName} answered ${role.code}: ${role.message}`;
    return { observations: [], issues: [{ code: 'venue-rejected', path: '', message }] };
  }
  const message = `Perpscope does not use this channel of ${adapter.displayName}`;
  return { observations: [], issues: [{ code: 'unsupported', path: '', message }] };
}

/** One frame, or a recorded session: a list of `{ received, message }`, or of frames. */
interface FrameInput {
  readonly body: unknown;
  readonly receivedAtMs: number;
  readonly path?: string;
}

/**
 * Decodes a recorded stream payload: one frame or a session of them, in order. Issues name the message they are from. Rows
 * that their neighbours contradict are left out, as `decodeAnswer` does.
 */
export function decodeFrames(
  adapter: ExchangeAdapter,
  input: FrameInput,
  instruments: InstrumentTable,
): DecodedFrame {
  const { observations, issues } = readFrames(adapter, input, instruments);
  const sifted = siftRows(observations);
  return { observations: sifted.kept as readonly Observation[], issues: [...issues, ...issuesOf(sifted)] };
}

function readFrames(adapter: ExchangeAdapter, input: FrameInput, instruments: InstrumentTable): DecodedFrame {
  const { body, receivedAtMs, path = '' } = input;
  const topic = path === '' ? {} : { topic: path };
  const isList = Array.isArray(body) && body.length > 0 && roleOf(adapter, body).channel === undefined;
  if (!isList) return decodeFrame(adapter, { body, receivedAtMs, ...topic }, instruments);
  const corrections = new ListCorrections();
  const decoded = (body as readonly unknown[]).map((entry, index) => {
    const session = entry as { readonly received?: unknown; readonly message?: unknown } | null;
    const isEntry = typeof session === 'object' && session !== null && 'message' in session;
    const stated = isEntry && typeof session.received === 'number' ? session.received : Number.NaN;
    const atMs = isPossibleTime(stated) ? stated : receivedAtMs;
    const one = { body: isEntry ? session.message : entry, receivedAtMs: atMs, ...topic };
    const { observations, issues } = decodeFrame(adapter, one, instruments, corrections);
    return {
      observations,
      issues: issues.map((issue) => ({ ...issue, path: `[${index}]${issue.path && '.'}${issue.path}` })),
    };
  });
  return {
    observations: decoded.flatMap((one) => one.observations),
    issues: decoded.flatMap((one) => one.issues),
  };
}
