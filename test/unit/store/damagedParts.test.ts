import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Chunk } from '../../../src/core/chunk.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import type { JournalEntry } from '../../../src/store/journal.ts';
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqliteStore.ts';
import { openInterestChunk } from './floorSuite.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';
import { allBefore } from '../../support/allBefore.ts';

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

  for (const [what, sql] of [
    ['was put back', "UPDATE counter SET value = 2 WHERE name = 'sequence'"],
    ['is not there', "DELETE FROM counter WHERE name = 'sequence'"],
  ] as const)
    it(`gives no number of the feed twice where the counter ${what}`, async () => {
      const entry = (key: string): JournalEntry => ({ topic: 'round', key, atMs: T0, body: 1 });
      for (const key of ['a', 'b', 'c']) await store.appendJournal([entry(key)]);
      await store.noteNewest([openInterest({ atMs: T0 + 5 })]);
      const { sequence } = await store.feed();
      await store.close();
      tamper(file, (db) => db.exec(sql));
      store = await openSqliteStore(file, { source: 'live' });
      assert.equal(store.notice, undefined);
      await store.appendJournal([entry('d')]);
      assert.equal((await store.feed()).sequence, sequence + 1);
      assert.equal((await store.journal({ topic: 'round' })).length, 4);
    });

  /** Puts another time in the place of one. */
  const replaceTime = (fromMs: number, toMs: number): void => {
    const [bytes, before, after] = [readFileSync(file), Buffer.alloc(6), Buffer.alloc(6)];
    before.writeUIntBE(fromMs, 0, 6);
    after.writeUIntBE(toMs, 0, 6);
    // Also where a page was split and the rest of it is free now.
    for (let place = bytes.indexOf(before); place !== -1; place = bytes.indexOf(before, place))
      bytes.set(after, place);
    writeFileSync(file, bytes);
  };

  for (const table of ['observation', 'revision'])
    it(`finds keys of a large file that are out of their order while nothing waits, in ${table}`, async () => {
      const rows = (openInterestBase: number, lateMs: number): Observation[] =>
        Array.from({ length: 1_100 }, (_, row) =>
          openInterest({
            atMs: T0 + row * 1_000,
            openInterestBase,
            receivedAtMs: T0 + DAY_MS + lateMs + row,
          }),
        );
      await store.append(rows(1, 0));
      if (table === 'revision') await store.append(rows(2, 2 * DAY_MS));
      await store.append([openInterest({ atMs: T0 + 500_123, receivedAtMs: T0 + DAY_MS })]);
      if (table === 'revision')
        await store.append([
          openInterest({ atMs: T0 + 500_123, openInterestBase: 3, receivedAtMs: T0 + 3 * DAY_MS }),
        ]);
      await store.close();
      tamper(file, (db) => {
        db.exec(
          "PRAGMA journal_mode = OFF; INSERT INTO part VALUES (-1, zeroblob(17000000)); DELETE FROM head; UPDATE extreme SET seal = 0, ranges = '[]'",
        );
        if (table === 'revision') db.exec(`DELETE FROM observation WHERE at_ms = ${T0 + 500_123}`);
      });
      const notices: string[] = [];
      const open = (): Promise<SqliteStore> =>
        openSqliteStore(file, { source: 'live', onNotice: (notice) => notices.push(notice) });
      store = await open();
      await store.settle();
      assert.deepEqual(notices, [], 'a sound file is none that is damaged');
      await store.close();
      replaceTime(T0 + 500_123, T0 + 7);
      store = await open();
      assert.equal(store.notice, undefined, 'it is too large to be looked through on opening');
      await store.settle();
      assert.match(notices.join(), /is damaged \(a row is out of its order\)/);
      assert.equal(notices.length, 1);
      assert.ok((await store.query({ ...OI, facet: 'now' })).length >= 1_100);
    });

  for (const [what, sql] of [
    ['counter', "UPDATE counter SET value = 1 << 60 WHERE name = 'sequence'"],
    ['time of a row', `UPDATE observation SET at_ms = 1 << 60 WHERE at_ms = ${T0 + 7}`],
  ] as const)
    it(`goes on where a ${what} is a number that no history writes`, async () => {
      await store.append([openInterest({ atMs: T0 + 7 })]);
      await store.close();
      tamper(file, (db) => db.exec(sql));
      store = await openSqliteStore(file, { source: 'live' });
      assert.ok((await store.query(OI)).length <= 5);
      assert.ok((await store.feed()).sequence < 1e6);
      await store.settle();
      assert.ok((await store.query(OI)).length >= 4);
      await store.append([openInterest({ atMs: T0 + 8 })]);
    });
});

