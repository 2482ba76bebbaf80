import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../src/core/errors.ts';
import { loadSqlite } from '../../../src/store/loadSqlite.ts';
import { storeError } from '../../../src/store/sqliteErrors.ts';
import { MIGRATIONS, prepareSchema } from '../../../src/store/sqliteSchema.ts';
import { storePathFor } from '../../../src/store/storePath.ts';

describe('storePathFor', () => {
  it('keeps live numbers at the path and simulated ones beside it', () => {
    const path = join('a.b', 'history.db');
    assert.equal(storePathFor(path, 'live'), path);
    assert.equal(storePathFor(path, 'simulated'), join('a.b', 'history.simulated.db'));
    assert.equal(storePathFor(join('a.b', 'history'), 'simulated'), join('a.b', 'history.simulated'));
    assert.equal(storePathFor('/x.y.db', 'simulated'), join('/', 'x.y.simulated.db'));
    assert.equal(storePathFor(path, 'simulated', 'calm-1'), join('a.b', 'history.simulated.calm-1.db'));
    assert.equal(storePathFor(path, 'live', 'at-0a'), join('a.b', 'history.at-0a.db'));
  });
});

describe('loadSqlite', () => {
  it('names the version that is needed where Node has no SQLite', () => {
    const loaders = [
      (): undefined => undefined,
      (): never => {
        throw new Error('No such binding: sqlite');
      },
    ];
    for (const load of loaders)
      assert.throws(
        () => loadSqlite(load),
        (error) => isPerpscopeError(error, 'store') && /Node 22\.13 or newer/.test(error.message),
      );
  });
});

describe('storeError', () => {
  it('says what to do, by SQLite result code and never by message', () => {
    const said = (errcode: number): string =>
      storeError(Object.assign(new Error('text'), { errcode }), 'history.db').message;
    assert.match(said(13), /disk is full; free some space.*history\.db/);
    assert.match(said(8), /read-only; make the file/);
    assert.match(said(8 | (6 << 8)), /read-only/);
    assert.match(said(5), /another process/);
  });

  it('is retryable for a lock only', () => {
    const isRetryable = (errcode: number): boolean =>
      storeError(Object.assign(new Error(), { errcode }), 'f').retryable;
    assert.deepEqual([5, 6, 8, 10, 13, 14].map(isRetryable), [true, true, false, false, false, false]);
  });
});

describe('prepareSchema', () => {
  it('runs each missing migration once', () => {
    const db = new DatabaseSync(':memory:');
    prepareSchema(db, 'live');
    const grown = [...MIGRATIONS, (file: DatabaseSync): void => file.exec('CREATE TABLE extra (a)')];
    for (const _ of [1, 2]) prepareSchema(db, 'live', grown);
    assert.equal(db.prepare('SELECT count(*) AS n FROM extra').get()?.['n'], 0);
    db.close();
  });

  it('brings a file of the first version to gaps and keeps its rows', () => {
    const db = new DatabaseSync(':memory:');
    prepareSchema(db, 'live', MIGRATIONS.slice(0, 1));
    db.exec("INSERT INTO series VALUES (1, 'candle', 'i', 'f', 'e', 'x', 'v', 'BTC')");
    db.exec("INSERT INTO observation VALUES (1, 5, '', 6, '{}')");
    prepareSchema(db, 'live');
    assert.equal(db.prepare('SELECT count(*) AS n FROM observation').get()?.['n'], 1);
    assert.equal(db.prepare('SELECT count(*) AS n FROM gap').get()?.['n'], 0);
    db.close();
  });

  it('leaves the file at its version when a migration fails', () => {
    const db = new DatabaseSync(':memory:');
    prepareSchema(db, 'live');
    const broken = [
      ...MIGRATIONS,
      (file: DatabaseSync): void => file.exec('CREATE TABLE extra (a); SELECT nonsense'),
    ];
    assert.throws(() => prepareSchema(db, 'live', broken));
    assert.equal(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'extra'").get(), undefined);
    prepareSchema(db, 'live');
    db.close();
  });
});
