import { setTimeout as sleep } from 'node:timers/promises';
import type { SqliteModule } from './loadSqlite.ts';
import { isBusy } from './sqliteErrors.ts';

const POLL_MS = 25;
const LONGEST_WAIT_MS = 15_000;

/**
 * Runs `work` while no other process that opens the same history does; returns what it returns. Two windows that find
 * a damaged file at once must not both set it aside: the second would move the first one's new file. The lock is one
 * of SQLite's on an empty file beside the history (`….lock`), so it ends with its process, however that ends. Waits
 * without blocking; throws SQLite's busy error after 15 s. Where locks do not work at all, goes on without.
 */
export async function withOpeningLock<T>(sqlite: SqliteModule, file: string, work: () => T): Promise<T> {
  const lock = new sqlite.DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      try {
        lock.exec('BEGIN EXCLUSIVE');
        break;
      } catch (error) {
        if (!isBusy(error)) break;
        if (waitedMs >= LONGEST_WAIT_MS) throw error;
        await sleep(POLL_MS);
      }
    }
    return work();
  } finally {
    lock.close();
  }
}
