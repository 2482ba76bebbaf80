import type { Clock } from '../../../core/clock.ts';
import type { DataSource, ExchangeId } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Observation } from '../../../core/observation.ts';
import type { StreamGap } from '../../../core/streamGap.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HistoryStore } from '../../../store/historyStore.ts';
import { ThrottledLog } from './throttledLog.ts';

/** Asks a poll of an exchange for what it has; undefined where nothing came. */
export type Backfill = (
  exchange: ExchangeId,
  poll: string,
  instruments: readonly Instrument[],
) => Promise<{ readonly rows: readonly Observation[]; readonly isSimulated: boolean } | undefined>;

export interface GapKeeperDeps {
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backfill: Backfill;
  readonly onRows: (source: DataSource, rows: readonly Observation[]) => void;
}

/** A gap that waits to be filled. */
interface Hole {
  readonly gap: StreamGap;
  readonly source: DataSource;
  readonly instruments: readonly Instrument[];
  readonly aheadMs: number;
}

/** Per channel: a stream that breaks every minute must not ask for its history as often. */
const ASK_EVERY_MS = MINUTE_MS;
/** What happened last is not in a history at once. */
const SETTLED_AFTER_MS = 10 * SECOND_MS;
const MAX_HOLES = 100;
const MAX_UNWRITTEN = 1_000;

/** Writes gaps as rows and fills them from the exchange's own history where a channel names a poll for it. */
export class GapKeeper {
  readonly #deps: GapKeeperDeps;
  readonly #log: ThrottledLog;
  readonly #holes = new Map<string, Hole[]>();
  readonly #stopped = new AbortController();
  #unwritten: { readonly source: DataSource; readonly gap: StreamGap }[] = [];

  constructor(deps: GapKeeperDeps) {
    this.#deps = deps;
    this.#log = new ThrottledLog(deps.logger, deps.clock);
  }

  /**
   * Takes a gap that has ended. `poll` can fill it for the instruments. So far the clock here, whose time a gap has,
   * is ahead of the exchange's, whose time its history has.
   */
  add(
    gap: StreamGap,
    source: DataSource,
    poll: string | undefined,
    instruments: readonly Instrument[],
    aheadMs = 0,
  ): void {
    this.#keep(source, gap);
    if (poll === undefined || instruments.length === 0 || this.#stopped.signal.aborted) return;
    const key = `${gap.exchange} ${poll}`;
    const known = this.#holes.get(key);
    const hole = { gap, source, instruments, aheadMs };
    if (known !== undefined) {
      known.push(hole);
      if (known.length > MAX_HOLES) known.shift();
      return;
    }
    this.#holes.set(key, [hole]);
    this.#fill(key, gap.exchange, poll)
      .catch((error: unknown) => this.#log.warn(`a gap could not be filled: ${String(error)}`))
      .finally(() => this.#holes.delete(key));
  }

  /** Writes what could not be written before. */
  async flush(): Promise<void> {
    const batch = this.#unwritten;
    this.#unwritten = [];
    for (const source of ['live', 'simulated'] as const) {
      const gaps = batch.filter((one) => one.source === source).map((one) => one.gap);
      if (gaps.length === 0) continue;
      try {
        await (await this.#deps.storeOf(source)).appendGaps(gaps);
      } catch (error) {
        this.#log.warn(
          `gaps could not be written: ${error instanceof Error ? error.message : String(error)}`,
        );
        this.#unwritten = [...gaps.map((gap) => ({ source, gap })), ...this.#unwritten].slice(-MAX_UNWRITTEN);
      }
    }
  }

  /** Waits for no answer that is under way: what it would fill stays a gap. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the streams were stopped'));
    await this.flush();
  }

  #keep(source: DataSource, gap: StreamGap): void {
    this.#unwritten.push({ source, gap });
    if (this.#unwritten.length > MAX_UNWRITTEN) this.#unwritten.shift();
  }

  async #fill(key: string, exchange: ExchangeId, poll: string): Promise<void> {
    const { signal } = this.#stopped;
    while ((this.#holes.get(key) ?? []).length > 0) {
      await this.#deps.clock.sleep(SETTLED_AFTER_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const holes = this.#holes.get(key) ?? [];
      this.#holes.set(key, []);
      const instruments = [
        ...new Map(holes.flatMap((one) => one.instruments.map((each) => [each.key, each]))).values(),
      ];
      const answer = await this.#deps.backfill(exchange, poll, instruments);
      if (answer !== undefined && !signal.aborted) for (const hole of holes) this.#use(hole, answer);
      // Gaps that end meanwhile are filled together.
      await this.#deps.clock.sleep(ASK_EVERY_MS, signal).catch(() => undefined);
    }
  }

  #use(
    { gap, source, instruments, aheadMs }: Hole,
    answer: NonNullable<Awaited<ReturnType<Backfill>>>,
  ): void {
    if ((source === 'simulated') !== answer.isSimulated) return;
    const { onRows } = this.#deps;
    const own = answer.rows.filter((row) => instruments.some((one) => one.key === row.instrument));
    const [fromMs, toMs] = [gap.fromMs - aheadMs, gap.toMs - aheadMs];
    const inside = own.filter((row) => {
      const endMs = row.atMs + ('barMs' in row ? (row.barMs ?? 0) : 0);
      return endMs >= fromMs && row.atMs <= toMs;
    });
    if (inside.length > 0) onRows(source, inside);
    // Only a history that reaches back before the gap, for every instrument, is known to hold all of it.
    const isWhole = instruments.every((one) =>
      own.some((row) => row.instrument === one.key && row.atMs <= fromMs),
    );
    if (isWhole) this.#keep(source, { ...gap, backfilled: true });
  }
}
