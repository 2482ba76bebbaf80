import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ContextValue } from '../../../src/core/contextValue.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { encodeContext } from '../../../src/store/contextRow.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { encodeObservation } from '../../../src/store/row.ts';
import { MIGRATIONS, prepareSchema } from '../../../src/store/sqliteSchema.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';

const KINDS = ['open-interest', 'candle', 'liquidation'] as const;
const SCORE: ContextValue = {
  kind: 'context', provider: 'alternative-me', metric: 'fear-greed', unit: 'score', value: 40, atMs: T0, receivedAtMs: T0, endpoint: 'GET /fng/',
}; // prettier-ignore

/** Rows as a file of the version before holds them: readings by the minute for days, bars, events. */
function rows(): Observation[] {
  return [
    ...Array.from({ length: 3 * 1_440 }, (_, minute) =>
      openInterest({
        atMs: T0 + minute * MINUTE_MS,
        receivedAtMs: T0 + minute * MINUTE_MS + 700,
        openInterestBase: 1_000 + minute / 7,
        ...(minute % 9 === 0 && { openInterestUsd: minute * 1e5, usdBasis: 'mark-price' as const }),
        ...(minute % 11 === 0 && { atBasis: 'received' as const }),
      }),
    ),
    ...Array.from({ length: 200 }, (_, hour) =>
      candle({ barMs: HOUR_MS, atMs: T0 + hour * HOUR_MS, volumeBase: hour / 3 }),
    ),
    ...Array.from({ length: 50 }, (_, event) =>
      liquidation({ eventId: `${event}`, atMs: T0 + event * HOUR_MS }),
    ),
  ];
}

describe('a history of the version before', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-migration-'));
    file = join(folder, 'history.db');
    const db = new DatabaseSync(file);
    prepareSchema(db, 'live', MIGRATIONS.slice(0, 2));
    const find = db.prepare(
      'SELECT id FROM series WHERE kind = ? AND instrument = ? AND facet = ? AND endpoint = ?',
    );
    const add = db.prepare(
      'INSERT INTO series (kind, instrument, facet, endpoint, exchange, venue_symbol, base_asset) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    const insert = db.prepare('INSERT INTO observation VALUES (?, ?, ?, ?, ?)');
    db.exec('BEGIN');
    for (const { series, row } of [...rows().map(encodeObservation), encodeContext(SCORE)]) {
      const { kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset } = series;
      const known = find.get(kind, instrument, facet, endpoint)?.['id'];
      const id =
        known ?? add.run(kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset).lastInsertRowid;
      insert.run(id, row.atMs, row.event, row.receivedAtMs, row.payload);
    }
    db.exec("INSERT INTO gap VALUES (1, 2, 'okx', 's', 'closed', 1); COMMIT");
    db.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is there at once, becomes blocks piece by piece, and loses nothing', async () => {
    const twin = createMemoryStore('live');
    await twin.append(rows());
    const store = await openSqliteStore(file, { source: 'live' });
    assert.equal(store.notice, undefined);
    for (let isMore = true, slices = 0; isMore; slices += 1) {
      if (slices % 3 === 0)
        for (const kind of KINDS) {
          assert.deepEqual(await store.query({ kind }), await twin.query({ kind }));
          assert.deepEqual(await store.latest({ kind }), await twin.latest({ kind }));
        }
      isMore = store.tidySlice();
    }
    for (const kind of KINDS) {
      const asked = { kind, fields: ['openInterestBase', 'openInterestUsd', 'volumeBase'] };
      assert.deepEqual(await store.query({ kind }), await twin.query({ kind }));
      assert.deepEqual(await store.extremes({ kind }), await twin.extremes({ kind }));
      for (const stepMs of [HOUR_MS, DAY_MS])
        assert.deepEqual(await store.columns({ ...asked, stepMs }), await twin.columns({ ...asked, stepMs }));
    }
    assert.deepEqual(await store.queryContext({}), [SCORE]);
    assert.deepEqual(
      (await store.gaps({})).map(({ backfilled }) => backfilled),
      [true],
    );
    assert.equal((await store.feed()).rows.length, 2);
    await store.close();
    const db = new DatabaseSync(file);
    const count = (sql: string): unknown => db.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.['n'];
    // Events, the context value and the live day of each series are still rows.
    assert.equal(count('observation'), 50 + 1 + 8 + 1_440);
    assert.equal(count('block WHERE step_ms = 0'), 3);
    assert.equal(count('series_copy'), 4);
    db.close();
  });
});
