import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { PerpscopeError } from '../../core/errors.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { durationText, fault, type Where } from './faults.ts';
import { type AnswerBounds, SMALL_ANSWER } from '../../core/answerBounds.ts';
import { BodyRoom, SHARED_ROOM_BYTES } from './bodyRoom.ts';
import { type BootTime, machineBootTime } from './bootTime.ts';
import { headerText, reportedUse, retryAfter, serverDate } from './headers.ts';
import { type Host, HostTable, type TransportState } from './hosts.ts';
import { parseJson } from './json.ts';
import { capped, type Pause, pauseAfter, shortenedText } from './pauseLength.ts';
import { pauseInWords } from './pauseWords.ts';
import { createRoutes, type Environment, type ProxySettings } from './proxy.ts';
import { jointPermit, type Permit, type RateWindow } from './rateLimiter.ts';
import { retryDelayMs } from './retry.ts';
import { type RawAnswer, roundTrip } from './roundTrip.ts';
import { SharedPauses } from './sharedPauses.ts';
import { NOT_SERVED, saysOveruse, statusError, type StatusKind, statusKind } from './statusPolicy.ts';
import { originOf, targetUrl } from './targets.ts';

export interface HttpRequest {
  readonly exchange: string;
  /** `https://host[:port][/prefix]`; `path` is joined to it. */
  readonly baseUrl: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent besides the client's own, for example a key. Never part of a message. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the answer is read: JSON unless stated; `bytes` as a Uint8Array. */
  readonly format?: 'text' | 'bytes';
  /** How large the answer may be; `SMALL_ANSWER` unless stated. */
  readonly bounds?: AnswerBounds;
  /** Cost in the exchange's own weight units, and what it allows per window, for its address. */
  readonly weight: number;
  readonly limits: readonly RateWindow[];
  /** A limit of this endpoint alone, or of those that name the same scope. */
  readonly scope?: {
    readonly name: string;
    readonly limits: readonly RateWindow[];
    readonly weight?: number;
  };
  /** True for a POST that only reads, which may then be repeated like a GET. */
  readonly isReadOnly?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Length of the body as it was received. */
  readonly bytes: number;
  /** Epoch ms at which the last byte had come. */
  readonly receivedAtMs: number;
  /** From sending the attempt that succeeded to its last byte. */
  readonly latencyMs: number;
  /** When the server says that it answered, whole seconds; absent where it does not say or a cache answered. */
  readonly serverDateMs?: number;
  /** The answer says that the simulator made it. */
  readonly isSimulated: boolean;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** For the whole call: waiting in the queue, attempts and the waits between them. */
  readonly timeoutMs?: number;
}

export interface HttpClient {
  /**
   * Resolves with the answer (JSON unless the request says text) of any status below 400. Rejects with a PerpscopeError: `rate-limited` (at once
   * while the host is closed), `geo-blocked`, `http-status`, `network`, `timeout`, `decode`, `config`, `aborted`. An
   * error of the exchange's own is in `cause.body`.
   */
  send(request: HttpRequest, options?: SendOptions): Promise<HttpAnswer>;
  /** Epoch ms before which nothing is sent to the host; undefined while it is open. */
  nextAttemptAtMs(exchange: string, baseUrl: string): number | undefined;
  /** Weight used at a host within the last `windowMs`, as counted here or reported by the exchange, whichever is more. */
  usedWeight(exchange: string, baseUrl: string, windowMs: number): number;
  /** Sends nothing to the host until then, for it answered `status` elsewhere. Never shortens a pause. */
  pause(exchange: string, baseUrl: string, untilMs: number, status?: number): void;
  /** Fails what is under way with `aborted` and ends all connections. */
  close(): Promise<void>;
}

/** An HttpClient whose pauses and used budgets outlive the process. */
export interface ResumableHttpClient extends HttpClient {
  /** Plain data for JSON. */
  snapshot(): TransportState;
  /** Takes over an earlier snapshot; ignores what is not one. */
  restore(state: unknown): void;
}

