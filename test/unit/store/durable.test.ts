import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import { DAY_MS } from '../../../src/core/units.ts';
import {
  openSqliteStore,
  type SqliteStore,
  type SqliteStoreOptions,
} from '../../../src/store/sqliteStore.ts';
import type { JournalEntry } from '../../../src/store/journal.ts';
import { loadSqlite } from '../../../src/store/loadSqlite.ts';
import { salvage } from '../../../src/store/salvage.ts';
import { openInterestChunk } from './floorSuite.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

const OI = { kind: 'open-interest' } as const;

/** Holds the write lock of a file in another process, as a window stopped in a debugger does. */
async function holdLock(file: string): Promise<ChildProcess> {
  const code = `const d=new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)});d.exec('BEGIN IMMEDIATE');console.log(1);setInterval(()=>{},9e5)`;
  const holder = spawn(process.execPath, ['--no-warnings', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}

/** Lets a statement fail with a result code of SQLite while the returned function has not been called. */
function failing(statement: string, errcode: number): () => void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql: string): void {
    if (sql === statement) throw Object.assign(new Error('made to fail'), { errcode });
    exec.call(this, sql);
  };
  return () => {
    DatabaseSync.prototype.exec = exec;
  };
}

describe('a history file that is kept open', () => {
  let folder: string;
  let file: string;
  let notices: string[];
  let store: SqliteStore;
  const open = (options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> =>
    openSqliteStore(file, { source: 'live', onNotice: (notice) => notices.push(notice), ...options });
  const countOf = async (from: SqliteStore = store): Promise<number> => (await from.query(OI)).length;
  /** What another process finds in the file. */
  const countInFile = async (): Promise<number> => {
    const other = await openSqliteStore(file, { source: 'live' });
    const count = await countOf(other);
    await other.close();
    return count;
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-durable-'));
    file = join(folder, 'history.db');
    notices = [];
    store = await open();
    await store.append([openInterest(), openInterestChunk([1, 2, 3], { receivedAtMs: T0 + 9 * DAY_MS })]);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets rows wait while another process holds the lock, reads them from memory, and holds no loop', async () => {
    const holder = await holdLock(file);
    const { exec } = DatabaseSync.prototype;
    const heldMs: number[] = [];
    DatabaseSync.prototype.exec = function (sql: string): void {
      const startMs = performance.now();
      try {
        exec.call(this, sql);
      } finally {
        if (sql === 'BEGIN IMMEDIATE') heldMs.push(performance.now() - startMs);
      }
    };
    try {
      const result = await store.append([openInterest({ atMs: T0 + 1 }), openInterest({ atMs: T0 + 1 })]);
      assert.deepEqual(result, { inserted: 1, unchanged: 1, revised: 0 });
      assert.equal(await countOf(), 5);
      assert.equal((await store.latest({ ...OI, facet: 'now' }))[0]?.atMs, T0 + 1);
      const [column] = await store.columns({ ...OI, facet: 'now', fields: ['openInterestBase'] });
      assert.deepEqual([...(column?.atMs ?? [])], [T0, T0 + 1]);
      await assert.rejects(
        store.takeLease('a', undefined),
        (error) => isPerpscopeError(error, 'store') && error.retryable,
      );
    } finally {
      DatabaseSync.prototype.exec = exec;
      holder.kill('SIGKILL');
      await once(holder, 'close');
    }
    // The median, because a busy machine may hold any one of them longer.
    const middle = heldMs.sort((a, b) => a - b)[heldMs.length >> 1] ?? Infinity;
    assert.ok(heldMs.length > 5 && middle < 50, `${heldMs.length} tries held the thread for ${middle} ms`);
    await store.settle();
    assert.equal(await countInFile(), 5);
    assert.deepEqual(notices, [], 'a lock of a moment is nothing to tell');
  }).timeout(20_000);

  it('writes as soon as a lock is gone that held up its tidying again and again', async () => {
    const release = failing('BEGIN IMMEDIATE', 5);
    try {
      for (let tries = 0; tries < 4; tries += 1) await store.settle();
      await store.append([openInterest({ atMs: T0 + 1 })]);
    } finally {
      release();
    }
    await store.settle();
    assert.equal(await countInFile(), 5);
    assert.deepEqual(notices, []);
  });

  it('opens although another process holds the lock, and takes the file when it is free', async () => {
    await store.close();
    const holder = await holdLock(file);
    store = await open();
    await store.append([openInterest({ atMs: T0 + 1 })]);
    assert.ok((await countOf()) >= 1);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    for (let tries = 0; tries < 100 && (await countOf()) < 5; tries += 1) {
      await new Promise((done) => setTimeout(done, 50));
      await store.settle();
    }
    assert.equal(await countInFile(), 5);
  }).timeout(30_000);

  it('opens while another connection writes for a moment, and reads what is stored', async () => {
    await store.close();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const opening = open();
    setTimeout(() => other.exec('COMMIT'), 40);
    store = await opening;
    assert.equal(await countOf(), 4);
    assert.deepEqual(notices, []);
    other.close();
  });

  it('reads a file that could not be opened at first, though nothing is written', async () => {
    await store.close();
    const holder = await holdLock(file);
    store = await open();
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const epoch = store.readingEpoch?.();
    let found = 0;
    for (let tries = 0; tries < 100 && found < 4; tries += 1) {
      await new Promise((done) => setTimeout(done, 50));
      found = await countOf().catch(() => 0);
    }
    assert.equal(found, 4);
    assert.notEqual(store.readingEpoch?.(), epoch, 'who holds what was read is told to read again');
    assert.equal((await store.lease())?.holder ?? '', '');
  }).timeout(30_000);

  it('keeps what a full disk refuses, says so once, and writes it when there is room', async () => {
    const heal = failing('COMMIT', 13);
    try {
      for (let row = 1; row <= 3; row += 1) await store.append([openInterest({ atMs: T0 + row })]);
      await store.appendGaps([
        { exchange: 'okx', stream: 's', fromMs: T0, toMs: T0 + 1, cause: 'closed', backfilled: false },
      ]);
      await store.appendJournal([{ topic: 'round', key: 'okx', atMs: T0, body: 1 }]);
      await store.noteNewest([openInterest({ atMs: T0 + 9 })]);
      await store.append([openInterest({ openInterestBase: 5, receivedAtMs: T0 + 900 })]);
      assert.equal(await countOf(), 7);
      assert.equal(
        (await store.query({ ...OI, facet: 'now' }))[0]?.openInterestBase,
        5,
        'what waits is newer',
      );
      assert.equal((await store.gaps({})).length, 1);
      assert.equal((await store.journal({ topic: 'round' })).length, 1);
      assert.equal((await store.latest({ ...OI, facet: 'now' }))[0]?.atMs, T0 + 9);
      assert.ok((await store.feed()).rows.some(({ atMs }) => atMs === T0 + 9));
      assert.equal((await store.extremes({ ...OI, facet: 'now' }))[0]?.highest.value, 100);
    } finally {
      heal();
    }
    assert.deepEqual(
      notices.map((notice) => /disk is full/.test(notice)),
      [true],
    );
    const startMs = performance.now();
    while ((await countInFile()) < 7 && performance.now() - startMs < 10_000) await store.settle();
    assert.equal(await countInFile(), 7);
    assert.equal((await store.journal({ topic: 'round' })).length, 1, 'nothing is written twice');
    assert.equal(notices.length, 1);
  }).timeout(30_000);

  it('loses none of what waits when several write at once', async () => {
    const heal = failing('COMMIT', 13);
    for (let row = 1; row <= 20; row += 1) await store.append([openInterest({ atMs: T0 + row })]);
    heal();
    const late = Array.from({ length: 6 }, (_, row) => openInterest({ atMs: T0 + 100 + row }));
    const startMs = performance.now();
    do await Promise.all(late.map((row) => store.append([row])));
    while ((await countInFile()) < 30 && performance.now() - startMs < 5_000);
    assert.equal(await countInFile(), 30);
    assert.equal(await countOf(), 30);
  }).timeout(20_000);

  it('keeps of two journal entries the newer one, though the older one had to wait for a lock', async () => {
    const entry = (n: number): JournalEntry => ({ topic: 'exchange', key: 'okx', atMs: T0 + n, body: { n } });
    const heal = failing('BEGIN IMMEDIATE', 5);
    const { exec } = DatabaseSync.prototype;
    DatabaseSync.prototype.exec = function (sql: string): void {
      try {
        exec.call(this, sql);
      } finally {
        // Only the first try finds the lock.
        if (sql === 'BEGIN IMMEDIATE') heal();
      }
    };
    await Promise.all([1, 2, 3].map((n) => store.appendJournal([entry(n)])));
    assert.deepEqual(await store.journal({ topic: 'exchange' }), [entry(3)]);
    await assert.rejects(store.appendJournal([{ ...entry(4), body: 1n }]));
    await store.appendJournal([entry(5)]);
    assert.deepEqual((await store.feed()).entries, [entry(5)], 'one that fails holds none up');
  });

  it('writes what waits when it is closed', async () => {
    const heal = failing('COMMIT', 13);
    await store.append([openInterest({ atMs: T0 + 1 })]);
    heal();
    await store.close();
    assert.equal(await countInFile(), 5);
  });

  it('drops what came first once too many rows wait, and counts it', async () => {
    await store.close();
    store = await open({ mostWaitingRows: 10 });
    const heal = failing('COMMIT', 13);
    try {
      for (let row = 0; row < 100; row += 1)
        await store.append([liquidation({ eventId: `${row}`, atMs: T0 + row })]);
      assert.equal(store.damage().dropped, 90);
      const kept = await store.query({ kind: 'liquidation' });
      assert.deepEqual([kept.length, kept[0]?.atMs], [10, T0 + 90]);
    } finally {
      heal();
    }
  });

  it('refuses what no history takes also while rows wait', async () => {
    const heal = failing('COMMIT', 13);
    try {
      await store.append([openInterest({ atMs: T0 + 1 })]);
      await assert.rejects(store.append([openInterest({ atMs: Number.NaN })]), (error) =>
        isPerpscopeError(error, 'store'),
      );
    } finally {
      heal();
    }
  });

  /** Waits until the store has looked at its file again. */
  const look = (): Promise<void> => new Promise((done) => setTimeout(done, 230));

  it('writes what it still has again when the file is deleted', async () => {
    for (const name of readdirSync(folder)) if (name.startsWith('history.db')) rmSync(join(folder, name));
    await look();
    assert.equal((await store.append([openInterest({ atMs: T0 + 1 })])).inserted, 1);
    await store.settle();
    assert.equal(await countInFile(), 5);
    assert.equal(await countOf(), 5);
    assert.deepEqual(
      notices.map((notice) => /was deleted while it was open/.test(notice)),
      [true],
    );
  });

  it('makes the folder again when it is removed', async () => {
    rmSync(folder, { recursive: true });
    await look();
    await store.append([openInterest({ atMs: T0 + 1 })]);
    await store.settle();
    assert.equal(await countInFile(), 5);
    assert.equal(notices.length, 1);
  });

  it('goes on in a file that took the place of its own, with what both have', async () => {
    const other = join(folder, 'other.db');
    const backup = await openSqliteStore(other, { source: 'live' });
    await backup.append([candle(), openInterest({ atMs: T0 - 5 })]);
    await backup.close();
    renameSync(other, file);
    await look();
    await store.append([openInterest({ atMs: T0 + 1 })]);
    await store.settle();
    assert.equal(await countInFile(), 6);
    assert.equal((await store.query({ kind: 'candle' })).length, 1);
    assert.match(notices.join(), /was replaced while it was open/);
  });

  it('sets a file aside that was cut short, says so once, and takes over what it can', async () => {
    truncateSync(file, 1_000);
    await look();
    for (let row = 1; row <= 3; row += 1) await store.append([openInterest({ atMs: T0 + row })]);
    assert.ok((await countOf()) >= 3);
    assert.deepEqual(
      notices.map((notice) => /is damaged .*kept as history\.damaged-1\.db/.test(notice)),
      [true],
    );
    assert.ok(existsSync(join(folder, 'history.damaged-1.db')));
  });

  it('sets a file aside that was overwritten while it was open', async () => {
    writeFileSync(file, 'x'.repeat(500_000));
    await look();
    for (let row = 1; row <= 300; row += 1) await store.append([openInterest({ atMs: T0 + row })]);
    await store.settle();
    assert.equal(await countInFile(), 304, 'all of it was in the journal still');
    assert.match(notices.join(), /is damaged \(it was overwritten\)/);
    assert.equal(notices.length, 1);
  });

  it('takes over what was replaced only where the row that replaced it is there', async () => {
    await store.append([openInterest({ openInterestBase: 1 }), openInterest({ atMs: T0 + 1, openInterestBase: 1 })]);
    const later = { openInterestBase: 2, receivedAtMs: T0 + 900 };
    await store.append([openInterest(later), openInterest({ atMs: T0 + 1, ...later })]);
    await store.close();
    const db = new DatabaseSync(file);
    db.exec(`DELETE FROM observation WHERE at_ms = ${T0 + 1}`);
    const taken = [...salvage(db, loadSqlite())].flatMap(({ rows }) => rows.map(({ row }) => row));
    assert.deepEqual(taken.map(({ atMs, receivedAtMs }) => [atMs, receivedAtMs]), [[T0, T0 + 500], [T0, T0 + 900]]);
    db.close();
    store = await open();
  }); // prettier-ignore

  it('leaves out and names rows that are no JSON, and tells it once', async () => {
    const db = new DatabaseSync(file);
    const { id } = db.prepare("SELECT id FROM series WHERE facet = 'now'").get() as { id: number };
    const insert = db.prepare('INSERT INTO observation VALUES (?, ?, ?, ?, ?)');
    for (const [row, payload] of ['{"barMs":36', 'null', '[]', '1', '"x"', ''].entries())
      insert.run(id, T0 + 10 + row, '', T0, payload);
    insert.run(id, T0 + 30, '', T0, '{"openInterestBase":7,"sides":"one"}');
    db.close();
    const rows = await store.query({ ...OI, facet: 'now' });
    assert.deepEqual(
      rows.map((row) => row.openInterestBase),
      [100, 7],
      'a row without a checksum is read',
    );
    await store.query(OI);
    assert.deepEqual([store.damage().rows, store.damage().names], [6, ['binance:BTCUSDT']]);
    assert.deepEqual(notices.length, 1);
    assert.match(notices[0] ?? '', /6 rows of binance:BTCUSDT/);
    // Folded, they are out of the way, and still there.
    await store.append([openInterest({ atMs: T0 + 3 * DAY_MS })]);
    await store.settle();
    const after = new DatabaseSync(file);
    assert.equal(after.prepare('SELECT count(*) AS n FROM damaged').get()?.['n'], 6);
    after.close();
    assert.equal((await store.query({ ...OI, facet: 'now' })).length, 3);
  });

  for (const [what, sql] of [
    ['its version is 0', "UPDATE meta SET value = '0' WHERE key = 'schemaVersion'"],
    ['its version is -1', "UPDATE meta SET value = '-1' WHERE key = 'schemaVersion'"],
    ['its version is no number', "UPDATE meta SET value = 'x' WHERE key = 'schemaVersion'"],
    ['a table is missing', 'DROP TABLE revision'],
    ['a column is missing', 'ALTER TABLE gap DROP COLUMN cause'],
  ] as const)
    it(`sets a file of ours aside when ${what}, and takes over its rows`, async () => {
      await store.close();
      const db = new DatabaseSync(file);
      db.exec(sql);
      db.close();
      store = await open();
      assert.match(store.notice ?? '', /history\.db is damaged/);
      await store.settle();
      assert.equal(await countOf(), 4);
      await store.close();
      store = await open();
      assert.equal(store.notice, undefined);
      assert.equal(await countOf(), 4);
    });
});
