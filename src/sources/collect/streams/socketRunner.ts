import type { GapCause } from '../../../core/streamGap.ts';
import { SECOND_MS } from '../../../core/units.ts';
import { classified } from '../../exchanges/decodeFrame.ts';
import { parseFrame } from '../../transport/frameText.ts';
import { isTooOld, keepAlive, messageText, type Connection, type ConnectionEnd } from './connection.ts';
import { Dialer } from './dialer.ts';
import type { SocketFrames } from './frameQueue.ts';
import type { Followed, Lane } from './lane.ts';
import type { LaneEffect, LaneEvent, Moment } from './laneState.ts';
import type { RunnerDeps, RunnerOptions } from './runnerDeps.ts';
import type { StreamStatus } from './streamStatus.ts';
import { ThrottledLog } from './throttledLog.ts';

/** Data for so long shows that the exchange is well. */
const WELL_AFTER_MS = 30 * SECOND_MS;
/**
 * Old and new connection run side by side so long at least, for each topic has its own subscription and the data of
 * one says nothing about another; and no longer than that.
 */
const LEAST_OVERLAP_MS = 5 * SECOND_MS;
const OVERLAP_MS = 15 * SECOND_MS;

/** Keeps one socket of an exchange connected and subscribed, and reads what it says. `tick` must be called each second. */
export class SocketRunner {
  readonly options: RunnerOptions;
  readonly #deps: RunnerDeps;
  readonly #log: ThrottledLog;
  readonly #dialer: Dialer;
  readonly #host: string;
  readonly #frames: SocketFrames;
  readonly #connections = new Map<number, Connection>();
  readonly #stopped = new AbortController();
  #followed: Followed;
  #isDialing = false;
  /** A successor is wanted: its topics are others, or the exchange announced its end. */
  #isWanted = false;
  #newest = 0;
  #isSimulated: boolean | undefined;
  /** When a frame was last thrown away, and whether its place in the queue is marked. */
  #lostMonoMs = Number.NEGATIVE_INFINITY;
  #isLossMarked = false;

  constructor(options: RunnerOptions, deps: RunnerDeps) {
    this.options = options;
    this.#deps = deps;
    this.#followed = options.followed;
    this.#log = new ThrottledLog(deps.logger, deps.clock);
    this.#frames = deps.frames.open();
    this.#host = URL.parse(options.url)?.host ?? options.url;
    this.#dialer = new Dialer(deps, this.#host, this.#stopped.signal);
  }

  start(): void {
    this.#dial();
  }

  /** Other instruments: rows are kept for these from now on; with other topics a new connection takes over. */
  follow(followed: Followed, topicsOf: (lane: Lane) => readonly string[]): void {
    this.#followed = followed;
    let isOther = false;
    for (const lane of this.options.lanes) {
      const topics = topicsOf(lane);
      if (topics.join(' ') === lane.topics.join(' ')) continue;
      lane.setTopics(topics);
      isOther = true;
    }
    this.#isWanted ||= isOther && this.#connections.size > 0;
    if (isOther) this.#dial();
  }

  get followed(): Followed {
    return this.#followed;
  }

