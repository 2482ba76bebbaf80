import type { Clock } from '../../core/clock.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { MINUTE_MS } from '../../core/units.ts';
import { shortText } from './faults.ts';
import { BodyRoom, HOST_ROOM_BYTES } from './bodyRoom.ts';
import { HostGate } from './hostGate.ts';
import { LONGEST_PAUSE_MS } from './pauseLength.ts';
import { type LimiterOptions, type Use, WindowLimiter } from './rateLimiter.ts';

/** What a restart, or another window, must know about one host. Times are epoch ms. */
export interface HostState {
  readonly exchange: string;
  readonly origin: string;
  readonly closedUntilMs?: number;
  readonly reason?: string;
  readonly isGeoBlocked?: true;
  readonly used: readonly { readonly atMs: number; readonly weight: number }[];
  /** The same of limits that endpoints have besides their host's, by name. */
  readonly scopes?: readonly ScopeState[];
}

interface ScopeState {
  readonly name: string;
  readonly used: HostState['used'];
}

/** Plain data, safe to store as JSON. */
export interface TransportState {
  readonly version: 1;
  readonly savedAtMs: number;
  readonly hosts: readonly HostState[];
}

/** One host as one exchange uses it: whether it may be asked, and how much is left of its budget. */
export interface Host {
  readonly exchange: string;
  readonly origin: string;
  readonly gate: HostGate;
  readonly limiter: WindowLimiter;
  /** Limits of single endpoints or groups of them, by name; made at first use. */
  readonly scopes: Map<string, WindowLimiter>;
  /** What its larger bodies may fill at once. */
  readonly room: BodyRoom;
  /** Answers that were given up for their size since the last good one. */
  tooLargeInARow: number;
}

/** Far more than there are exchanges; beyond it a host without use or pause is forgotten. */
const MAX_HOSTS = 256;
const MAX_USED = 10_000;
/** Each costs memory and time; so many in a row are no accident. */
const MAX_TOO_LARGE = 3;
const TOO_LARGE_PAUSE_MS = MINUTE_MS;
/** Far more than an exchange has endpoints. */
const MAX_SCOPES = 64;

/** The hosts in use, each with its own gate and limiter, so that none waits for another. */
export class HostTable {
  readonly #clock: Clock;
  readonly #limiterOptions: LimiterOptions;
  readonly #hosts = new Map<string, Host>();

  constructor(clock: Clock, limiterOptions: LimiterOptions) {
    this.#clock = clock;
    this.#limiterOptions = limiterOptions;
  }

  get size(): number {
    return this.#hosts.size;
  }

  find(exchange: string, origin: string): Host | undefined {
    return this.#hosts.get(`${exchange} ${origin}`);
  }

