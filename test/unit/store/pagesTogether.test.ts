import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import { rowAt, type Chunk, type Rows } from '../../../src/core/chunk.ts';
import type { OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { T0 } from './rows.ts';

const STEP_MS = 5 * MINUTE_MS;
const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Math.floor(Math.random() * 1e9));

interface Page {
  readonly fromMs: number;
  readonly rows: number;
  readonly receivedAtMs: number;
  readonly sides?: string;
  readonly hasUsd?: boolean;
  readonly value?: number;
}

function pageOf({ fromMs, rows, receivedAtMs, sides = 'one', hasUsd = true, value = 5 }: Page): Chunk {
  const atMs = Float64Array.from({ length: rows }, (_, row) => fromMs + row * STEP_MS);
  const openInterestBase = atMs.map((_, row) => value + row);
  return {
    shared: {
      ...{ kind: 'open-interest', exchange: 'okx', venueSymbol: 'BTC-USDT-SWAP', baseAsset: 'BTC' },
      ...{ instrument: 'okx:BTC-USDT-SWAP', endpoint: 'DUMP x', receivedAtMs, barMs: STEP_MS, sides },
    } as Chunk['shared'],
    atMs,
    columns: {
      openInterestBase,
      ...(hasUsd ? { openInterestUsd: openInterestBase.map((base) => base * 7) } : {}),
    },
  };
}

describe(`pages of a series in one write (seed ${SEED})`, () => {
  let folder: string;
  let files = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-pages-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What a history says after some writes, and how many blocks it keeps it in. */
  async function written(writes: readonly Rows[]) {
    const file = join(folder, `${(files += 1)}.sqlite`);
    const store = await openSqliteStore(file, { source: 'live' });
    const sum = { inserted: 0, unchanged: 0, revised: 0 };
    for (const pages of writes) {
      const result = await store.append(pages);
      for (const name of ['inserted', 'unchanged', 'revised'] as const) sum[name] += result[name];
    }
    await store.settle();
    const query = { kind: 'open-interest' } as const;
    const said = {
      sum,
      rows: await store.query(query),
      latest: await store.latest(query),
      extremes: await store.extremes(query),
    };
    await store.close();
    const db = new DatabaseSync(file, { readOnly: true });
    const blocks = db.prepare('SELECT rows FROM block WHERE step_ms = 0 ORDER BY series_id, from_ms').all();
    const revisions = db.prepare('SELECT * FROM revision ORDER BY series_id, at_ms, received_at_ms').all();
    db.close();
    return { said: { ...said, revisions }, blocks: blocks.map(({ rows }) => Number(rows)) };
  }

  it('are blocks as if they had come as one page, each row with its own receipt', async () => {
    const pages = Array.from({ length: 14 }, (_, day) =>
      pageOf({ fromMs: T0 + day * DAY_MS, rows: 288, receivedAtMs: T0 + 90 * DAY_MS + day * 1_000 }),
    );
    const { said, blocks } = await written([pages]);
    assert.deepEqual(blocks, [2_016, 2_016]);
    assert.equal(said.rows.length, 14 * 288);
    for (const { atMs, receivedAtMs } of said.rows)
      assert.equal(receivedAtMs, T0 + 90 * DAY_MS + Math.floor((atMs - T0) / DAY_MS) * 1_000);
  });

  it('that are far apart are not: what lies between them is left alone', async () => {
    const receivedAtMs = T0 + 900 * DAY_MS;
    const between = pageOf({ fromMs: T0 + 100 * DAY_MS, rows: 600, receivedAtMs });
    const ends = [0, 200].map((day) => pageOf({ fromMs: T0 + day * DAY_MS, rows: 600, receivedAtMs }));
    assert.deepEqual((await written([[between], ends])).blocks, [600, 600, 600]);
  });

  it('are the rows, revisions, newest rows and extremes that they are one after the other', async () => {
    let state = SEED >>> 0;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 12; round += 1) {
      let fromMs = T0;
      const parts = Array.from({ length: 12 }, (): Rows => {
        const page = pageOf({
          ...{ fromMs, rows: 1 + random(300), sides: random(4) === 0 ? 'both' : 'one' },
          // Some reach into the last hour before their receipt: those rows are no page.
          receivedAtMs: fromMs + (random(3) === 0 ? 200 * STEP_MS : 400 * DAY_MS + random(3)),
          ...{ hasUsd: random(3) > 0, value: random(50) },
        });
        // Most follow each other, some overlap what came before, some leave a hole.
        fromMs += (page.atMs.length + [0, 0, 0, 1, -40, 500][random(6)]!) * STEP_MS;
        // Some are told again by a row of its own, earlier or later received.
        if (random(2) === 0) return [page];
        const again = rowAt(page, random(page.atMs.length));
        const receivedAtMs = again.receivedAtMs + random(3) - 1;
        return [page, { ...again, receivedAtMs, openInterestBase: 1_000 + random(50) } as OpenInterest];
      });
      const [together, apart] = [
        await written([parts.flat()]),
        await written(parts.flat().map((one) => [one])),
      ];
      assert.deepEqual(together.said, apart.said);
    }
  });
});
