import type { Clock } from '../../core/clock.ts';
import { PerpscopeError } from '../../core/errors.ts';

/** So much weight in any stretch of `windowMs`. */
export interface RateWindow {
  readonly weight: number;
  readonly windowMs: number;
}

/** The right to send one request. */
export interface Permit {
  /** The server has begun to answer, so it has counted the request: its time in the windows starts to run. */
  answered(): void;
  /** The request is over, with or without an answer. Repeated calls do nothing. */
  release(): void;
  /** The request never left: nothing of it counts. Does nothing after `answered` or `release`. */
  cancel(): void;
}

/** Returns one permit that stands for several of different limiters. */
export function jointPermit(permits: readonly Permit[]): Permit {
  const each = (act: (permit: Permit) => void) => (): void => permits.forEach(act);
  return {
    answered: each((one) => one.answered()),
    release: each((one) => one.release()),
    cancel: each((one) => one.cancel()),
  };
}

/** Weight that left, and when it was last certain to be within the server's count. */
export interface Use {
  readonly atMs: number;
  readonly weight: number;
}

/** How long a caller is willing to wait for its turn. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** Ms until the caller gives up; one whose turn cannot come by then fails at once. */
  remainingMs?(): number;
  /** The error for a caller whose turn would come after `waitMs`, too late for it. */
  tooLong?(waitMs: number): unknown;
}

interface Waiter {
  readonly weight: number;
  readonly limits: readonly RateWindow[];
  readonly patience: Patience;
  readonly grant: (permit: Permit) => void;
  readonly fail: (error: unknown) => void;
}

export interface LimiterOptions {
  /** Requests on the way at once; keeps the queue here, where a ban can empty it, and out of the HTTP library. */
  readonly maxConcurrent?: number;
  readonly maxWaiting?: number;
}

const MAX_LOG = 10_000;
const MAX_WAKE_MS = 3_600_000;
const SPENT = 'the request budget is spent for longer than the call lasts; ask for less at once';

/**
 * Spends the published budget of one host at once and then waits, in order of asking. A request counts from its
 * grant until `windowMs` after the server began to answer it: whatever the latency, the server then sees no window
 * above its limit. Times are monotonic.
 */
export class WindowLimiter {
  readonly #clock: Clock;
  readonly #maxConcurrent: number;
  #isOneAtATime = false;
  readonly #maxWaiting: number;
  #log: Use[] = [];
  #unansweredWeight = 0;
  #concurrent = 0;
  #waiting: Waiter[] = [];
  #longestMs = 0;
  #wake: { readonly timer: AbortController; readonly atMs: number } | undefined;

  constructor(clock: Clock, options: LimiterOptions = {}) {
    this.#clock = clock;
    this.#maxConcurrent = options.maxConcurrent ?? Number.POSITIVE_INFINITY;
    this.#maxWaiting = options.maxWaiting ?? 1_000;
  }

  get isIdle(): boolean {
    return this.#concurrent === 0 && this.#waiting.length === 0;
  }

  /**
   * Resolves when `weight` may leave. Rejects with the signal's reason on abort, with `config` for a weight that no
   * window can ever hold, with `rate-limited` when too many wait, with what `rejectWaiting` was given, and with what
   * `patience.tooLong` says as soon as it is known that the turn comes too late.
   */
  acquire(weight: number, limits: readonly RateWindow[], patience: Patience = {}): Promise<Permit> {
    const { promise, resolve, reject } = Promise.withResolvers<Permit>();
    const { signal } = patience;
    const narrow = limits.find((limit) => !(weight <= limit.weight) || !(limit.windowMs > 0));
    if (signal?.aborted) reject(signal.reason);
    else if (narrow !== undefined || !(weight >= 0))
      reject(
        new PerpscopeError(
          'config',
          `a request of weight ${weight} does not fit ${narrow?.weight ?? 0} per ${narrow?.windowMs ?? 0} ms; correct the weight or the limit of the exchange`,
        ),
      );
    else if (this.#waiting.length >= this.#maxWaiting)
      reject(
        new PerpscopeError(
          'rate-limited',
          `${this.#maxWaiting} requests already wait; ask for less at once`,
          {
            retryAfterMs: 1_000,
          },
        ),
      );
    else this.#enqueue(weight, limits, patience, resolve, reject);
    return promise;
  }

  /** Ms until `weight` would fit if nothing else were asked; Infinity while only an answer can free the window. */
  waitMs(weight: number, limits: readonly RateWindow[]): number {
    const nowMs = this.#clock.monotonicMs();
    let waitMs = 0;
    for (const limit of limits) {
      let excess = this.#unansweredWeight + weight - limit.weight;
      const inside = this.#log.filter((use) => nowMs - use.atMs < limit.windowMs);
      for (const use of inside) excess += use.weight;
      for (const use of inside) {
        if (excess <= 0) break;
        excess -= use.weight;
        waitMs = Math.max(waitMs, use.atMs + limit.windowMs - nowMs);
      }
      if (excess > 0) return Number.POSITIVE_INFINITY;
    }
    return waitMs;
  }

  /**
   * Takes over the server's own count of a window where it is higher, for example because another program uses this
   * address. More than the whole window is as good as all of it; of other windows than `limits` nothing follows.
   */
  raise(usedWeight: number, windowMs: number, limits: readonly RateWindow[]): void {
    const limit = limits.find((one) => one.windowMs === windowMs);
    if (limit === undefined || !Number.isFinite(usedWeight)) return;
    const known = this.usedWithin(windowMs);
    const used = Math.min(usedWeight, limit.weight);
    if (used <= known) return;
    this.#log.push({ atMs: this.#clock.monotonicMs(), weight: used - known });
    this.#pump();
  }

  /** Lets one request be on the way at a time, or as many as ever again. */
  oneAtATime(isOne: boolean): void {
    this.#isOneAtATime = isOne;
    if (!isOne) this.#pump();
  }

  /** Weight used within the last `windowMs`, what is on its way included. */
  usedWithin(windowMs: number): number {
    const nowMs = this.#clock.monotonicMs();
    return this.#log.reduce(
      (sum, use) => (nowMs - use.atMs < windowMs ? sum + use.weight : sum),
      this.#unansweredWeight,
    );
  }

