import type { DatabaseSync } from 'node:sqlite';
import type { StreamGap } from '../core/streamGap.ts';
import type { DamageBook } from './damage.ts';
import type { GapQuery } from './historyStore.ts';
import { sealOf } from './seal.ts';

type StoredGap = Omit<StreamGap, 'backfilled'> & {
  readonly backfilled: number;
  readonly seal: number | null;
};

/** Gaps in their table; those of an earlier version have no checksum. Transactions are the caller's. */
export class SqliteGaps {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #damage: DamageBook;

  constructor(db: DatabaseSync, damage: DamageBook) {
    this.#sql = prepareAll(db);
    this.#damage = damage;
  }

  add({ exchange, stream, fromMs, toMs, cause, backfilled }: StreamGap): void {
    const key = { exchange, stream, fromMs, toMs };
    const known = this.#sql.find.get(key) as unknown as Pick<StoredGap, 'cause' | 'backfilled'> | undefined;
    if (known !== undefined && (!backfilled || known.backfilled === 1)) return;
    const row = { ...key, cause: known?.cause ?? cause, backfilled: backfilled ? 1 : 0 };
    this.#sql.put.run({ ...row, seal: sealOf(textOf(row)) });
  }

  query({ exchange, stream, fromMs, toMs }: GapQuery): StreamGap[] {
    const names = { exchange: exchange ?? null, stream: stream ?? null };
    const rows = this.#sql.query.all({ ...names, fromMs: fromMs ?? -Infinity, toMs: toMs ?? Infinity });
    return (rows as unknown as StoredGap[]).flatMap(({ seal, ...gap }): StreamGap[] => {
      if (seal === null || sealOf(textOf(gap)) === seal)
        return [{ ...gap, backfilled: gap.backfilled === 1 }];
      this.#damage.noteRow('gaps', `gap ${textOf(gap)}`);
      return [];
    });
  }

  prune(beforeMs: number): void {
    this.#sql.prune.run(beforeMs);
  }
}

function textOf({ exchange, stream, fromMs, toMs, cause, backfilled }: Omit<StoredGap, 'seal'>): string {
  return `${exchange} ${stream} ${fromMs} ${toMs} ${cause} ${backfilled}`;
}

function prepareAll(db: DatabaseSync) {
  return {
    find: db.prepare(
      `SELECT cause, backfilled FROM gap WHERE from_ms = :fromMs AND to_ms = :toMs AND exchange = :exchange
         AND stream = :stream`,
    ),
    put: db.prepare(
      `INSERT OR REPLACE INTO gap (from_ms, to_ms, exchange, stream, cause, backfilled, seal)
       VALUES (:fromMs, :toMs, :exchange, :stream, :cause, :backfilled, :seal)`,
    ),
    query: db.prepare(
      `SELECT exchange, stream, from_ms AS fromMs, to_ms AS toMs, cause, backfilled, seal FROM gap
       WHERE (:exchange IS NULL OR exchange = :exchange) AND (:stream IS NULL OR stream = :stream)
         AND to_ms >= :fromMs AND from_ms < :toMs ORDER BY from_ms, to_ms, exchange, stream`,
    ),
    prune: db.prepare('DELETE FROM gap WHERE to_ms < ?'),
  };
}
