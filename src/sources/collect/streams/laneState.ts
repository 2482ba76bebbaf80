import type { GapCause } from '../../../core/streamGap.ts';
import type { StreamState } from './streamStatus.ts';

/** A moment by both clocks: rows get wall time, ages and waits are measured by the time that only grows. */
export interface Moment {
  readonly wallMs: number;
  readonly monoMs: number;
}

/** A gap that has ended; epoch ms. */
export interface EndedGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: GapCause;
}

export interface LaneRules {
  readonly rhythm: 'steady' | 'events';
  readonly staleAfterMs: number;
}

/** One channel on one socket: what it is known to have received, and over which connection. Never changed in place. */
export interface LaneState {
  readonly state: StreamState;
  readonly since: Moment;
  /** Ids of connections only grow; 0 is none. What belongs to no id of these two changes nothing. */
  readonly connection: number;
  /** A second connection that is to replace the first before that ends. */
  readonly successor: number;
  readonly newest: number;
  readonly subscribedAt?: Moment;
  readonly successorSubscribedAt?: Moment;
  /** Of channels of events: when other data of the same connection last came. */
  readonly aliveAt?: Moment;
  readonly successorAliveAt?: Moment;
  readonly dataAt?: Moment;
  /** Until when nothing can have been missed. */
  readonly goodUntil?: Moment;
  readonly startedAt?: Moment;
  readonly askedAt?: Moment;
  readonly replaced: number;
  /** `since`: from then on a connection that is subscribed misses nothing. */
  readonly gap?: { readonly from: Moment; readonly since: Moment; readonly cause: GapCause };
}

export type LaneEvent =
  | { readonly type: 'connecting' | 'subscribed' | 'ack' | 'pong' | 'alive'; readonly connection: number }
  | { readonly type: 'data'; readonly connection: number; readonly isValid: boolean }
  /** The successor takes over although it has no data yet: events may be far apart. */
  | { readonly type: 'succeed'; readonly connection: number }
  | { readonly type: 'refused'; readonly connection: number }
  | { readonly type: 'witness'; readonly connection: number; readonly verdict: 'stale' | 'quiet' }
  | { readonly type: 'closed'; readonly connection: number; readonly cause: GapCause }
  /** Frames were thrown away unread. */
  | { readonly type: 'lost' }
  | { readonly type: 'tick' }
  | { readonly type: 'stop' };

export type LaneEffect =
  | { readonly type: 'gap-opened' }
  | { readonly type: 'gap-ended'; readonly gap: EndedGap }
  /** Asked at most once per connection. */
  | { readonly type: 'replace-connection'; readonly connection: number }
  | { readonly type: 'ask-witness'; readonly connection: number; readonly silentSince: Moment };

export interface Step {
  readonly lane: LaneState;
  readonly effects: readonly LaneEffect[];
}

/** Steady channels speak more often than this; a longer pause of all of them proves nothing about what it held. */
const PAUSE_MS = 10_000;

/** Returns a lane before its first connection. */
export function idleLane(now: Moment): LaneState {
  return { state: 'idle', since: now, connection: 0, successor: 0, newest: 0, replaced: 0 };
}

/**
 * Returns a lane before its first connection that goes on where another process ended, which had it complete until
 * `from`: the time until its first data is a gap.
 */
export function resumedLane(from: Moment, now: Moment): LaneState {
  return { ...idleLane(now), gap: { from, since: now, cause: 'stopped' } };
}

