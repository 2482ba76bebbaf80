import type { Clock } from '../core/clock.ts';
import type { DataSource } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import { SECOND_MS } from '../core/units.ts';
import type { StoreOf } from '../sources/collect/collector.ts';
import { fencedStore } from '../sources/collect/fence.ts';
import type { CollectorLease, LeaseRole } from '../sources/collect/lease.ts';
import type { FeedPart, FeedPlace } from '../store/historyStore.ts';
import type { JournalEntry } from '../store/journal.ts';
import { COLLECTOR_KEY, NOTE_FORM, ofThisForm, type CollectorNote, type WishBody } from './collectorNote.ts';
import type { Wanted } from './refreshRequest.ts';
import { Wishes } from './wishes.ts';

export interface DeskDeps {
  readonly lease: CollectorLease;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The name of this window in lease and wishes. */
  readonly window: string;
  /** In the store of this source stand lease, wishes and what who collects is doing. */
  readonly source: DataSource;
  /** Without the fence of the lease: a wish is written by who does not hold it. */
  readonly storeOf: StoreOf;
}

/** What the market does with what the desk finds. */
export interface DeskHandlers {
  /** The role has changed; `before` is undefined at first. */
  onRole(role: LeaseRole, before: LeaseRole | undefined): void;
  /** What others have written, while this window follows; false where it is to be told again. */
  onPart(source: DataSource, part: FeedPart): boolean;
  /** All that was written until now was told. */
  onRead(): void;
  /** Another window follows what this one collects, which none did before. */
  onFollowed(): void;
  /** Other windows ask for a round that must not wait. */
  onAsked(): void;
  /** What this window does, while it collects. */
  note(): Omit<CollectorNote, 'form' | 'holder' | 'asOfMs' | 'answered'>;
}

const TICK_MS = SECOND_MS;
/** A window that follows says so often that it lives, and one that collects, what it does. */
const TOLD_EVERY_MS = 5 * SECOND_MS;

/**
 * Where windows of one store meet. Who holds the lease writes what it does and hears what the others wish; the others
 * wish, and read what is written.
 */
