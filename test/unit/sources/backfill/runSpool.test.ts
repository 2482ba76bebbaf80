import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PerpscopeError } from '../../../../src/core/errors.ts';
import type { OpenInterest } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { ChainResult } from '../../../../src/sources/backfill/runBackfill.ts';
import type { HistoryStore } from '../../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { answerAll, fakeHttp, httpError, type FakeHttp } from '../collect/fakeExchange.ts';
import { backfillOf, NOW_MS } from './backfillOf.ts';
import { DAYS, fileOf, files, linesOf, ROWS, serveFiles, sumOf } from './metricsFiles.ts';

describe('a back-fill of files that are kept until their rows are in the history', () => {
  let clock: FakeClock;
  let http: FakeHttp;
  let store: HistoryStore;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-spool-'));
    clock = new FakeClock(NOW_MS);
    http = fakeHttp(clock);
    answerAll(http);
    store = createMemoryStore('live');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const spoolFolder = (): string => join(folder, 'h.backfill');
  const run = ({
    checkFiles = 0,
    ...options
  }: { checkFiles?: number; signal?: AbortSignal; onUnits?: (units: number) => void } = {}): Promise<
    ChainResult[]
  > =>
    backfillOf(
      { http, clock, store, spoolFolder: spoolFolder(), onProgress: ({ units }) => options.onUnits?.(units) },
      { files, checkFiles },
      options.signal,
    );
  const stored = (): Promise<OpenInterest[]> =>
    store.query({ kind: 'open-interest', instrument: 'binance:BTCUSDT' });

  /** How often files were asked for, and how many writes of rows there were, until now. */
  const filesAsked = (): number => http.asked.filter((one) => /\.zip( |$)/.test(one)).length;
  function countWrites(): () => number {
    const append = store.append.bind(store);
    let writes = 0;
    store.append = (rows) => {
      writes += 1;
      return append(rows);
    };
    return () => writes;
  }
  /** A run that ends before anything of it is in the history, as one that is killed. */
  async function broken(): Promise<void> {
    const { append } = store;
    store.append = () => Promise.reject(new PerpscopeError('store', 'killed'));
    await assert.rejects(run(), { code: 'store' });
    store.append = append;
    assert.deepEqual(await stored(), []);
    assert.deepEqual(await store.journal({ topic: 'backfill' }), []);
  }
  const spooled = (): string => join(spoolFolder(), readdirSync(spoolFolder())[0] ?? '');

  it('writes those of many days at once, and leaves nothing beside the history', async () => {
    serveFiles(http);
    const writes = countWrites();
    await run();
    assert.equal(writes(), 1);
    assert.equal(existsSync(spoolFolder()), false);
  });

  it('asks for no file again that it had before it was killed, and keeps when each was received', async () => {
    serveFiles(http);
    await broken();
    assert.equal(filesAsked(), DAYS);
    clock.jumpWall(HOUR_MS);
    const [result] = await run();
    assert.deepEqual([result?.isOver, result?.fetched, filesAsked()], [true, DAYS, DAYS]);
    const rows = await stored();
    assert.equal(rows.length, DAYS * ROWS);
    assert.ok(rows.every(({ receivedAtMs }) => receivedAtMs === NOW_MS));
    assert.equal(existsSync(spoolFolder()), false);
  });

  it('asks again for a file that was cut while it was kept, and goes on keeping behind the whole ones', async () => {
    serveFiles(http);
    await broken();
    truncateSync(spooled(), readFileSync(spooled()).length - 1);
    await broken();
    assert.equal(filesAsked(), DAYS + 1);
    await run();
    assert.equal(filesAsked(), DAYS + 1);
    assert.equal((await stored()).length, DAYS * ROWS);
  });

  it('takes no byte for a file that is not the one it had', async () => {
    serveFiles(http);
    await broken();
    const bytes = readFileSync(spooled());
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(spooled(), bytes);
    await run();
    assert.equal(filesAsked(), DAYS + 1);
    assert.equal((await stored()).length, DAYS * ROWS);
  });

  it('writes each file by itself where none can be kept', async () => {
    serveFiles(http);
    writeFileSync(spoolFolder(), 'a file where the folder would be');
    const writes = countWrites();
    const [result] = await run();
    assert.deepEqual([result?.isOver, writes()], [true, DAYS]);
    assert.equal((await stored()).length, DAYS * ROWS);
  });

  it('keeps what was left where it is stopped before it came to all of it', async () => {
    serveFiles(http);
    await broken();
    const stop = new AbortController();
    const [result] = await run({
      signal: stop.signal,
      onUnits: (units) => units === 3 && stop.abort(new Error('stopped')),
    });
    assert.equal(result?.fetched, 3);
    await run();
    assert.equal(filesAsked(), DAYS);
    assert.equal((await stored()).length, DAYS * ROWS);
  });

  describe('of which some were issued anew', () => {
    const ANEW = '2026-10-05';
    const newFile = fileOf(ANEW, linesOf(ANEW, (index) => 2_000 + index).slice(1));
    const asNew = (day: string, what: 'file' | 'sum'): unknown =>
      day !== ANEW ? undefined : what === 'file' ? newFile : sumOf(ANEW, newFile);
    const levelsOfDay = async (): Promise<unknown[]> => {
      const fromMs = Date.parse(`${ANEW}T00:05Z`);
      const rows = (await stored()).filter(({ atMs }) => atMs > fromMs && atMs < fromMs + HOUR_MS);
      return rows.map(({ openInterestBase }) => openInterestBase);
    };

    /** A run that was killed between its last write and the end of what it kept. */
    async function killedBehindItsWrite(): Promise<void> {
      await broken();
      const kept = readFileSync(spooled());
      const name = spooled();
      await run();
      mkdirSync(spoolFolder());
      writeFileSync(name, kept);
    }

    it('are fetched from the exchange where the one of before is still kept', async () => {
      serveFiles(http);
      await killedBehindItsWrite();
      clock.jumpWall(HOUR_MS);
      serveFiles(http, asNew);
      const before = filesAsked();
      const [result] = await run({ checkFiles: Infinity });
      assert.deepEqual([result?.issuedAnew.length, result?.fetched, filesAsked() - before], [1, 0, 1]);
      assert.deepEqual(
        await levelsOfDay(),
        Array.from({ length: 11 }, (_, index) => 2_001 + index),
      );
      assert.equal(existsSync(spoolFolder()), false);
    });

    it('are in the history before their gaps are closed, and not kept to be written with others', async () => {
      serveFiles(http, (day) => (day === ANEW ? httpError('http-status', 404) : undefined));
      await run();
      serveFiles(http, asNew);
      const { appendGaps } = store;
      const atClosing: number[] = [];
      store.appendGaps = async (gaps) => {
        if (gaps.some(({ backfilled }) => backfilled)) atClosing.push((await levelsOfDay()).length);
        return appendGaps.call(store, gaps);
      };
      const { appendJournal } = store;
      store.appendJournal = () => Promise.reject(new PerpscopeError('store', 'killed'));
      await assert.rejects(run({ checkFiles: Infinity }), { code: 'store' });
      assert.deepEqual(atClosing, [11], 'a file that is noted is not looked at again');
      store.appendJournal = appendJournal;
      await run({ checkFiles: Infinity });
      assert.equal(atClosing.length, 1);
      const [noted] = await run({ checkFiles: Infinity });
      assert.deepEqual(noted?.issuedAnew, []);
      assert.equal(existsSync(spoolFolder()), false);
    });

    it('and are not there in spite of their checksum close no gap and change nothing', async () => {
      serveFiles(http, (day) => (day === ANEW ? httpError('http-status', 404) : undefined));
      await run();
      serveFiles(http, (day, what) =>
        day !== ANEW ? undefined : what === 'file' ? httpError('http-status', 404) : sumOf(ANEW, newFile),
      );
      const [result] = await run({ checkFiles: Infinity });
      assert.deepEqual([result?.error?.code, result?.issuedAnew, result?.missingFiles], ['decode', [], 0]);
      assert.deepEqual(
        (await store.gaps({})).map(({ backfilled }) => backfilled),
        [false],
      );
    });
  });
});
