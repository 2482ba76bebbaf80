import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { OpenInterest } from '../../../../src/core/observation.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import { compareSources } from '../../../../src/sources/backfill/compareSources.ts';
import type { ChainResult } from '../../../../src/sources/backfill/runBackfill.ts';
import type { HistoryStore } from '../../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeHttp, httpError, type FakeHttp } from '../collect/fakeExchange.ts';
import { backfillOf, NOW_MS, START_MS } from './backfillOf.ts';
import { dayOf, fileOf, files, linesOf, serveFiles, sumOf } from './metricsFiles.ts';

describe('a back-fill of files', () => {
  let clock: FakeClock;
  let http: FakeHttp;
  let store: HistoryStore;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-files-'));
    clock = new FakeClock(NOW_MS);
    http = fakeHttp(clock);
    answerAll(http);
    store = createMemoryStore('live');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (checkFiles = 0): Promise<ChainResult[]> =>
    backfillOf({ http, clock, store, spoolFolder: join(folder, 'h.backfill') }, { files, checkFiles });
  const stored = (): Promise<OpenInterest[]> =>
    store.query({ kind: 'open-interest', instrument: 'binance:BTCUSDT' });

  const serve = (change?: Parameters<typeof serveFiles>[1]): void => serveFiles(http, change);

  it('keeps their rows with the checksum of each in the journal', async () => {
    serve();
    const [result] = await run();
    assert.deepEqual([result?.isOver, result?.failed, result?.missingFiles], [true, 0, 0]);
    const rows = await stored();
    assert.equal(rows.length, 18 * 288);
    assert.equal(
      rows[0]?.atMs,
      START_MS + 300_000,
      'an amount of a moment is of the end of its five minutes',
    );
    const entries = await store.journal({ topic: 'backfill' });
    const bodies = entries.map(({ body }) => body as { sha256: string; checksum: string; file: string });
    assert.equal(bodies.length, 18);
    assert.ok(
      bodies.every(
        ({ checksum, sha256, file }) => checksum === 'agrees' && sumOf(dayOf(file)).startsWith(sha256),
      ),
    );
  });

  it('reads nothing of a file whose bytes are not those of its checksum, and asks for it again', async () => {
    serve((day, what) =>
      day === '2026-10-05' && what === 'sum' ? sumOf('2026-10-06').replace('06.zip', '05.zip') : undefined,
    );
    const [result] = await run();
    assert.deepEqual([result?.failed, result?.error?.code], [1, 'decode']);
    assert.equal((await stored()).length, 17 * 288);
    serve();
    const [again] = await run();
    assert.deepEqual([again?.fetched, again?.isOver], [1, true]);
    assert.equal((await stored()).length, 18 * 288);
  });

  it('keeps a file that is not there as a gap of its day', async () => {
    serve((day) => (day === '2026-10-03' ? httpError('http-status', 404) : undefined));
    const [result] = await run();
    assert.deepEqual([result?.missingFiles, result?.isOver], [1, true]);
    const gaps = await store.gaps({});
    assert.deepEqual(
      gaps.map(({ stream, fromMs, toMs, cause }) => [stream, fromMs, toMs, cause]),
      [['DUMP futures/um/daily/metrics BTCUSDT', Date.UTC(2026, 9, 3), Date.UTC(2026, 9, 4), 'missing']],
    );
  });

  it('takes a file of the last days that is not there for late: no gap, and asked for again', async () => {
    serve((day) => (day === '2026-10-18' ? httpError('http-status', 404) : undefined));
    const [result] = await run();
    assert.deepEqual([result?.missingFiles, result?.lateFiles, result?.failed], [0, 1, 0]);
    assert.deepEqual(await store.gaps({}), []);
    serve();
    await run();
    assert.equal((await stored()).length, 18 * 288);
  });

  describe('that were issued anew', () => {
    const ANEW = '2026-10-05';
    /** The same day with other numbers in its second hour, and without its first five minutes. */
    const newFile = fileOf(
      ANEW,
      linesOf(ANEW, (index) => 1_000 + index + (index >= 12 && index < 24 ? 500 : 0)).slice(1),
    );
    const newSum = sumOf(ANEW, newFile);
    const asNew = (day: string, what: 'file' | 'sum'): unknown =>
      day !== ANEW ? undefined : what === 'file' ? newFile : newSum;
    const sums = (from: number): string[] =>
      http.asked.slice(from).filter((one) => one.includes('/metrics/')).map(dayOf); // prettier-ignore

    it('are not looked for unless that is asked for', async () => {
      serve();
      await run();
      serve(asNew);
      const before = http.asked.length;
      const [result] = await run();
      assert.deepEqual([sums(before), result?.checked], [[], 0]);
    });

    it('are found by one small request each, fetched again, and known as they were before', async () => {
      serve();
      await run();
      const knownAtMs = clock.nowMs();
      await clock.advance(DAY_MS / 24);
      serve(asNew);
      const before = http.asked.length;
      const [result] = await run(Infinity);
      assert.equal(sums(before).length, 18 + 2, 'a checksum of each, and of one the file and its checksum');
      assert.deepEqual(
        [result?.checked, result?.issuedAnew, result?.fetched, result?.revised, result?.isOver],
        [18, [`BTCUSDT-metrics-${ANEW}.zip`], 0, 12, true],
      );
      const at = { fromMs: Date.parse(`${ANEW}T01:05Z`), toMs: Date.parse(`${ANEW}T01:05Z`) + 1 };
      const about = { kind: 'open-interest', instrument: 'binance:BTCUSDT', ...at } as const;
      const level = async (then: object): Promise<unknown> =>
        (await store.query({ ...about, ...then }))[0]?.openInterestBase;
      assert.deepEqual([await level({}), await level({ knownAtMs })], [1_512, 1_012]);
      const again = http.asked.length;
      const [third] = await run(3);
      assert.deepEqual([sums(again), third?.issuedAnew], [['2026-10-16', '2026-10-17', '2026-10-18'], []]);
      const [fourth] = await run(Infinity);
      assert.deepEqual(fourth?.issuedAnew, [], 'the new checksum is the one that is noted');
    });

    it('fill the gap of a file that was not there, and keep the gap that is left', async () => {
      serve((day) => (day === ANEW ? httpError('http-status', 404) : undefined));
      await run();
      serve(asNew);
      const [result] = await run(Infinity);
      assert.equal(result?.issuedAnew.length, 1);
      const gaps = (await store.gaps({})).map(({ fromMs, toMs, backfilled }) => [toMs - fromMs, backfilled]);
      assert.deepEqual(gaps.toSorted(), [[300_000, false], [DAY_MS, true]]); // prettier-ignore
    });

    it('that are gone, or fit no checksum, change nothing and are named', async () => {
      serve();
      await run();
      serve((day) => (day === ANEW ? httpError('http-status', 404) : undefined));
      const [gone] = await run(Infinity);
      assert.match(
        gone?.error?.message ?? '',
        /2026-10-05\.zip was fetched before, and the exchange has it no more/,
      );
      assert.deepEqual([gone?.isOver, gone?.checked], [false, 17]);
      serve((day, what) => (day === ANEW && what === 'sum' ? newSum : undefined));
      const [cut] = await run(Infinity);
      assert.deepEqual([cut?.error?.code, cut?.issuedAnew, cut?.revised], ['decode', [], 0]);
    });
  });

  it('compares two sources of one number where both state it', async () => {
    serve();
    await run();
    const rows = (await stored()).map((row) => ({
      ...row,
      endpoint: 'GET /other',
      ...(row.atMs % DAY_MS === 0 ? { openInterestBase: (row.openInterestBase ?? 0) * 2 } : {}),
    }));
    await store.append(rows);
    const found = await compareSources(store, ['binance:BTCUSDT'], { fromMs: START_MS, toMs: NOW_MS });
    const base = found.find(({ what }) => what === 'openInterestBase of 5 min');
    assert.equal(base?.found.overlaps, 18 * 288);
    assert.equal((base?.found.overlaps ?? 0) - (base?.found.equal ?? 0), 18);
    assert.equal(base?.found.largest?.relative, 0.5);
  });
});
