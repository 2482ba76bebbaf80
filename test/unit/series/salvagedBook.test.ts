import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { countOf } from '../../../src/series/hours.ts';
import { SeriesBook } from '../../../src/series/seriesBook.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import { hoursBack, NOW, openInterestRow, THIS_HOUR } from '../analysis/regime/history.ts';

const EXCHANGES = ['okx', 'gate', 'bybit'];
const WHOLE = [100, 100, 100];

/** How many hours of each exchange a book gives. */
async function held(book: SeriesBook): Promise<number[]> {
  const columns = (await book.read('live', 'BTC', NOW)).column('open-interest');
  return EXCHANGES.map((id) => {
    const column = columns.get(id);
    return column === undefined ? 0 : countOf(column);
  });
}

describe('a book that is read while a damaged history is taken over', () => {
  let folder: string;
  let file: string;
  let opened: SqliteStore[];
  const open = async (): Promise<SqliteStore> => {
    const store = await openSqliteStore(file, { source: 'live' });
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-salvaged-'));
    file = join(folder, 'history.db');
    opened = [];
    const store = await open();
    for (const id of EXCHANGES)
      await store.append(hoursBack(100, THIS_HOUR, (atMs) => openInterestRow(id, atMs, 5)));
    await store.close();
    const db = new DatabaseSync(file);
    db.exec('DROP TABLE extreme');
    db.close();
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const who of ['this process', 'another one'] as const)
    it(`is read again when that has ended, and no more, where ${who} does it`, async () => {
      const mending = await open();
      const store = who === 'this process' ? mending : await open();
      const book = new SeriesBook(() => Promise.resolve(store));
      const before = await held(book);
      assert.ok(before.includes(0), `${before.join()}: read in the middle`);
      await mending.settle();
      assert.deepEqual(await held(book), WHOLE);
      const epoch = store.readingEpoch?.();
      await held(book);
      assert.equal(store.readingEpoch?.(), epoch);
    });

  it('is read once by who opens it later', async () => {
    await (await open()).settle();
    const store = await open();
    const epoch = store.readingEpoch?.();
    assert.deepEqual(await held(new SeriesBook(() => Promise.resolve(store))), WHOLE);
    assert.equal(store.readingEpoch?.(), epoch);
  });
});
