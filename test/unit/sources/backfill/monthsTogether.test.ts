import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { DoneLog } from '../../../../src/sources/backfill/doneLog.ts';
import { ExchangeDesk } from '../../../../src/sources/backfill/exchangeDesk.ts';
import { fileSources } from '../../../../src/sources/backfill/fileSources.ts';
import { FileSpool } from '../../../../src/sources/backfill/fileSpool.ts';
import { planBackfill } from '../../../../src/sources/backfill/plan.ts';
import { runBackfill } from '../../../../src/sources/backfill/runBackfill.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeAdapter, fakeHttp } from '../collect/fakeExchange.ts';

const MONTHS = ['202601', '202602', '202603'];
const startOf = (month: string): number => Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1);

describe('months of settled funding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-months-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('written together have the interval of each first rate from the month before, which is not in the history yet', async () => {
    const nowMs = Date.UTC(2026, 3, 20);
    const clock = new FakeClock(nowMs);
    const http = fakeHttp(clock);
    answerAll(http);
    for (const month of MONTHS) {
      const lines: string[] = [];
      const toMs = startOf(String(Number(month) + 1));
      for (let at = startOf(month); at < toMs; at += 8 * HOUR_MS) lines.push(`${at / 1_000},0.0001\n`);
      const path = `/futures_usdt/funding_applies/${month}/BTC_USDT-${month}.csv.gz`;
      http.on(path, gzipSync(lines.join('')));
    }
    const desk = new ExchangeDesk({ adapter: fakeAdapter('gate'), http, clock });
    const store = createMemoryStore('live');
    let writes = 0;
    const append = store.append.bind(store);
    store.append = (rows) => {
      writes += 1;
      return append(rows);
    };
    const { signal } = new AbortController();
    const files = fileSources
      .filter(({ id }) => id === 'gate/funding-files')
      .map((one) => ({
        ...one,
        instrumentOf: (followed: Instrument) => ({ ...followed, venueSymbol: 'BTC_USDT' }),
      }));
    const plan = planBackfill({
      ...{ metrics: ['funding'], sinceMs: startOf('202601'), untilMs: startOf('202604'), nowMs },
      ...{ instruments: new Map([['gate', await desk.list(['BTC'], signal)]]), assets: ['BTC'] },
      ...{ pages: [], files, notByPage: [], checkFiles: 0, isDone: () => false },
    });
    const [result] = await runBackfill(plan, {
      ...{ desks: new Map([['gate', desk]]), store, log: await DoneLog.read(store), clock, signal },
      spool: new FileSpool(join(folder, 'spool')),
    });
    assert.deepEqual([result?.isOver, result?.error, result?.fetched, writes], [true, undefined, 3, 1]);
    const rows = await store.query({ kind: 'funding-rate' });
    // Of the first of all nothing tells it: that one alone is lost.
    assert.deepEqual([rows.length, result?.apart], [3 * (31 + 28 + 31) - 1, 1]);
    assert.ok(rows.every(({ intervalMs }) => intervalMs === 8 * HOUR_MS));
  });
});
