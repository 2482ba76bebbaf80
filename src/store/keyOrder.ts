import type { DatabaseSync } from 'node:sqlite';
import { compareText } from './row.ts';
import { DamagedFileError } from './sqliteErrors.ts';

type Key = readonly (number | string)[];

/** Tables that grow with the history and whose rows are found by their key alone. */
const KEYS = {
  observation: ['series_id', 'at_ms', 'event'],
  revision: ['series_id', 'at_ms', 'event', 'received_at_ms'],
};
const LEAST: Key = [-Infinity, -Infinity, '', -Infinity];
/** Some milliseconds. */
const SLICE_ROWS = 1_024;

/**
 * Walks through the rows of a file, a slice at each step, within a transaction of the caller's. Throws a DamagedFileError
 * where a key is out of its order: behind it a search finds nothing, and rows would be missing without a word.
 */
export function* walkInOrder(db: DatabaseSync): Generator<void> {
  for (const [table, columns] of Object.entries(KEYS)) {
    const key = columns.join();
    const places = columns.map(() => '?').join();
    const slice = db.prepare(
      `SELECT ${key} FROM ${table} WHERE (${key}) >= (${places}) ORDER BY ${key} LIMIT ${SLICE_ROWS}`,
    );
    let from = LEAST.slice(0, columns.length);
    for (let isMore = true; isMore;) {
      const keys = slice.all(...from).map((row) => Object.values(row) as (number | string)[]);
      const bad = keys.findIndex((own, row) => row > 0 && compareKeys(keys[row - 1] ?? [], own) >= 0);
      if (bad !== -1) throw new DamagedFileError('a row is out of its order');
      // The last row is looked at again, together with the one after it.
      from = keys.at(-2) ?? from;
      isMore = keys.length === SLICE_ROWS;
      yield;
    }
  }
}

function compareKeys(left: Key, right: Key): number {
  for (const [place, own] of left.entries()) {
    const other = right[place];
    if (typeof own === 'string' && typeof other === 'string') {
      if (own !== other) return compareText(own, other);
    } else if (own !== other) return own < (other ?? own) ? -1 : 1;
  }
  return 0;
}
