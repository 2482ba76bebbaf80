import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import { openForReading } from '../../../src/store/readOnlyHistory.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { openInterest, T0 } from './rows.ts';

const query = { kind: 'open-interest', facet: 'now', fields: ['openInterestBase'] } as const;

describe('a history that is only read', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-reading-'));
    file = join(folder, 'h.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is as it was, byte by byte, and needs no data source to be named', async () => {
    const store = await openSqliteStore(file, { source: 'simulated' });
    await store.append([openInterest()]);
    await store.close();
    const before = readFileSync(file);
    const reading = openForReading(file);
    assert.equal(reading.source, 'simulated');
    const [found] = await reading.columns(query);
    assert.deepEqual([...(found?.columns['openInterestBase'] ?? [])], [100]);
    const [newest] = await reading.latest({ kind: 'open-interest' });
    assert.equal(newest?.openInterestBase, 100);
    reading.close();
    assert.deepEqual(readFileSync(file), before);
    // What SQLite leaves beside a file that was only read harms nobody.
    const again = await openSqliteStore(file, { source: 'simulated' });
    await again.append([openInterest({ atMs: T0 + 60_000 })]);
    assert.equal(again.notice, undefined);
    await again.close();
  });

  it('is read while it is written: each answer is of one moment, and the writer keeps its lease and writes on', async () => {
    const store = await openSqliteStore(file, { source: 'live' });
    const lease = await store.takeLease('writer', await store.lease());
    const reading = openForReading(file);
    for (let round = 1; round <= 200; round += 1) {
      // Two rows in one append: whoever reads sees both or neither.
      const rows = [1, 2].map((half) => openInterest({ atMs: T0 + round * 60_000 + half * 30_000, receivedAtMs: T0 + round * 60_000 + 40_000, openInterestBase: round })); // prettier-ignore
      const [, found] = await Promise.all([store.append(rows), reading.columns(query)]);
      const values = [...(found[0]?.columns['openInterestBase'] ?? [])];
      assert.equal(values.length % 2, 0, 'half of an append was seen');
      assert.ok(values.every((value, at) => value === Math.floor(at / 2) + 1));
      if (round % 50 === 0) await store.settle();
    }
    assert.equal([...((await reading.columns(query))[0]?.atMs ?? [])].length, 400);
    assert.ok(lease !== undefined && (await store.beatLease(lease)), 'the lease was lost');
    reading.close();
    await store.close();
  });

  const refuses = (message: RegExp, code: 'store' | 'usage' = 'store'): void =>
    assert.throws(
      () => openForReading(file),
      (thrown) => {
        assert.ok(isPerpscopeError(thrown, code), String(thrown));
        assert.match(thrown.message, message);
        return true;
      },
    );

  it('says of an older and of a newer file what it is, and migrates none', async () => {
    await (await openSqliteStore(file, { source: 'live' })).close();
    for (const [version, message] of [
      [2, /an older Perpscope \(schema 2, .*never changed/],
      [99, /a newer Perpscope \(schema 99/],
    ] as const) {
      // prettier-ignore
      const db = new DatabaseSync(file);
      db.exec(`UPDATE meta SET value = '${version}' WHERE key = 'schemaVersion'`);
      db.close();
      const before = readFileSync(file);
      refuses(message);
      assert.deepEqual(readFileSync(file), before);
    }
  });

  it('is not made where there is none, nor taken from another program, nor set aside where it is damaged', () => {
    refuses(/there is no history h\.sqlite; check the path/, 'usage');
    assert.equal(existsSync(file), false);
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE other (a)');
    db.close();
    refuses(/a database of another program/);
    writeFileSync(file, 'no database at all, but long enough to be looked at '.repeat(40));
    refuses(/h\.sqlite/);
    assert.ok(existsSync(file));
  });
});