export interface HttpClientOptions {
  readonly clock?: Clock;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
  readonly proxy?: ProxySettings;
  /** Where proxies are looked up; the process's environment by default. */
  readonly env?: Environment;
  /** A file in which pauses are shared with other windows and kept over restarts. */
  readonly pausesFile?: string;
  /** The time since the machine's start; of the machine itself where its own clock is used. */
  readonly boot?: BootTime;
  readonly connectionsPerHost?: number;
  readonly connectTimeoutMs?: number;
  readonly attemptTimeoutMs?: number;
  readonly callTimeoutMs?: number;
  readonly userAgent?: string;
  /** How names become addresses; the system's way unless stated. */
  readonly lookup?: LookupFunction;
  /** Hosts of this machine that are reached by a pipe, by name. */
  readonly pipes?: ReadonlyMap<string, string>;
  /** Takes keys out of what an answer says, before any of it is shortened for a message. */
  readonly redact?: (text: string) => string;
}

const EARLY_MS = 20;
/** A refusal in words is shorter; nothing longer is searched for one. */
const MAX_REFUSAL_BYTES = 1_024;
/** So much of a refusal is searched for what it means. */
const SAID_BYTES = 20_000;
/** So much of it may become part of a message, which is shortened further. */
const SHOWN_CHARACTERS = 2_000;
/** The most that an exchange is asked about one asset, OKX's 28 requests, leaves in one round trip. */
const CONNECTIONS_PER_HOST = 32;

interface Call {
  readonly request: HttpRequest;
  readonly where: Where;
  readonly url: URL;
  readonly host: Host;
  readonly deadline: Deadline;
  isQueued: boolean;
}

