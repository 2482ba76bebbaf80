import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { openInterestChunk } from './floorSuite.ts';
import { T0, candle, liquidation, openInterest } from './rows.ts';
import { seededRandom } from '../../support/mutate.ts';

const FLIPS = Number(process.env['PERPSCOPE_FLIPS'] ?? 60);
const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const KINDS = ['open-interest', 'candle', 'liquidation'] as const;

/** A history of every part: blocks, single rows, events, revisions, gaps and a journal. */
async function fill(store: HistoryStore): Promise<void> {
  const late = { receivedAtMs: T0 + 90 * DAY_MS };
  const values = Array.from({ length: 1_200 }, (_, row) => Math.round(1e5 * Math.sin(row / 50)) / 100 + 5_000);
  for (const exchange of ['binance', 'bybit', 'okx'])
    await store.append([openInterestChunk(values, { ...late, exchange, instrument: `${exchange}:BTCUSDT` })]);
  await store.append(
    Array.from({ length: 700 }, (_, minute) =>
      openInterest({ atMs: T0 + minute * 3 * MINUTE_MS, openInterestBase: 100 + minute / 7, receivedAtMs: T0 + minute * 3 * MINUTE_MS + 5 }),
    ),
  ); // prettier-ignore
  await store.append(Array.from({ length: 300 }, (_, hour) => candle({ barMs: 3_600_000, atMs: T0 + hour * 3_600_000, closeQuote: hour / 3 })));
  await store.append(Array.from({ length: 300 }, (_, event) => liquidation({ atMs: T0 + event, eventId: `${event}`, priceQuote: event / 9 })));
  await store.append([candle({ barMs: 3_600_000, closeQuote: 9, receivedAtMs: T0 + 9_000 })]);
  await store.appendGaps([{ exchange: 'okx', stream: 's', cause: 'closed', backfilled: false, fromMs: T0, toMs: T0 + 7 }]);
  await store.appendJournal([{ topic: 'round', key: 'okx', atMs: T0, body: { requests: 7 } }]);
} // prettier-ignore

describe('one changed bit in the history file', () => {
  let folder: string;
  let whole: Buffer;
  const rows = new Map<string, string>();
  const keyOf = (row: Observation): string =>
    JSON.stringify([
      row.kind,
      row.instrument,
      row.endpoint,
      row.atMs,
      'eventId' in row ? row.eventId : '',
      'barMs' in row ? row.barMs : '',
    ]);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-flips-'));
    const store = await openSqliteStore(join(folder, 'whole.db'), { source: 'live' });
    const twin = createMemoryStore('live');
    for (const one of [store, twin]) await fill(one);
    await store.settle();
    // A live day beside the blocks.
    for (const one of [store, twin]) await one.append([openInterest({ atMs: T0 + 3 * DAY_MS, openInterestBase: 77 })]);
    await store.close();
    whole = readFileSync(join(folder, 'whole.db'));
    for (const kind of KINDS) for (const row of await twin.query({ kind })) rows.set(keyOf(row), JSON.stringify(row, Object.keys(row).sort()));
  }); // prettier-ignore
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`stops no number and changes none silently (${FLIPS} flips, PERPSCOPE_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const seen = { same: 0, leftOut: 0, setAside: 0 };
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const bytes = Buffer.from(whole);
      const [place, bit] = [Math.floor(random() * bytes.length), Math.floor(random() * 8)];
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      const own = join(folder, `${flip}`);
      const file = join(own, 'history.db');
      cpSync(join(folder, 'whole.db'), file);
      writeFileSync(file, bytes);
      const where = `bit ${bit} of byte ${place}`;
      const notices: string[] = [];
      const store = await openSqliteStore(file, {
        source: 'live',
        onNotice: (notice) => notices.push(notice),
      });
      await store.settle();
      let found = 0;
      for (const kind of KINDS) {
        for (const row of await store.query({ kind })) {
          found += 1;
          assert.equal(JSON.stringify(row, Object.keys(row).sort()), rows.get(keyOf(row)), `${where}: a number has changed`);
        }
        await store.latest({ kind });
        await store.extremes({ kind });
        await store.columns({ kind, fields: ['closeQuote'], stepMs: DAY_MS });
      } // prettier-ignore
      const isSaid = store.notice !== undefined || notices.length > 0;
      assert.ok(
        found === rows.size || isSaid,
        `${where}: ${rows.size - found} rows are missing and nothing is said`,
      );
      // Numbers go on.
      assert.equal((await store.append([openInterest({ atMs: T0 + 9 * DAY_MS })])).inserted, 1, where);
      seen[store.notice !== undefined ? 'setAside' : found < rows.size ? 'leftOut' : 'same'] += 1;
      await store.close();
      rmSync(own, { recursive: true });
    }
    assert.ok(seen.leftOut > 0 && seen.same > 0, JSON.stringify(seen));
    if (process.env['PERPSCOPE_FLIPS'] !== undefined) process.stderr.write(`${JSON.stringify(seen)}\n`);
  }).timeout(600_000);
});
