import { isRecord } from '../exchanges/kit/field.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { JournalEntry } from '../../store/journal.ts';
import type { Unit } from './plan.ts';

/** What the journal keeps of a page or file that was fetched. */
export interface DoneUnit {
  /** All rows of this time are in the store, epoch ms, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows that were kept. */
  readonly rows: number;
  /** Of files: the name, the SHA-256 and whether the exchange's own agrees. */
  readonly file?: string;
  readonly sha256?: string;
  readonly checksum?: 'agrees' | 'none';
  /** The exchange does not have the file. */
  readonly isMissing?: true;
  /** What the next unit needs of this one: the last settlements, and the last label of each series, epoch ms. */
  readonly settlements?: readonly number[];
  readonly last?: Readonly<Record<string, number>>;
}

/** Which times of which sources a history has, by the entries of its journal: what was fetched is not asked for again. */
export class DoneLog {
  readonly #store: HistoryStore;
  readonly #units: Map<string, DoneUnit[]>;

  private constructor(store: HistoryStore, units: Map<string, DoneUnit[]>) {
    this.#store = store;
    this.#units = units;
  }

  /** Reads the journal of a history. */
  static async read(store: HistoryStore): Promise<DoneLog> {
    const units = new Map<string, DoneUnit[]>();
    for (const { key, body } of await store.journal({ topic: 'backfill' })) {
      const unit = readUnit(body);
      if (unit === undefined) continue;
      const before = units.get(key);
      if (before === undefined) units.set(key, [unit]);
      else before.push(unit);
    }
    return new DoneLog(store, units);
  }

  /** Whether all of a time was fetched before, in one unit. */
  isDone(key: string, unit: Unit): boolean {
    return this.noted(key, unit) !== undefined;
  }

  /** What is known last of a time that was fetched in one unit; undefined where it was not. */
  noted(key: string, { fromMs, toMs }: Unit): DoneUnit | undefined {
    return (this.#units.get(key) ?? []).findLast((one) => one.fromMs <= fromMs && toMs <= one.toMs);
  }

  /** The unit that ends where one begins; undefined where there is none. */
  before(key: string, { fromMs }: Unit): DoneUnit | undefined {
    return (this.#units.get(key) ?? []).findLast((one) => one.toMs === fromMs);
  }

  /** Notes units whose rows are in the store, all of them or none. */
  async note(key: string, units: readonly DoneUnit[], atMs: number): Promise<void> {
    const entries = units.map((body): JournalEntry => ({ topic: 'backfill', key, atMs, body }));
    await this.#store.appendJournal(entries);
    const before = this.#units.get(key);
    if (before === undefined) this.#units.set(key, [...units]);
    else before.push(...units);
  }
}

/** An entry that says no time stands for nothing: its unit is fetched again. */
function readUnit(body: unknown): DoneUnit | undefined {
  if (!isRecord(body)) return undefined;
  const { fromMs, toMs } = body;
  return Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs)
    ? (body as unknown as DoneUnit)
    : undefined;
}