/** Returns what an event makes of a lane, and what must be done about it. Pure; unknown connections change nothing. */
export function stepLane(lane: LaneState, event: LaneEvent, now: Moment, rules: LaneRules): Step {
  if ('connection' in event && event.type !== 'connecting') {
    const isKnown = event.connection === lane.connection || event.connection === lane.successor;
    if (!isKnown || event.connection === 0) return unchanged(lane);
  }
  switch (event.type) {
    case 'connecting':
      return connecting(lane, event.connection, now);
    case 'subscribed':
      if (event.connection === lane.successor) return unchanged({ ...lane, successorSubscribedAt: now });
      if (lane.state !== 'connecting') return unchanged(lane);
      return unchanged({ ...enter(lane, 'subscribed', now), subscribedAt: now });
    case 'ack':
    case 'pong':
      return unchanged(lane);
    case 'alive':
      return unchanged(rules.rhythm === 'events' ? alive(lane, event.connection, now) : lane);
    case 'data':
      return event.isValid ? received(lane, event.connection, now, rules) : unchanged(lane);
    case 'succeed':
      return succeeded(lane, event.connection, now);
    case 'refused':
      if (event.connection !== lane.connection || lane.state === 'live') return unchanged(lane);
      return opened(enter(lane, 'gap', now), 'refused', now);
    case 'witness':
      if (event.verdict === 'quiet' || event.connection !== lane.connection) return unchanged(lane);
      if (lane.state !== 'live' && lane.state !== 'subscribed') return unchanged(lane);
      return silent(lane, now);
    case 'closed':
      return closed(lane, event.connection, event.cause, now);
    case 'lost':
      if (lane.state !== 'live') return unchanged(lane);
      return opened(enter(lane, 'gap', now), 'overflow', now);
    case 'tick':
      return ticked(lane, now, rules);
    case 'stop': {
      const { lane: rest, effects } = ended({ ...lane, connection: 0, successor: 0 }, now);
      return { lane: enter(rest, 'idle', now), effects };
    }
  }
}

function connecting(lane: LaneState, connection: number, now: Moment): Step {
  if (connection <= lane.newest) return unchanged(lane);
  const started = { ...lane, newest: connection, startedAt: lane.startedAt ?? now };
  if (lane.connection !== 0) return unchanged({ ...started, successor: connection });
  return unchanged({ ...enter(started, 'connecting', now), connection });
}

function received(lane: LaneState, connection: number, now: Moment, rules: LaneRules): Step {
  const taken = connection === lane.successor && connection !== 0 ? takeOver(lane) : lane;
  const { subscribedAt = now, gap } = taken;
  // The first event proves that the subscription has worked since it was made, unless it failed afterwards; of a
  // steady channel it proves no more than itself.
  const isProved = rules.rhythm === 'events' && subscribedAt.monoMs >= (gap?.since ?? now).monoMs;
  const { lane: whole, effects } = ended(taken, isProved ? subscribedAt : now);
  const entered = whole.state === 'live' ? whole : enter(whole, 'live', now);
  return { lane: { ...entered, dataAt: now, goodUntil: now }, effects };
}

/** Other data of the connection shows that it works: no event was missed, or none since the subscription. */
function alive(lane: LaneState, connection: number, now: Moment): LaneState {
  const hasPaused = (before: Moment | undefined): boolean =>
    before === undefined || now.monoMs - before.monoMs > PAUSE_MS;
  if (connection === lane.successor) {
    const restarted = hasPaused(lane.successorAliveAt) ? { successorSubscribedAt: now } : {};
    return lane.successorSubscribedAt === undefined ? lane : { ...lane, ...restarted, successorAliveAt: now };
  }
  if (lane.state === 'live') return { ...lane, goodUntil: now, aliveAt: now };
  if (lane.state !== 'subscribed') return lane;
  return { ...lane, ...(hasPaused(lane.aliveAt) ? { subscribedAt: now } : {}), aliveAt: now };
}

function takeOver(lane: LaneState): LaneState {
  const { successorSubscribedAt, successorAliveAt, ...rest } = lane;
  const { dataAt: _data, askedAt: _asked, subscribedAt: _old, aliveAt: _alive, ...bare } = rest;
  const subscribed = successorSubscribedAt === undefined ? {} : { subscribedAt: successorSubscribedAt };
  const isAlive = successorAliveAt === undefined ? {} : { aliveAt: successorAliveAt };
  return { ...bare, ...subscribed, ...isAlive, connection: lane.successor, successor: 0 };
}

