import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LeaseRow } from './historyStore.ts';

/**
 * The lease in its table: one row, whose epoch only ever counts up, also over an end, so that who held an older one can
 * never take a newer one for its own. Transactions are the caller's.
 */
export class SqliteLease {
  readonly #read: StatementSync;
  readonly #write: StatementSync;

  constructor(db: DatabaseSync) {
    this.#read = db.prepare("SELECT epoch, holder, beat FROM lease WHERE id = 1 AND holder <> ''");
    this.#write = db.prepare(
      'UPDATE lease SET epoch = epoch + ?, holder = ?, beat = ? WHERE id = 1 RETURNING epoch, holder, beat',
    );
  }

  /** The lease as it stands; undefined where nobody holds it. */
  read(): LeaseRow | undefined {
    const row = this.#read.get() as unknown as LeaseRow | undefined;
    return row && { ...row };
  }

  take(holder: string, seen: LeaseRow | undefined): LeaseRow | undefined {
    const stands = this.read();
    if (stands?.epoch !== seen?.epoch || stands?.beat !== seen?.beat) return undefined;
    return { ...(this.#write.get(1, holder, 0) as unknown as LeaseRow) };
  }

  beat(held: LeaseRow): boolean {
    const stands = this.read();
    if (stands?.epoch !== held.epoch || stands.holder !== held.holder) return false;
    this.#write.get(0, stands.holder, stands.beat + 1);
    return true;
  }

  end(held: LeaseRow): void {
    if (this.read()?.epoch === held.epoch) this.#write.get(0, '', 0);
  }
}
