import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DAY_MS } from '../../../src/core/units.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import { openInterestChunk } from './floorSuite.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

const OI = { kind: 'open-interest' } as const;

/** Does something with the closed file, as nobody should. */
function tamper(file: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file);
  work(db);
  db.close();
}

/** Overwrites the page that a table begins with. */
function overwriteRoot(file: string, table: string): void {
  let place = { root: 0, bytes: 0 };
  tamper(file, (db) => {
    const [root] = db.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').all(table);
    const [size] = db.prepare('PRAGMA page_size').all();
    place = { root: Number(root?.['rootpage']), bytes: Number(size?.['page_size']) };
  });
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(place.bytes, 0xa5), 0, place.bytes, (place.root - 1) * place.bytes);
  closeSync(handle);
}

describe('a history file with a damaged page', () => {
  let folder: string;
  let file: string;
  let store: SqliteStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-pages-'));
    file = join(folder, 'history.db');
    store = await openSqliteStore(file, { source: 'live' });
    const page = openInterestChunk([1, 2, 3], { receivedAtMs: T0 + 9 * DAY_MS });
    await store.append([openInterest(), page, candle(), liquidation()]);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const table of ['series', 'series_copy'])
    it(`loses no row where ${table} cannot be read, since each series is written twice`, async () => {
      await store.close();
      overwriteRoot(file, table);
      store = await openSqliteStore(file, { source: 'live' });
      assert.match(store.notice ?? '', /is damaged/);
      await store.settle();
      assert.equal((await store.query(OI)).length, 4);
      assert.deepEqual(await store.query({ kind: 'candle' }), [candle()]);
      assert.deepEqual(await store.query({ kind: 'liquidation' }), [liquidation()]);
    });
});