export class CollectorDesk {
  readonly window: string;
  readonly wishes: Wishes;
  readonly #deps: DeskDeps;
  readonly #ended = new AbortController();
  /** How far the stores were read; undefined: not yet. */
  readonly #places = new Map<DataSource, FeedPlace | undefined>();
  #handlers: DeskHandlers | undefined;
  #role: LeaseRole | undefined;
  #running: Promise<void> | undefined;
  #wanted: Wanted | undefined;
  /** The last question; 0 before the first, so that a wish alone asks for nothing. */
  #ask = 0;
  /** Goes on from where an earlier life of this window cannot have come: its last beat may still be remembered. */
  #beat: number;
  #wroteAtMs = Number.NEGATIVE_INFINITY;
  /** The last question of each window that a round has answered, or that is being answered. */
  readonly #answered = new Map<string, number>();
  #writing: Promise<void> = Promise.resolve();
  #earlier: Promise<CollectorNote | undefined> = Promise.resolve(undefined);
  #isFailing = false;
  #wasFollowed = false;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#beat = deps.clock.nowMs();
    this.window = deps.window;
    this.wishes = new Wishes(deps.clock, deps.window);
  }

  get role(): LeaseRole | undefined {
    return this.#deps.lease.role;
  }

  /** The name of who collects. */
  get heldBy(): string | undefined {
    return this.#deps.lease.heldBy;
  }

  /** Whether other windows read what this one writes. */
  get isFollowed(): boolean {
    return this.role === 'holder' && this.wishes.living().size > 0;
  }

  ensureHeld(): Promise<boolean> {
    return this.#deps.lease.ensureHeld();
  }

  get isHeld(): boolean {
    return this.#deps.lease.isHeld;
  }

  /** Says who handles what is found; once, before `join`. */
  handle(handlers: DeskHandlers): void {
    this.#handlers = handlers;
  }

  /** Joins the others, once; resolves with the role. Never rejects. */
  async join(): Promise<LeaseRole> {
    const role = await this.#deps.lease.join();
    this.#running ??= this.#run();
    return role;
  }

  /** The lease's role has changed. */
  roleChanged(role: LeaseRole): void {
    const before = this.#role;
    this.#role = role;
    // What was written while this window collected it knows; and a wish is written at once.
    this.#places.clear();
    this.#wroteAtMs = Number.NEGATIVE_INFINITY;
    this.#wasFollowed = false;
    if (role === 'holder') {
      // Before it is overwritten.
      this.#earlier = this.#readNote();
      const [written, read] = [this.#writing, this.#earlier];
      this.#writing = written.then(() => read).then(() => undefined);
    }
    this.#handlers?.onRole(role, before);
  }

  /** What who collected before this one had said of itself last; undefined where nobody had. Never rejects. */
  get earlier(): Promise<CollectorNote | undefined> {
    return this.#earlier;
  }

  /** From now on this window wants to see this. */
  want(wanted: Wanted): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#wanted = wanted;
    this.#wroteAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Asks who collects for a round that must not wait; returns the number of the question. The first one is counted from
   * the clock, so that it comes after all of an earlier life of this window, and each after `answered`, the last that is
   * known to be answered, though the clock was set back since.
   */
  async ask(answered = 0): Promise<number> {
    const earliest = this.#ask === 0 ? this.#deps.clock.nowMs() : 0;
    this.#ask = Math.max(this.#ask, answered, earliest) + 1;
    await this.#wish();
    return this.#ask;
  }

  /** Hears what other windows wish, while this one collects for them; rejects where the store cannot be read. */
  async hear(): Promise<void> {
    // Of a history that is still being opened nothing is waited for.
    if (this.role !== 'holder') return;
    const { storeOf, source } = this.#deps;
    this.wishes.hear(await (await storeOf(source)).journal({ topic: 'wish', isNewestOnly: true }));
    // Whoever finds nobody there, who follows next is told all: what was answered meanwhile is not written.
    if (!this.isFollowed) this.#wasFollowed = false;
  }

  /** Takes over what another window had answered when it stopped to collect. */
  adoptAnswered(answered: CollectorNote['answered']): void {
    for (const [window, ask] of Object.entries(answered)) this.#answered.set(window, ask);
  }

  /** Notes the questions that a round which begins now answers; the returned function says that it has ended. */
  answering(): () => void {
    const asked = [...this.wishes.living()].map(([window, { ask }]) => [window, ask] as const);
    return () => {
      for (const [window, ask] of asked) this.#answered.set(window, ask);
    };
  }

  /** Writes what others read, in order, while the lease is held. Never rejects: numbers go on without them. */
  write(source: DataSource, entries: readonly JournalEntry[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.role !== 'holder') return;
      try {
        await fencedStore(await this.#deps.storeOf(source), this.#deps.lease).appendJournal(entries);
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#deps.logger.warn(`other windows could not be told: ${String(error)}`);
        this.#isFailing = true;
      }
    });
    return this.#writing;
  }

  /** Writes what this window does as who collects. */
  announce(): Promise<void> {
    const note = this.#handlers?.note();
    if (note === undefined || this.role !== 'holder') return Promise.resolve();
    const { clock, source } = this.#deps;
    this.#wroteAtMs = clock.monotonicMs();
    const body: CollectorNote = {
      ...{ form: NOTE_FORM, holder: this.window, asOfMs: clock.nowMs(), ...note },
      answered: Object.fromEntries(this.#answered),
    };
    return this.write(source, [{ topic: 'collector', key: COLLECTOR_KEY, atMs: body.asOfMs, body }]);
  }

  /** Leaves the others: gives the lease up and takes the wish back. */
  async dispose(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error('the window was closed'));
    await this.#running;
    await this.#writing;
    if (this.role === 'follower') await this.#writeWish(null).catch(() => undefined);
    await this.#deps.lease.end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#tick();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#deps.logger.warn(`other windows cannot be followed: ${String(error)}`);
        this.#isFailing = true;
      }
      await this.#deps.clock.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  async #tick(): Promise<void> {
    const { clock } = this.#deps;
    const isDue = clock.monotonicMs() - this.#wroteAtMs >= TOLD_EVERY_MS;
    if (this.role === 'follower') {
      if (isDue) await this.#wish();
      return this.read();
    }
    await this.hear();
    if (this.role !== 'holder') return;
    const { isFollowed } = this;
    if (isFollowed && !this.#wasFollowed) this.#handlers?.onFollowed();
    this.#wasFollowed = isFollowed;
    if (!isFollowed) return;
    if (isDue) await this.announce();
    const isAsked = [...this.wishes.living()].some(
      ([window, { ask }]) => ask > (this.#answered.get(window) ?? 0),
    );
    if (isAsked) this.#handlers?.onAsked();
  }

  /** Reads what was written since the last time, of the store of wishes and of that of the numbers. */
  async read(): Promise<void> {
    const { source } = this.#deps;
    await this.#readFrom(source);
    for (const other of this.#places.keys()) if (other !== source) await this.#readFrom(other);
    if (this.role === 'follower') this.#handlers?.onRead();
  }

  /** From now on this source is read as well. */
  follow(source: DataSource): void {
    if (!this.#places.has(source)) this.#places.set(source, undefined);
  }

  async #readFrom(source: DataSource): Promise<void> {
    const store = await this.#deps.storeOf(source);
    const part = await store.feed(this.#places.get(source));
    if (this.role !== 'follower') return;
    const isEmpty = part.rows.length === 0 && part.entries.length === 0;
    if (isEmpty || this.#handlers?.onPart(source, part) === true) {
      const { file, sequence } = part;
      this.#places.set(source, { file, sequence });
    }
  }

  async #readNote(): Promise<CollectorNote | undefined> {
    const { storeOf, source } = this.#deps;
    try {
      const store = await storeOf(source);
      const [entry] = await store.journal({ topic: 'collector', key: COLLECTOR_KEY, isNewestOnly: true });
      return ofThisForm<CollectorNote>(entry?.body);
    } catch {
      return undefined;
    }
  }

  async #wish(): Promise<void> {
    if (this.#wanted === undefined) return;
    const { assets, exchanges } = this.#wanted;
    this.#wroteAtMs = this.#deps.clock.monotonicMs();
    this.#beat += 1;
    await this.#writeWish({
      ...{ form: NOTE_FORM, assets, ask: this.#ask, beat: this.#beat },
      ...(exchanges === undefined ? {} : { exchanges }),
    });
  }

  async #writeWish(body: WishBody | null): Promise<void> {
    const { clock, storeOf, source } = this.#deps;
    const entry = { topic: 'wish', key: this.window, atMs: clock.nowMs(), body } as const;
    await (await storeOf(source)).appendJournal([entry]);
  }
}
