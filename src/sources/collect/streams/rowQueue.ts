import type { Clock } from '../../../core/clock.ts';
import type { DataSource } from '../../../core/ids.ts';
import type { Logger } from '../../../core/logger.ts';
import { facetOf, type Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { HistoryStore } from '../../../store/historyStore.ts';
import type { QueueStatus } from './streamStatus.ts';
import { ThrottledLog } from './throttledLog.ts';

export const MAX_ROWS = 50_000;
/** Instruments times kinds; beyond it the oldest is forgotten, which costs a row too many in the store. */
const MAX_KEYS = 20_000;

type Batch = ReadonlyMap<DataSource, readonly Observation[]>;

interface Waiting {
  readonly source: DataSource;
  readonly row: Observation;
  /** It could not be written before; who listens has heard of it then. */
  readonly isTold?: boolean;
}

export interface RowQueueDeps {
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gets each batch: rows to be stored, and of readings the newest although the store takes one a minute. */
  readonly onObservations: (source: DataSource, rows: readonly Observation[]) => void;
  /** Whether others follow what is written here: then the newest readings are noted for them each time. */
  readonly isFollowed?: () => boolean;
  readonly capacity?: number;
}

/**
 * Observations between the streams and the store, written once a second at most. Of readings of a moment (price, open
 * interest, rate, book) the store gets the first of each minute, for they come up to ten times a second; events and
 * sums are all kept. Rows that cannot be written wait for the next time; beyond the bound the oldest are dropped.
 */
export class RowQueue {
  readonly #deps: RowQueueDeps;
  readonly #log: ThrottledLog;
  readonly #capacity: number;
  readonly #minuteOf = new Map<string, number>();
  readonly #newest = new Map<string, { readonly source: DataSource; readonly row: Observation }>();
  #waiting: Waiting[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;

  constructor(deps: RowQueueDeps) {
    this.#deps = deps;
    this.#log = new ThrottledLog(deps.logger, deps.clock);
    this.#capacity = deps.capacity ?? MAX_ROWS;
  }

  get status(): QueueStatus {
    return { length: this.#waiting.length, capacity: this.#capacity, dropped: this.#dropped };
  }

  add(source: DataSource, rows: readonly Observation[]): void {
    for (const row of rows) {
      if (isReading(row)) {
        const key = `${source} ${row.kind} ${row.instrument} ${facetOf(row)} ${row.endpoint}`;
        this.#newest.set(key, { source, row });
        const minute = Math.floor(row.atMs / MINUTE_MS);
        if (this.#minuteOf.get(key) === minute) continue;
        if (this.#minuteOf.size >= MAX_KEYS) this.#minuteOf.delete(this.#minuteOf.keys().next().value ?? '');
        this.#minuteOf.set(key, minute);
      }
      this.#waiting.push({ source, row });
    }
    this.#cut();
  }

  /** Tells what is new and writes what waits. Resolves when it is written or has failed; never rejects. */
  async flush(): Promise<void> {
    if (this.#writing !== undefined) return this.#writing;
    if (this.#waiting.length === 0 && this.#newest.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    const newest = [...this.#newest.values()];
    const told = new Set([...batch.filter((one) => one.isTold !== true), ...newest]);
    this.#newest.clear();
    for (const [source, rows] of bySource([...told])) this.#deps.onObservations(source, rows);
    const stored = new Set(batch.map(({ row }) => row));
    const noted = this.#deps.isFollowed?.() === true ? newest.filter(({ row }) => !stored.has(row)) : [];
    this.#writing = this.#write(bySource(batch))
      .then(() => this.#note(bySource(noted)))
      .finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  /** What is not noted now is older than what comes in a second. */
  async #note(batch: Batch): Promise<void> {
    for (const [source, rows] of batch) {
      try {
        await (await this.#deps.storeOf(source)).noteNewest(rows);
      } catch (error) {
        this.#log.warn(`readings could not be noted for other windows: ${String(error)}`);
      }
    }
  }

  async #write(batch: Batch): Promise<void> {
    for (const [source, rows] of batch) {
      try {
        await (await this.#deps.storeOf(source)).append(rows);
      } catch (error) {
        this.#log.warn(
          `streamed rows could not be written: ${error instanceof Error ? error.message : String(error)}`,
        );
        this.#waiting = [...rows.map((row) => ({ source, row, isTold: true })), ...this.#waiting];
        this.#cut();
      }
    }
  }

  #cut(): void {
    const extra = this.#waiting.length - this.#capacity;
    if (extra <= 0) return;
    this.#waiting.splice(0, extra);
    this.#dropped += extra;
  }
}

/** What holds at a moment, as opposed to what happened once or was summed. */
function isReading(row: Observation): boolean {
  if ('barMs' in row && row.barMs !== undefined) return false;
  return (
    row.kind !== 'liquidation' &&
    row.kind !== 'trade' &&
    !(row.kind === 'funding-rate' && row.phase === 'settled')
  );
}

function bySource(list: readonly { readonly source: DataSource; readonly row: Observation }[]): Batch {
  const batch = new Map<DataSource, Observation[]>();
  for (const { source, row } of list) {
    const rows = batch.get(source) ?? [];
    rows.push(row);
    batch.set(source, rows);
  }
  return batch;
}