  /** Fails everything that waits. What is on the way goes on. */
  rejectWaiting(error: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.fail(error);
    this.#pump();
  }

  /** Returns what was used, oldest first; unanswered requests count as used now. */
  used(): Use[] {
    const unanswered = { atMs: this.#clock.monotonicMs(), weight: this.#unansweredWeight };
    return unanswered.weight > 0 ? [...this.#log, unanswered] : [...this.#log];
  }

  /** Adds use that is known from before. Times in the future count as now. */
  addUsed(uses: readonly Use[]): void {
    const nowMs = this.#clock.monotonicMs();
    for (const { atMs, weight } of uses) this.#log.push({ atMs: Math.min(atMs, nowMs), weight });
    this.#log.sort((a, b) => a.atMs - b.atMs);
  }

  #enqueue(
    weight: number,
    limits: readonly RateWindow[],
    patience: Patience,
    resolve: (permit: Permit) => void,
    reject: (error: unknown) => void,
  ): void {
    const { signal } = patience;
    for (const limit of limits) this.#longestMs = Math.max(this.#longestMs, limit.windowMs);
    const onAbort = (): void => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      reject(signal?.reason);
      this.#pump();
    };
    const leave = (): void => signal?.removeEventListener('abort', onAbort);
    const waiter: Waiter = {
      weight,
      limits,
      patience,
      grant: (permit) => {
        leave();
        resolve(permit);
      },
      fail: (error) => {
        leave();
        reject(error);
      },
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(waiter);
    this.#pump();
  }

  #pump(): void {
    this.#prune();
    let waitMs = Number.POSITIVE_INFINITY;
    const most = this.#isOneAtATime ? 1 : this.#maxConcurrent;
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      waitMs = this.#concurrent < most ? this.waitMs(head.weight, head.limits) : Infinity;
      const { patience } = head;
      // A budget that is spent for longer than the call lasts is said at once.
      const isHopeless = Number.isFinite(waitMs) && waitMs > (patience.remainingMs?.() ?? Infinity);
      if (waitMs > 0 && !isHopeless) break;
      this.#waiting.shift();
      if (isHopeless) head.fail(patience.tooLong?.(waitMs) ?? new PerpscopeError('rate-limited', SPENT));
      else head.grant(this.#permit(head.weight));
    }
    this.#schedule(this.#waiting.length === 0 ? Infinity : waitMs);
  }

  #permit(weight: number): Permit {
    let isAnswered = false;
    let isReleased = false;
    this.#unansweredWeight += weight;
    this.#concurrent += 1;
    const answered = (): void => {
      if (isAnswered) return;
      isAnswered = true;
      this.#unansweredWeight -= weight;
      if (weight > 0) this.#log.push({ atMs: this.#clock.monotonicMs(), weight });
      this.#pump();
    };
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      this.#concurrent -= 1;
      if (isAnswered) this.#pump();
      else answered();
    };
    const cancel = (): void => {
      if (isAnswered || isReleased) return;
      isAnswered = true;
      isReleased = true;
      this.#unansweredWeight -= weight;
      this.#concurrent -= 1;
      this.#pump();
    };
    return { answered, release, cancel };
  }

  /** One timer for the head of the queue; Infinity stops it. */
  #schedule(waitMs: number): void {
    const atMs = this.#clock.monotonicMs() + waitMs;
    if (this.#wake !== undefined && this.#wake.atMs === atMs) return;
    this.#wake?.timer.abort();
    this.#wake = undefined;
    if (waitMs === Number.POSITIVE_INFINITY) return;
    const timer = new AbortController();
    const wake = { timer, atMs };
    this.#wake = wake;
    // Rounded up, for timers count whole ms and may fire early.
    this.#clock.sleep(Math.min(MAX_WAKE_MS, Math.max(1, Math.ceil(waitMs))), timer.signal).then(
      () => {
        if (this.#wake !== wake) return;
        this.#wake = undefined;
        this.#pump();
      },
      () => undefined,
    );
  }

  #prune(): void {
    if (this.#longestMs === 0) return;
    const nowMs = this.#clock.monotonicMs();
    let gone = 0;
    while (gone < this.#log.length && nowMs - (this.#log[gone]?.atMs ?? 0) >= this.#longestMs) gone += 1;
    if (gone > 0) this.#log.splice(0, gone);
    // Beyond the bound the oldest uses are taken together at the later time: never too little is counted.
    const extra = this.#log.length - MAX_LOG;
    if (extra <= 0) return;
    const merged = this.#log.splice(0, extra + 1);
    this.#log.unshift({
      atMs: merged.at(-1)?.atMs ?? nowMs,
      weight: merged.reduce((sum, use) => sum + use.weight, 0),
    });
  }
}