describe('a damaged block of a roll-up', () => {
  let folder: string;
  let file: string;
  let store: SqliteStore;
  const HOURS = 60;
  /** Readings, two an hour, of days that are over. */
  const page = (fromHour: number, hours: number): Chunk => {
    const { barMs: _, ...shared } = openInterestChunk([]).shared;
    return {
      shared: { ...shared, receivedAtMs: T0 + 90 * DAY_MS } as Chunk['shared'],
      atMs: Float64Array.from({ length: 2 * hours }, (_row, half) => T0 + (fromHour + half / 2) * HOUR_MS),
      columns: {
        openInterestBase: Float64Array.from({ length: 2 * hours }, (_row, half) => fromHour + half / 2),
      },
    };
  };
  const readHours = async (): Promise<number[]> => {
    const asked = {
      ...OI,
      fields: ['openInterestBase'],
      stepMs: HOUR_MS,
      fromMs: T0,
      toMs: T0 + HOURS * HOUR_MS,
    };
    const [found] = await store.columns(asked);
    return [...(found?.columns['openInterestBase'] ?? [])];
  };
  const ALL = Array.from({ length: HOURS }, (_, hour) => hour);
  const rollUps = (): number => {
    let count = 0;
    tamper(
      file,
      (db) => (count = Number(db.prepare('SELECT count(*) AS n FROM block WHERE step_ms > 0').get()?.['n'])),
    );
    return count;
  };
  const DAMAGES = {
    'its values':
      'UPDATE part SET data = zeroblob(length(data)) WHERE id / 64 IN (SELECT id FROM block WHERE step_ms = 3600000) AND id % 64 = 1',
    'its times':
      'UPDATE part SET data = zeroblob(length(data)) WHERE id / 64 IN (SELECT id FROM block WHERE step_ms = 3600000) AND id % 64 = 0',
    'its name': 'UPDATE block SET to_ms = to_ms - 1 WHERE step_ms = 3600000',
    'its list of fields': "UPDATE block SET fields = '[]' WHERE step_ms = 3600000",
  };
  const damage = async (sql: string): Promise<void> => {
    await store.close();
    tamper(file, (db) => db.exec(sql));
    store = await openSqliteStore(file, { source: 'live' });
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-roll-ups-'));
    file = join(folder, 'history.db');
    store = await openSqliteStore(file, { source: 'live' });
    await store.append([page(0, HOURS)]);
    await store.settle();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, sql] of Object.entries(DAMAGES))
    it(`hides no hour whose rows are sound, and is made again: ${what}`, async () => {
      const before = rollUps();
      await damage(sql);
      assert.deepEqual(await readHours(), ALL, 'at once, from the rows');
      await store.settle();
      assert.deepEqual(await readHours(), ALL);
      assert.equal(rollUps(), before, 'the damaged one is gone');
      tamper(file, (db) => {
        assert.deepEqual(db.prepare('SELECT * FROM stale').all(), []);
        // What is read now is the roll-up, no longer the rows.
        db.exec('DELETE FROM block WHERE step_ms = 0');
      });
      assert.deepEqual(await readHours(), ALL);
      assert.deepEqual(store.damage(), { rows: 0, blocks: 0, names: [], dropped: 0 }, 'nothing is left out');
    });

  it('blanks none of its hours when some of them are made again', async () => {
    await damage(DAMAGES['its values']);
    await store.append([
      openInterest({ atMs: T0 + 9 * HOUR_MS, openInterestBase: 77, receivedAtMs: T0 + 91 * DAY_MS }),
    ]);
    await store.settle();
    assert.deepEqual(await readHours(), ALL.with(9, 77));
  });

  it('blanks none of its hours when older ones are pruned', async () => {
    await damage(DAMAGES['its values']);
    await store.prune(allBefore(T0 + 10 * HOUR_MS));
    await store.close();
    store = await openSqliteStore(file, { source: 'live' });
    assert.deepEqual(await readHours(), ALL.slice(10));
    await store.settle();
    assert.deepEqual(await readHours(), ALL.slice(10));
  });
});