/** Returns a client. It opens nothing before the first `send`; close it. */
export function createHttpClient(options: HttpClientOptions = {}): ResumableHttpClient {
  const {
    clock = systemClock,
    random = Math.random,
    connectionsPerHost = CONNECTIONS_PER_HOST,
    attemptTimeoutMs = 10_000,
    callTimeoutMs = 15_000,
    userAgent = 'perpscope',
    redact = (text) => text,
  } = options;
  const routes = createRoutes({
    settings: options.proxy ?? {},
    env: options.env ?? process.env,
    connectionsPerHost,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    ...(options.pipes === undefined ? {} : { pipes: options.pipes }),
  });
  const hosts = new HostTable(clock, { maxConcurrent: connectionsPerHost });
  const boot = options.boot ?? (clock === systemClock ? machineBootTime() : undefined);
  const shared =
    options.pausesFile === undefined ? undefined : new SharedPauses(options.pausesFile, hosts, clock, boot);
  const sharedRoom = new BodyRoom(SHARED_ROOM_BYTES);
  const closing = new AbortController();

  const limited = ({ where, host }: Call): PerpscopeError => {
    const retryAfterMs = Math.ceil(host.gate.remainingMs);
    const what = `left alone for ${durationText(retryAfterMs)} more (${host.gate.reason})`;
    // Refused for the region: that is no matter of waiting.
    if (host.gate.isGeoBlocked)
      return fault('geo-blocked', where, what, NOT_SERVED, { status: 451, retryAfterMs });
    return fault('rate-limited', where, what, 'wait, nothing was sent', { retryAfterMs });
  };

  const spent = ({ where }: Call, waitMs: number): PerpscopeError => {
    const what = `the request budget of this address is spent for ${durationText(waitMs)}`;
    return fault('rate-limited', where, what, 'ask for less at once', { retryAfterMs: Math.ceil(waitMs) });
  };

  const expired = (call: Call, timeoutMs: number): PerpscopeError => {
    const { where, host, request } = call;
    const { scope } = request;
    const waits = [host.limiter.waitMs(request.weight, request.limits)];
    if (scope !== undefined)
      waits.push(hosts.scope(host, scope.name).waitMs(scope.weight ?? 1, scope.limits));
    const waitMs = call.isQueued ? Math.max(...waits) : 0;
    if (waitMs > 0 && Number.isFinite(waitMs)) return spent(call, waitMs);
    const what = `no answer within ${durationText(timeoutMs)}${call.isQueued ? ', still queued' : ''}`;
    return fault('timeout', where, what, 'check the network or proxy', { retryable: true });
  };

  const onHeaders = (call: Call, permit: Permit, status: number, headers: IncomingHttpHeaders): void => {
    permit.answered();
    for (const [windowMs, weight] of reportedUse(headers))
      call.host.limiter.raise(weight, windowMs, call.request.limits);
    // Closed before the body has come: others must not leave meanwhile.
    if (status >= 400) closeFor(call, statusKind(call.request.exchange, status, ''), status, headers);
  };

  /** Leaves the host alone for as long as an answer of 400 and above wants it; returns how long that is. */
  const closeFor = (
    { host, request }: Call,
    kind: StatusKind,
    status: number,
    headers: IncomingHttpHeaders,
    text = '',
  ): Pause | undefined => {
    // Who sends a key is refused for the key's sake, and the next key may be a better one.
    if (status === 403 && request.headers !== undefined && kind === 'http-status') return undefined;
    const nowMs = clock.nowMs();
    const isGeoBlocked = kind === 'geo-blocked';
    const asked = {
      headerMs: retryAfter(headers, nowMs),
      wordsMs: pauseInWords(text, headerText(headers, 'date'), nowMs),
    };
    const pause = pauseAfter({ status: isGeoBlocked ? 451 : status, ...asked }, request.limits);
    if (pause === undefined) return undefined;
    hosts.close(host, pause.ms, `HTTP ${status}${shortenedText(pause)}`, isGeoBlocked);
    shared?.publish();
    return pause;
  };

  const read = (call: Call, raw: RawAnswer, startedAtMs: number): HttpAnswer => {
    const { where, request, host } = call;
    const { status, headers } = raw;
    const { maxValues } = request.bounds ?? SMALL_ANSWER;
    const parsed =
      request.format !== undefined && status < 300
        ? { value: request.format === 'text' ? raw.body.toString('utf8') : raw.body }
        : parseJson(raw.body, maxValues, redact);
    if (status >= 400 || (status >= 300 && 'problem' in parsed)) {
      const said = raw.body.toString('utf8', 0, SAID_BYTES);
      const kind = statusKind(request.exchange, status, said);
      const text = redact(said.slice(0, SHOWN_CHARACTERS));
      const body = 'value' in parsed ? parsed.value : text;
      const pause = status < 400 ? undefined : closeFor(call, kind, status, headers, said);
      throw statusError(where, kind, { status, text, body, pause });
    }
    if ('problem' in parsed) {
      if (parsed.isTooLarge === true) hosts.sentTooMuch(host);
      throw fault('decode', where, parsed.problem, 'a proxy or login page may be in the way', { status });
    }
    hosts.answered(host);
    // Some exchanges put their bans into an answer that looks like any other.
    const bannedMs =
      raw.body.length > MAX_REFUSAL_BYTES ? undefined : bannedFor(raw.body.toString('utf8'), headers);
    if (bannedMs !== undefined) closeAs(host, bannedMs, `HTTP ${status}`);
    const dateMs = serverDate(headers);
    return {
      status,
      body: parsed.value,
      bytes: raw.body.length,
      receivedAtMs: clock.nowMs(),
      latencyMs: clock.monotonicMs() - startedAtMs,
      ...(dateMs === undefined ? {} : { serverDateMs: dateMs }),
      isSimulated: headerText(headers, 'x-perpscope-simulated') === '1',
    };
  };

  const bannedFor = (text: string, headers: IncomingHttpHeaders): number | undefined =>
    saysOveruse(text) ? pauseInWords(text, headerText(headers, 'date'), clock.nowMs()) : undefined;

  const closeAs = (host: Host, ms: number, reason: string, isGeoBlocked = false): void => {
    const pause = capped(ms);
    hosts.close(host, pause.ms, `${reason}${shortenedText(pause)}`, isGeoBlocked);
    shared?.publish();
  };

  /** The right to send under the limits of the scope, where the request names one, and of the host. */
  const acquire = async (call: Call): Promise<Permit> => {
    const { request, host, deadline } = call;
    const { scope, weight, limits } = request;
    const { signal, remainingMs } = deadline;
    const patience = { signal, remainingMs, tooLong: (waitMs: number) => spent(call, waitMs) };
    if (scope === undefined) return host.limiter.acquire(weight, limits, patience);
    // The narrower limit first, always: who waits for it must not hold a place among the host's requests.
    const narrow = await hosts.scope(host, scope.name).acquire(scope.weight ?? 1, scope.limits, patience);
    const wide = await host.limiter.acquire(weight, limits, patience).catch((error: unknown) => {
      narrow.cancel();
      throw error;
    });
    return jointPermit([wide, narrow]);
  };

  const attempt = async (call: Call): Promise<HttpAnswer> => {
    const { request, host, where, url } = call;
    shared?.sync();
    if (host.gate.isClosed) throw limited(call);
    const { dispatcher, proxy } = routes.routeTo(url);
    call.isQueued = true;
    const permit = await acquire(call).catch((error: unknown) => {
      throw host.gate.isClosed && !call.deadline.signal.aborted ? limited(call) : error;
    });
    call.isQueued = false;
    const startedAtMs = clock.monotonicMs();
    let refused: { status: number; headers: IncomingHttpHeaders } | undefined;
    const single = startDeadline(clock, attemptTimeoutMs, () => expired(call, attemptTimeoutMs), [
      { signal: call.deadline.signal, toReason: (reason) => reason },
    ]);
    try {
      const raw = await roundTrip({
        dispatcher,
        where,
        url,
        method: request.method,
        userAgent,
        limits: {
          maxBytes: (request.bounds ?? SMALL_ANSWER).maxBytes,
          rooms: { host: host.room, shared: sharedRoom },
        },
        signal: single.signal,
        onTooLarge: () => hosts.sentTooMuch(host),
        mayLeave: () => (host.gate.isClosed ? limited(call) : undefined),
        onHeaders: (status, headers) => {
          if (status >= 400) refused = { status, headers };
          onHeaders(call, permit, status, headers);
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.format === undefined
          ? {}
          : { accept: request.format === 'text' ? 'text/csv, text/plain' : '*/*' }),
        ...(proxy === undefined ? {} : { proxy }),
      });
      return read(call, raw, startedAtMs);
    } catch (error) {
      // The status is known although the body never came: it says more than the broken connection.
      if (refused !== undefined && !call.deadline.signal.aborted && !(error as PerpscopeError).status)
        read(call, { ...refused, body: Buffer.alloc(0) }, startedAtMs);
      throw error;
    } finally {
      single.dispose();
      permit.release();
    }
  };

  return {
    async send(request, { signal, timeoutMs = callTimeoutMs } = {}) {
      const origin = originOf(request.exchange, request.baseUrl);
      const url = targetUrl(request);
      const where = {
        exchange: request.exchange,
        endpoint: `${request.method} ${request.path}`,
        host: url.host,
      };
      const cancelled = (cause: unknown): PerpscopeError =>
        fault('aborted', where, 'the call was cancelled', 'ask again', { cause });
      const deadline = startDeadline(clock, timeoutMs, () => expired(call, timeoutMs), [
        { signal: closing.signal, toReason: cancelled },
        { signal, toReason: cancelled },
      ]);
      const call: Call = {
        request,
        where,
        url,
        host: hosts.open(request.exchange, origin),
        deadline,
        isQueued: false,
      };
      const isReadOnly = request.method === 'GET' || request.isReadOnly === true;
      try {
        for (let retries = 0; ; retries++) {
          try {
            deadline.signal.throwIfAborted();
            return await attempt(call);
          } catch (error) {
            const delayMs = retryDelayMs({ error, retries, isReadOnly }, random);
            if (delayMs === undefined || delayMs >= deadline.remainingMs()) throw error;
            await clock.sleep(delayMs, deadline.signal);
            // Timers may be a moment early, and before its pause is over nothing leaves for a host.
            if (call.host.gate.isClosed && call.host.gate.remainingMs < EARLY_MS)
              await clock.sleep(EARLY_MS, deadline.signal);
          }
        }
      } finally {
        deadline.dispose();
      }
    },
    nextAttemptAtMs(exchange, baseUrl) {
      shared?.sync();
      return hosts.find(exchange, originOf(exchange, baseUrl))?.gate.opensAtWallMs;
    },
    usedWeight: (exchange, baseUrl, windowMs) =>
      hosts.find(exchange, originOf(exchange, baseUrl))?.limiter.usedWithin(windowMs) ?? 0,
    pause(exchange, baseUrl, untilMs, status) {
      const host = hosts.open(exchange, originOf(exchange, baseUrl));
      const reason = status === undefined ? 'asked by the exchange' : `HTTP ${status}`;
      closeAs(host, untilMs - clock.nowMs(), reason, status === 451);
    },
    snapshot: () => hosts.snapshot(),
    restore: (state) => hosts.restore(state),
    async close() {
      closing.abort(new Error('the HTTP client is closed'));
      await routes.close();
    },
  };
}