function succeeded(lane: LaneState, connection: number, now: Moment): Step {
  if (connection !== lane.successor || lane.successorSubscribedAt === undefined) return unchanged(lane);
  const taken = enter(takeOver(lane), 'subscribed', now);
  // Both were subscribed side by side; whether anything was missed before, the old one's other data says.
  const isGood = lane.goodUntil !== undefined && now.monoMs - lane.goodUntil.monoMs <= PAUSE_MS;
  if (isGood || lane.state === 'subscribed') return unchanged(taken);
  return opened(taken, 'silent', now, lane.successorSubscribedAt);
}

function closed(lane: LaneState, connection: number, cause: GapCause, now: Moment): Step {
  if (connection === lane.successor) {
    const { successorSubscribedAt: _subscribed, successorAliveAt: _alive, ...rest } = lane;
    return unchanged({ ...rest, successor: 0 });
  }
  const taken = takeOver(lane);
  const isSubscribed = taken.subscribedAt !== undefined;
  const state = taken.connection === 0 ? 'gap' : isSubscribed ? 'subscribed' : 'connecting';
  return opened(enter(taken, state, now), cause, now, taken.subscribedAt);
}

function ticked(lane: LaneState, now: Moment, { rhythm, staleAfterMs }: LaneRules): Step {
  // Refused, or cut off by an overflow, on a connection that stands: tried again on another one.
  if (lane.state === 'gap' && lane.connection !== 0 && now.monoMs - lane.since.monoMs > staleAfterMs)
    return silent(lane, now);
  if (lane.state !== 'live' && lane.state !== 'subscribed') return unchanged(lane);
  const silentSince = lane.dataAt ?? lane.subscribedAt ?? lane.since;
  const since = Math.max(silentSince.monoMs, rhythm === 'events' ? (lane.askedAt?.monoMs ?? 0) : 0);
  if (now.monoMs - since <= staleAfterMs) return unchanged(lane);
  if (rhythm === 'steady') return silent(lane, now);
  const { connection } = lane;
  return { lane: { ...lane, askedAt: now }, effects: [{ type: 'ask-witness', connection, silentSince }] };
}

/** Data is overdue: the time since the last of it is a gap, and another connection is needed. */
function silent(lane: LaneState, now: Moment): Step {
  const doubted = lane.dataAt === undefined ? lane : { ...lane, goodUntil: lane.dataAt };
  const { lane: next, effects } = opened(enter(doubted, 'stale', now), 'silent', now);
  const { connection } = next;
  if (next.replaced === connection) return { lane: next, effects };
  return {
    lane: { ...next, replaced: connection },
    effects: [...effects, { type: 'replace-connection', connection }],
  };
}

function opened(lane: LaneState, cause: GapCause, now: Moment, since = now): Step {
  // What fails within a gap makes it longer.
  if (lane.gap !== undefined) return unchanged({ ...lane, gap: { ...lane.gap, since } });
  const from = lane.goodUntil ?? lane.startedAt ?? now;
  return { lane: { ...lane, gap: { from, since, cause } }, effects: [{ type: 'gap-opened' }] };
}

function ended(lane: LaneState, end: Moment): Step {
  const { gap, ...rest } = lane;
  if (gap === undefined) return unchanged(lane);
  // A successor that was subscribed before the last good moment missed nothing.
  const to = end.monoMs < gap.from.monoMs ? gap.from : end;
  // Where the clock was set back meanwhile, the length is kept and the end counts.
  const lengthMs = Math.max(0, to.monoMs - gap.from.monoMs);
  const toMs = to.wallMs;
  const fromMs = gap.from.wallMs <= toMs ? gap.from.wallMs : toMs - lengthMs;
  return { lane: rest, effects: [{ type: 'gap-ended', gap: { fromMs, toMs, cause: gap.cause } }] };
}

function enter(lane: LaneState, state: StreamState, now: Moment): LaneState {
  return lane.state === state ? lane : { ...lane, state, since: now };
}

function unchanged(lane: LaneState): Step {
  return { lane, effects: [] };
}
