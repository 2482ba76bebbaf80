import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import type { Chunk } from '../../../src/core/chunk.ts';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import type { SqliteStore } from '../../../src/store/sqliteStore.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { describeFloor, openInterestChunk } from './floorSuite.ts';
import { describeGaps } from './gapSuite.ts';
import { describeLevels } from './levelSuite.ts';
import { describeRetention } from './retentionSuite.ts';
import { describeHistoryStore } from './historyStoreSuite.ts';
import { T0, candle, openInterest } from './rows.ts';

const OI = { kind: 'open-interest' } as const;
let folder: string;
let count = 0;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-store-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const newFile = (): string => join(folder, `${(count += 1)}`, 'history.db');
const open = (file: string, source: 'live' | 'simulated' = 'live'): Promise<SqliteStore> =>
  openSqliteStore(file, { source });

async function fillAndClose(file: string, rows: number): Promise<void> {
  const store = await open(file);
  await store.append(Array.from({ length: rows }, (_, index) => openInterest({ atMs: T0 + index })));
  await store.close();
}

describeHistoryStore('SQLite', () => open(newFile()));
describeGaps('SQLite', () => open(newFile()));
describeFloor('SQLite', () => open(newFile()));
const tidy = (store: HistoryStore): void => {
  while ((store as SqliteStore).tidySlice());
};
describeRetention('SQLite', () => open(newFile()));
describeRetention('SQLite with blocks', () => open(newFile()), tidy);
describeLevels('SQLite', () => open(newFile()), tidy);