  /** Returns the host, made at first use. */
  open(exchange: string, origin: string): Host {
    const known = this.find(exchange, origin);
    if (known !== undefined) return known;
    if (this.#hosts.size >= MAX_HOSTS) this.#forgetOne();
    const host = {
      exchange,
      origin,
      gate: new HostGate(this.#clock),
      limiter: new WindowLimiter(this.#clock, this.#limiterOptions),
      scopes: new Map<string, WindowLimiter>(),
      room: new BodyRoom(HOST_ROOM_BYTES),
      tooLargeInARow: 0,
    };
    this.#hosts.set(`${exchange} ${origin}`, host);
    return host;
  }

  /** Returns the limiter of a scope of a host, made at first use. Throws `config` beyond 64 names. */
  scope(host: Host, name: string): WindowLimiter {
    const known = host.scopes.get(name);
    if (known !== undefined) return known;
    if (host.scopes.size >= MAX_SCOPES)
      throw new PerpscopeError(
        'config',
        `${host.exchange}: more than ${MAX_SCOPES} scopes of limits; name fewer`,
      );
    const limiter = new WindowLimiter(this.#clock);
    host.scopes.set(name, limiter);
    return limiter;
  }

  /**
   * Closes a host for `ms` and fails what waits for it. Once it is open again, one request asks alone whether all is
   * well: see `answered`.
   */
  close(host: Host, ms: number, reason: string, isGeoBlocked = false): void {
    host.gate.close(ms, reason, isGeoBlocked);
    if (!host.gate.isClosed) return;
    host.limiter.oneAtATime(true);
    for (const limiter of [host.limiter, ...host.scopes.values()])
      limiter.rejectWaiting(new PerpscopeError('rate-limited', reason));
  }

  /** The host has answered with what can be read: requests may leave side by side again. */
  answered(host: Host): void {
    host.tooLargeInARow = 0;
    if (!host.gate.isClosed) host.limiter.oneAtATime(false);
  }

  /** The host has sent more than its endpoint's answers hold: one asks at a time, and soon nobody for a while. */
  sentTooMuch(host: Host): void {
    host.tooLargeInARow += 1;
    host.limiter.oneAtATime(true);
    if (host.tooLargeInARow < MAX_TOO_LARGE) return;
    host.tooLargeInARow = 0;
    this.close(host, TOO_LARGE_PAUSE_MS, `${MAX_TOO_LARGE} answers in a row were too large`);
  }

  /** The hosts that are left alone at present. */
  closed(): Host[] {
    return [...this.#hosts.values()].filter(({ gate }) => gate.isClosed);
  }

  /** Returns pauses and use as plain data. */
  snapshot(): TransportState {
    const nowMs = this.#clock.nowMs();
    const monotonicMs = this.#clock.monotonicMs();
    const hosts: HostState[] = [];
    const usedBy = (limiter: WindowLimiter): HostState['used'] =>
      limiter.used().map(({ atMs, weight }) => ({ atMs: Math.ceil(nowMs - (monotonicMs - atMs)), weight }));
    for (const { exchange, origin, gate, limiter, scopes } of this.#hosts.values()) {
      const used = usedBy(limiter);
      const scoped = [...scopes]
        .map(([name, one]) => ({ name, used: usedBy(one) }))
        .filter((one) => one.used.length > 0);
      const closedUntilMs = gate.opensAtWallMs;
      if (closedUntilMs === undefined && used.length === 0 && scoped.length === 0) continue;
      const geo = gate.isGeoBlocked ? ({ isGeoBlocked: true } as const) : {};
      const closed = closedUntilMs === undefined ? {} : { closedUntilMs, reason: gate.reason, ...geo };
      hosts.push({ exchange, origin, ...closed, used, ...(scoped.length === 0 ? {} : { scopes: scoped }) });
    }
    return { version: 1, savedAtMs: nowMs, hosts };
  }

  /**
   * Takes over what `snapshot` returned earlier, here or in another process. Pauses are only ever made longer. Use
   * is added: restore a limiter's use once, before the first request. What has another shape is ignored.
   */
  restore(state: unknown): void {
    const { version, savedAtMs, hosts } = asRecord(state);
    if (version !== 1 || !isTime(savedAtMs) || !Array.isArray(hosts)) return;
    // A clock that was set back since would make every pause longer by that much.
    const nowMs = Math.max(this.#clock.nowMs(), savedAtMs);
    const monotonicMs = this.#clock.monotonicMs();
    for (const entry of hosts.slice(0, MAX_HOSTS)) {
      const { exchange, origin, closedUntilMs, reason, isGeoBlocked, used, scopes } = asRecord(entry);
      if (typeof exchange !== 'string' || typeof origin !== 'string') continue;
      const host = this.open(exchange, origin);
      if (isTime(closedUntilMs))
        this.close(
          host,
          Math.min(closedUntilMs - savedAtMs, LONGEST_PAUSE_MS) - (nowMs - savedAtMs),
          typeof reason === 'string' ? shortText(reason) : 'a pause from before',
          isGeoBlocked === true,
        );
      const usesIn = (list: unknown): Use[] =>
        (Array.isArray(list) ? list.slice(-MAX_USED) : []).map(asRecord).flatMap((use) => {
          const { atMs, weight } = use;
          return isTime(atMs) && isTime(weight) ? [{ atMs: monotonicMs - (nowMs - atMs), weight }] : [];
        });
      host.limiter.addUsed(usesIn(used));
      for (const scoped of Array.isArray(scopes) ? scopes.slice(0, MAX_SCOPES) : []) {
        const { name, used: own } = asRecord(scoped);
        const isRoom = host.scopes.size < MAX_SCOPES || host.scopes.has(String(name));
        if (typeof name === 'string' && isRoom) this.scope(host, name).addUsed(usesIn(own));
      }
    }
  }

  #forgetOne(): void {
    for (const [key, host] of this.#hosts) {
      if (host.gate.isClosed || !isIdle(host)) continue;
      this.#hosts.delete(key);
      return;
    }
    throw new PerpscopeError('config', `more than ${MAX_HOSTS} hosts are in use; check the endpoints file`);
  }
}

function isIdle({ limiter, scopes }: Host): boolean {
  return [limiter, ...scopes.values()].every((one) => one.isIdle);
}

function asRecord(
  value: unknown,
): Record<'version' | 'savedAtMs' | 'hosts' | keyof HostState | 'atMs' | 'weight' | 'name', unknown> {
  return (typeof value === 'object' && value !== null ? value : {}) as ReturnType<typeof asRecord>;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