  /** Looks at everything that depends on time. */
  tick(now: Moment): void {
    for (const connection of [...this.#connections.values()]) {
      if (connection.openedAt === undefined || connection.isOver) continue;
      keepAlive(connection, this.options.spec, now.monoMs);
      if (now.monoMs - connection.heardAtMonoMs > this.options.spec.deadAfterMs)
        this.#end(connection, 'silent');
      else if (isTooOld(connection, this.options.spec, now.monoMs)) this.#dial();
      // Pongs prove nothing where there are channels that should speak.
      const hasSteady = this.options.lanes.some(
        (lane) => lane.channel.rhythm === 'steady' && lane.topics.length > 0,
      );
      const provedMs = hasSteady ? connection.lastDataMonoMs : connection.heardAtMonoMs;
      if (provedMs !== undefined && provedMs >= now.monoMs - 2 * SECOND_MS)
        this.#toLanes({ type: 'alive', connection: connection.id }, now);
      this.#restIfWell(connection, now);
    }
    this.#toLanes({ type: 'tick' }, now);
    this.#settleSuccession(now);
    const exchangeMs = this.#deps.exchangeTime(now.wallMs);
    for (const lane of this.options.lanes) {
      const hours = lane.liquidationHours(this.#followed, now, exchangeMs);
      if (hours.length > 0) this.#deps.onRows(hours, this.#isSimulated === true, lane);
    }
    // The successor that was wanted may have failed.
    const isOverdue = this.options.lanes.some((lane) => lane.state.state === 'stale');
    if (this.#connections.size === 0 || this.#isWanted || isOverdue) this.#dial();
  }

  /** The machine slept or its clock was set: what is open may be dead without knowing it. */
  wake(): void {
    for (const connection of [...this.#connections.values()]) this.#end(connection, 'clock');
    this.#dialer.wake();
  }

  /** Ends all connections; gaps that are open end now. */
  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort(new Error('the streams were stopped'));
    for (const connection of this.#connections.values()) {
      connection.isOver = true;
      connection.socket.close();
      connection.settled();
    }
    this.#connections.clear();
    this.#toLanes({ type: 'stop' }, this.#now());
  }

  status(now: Moment): StreamStatus[] {
    const { exchange, spec, lanes } = this.options;
    const { nextAttemptAtMs } = this.#dialer;
    return lanes
      .filter((lane) => lane.topics.length > 0)
      .map((lane) => ({
        ...lane.status(now),
        exchange,
        socket: spec.id,
        reconnects: Math.max(0, this.#newest - 1),
        ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
        ...(this.#isSimulated === undefined ? {} : { isSimulated: this.#isSimulated }),
      }));
  }

  /** Prepares one more connection: the first, the next, or a successor. Only one is prepared at a time. */
  #dial(): void {
    if (this.#isDialing || this.#connections.size > 1 || this.#stopped.signal.aborted) return;
    this.#isDialing = true;
    this.#dialer
      .turn()
      .then((isTurn) => {
        this.#isDialing = false;
        if (isTurn) this.#open();
      })
      .catch((error: unknown) => {
        this.#isDialing = false;
        if (!this.#stopped.signal.aborted) this.#log.warn(`${this.options.spec.id}: ${String(error)}`);
      });
  }

  #open(): void {
    if (this.#stopped.signal.aborted) return;
    const { client, clock, pacer } = this.#deps;
    const { exchange, spec, url } = this.options;
    const now = this.#now();
    const id = (this.#newest += 1);
    const settled = pacer.connecting(this.#host);
    const isLate = (): boolean => this.#connections.get(id)?.isOver !== false;
    const socket = client.connect(
      {
        exchange,
        url,
        ...(spec.packing === undefined ? {} : { packing: spec.packing }),
        ...(spec.messages === undefined ? {} : { messages: spec.messages }),
      },
      {
        onOpen: ({ isSimulated }) => {
          settled();
          if (!isLate()) this.#onOpen(connection, isSimulated);
        },
        onMessage: (text, receivedAtMs) => {
          if (isLate()) return;
          const at: Moment = { wallMs: receivedAtMs, monoMs: clock.monotonicMs() };
          connection.heardAtMonoMs = at.monoMs;
          connection.hasPinged = false;
          const isQueued = this.#frames.push(text?.length ?? 0, () => this.#onFrame(connection, text, at));
          if (!isQueued) this.#onOverflow();
        },
        onSignOfLife: () => {
          connection.heardAtMonoMs = clock.monotonicMs();
          connection.hasPinged = false;
        },
        onClose: (end) => {
          settled();
          if (isLate()) return;
          connection.isOver = true;
          this.#frames.mark(() => this.#onEnd(connection, end));
        },
      },
    );
    const connection: Connection = {
      id, socket, settled, startedAt: now, openedAt: undefined, heardAtMonoMs: now.monoMs, beatAtMonoMs: now.monoMs,
      firstDataMonoMs: undefined, lastDataMonoMs: undefined, hasPinged: false, sendingMs: 0, isSimulated: false, isOver: false,
    }; // prettier-ignore
    this.#connections.set(id, connection);
    this.#toLanes({ type: 'connecting', connection: id }, now);
  }

  #onOpen(connection: Connection, isSimulated: boolean): void {
    const now = this.#now();
    const { spec, lanes } = this.options;
    connection.openedAt = now;
    connection.isSimulated = isSimulated;
    connection.heardAtMonoMs = now.monoMs;
    connection.beatAtMonoMs = now.monoMs;
    // Simulated and live data are never summed into one row.
    if (this.#isSimulated !== undefined && this.#isSimulated !== isSimulated)
      for (const other of this.#connections.values()) if (other !== connection) this.#end(other, 'replaced');
    this.#isSimulated = isSimulated;
    const topics = [...new Set(lanes.flatMap((lane) => lane.topics))];
    const messages = spec.subscribe(topics);
    const { weight = messages.length + 1, windowMs = 0 } = spec.messages ?? {};
    connection.sendingMs = Math.floor(messages.length / Math.max(1, weight)) * windowMs;
    for (const message of messages) connection.socket.send(messageText(message));
    this.#toLanes({ type: 'subscribed', connection: connection.id }, now);
  }

  #onFrame(connection: Connection, text: string | undefined, at: Moment): void {
    if (this.#stopped.signal.aborted) return;
    const { spec, lanes } = this.options;
    const frame = text === undefined ? undefined : parseFrame(text);
    if (frame === undefined) return lanes[0]?.countUnreadable();
    const role = classified(spec, frame);
    switch (role.role) {
      case 'data': {
        const lane = lanes.find((one) => one.channel.id === role.channel);
        if (lane === undefined || lane.topics.length === 0) return;
        return this.#onData(connection, lane, frame, role.topic, at);
      }
      case 'ping':
        if (!connection.isOver) connection.socket.send(messageText(role.reply));
        return;
      case 'ack':
      case 'pong':
        return this.#toLanes({ type: role.role, connection: connection.id }, at);
      case 'refused':
        return this.#onRefusal(connection, `${role.code} ${role.message}`, at);
      case 'closing':
        this.#log.warn(`${spec.id}: the exchange announces its end: ${role.message}`);
        this.#isWanted = true;
        return this.#dial();
      case 'ignored':
        return;
    }
  }

  #onData(connection: Connection, lane: Lane, body: unknown, topic: string | undefined, at: Moment): void {
    const frame = { body, receivedAtMs: at.wallMs, ...(topic === undefined ? {} : { topic }) };
    const { rows, isValid } = lane.read(frame, this.#followed, at.monoMs);
    if (isValid) {
      connection.firstDataMonoMs ??= at.monoMs;
      connection.lastDataMonoMs = at.monoMs;
    }
    // Frames around it were thrown away: sums begin anew after the last of those.
    const isLossy = at.monoMs <= this.#lostMonoMs;
    this.#toLane(lane, isLossy ? { type: 'lost' } : { type: 'data', connection: connection.id, isValid }, at);
    if (rows.length > 0) this.#deps.onRows(rows, connection.isSimulated, lane);
    if (isValid && this.#connections.size > 1) this.#settleSuccession(at);
  }

  #onRefusal(connection: Connection, said: string, at: Moment): void {
    for (const lane of this.options.lanes) {
      if (lane.state.state === 'live') continue;
      lane.lastError = `refused: ${said}`;
      this.#toLane(lane, { type: 'refused', connection: connection.id }, at);
    }
    this.#log.warn(`${this.options.spec.id}: the exchange refused a subscription: ${said}`);
  }

  #onOverflow(): void {
    const now = this.#now();
    this.#lostMonoMs = now.monoMs;
    for (const lane of this.options.lanes) lane.overflow += 1;
    this.#log.warn(`${this.options.spec.id}: more frames come than can be read; some were dropped`);
    if (this.#isLossMarked) return;
    // In its turn: what waits before it is whole.
    this.#isLossMarked = true;
    this.#frames.mark(() => {
      this.#isLossMarked = false;
      if (!this.#stopped.signal.aborted) this.#toLanes({ type: 'lost' }, now);
    });
  }

  /** Ends a connection ourselves. What it delivered before is still read first. */
  #end(connection: Connection, why: ConnectionEnd): void {
    if (connection.isOver) return;
    connection.isOver = true;
    connection.socket.close();
    connection.settled();
    this.#frames.mark(() => this.#onEnd(connection, why));
  }

  #onEnd(connection: Connection, end: ConnectionEnd): void {
    if (this.#stopped.signal.aborted || !this.#connections.delete(connection.id)) return;
    const { clock, gate } = this.#deps;
    const isOurs = typeof end === 'string';
    let cause: GapCause = end === 'silent' || end === 'clock' ? end : 'closed';
    if (!isOurs) {
      for (const lane of this.options.lanes) lane.lastError = end.error.message;
      this.#log.warn(end.error.message);
      if (end.pauseMs !== undefined) {
        cause = 'paused';
        gate.pause(clock.nowMs() + end.pauseMs, end.error);
      }
      if (end.isFlood === true) cause = 'overflow';
    } else if (end === 'silent') {
      this.#log.warn(`${this.options.spec.id}: nothing was heard for too long, it is connected again`);
    }
    this.#toLanes({ type: 'closed', connection: connection.id, cause }, this.#now());
    if (this.#connections.size === 0) this.#dial();
  }

  /** Lets the old connection go once the new one has taken over, or has had its time. */
  #settleSuccession(now: Moment): void {
    if (this.#connections.size < 2) return;
    const [old, successor] = [...this.#connections.values()];
    if (old === undefined || successor?.openedAt === undefined || successor.isOver || old.isOver) return;
    const active = this.options.lanes.filter((lane) => lane.topics.length > 0);
    const waiting = active.filter((lane) => lane.state.connection !== successor.id);
    const isReady =
      waiting.length < active.length &&
      waiting.every((lane) => lane.channel.rhythm === 'events' || lane.state.state !== 'live');
    const togetherMs = now.monoMs - successor.openedAt.monoMs - successor.sendingMs;
    if (togetherMs < (isReady ? LEAST_OVERLAP_MS : OVERLAP_MS)) return;
    for (const lane of waiting)
      if (lane.channel.rhythm === 'events')
        this.#toLane(lane, { type: 'succeed', connection: successor.id }, now);
    this.#isWanted = false;
    this.#end(old, 'replaced');
  }

  #restIfWell({ firstDataMonoMs, lastDataMonoMs }: Connection, now: Moment): void {
    if (firstDataMonoMs === undefined || lastDataMonoMs === undefined) return;
    const isRecent = now.monoMs - lastDataMonoMs < WELL_AFTER_MS;
    if (isRecent && now.monoMs - firstDataMonoMs >= WELL_AFTER_MS) this.#dialer.reset();
  }

  #toLanes(event: LaneEvent, now: Moment): void {
    for (const lane of this.options.lanes) if (lane.topics.length > 0) this.#toLane(lane, event, now);
  }

  #toLane(lane: Lane, event: LaneEvent, now: Moment): void {
    for (const effect of lane.handle(event, now)) this.#do(lane, effect);
  }

  #do(lane: Lane, effect: LaneEffect): void {
    switch (effect.type) {
      case 'gap-opened':
        return;
      case 'gap-ended':
        // Without a connection ever it is not known whose gap it is, and there was nothing to have a gap in.
        if (this.#isSimulated !== undefined && effect.gap.toMs > effect.gap.fromMs)
          this.#deps.onGap(lane, effect.gap, this.#isSimulated);
        return;
      case 'replace-connection':
        lane.lastError = 'data is overdue';
        this.#log.warn(`${lane.channel.id}: data is overdue, it is connected again`);
        return this.#dial();
      case 'ask-witness':
        return this.#ask(lane, effect.connection, effect.silentSince);
    }
  }

  #ask(lane: Lane, connection: number, since: Moment): void {
    const others = this.options.lanes.filter(
      (one) => one.channel.rhythm === 'steady' && one.topics.length > 0,
    );
    const hasData = others.some(
      (one) => (one.state.dataAt?.monoMs ?? Number.NEGATIVE_INFINITY) > since.monoMs,
    );
    this.#deps.askWitness(lane, since, others.length === 0 ? undefined : hasData).then(
      (verdict) => {
        if (this.#stopped.signal.aborted) return;
        this.#toLane(lane, { type: 'witness', connection, verdict }, this.#now());
      },
      (error: unknown) => this.#log.warn(`${lane.channel.id}: its witness failed: ${String(error)}`),
    );
  }

  #now(): Moment {
    return { wallMs: this.#deps.clock.nowMs(), monoMs: this.#deps.clock.monotonicMs() };
  }
}