describe('SQLite store', () => {
  it('keeps its rows, event and observed times over a restart', async () => {
    const file = newFile();
    const rows = [openInterest(), openInterest({ atMs: T0 + 1, receivedAtMs: T0 + 12_345 })];
    const store = await open(file);
    await store.append(rows);
    await store.close();
    const again = await open(file);
    assert.equal(again.notice, undefined);
    assert.deepEqual(await again.query(OI), rows);
    assert.equal((await again.append(rows)).unchanged, 2);
    await again.close();
  });

  it('checks the frame of a block again once another process has written', async () => {
    const file = newFile();
    const store = await open(file);
    await store.append([openInterestChunk(Array.from({ length: 400 }, (_, index) => 100 + index))]);
    await store.settle();
    const read = async (): Promise<number> =>
      (await store.columns({ ...OI, fields: ['openInterestBase'] }))[0]?.atMs.length ?? 0;
    const all = await read();
    const other = new DatabaseSync(file);
    const [frame] = other.prepare('SELECT id, data FROM part WHERE id % 64 = 0 ORDER BY id').all();
    const bytes = (frame?.['data'] as Uint8Array).map((byte, at) => (at === 20 ? byte ^ 1 : byte));
    other.prepare('UPDATE part SET data = ? WHERE id = ?').run(bytes, frame?.['id'] ?? null);
    other.close();
    assert.ok((await read()) < all);
    assert.equal(store.damage().blocks, 1);
    await store.close();
  });

  it('shares one file between two open histories', async () => {
    const file = newFile();
    const [left, right] = await Promise.all([open(file), open(file)]);
    for (let index = 0; index < 20; index += 1) {
      await left.append([openInterest({ atMs: T0 + index })]);
      const result = await right.append([openInterest({ atMs: T0 + index }), candle({ atMs: T0 + index })]);
      assert.deepEqual(result, { inserted: 1, unchanged: 1, revised: 0 });
    }
    assert.equal((await left.query({ kind: 'candle' })).length, 20);
    assert.deepEqual(await left.query(OI), await right.query(OI));
    await left.close();
    assert.equal((await right.query(OI)).length, 20);
    await right.close();
  });

  it('refuses a file of the other data source and leaves it alone', async () => {
    const file = newFile();
    await fillAndClose(file, 3);
    await assert.rejects(open(file, 'simulated'), (error) => {
      assert.ok(isPerpscopeError(error, 'store'));
      assert.match(error.message, /holds live numbers and cannot take simulated/);
      return true;
    });
    const store = await open(file);
    assert.equal((await store.query(OI)).length, 3);
    await store.close();
  });

  it('refuses the database of another program without changing a byte of it', async () => {
    const file = join(folder, 'foreign.db');
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE notes (text)');
    foreign.close();
    const bytes = readFileSync(file);
    await assert.rejects(open(file), /database of another program/);
    assert.deepEqual(readFileSync(file), bytes);
  });

  it('knows its own file where the very row that says whose it is was hit, and saves what is in it', async () => {
    for (const damage of [
      "UPDATE meta SET value = 'lhve' WHERE key = 'source'",
      "UPDATE meta SET key = 'sourge' WHERE key = 'source'",
    ]) {
      const file = newFile();
      await fillAndClose(file, 3);
      const db = new DatabaseSync(file);
      db.exec(damage);
      db.close();
      const store = await open(file);
      assert.match(store.notice ?? '', /is damaged .* kept as history\.damaged-1\.db/, damage);
      await store.settle();
      assert.equal((await store.query(OI)).length, 3, damage);
      await store.close();
    }
  });

  it('refuses a history of a newer version', async () => {
    const file = newFile();
    await fillAndClose(file, 1);
    const db = new DatabaseSync(file);
    db.exec("UPDATE meta SET value = '99' WHERE key = 'schemaVersion'");
    db.close();
    await assert.rejects(open(file), /newer Perpscope \(schema 99/);
  });

  it('sets a file of garbage aside, keeps it, and starts anew', async () => {
    const file = newFile();
    await fillAndClose(file, 1);
    const garbage = Buffer.alloc(9_000, 'not a database ');
    writeFileSync(file, garbage);
    const store = await open(file);
    assert.match(store.notice ?? '', /history\.db is damaged .* kept as history\.damaged-1\.db/);
    assert.deepEqual(readFileSync(join(file, '..', 'history.damaged-1.db')), garbage);
    assert.deepEqual(await store.query(OI), []);
    assert.equal((await store.append([openInterest()])).inserted, 1);
    await store.close();
    writeFileSync(file, garbage);
    const third = await open(file);
    assert.match(third.notice ?? '', /history\.damaged-2\.db/);
    await third.close();
  });

  it('sets a damaged file aside once when several open it together', async () => {
    const file = newFile();
    await fillAndClose(file, 1);
    writeFileSync(file, 'x'.repeat(9_000));
    const stores = await Promise.all([open(file), open(file), open(file)]);
    assert.equal(stores.filter((store) => store.notice !== undefined).length, 1);
    for (const [index, store] of stores.entries()) await store.append([openInterest({ atMs: T0 + index })]);
    assert.equal((await stores[0]?.query(OI))?.length, 3);
    for (const store of stores) await store.close();
    assert.ok(!readdirSync(join(file, '..')).includes('history.damaged-2.db'));
  });

  it('sets a file with overwritten pages aside', async () => {
    const file = newFile();
    await fillAndClose(file, 2_000);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 8_192, bytes.length - 4_096);
    writeFileSync(file, bytes);
    const store = await open(file);
    assert.match(store.notice ?? '', /^The history history\.db is damaged \([^\n]+\)\. It was kept[^\n]+$/);
    assert.deepEqual(
      readdirSync(join(file, '..')).filter((name) => name.includes('damaged')),
      ['history.damaged-1.db'],
    );
    await store.close();
  });

  it('names the path when it cannot be opened', async () => {
    const blocked = join(folder, 'plain-file');
    writeFileSync(blocked, '');
    for (const file of [join(blocked, 'history.db'), folder])
      await assert.rejects(open(file), (error) => {
        assert.ok(isPerpscopeError(error, 'store'));
        return error.message.includes(basename(file));
      });
  });

  it('writes nothing of a batch that fails half way, and goes on afterwards', async () => {
    const file = newFile();
    const store = await open(file);
    const other = new DatabaseSync(file);
    other.exec(`CREATE TRIGGER refuse BEFORE INSERT ON observation WHEN NEW.at_ms = ${T0 + 2}
      BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`);
    const batch = [0, 1, 2, 3].map((offset) => openInterest({ atMs: T0 + offset }));
    await assert.rejects(store.append(batch), (error) => isPerpscopeError(error, 'store'));
    assert.deepEqual(await store.query(OI), []);
    other.exec('DROP TRIGGER refuse');
    other.close();
    assert.equal((await store.append(batch)).inserted, 4);
    await store.close();
  });

  it('makes the hours of single rows again that go into a block with a page', async () => {
    const store = await open(newFile());
    const { barMs: _, ...shared } = openInterestChunk([]).shared;
    const minutes = [60, 200, 360];
    const page = (last: number, days: number): Chunk => ({
      shared: { ...shared, receivedAtMs: T0 + days * 86_400_000 } as Chunk['shared'],
      atMs: Float64Array.from(minutes, (minute) => T0 + minute * 60_000),
      columns: { openInterestBase: Float64Array.of(1, 2, last) },
    });
    const hours = async (): Promise<number[]> => {
      const [found] = await store.columns({ ...OI, fields: ['openInterestBase'], stepMs: 3_600_000 });
      return [...(found?.columns['openInterestBase'] ?? [])];
    };
    await store.append([page(3, 9)]);
    await store.settle();
    assert.deepEqual(await hours(), [1, 2, 3]);
    await store.append([openInterest({ atMs: T0 + 180 * 60_000, openInterestBase: 77 })]);
    assert.deepEqual(await hours(), [1, 77, 3]);
    await store.append([page(4, 10)]);
    assert.deepEqual(await hours(), [1, 77, 4]);
    await store.settle();
    assert.deepEqual(await hours(), [1, 77, 4]);
    await store.close();
  });
});
