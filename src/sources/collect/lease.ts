import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { SECOND_MS } from '../../core/units.ts';
import type { HistoryStore, LeaseRow } from '../../store/historyStore.ts';

/**
 * Who collects into a store. `holder`: this one; `follower`: another one lives and does; `alone`: this one, and nothing
 * is known of others, since the store cannot be read or written.
 */
export type LeaseRole = 'holder' | 'follower' | 'alone';

export interface LeaseDeps {
  /** The store that the lease is of. */
  readonly store: () => Promise<Pick<HistoryStore, 'lease' | 'takeLease' | 'beatLease' | 'endLease'>>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  readonly logger: Logger;
  /** The name of this one; no two that live may have the same. */
  readonly holder: string;
  /** Whether another holder collects the same market; one of another market is no reason not to collect. */
  readonly isSameMarket?: (holder: string) => boolean;
  /** Told of each change of the role, the first one too. */
  readonly onRole?: (role: LeaseRole) => void;
}

const POLL_MS = SECOND_MS;
/** So long the first numbers wait for who collects to be known. */
const FIRST_LOOK_MS = 1.5 * SECOND_MS;
/** A holder shows so often that it lives. */
const BEAT_MS = 2 * SECOND_MS;
/** A beat that stands still for so long is that of a dead holder. */
export const DEAD_AFTER_MS = 8 * SECOND_MS;
/** So long after its last beat a holder may write and ask without another: well before anybody takes it for dead. */
export const HELD_FOR_MS = 5 * SECOND_MS;

/** What was last seen of another's lease, and how long it has stood still. */
interface Watched {
  readonly row: LeaseRow;
  readonly stillMs: number;
}

/**
 * The contest for the lease of a store: one of all processes that keep the same history collects. Nothing here reads a
 * wall clock. Who holds the lease counts a beat up; who waits for it counts the time in which the beat stood still
 * while this process was awake and looked: neither a clock that is set nor a sleep of either side ends a lease that is
 * held, and who slept through the end of its own finds that out before it writes or asks anything (`ensureHeld`).
 */
export class CollectorLease {
  readonly #deps: LeaseDeps;
  readonly #ended = new AbortController();
  #role: LeaseRole | undefined;
  #held: LeaseRow | undefined;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #watched: Watched | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Looks at the lease happen one after another, whoever asks for them. */
  #looking: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
  }

  /** Undefined before the first look and after the end. */
  get role(): LeaseRole | undefined {
    return this.#role;
  }

  /** The name of who holds the lease, as far as is known. */
  get heldBy(): string | undefined {
    if (this.#role === 'follower') return this.#watched?.row.holder;
    return this.#role === undefined ? undefined : this.#deps.holder;
  }

  /** Joins the contest, once; resolves with the role after the first look, or soon without one. Never rejects. */
  async join(): Promise<LeaseRole> {
    if (this.#role === undefined) {
      const timer = new AbortController();
      const isLate = this.#deps.clock.sleep(FIRST_LOOK_MS, timer.signal).catch(() => undefined);
      await Promise.race([this.#look(), isLate]);
      timer.abort();
      // A history that takes long to open delays no number: what it says of others is heard when it does.
      if (this.role === undefined) this.#become('alone');
    }
    this.#running ??= this.#run();
    return this.#role ?? 'alone';
  }

  /**
   * Returns whether this one may write and ask right now. Who has not beaten for long, because it was asleep or busy,
   * looks first. Never rejects.
   */
  async ensureHeld(): Promise<boolean> {
    if (this.#role === 'holder' && this.#sinceBeatMs() > HELD_FOR_MS) await this.#look();
    return this.#role === 'holder' || this.#role === 'alone';
  }

  /** As `ensureHeld`, as far as is known without a look. */
  get isHeld(): boolean {
    if (this.#role === 'holder') return this.#sinceBeatMs() <= HELD_FOR_MS;
    return this.#role === 'alone';
  }

  /** Leaves the contest and gives the lease up where it is held: from now on it is not held, nor taken again. Never rejects. */
  async end(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error('the lease was given up'));
    this.#role = undefined;
    await this.#running;
    await this.#looking;
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    try {
      await (await this.#deps.store()).endLease(held);
    } catch (error) {
      // Others find the beat standing still.
      this.#deps.logger.debug(`the lease was not given up: ${String(error)}`);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await this.#deps.clock.sleep(POLL_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { logger } = this.#deps;
    if (this.#ended.signal.aborted) return;
    try {
      await this.#contest();
    } catch (error) {
      // A holder that cannot beat is the holder as long as nobody can take it for dead.
      if (this.#role === 'holder' && this.#sinceBeatMs() <= HELD_FOR_MS) return;
      if (this.#role !== 'alone')
        logger.warn(`who else collects is not known, so this window does: ${String(error)}`);
      this.#become('alone');
    }
  }

  async #contest(): Promise<void> {
    const { clock, holder } = this.#deps;
    const store = await this.#deps.store();
    const nowMs = clock.monotonicMs();
    if (this.#held !== undefined) {
      if (this.#role === 'holder' && this.#sinceBeatMs() < BEAT_MS) return;
      // Counted from before the beat was sent, so that this one never believes in it for longer than others do.
      if (await store.beatLease(this.#held)) {
        this.#beatAtMs = nowMs;
        return this.#become('holder');
      }
      this.#held = undefined;
      this.#watched = undefined;
    }
    const row = await store.lease();
    // One's own name is that of an earlier life: nobody else has it, and it has ended.
    if (row !== undefined && row.holder !== holder && !this.#isDead(row, nowMs))
      return this.#become(this.#roleBeside(row));
    const taken = await store.takeLease(holder, row);
    if (taken === undefined) {
      const faster = await store.lease();
      this.#watched = faster === undefined ? undefined : { row: faster, stillMs: 0 };
      return this.#become(faster === undefined ? 'follower' : this.#roleBeside(faster));
    }
    this.#held = taken;
    this.#beatAtMs = nowMs;
    this.#watched = undefined;
    this.#become('holder');
  }

  #roleBeside({ holder }: LeaseRow): LeaseRole {
    return (this.#deps.isSameMarket?.(holder) ?? true) ? 'follower' : 'alone';
  }

  /** Takes note of another's beat; returns whether it has stood still for too long. */
  #isDead(row: LeaseRow, nowMs: number): boolean {
    const before = this.#watched;
    const isSame = before?.row.epoch === row.epoch && before.row.holder === row.holder;
    const isStill = isSame && before.row.beat === row.beat;
    // However long this process slept between two looks, it has not seen the other stand still for it.
    const seenMs = Math.min(nowMs - this.#lookedAtMs, 2 * POLL_MS);
    this.#lookedAtMs = nowMs;
    this.#watched = { row, stillMs: isStill ? before.stillMs + seenMs : 0 };
    return this.#watched.stillMs >= DEAD_AFTER_MS;
  }

  #sinceBeatMs(): number {
    return this.#deps.clock.monotonicMs() - this.#beatAtMs;
  }

  #become(role: LeaseRole): void {
    if (this.#role === role || this.#ended.signal.aborted) return;
    this.#role = role;
    this.#deps.onRole?.(role);
  }
}
