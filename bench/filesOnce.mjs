// Run in a process of its own by files.mjs: what comes in and goes out as files, each beside the least that the same numbers cost.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '../src/core/clock.ts';
import { DoneLog } from '../src/sources/backfill/doneLog.ts';
import { ExchangeDesk } from '../src/sources/backfill/exchangeDesk.ts';
import { fileSources } from '../src/sources/backfill/fileSources.ts';
import { FileSpool } from '../src/sources/backfill/fileSpool.ts';
import { planBackfill } from '../src/sources/backfill/plan.ts';
import { runBackfill } from '../src/sources/backfill/runBackfill.ts';
import { python3, pythonWith } from '../scripts/python.mjs';
import { bytesSource } from '../src/sources/dumps/byteSource.ts';
import { DUMP_LIMITS } from '../src/sources/dumps/limits.ts';
import { readDump } from '../src/sources/dumps/readDump.ts';
import { adapterOf } from '../src/sources/exchanges/registry.ts';
import { zipOf } from '../src/sources/simulator/dumps/zip.ts';
import { PerpscopeError } from '../src/core/errors.ts';
import { spoolPathFor } from '../src/store/storePath.ts';
import { csvOf, FETCHED_MS, formatOf } from '../test/support/dumpFiles.ts';
import { QueryRig } from '../test/support/queryRig.ts';
import { median } from './measure.mjs';

const DAY_MS = 86_400_000;
const STEP_MS = 300_000;
const PER_DAY = DAY_MS / STEP_MS;
const [, , most = '1000000'] = process.argv;
const HEADER =
  'create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio';

/**
 * Time of this process on a processor, ms: what the machine's other work does not lengthen. All of its threads count.
 * @param {() => unknown} work @returns {Promise<number>}
 */
async function timed(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** A walk that is the same in each run. @param {number} seed */
function walkOf(seed) {
  let [state, value] = [seed, 80_000];
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (value += (state / 2 ** 32 - 0.5) * 40);
  };
}

const SYMBOLS = ['AUSDT', 'BUSDT', 'CUSDT', 'DUSDT', 'EUSDT'];
const FROM_MS = Date.UTC(2024, 0, 1);

/** Daily files of five minutes of some symbols, as many days of each. @param {number} rows */
function dumpFiles(rows) {
  const days = Math.ceil(rows / PER_DAY / SYMBOLS.length);
  return SYMBOLS.flatMap((symbol, at) =>
    Array.from({ length: days }, (_, day) => dumpFile(symbol, FROM_MS + day * DAY_MS, at * days + day + 1)),
  );
}

/** @param {string} symbol @param {number} dayMs @param {number} seed */
function dumpFile(symbol, dayMs, seed) {
  const walk = walkOf(seed);
  const lines = Array.from({ length: PER_DAY }, (_, at) => {
    const size = walk();
    const time = new Date(dayMs + (at + 1) * STEP_MS).toISOString().slice(0, 19).replace('T', ' ');
    const ratio = (size / 80_000).toFixed(6);
    return [time, symbol, size.toFixed(3), (size * 60_000).toFixed(4), ratio, ratio, ratio, ratio];
  });
  const name = `${symbol}-metrics-${new Date(dayMs).toISOString().slice(0, 10)}`;
  const zip = zipOf([{ name: `${name}.csv`, content: csvOf([HEADER.split(','), ...lines]) }]);
  const checksum = `${createHash('sha256').update(zip).digest('hex')}  ${name}.zip`;
  return { name: `${name}.zip`, zip, checksum, rows: lines.length };
}

/** @typedef {ReturnType<typeof dumpFiles>[number]} File */

/** The same bytes to numbers, kept nowhere: expanded, split, and each cell read. @param {readonly File[]} files */
function parsePlainly(files) {
  let sum = 0;
  for (const { zip } of files) {
    const [from, length] = [30 + zip.readUInt16LE(26), zip.readUInt32LE(18)];
    for (const line of inflateRawSync(zip.subarray(from, from + length))
      .toString('utf8')
      .split('\n')
      .slice(1, -1)) {
      const cells = line.split(',');
      sum += Date.parse(`${String(cells[0]).replace(' ', 'T')}Z`);
      for (let at = 2; at < 8; at += 1) sum += Number(cells[at]);
    }
  }
  return sum;
}

/** As the product reads them, kept nowhere. @param {readonly File[]} files */
async function readFiles(files) {
  const format = formatOf('binance/um-metrics');
  for (const { name, zip, checksum } of files)
    await readDump(bytesSource(name, zip, DUMP_LIMITS), format, {
      ...{ receivedAtMs: FETCHED_MS, checksumText: checksum },
    });
}

/**
 * As `perpscope backfill` fetches, reads and stores them, but for the way to the exchange: its answers lie in memory.
 * @param {readonly File[]} files @param {import('../src/store/sqliteStore.ts').SqliteStore} store
 */
async function backfill(files, store) {
  const served = new Map(
    files.flatMap(({ name, zip, checksum }) => [[name, zip], [`${name}.CHECKSUM`, checksum]]), // prettier-ignore
  );
  const clock = { ...systemClock, nowMs: () => FETCHED_MS };
  /** @type {import('../src/sources/transport/httpClient.ts').HttpClient} */
  const http = {
    send({ path }) {
      const body = served.get(path.slice(path.lastIndexOf('/') + 1));
      if (body === undefined)
        return Promise.reject(new PerpscopeError('http-status', 'no such file', { status: 404 }));
      const received = { receivedAtMs: FETCHED_MS, latencyMs: 0, isSimulated: false };
      return Promise.resolve({ status: 200, body, bytes: body.length, ...received });
    },
    ...{ nextAttemptAtMs: () => undefined, usedWeight: () => 0 },
    ...{ pause: () => undefined, close: () => Promise.resolve() },
  };
  const adapter = adapterOf('binance');
  if (adapter === undefined) throw new Error('there is no Binance');
  const instruments = SYMBOLS.map((venueSymbol) => {
    const names = { baseAsset: venueSymbol.slice(0, -4), quoteAsset: 'USDT', settleAsset: 'USDT' };
    /** @type {import('../src/core/instrument.ts').Instrument} */
    const instrument = {
      ...{ key: `binance:${venueSymbol}`, exchange: 'binance', venueSymbol, ...names, status: 'trading' },
      ...{ kind: 'perpetual', margin: 'linear', contractSize: { amount: 1, unit: 'base' } },
    };
    return { asset: names.baseAsset, instrument };
  });
  const log = await DoneLog.read(store);
  const plan = planBackfill({
    ...{ metrics: ['open-interest', 'long-short'], sinceMs: FROM_MS, nowMs: FETCHED_MS },
    ...{ untilMs: FROM_MS + (files.length / SYMBOLS.length) * DAY_MS },
    ...{ instruments: new Map([['binance', instruments]]), assets: instruments.map(({ asset }) => asset) },
    ...{ pages: [], files: fileSources.filter(({ id }) => id === 'binance/um-metrics-files'), notByPage: [] },
    checkFiles: 0,
    isDone: (key, unit) => log.isDone(key, unit),
  });
  const results = await runBackfill(plan, {
    ...{ desks: new Map([['binance', new ExchangeDesk({ adapter, http, clock })]]), store, log, clock },
    ...{ spool: new FileSpool(spoolPathFor(store.file)), signal: new AbortController().signal },
  });
  const fetched = results.reduce((sum, one) => sum + one.fetched, 0);
  if (fetched !== files.length || !results.every(({ isOver }) => isOver))
    throw new Error(`${fetched} of ${files.length} files were stored`);
}

async function importing() {
  const files = dumpFiles(Number(most));
  const warm = files.slice(0, 100);
  parsePlainly(warm);
  await readFiles(warm);
  // In turn, so that what else the machine does falls on all of them.
  const [plain, read, own] = [[], [], []].map(() => /** @type {number[]} */ ([]));
  for (let turn = 0; turn < 3; turn += 1) {
    const rig = new QueryRig();
    const store = await rig.open();
    plain.push(await timed(() => parsePlainly(files)));
    read.push(await timed(() => readFiles(files)));
    own.push(
      await timed(async () => {
        await backfill(files, store);
        await store.settle();
      }),
    );
    await store.close();
    rig.remove();
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { rows, importMs: median(own), readMs: median(read), plainMs: median(plain) };
}

const YEAR_MS = 365 * DAY_MS;
const START_MS = Date.UTC(2025, 0, 1);
const EXCHANGES = ['binance', 'bybit', 'okx', 'bitget', 'gate', 'kraken', 'hyperliquid', 'deribit', 'bitmex'];

/** A year of five minutes of each exchange. @param {QueryRig} rig */
async function writeYear(rig) {
  const store = await rig.open();
  for (const [index, exchange] of EXCHANGES.entries()) {
    const walk = walkOf(index + 1);
    const rows = YEAR_MS / STEP_MS;
    const atMs = Float64Array.from({ length: rows }, (_, at) => START_MS + at * STEP_MS);
    const openInterestBase = Float64Array.from(atMs, () => Math.round(walk() * 1_000) / 1_000);
    const shared = /** @type {import('../src/core/chunk.ts').Chunk['shared']} */ ({
      ...{
        kind: 'open-interest',
        exchange,
        venueSymbol: 'BTC',
        baseAsset: 'BTC',
        instrument: `${exchange}:BTC`,
      },
      ...{
        endpoint: 'GET /history',
        sides: 'one',
        barMs: STEP_MS,
        receivedAtMs: START_MS + YEAR_MS + DAY_MS,
      },
    });
    await store.append([{ shared, atMs, columns: { openInterestBase } }]);
  }
  await store.settle();
  await store.close();
}

async function exporting(/** @type {QueryRig} */ rig) {
  rig.nowMs = START_MS + YEAR_MS;
  const out = join(rig.folder, 'out');
  const run = async () => {
    const { code, notes } = await rig.export(
      `--asset BTC --metrics open-interest --since 365d --step 5m --format parquet --out ${out}`,
    );
    if (code !== 0) throw new Error(`export ended with ${code}: ${notes.join('; ')}`);
  };
  const file = join(out, 'BTC-open-interest-5m.parquet');
  await run();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  await db.run(`CREATE TABLE rows AS SELECT * FROM read_parquet('${file}')`);
  const count = (await db.runAndReadAll('SELECT count(*) FROM rows')).getRows()[0]?.[0];
  const [own, peer] = [[], []].map(() => /** @type {number[]} */ ([]));
  for (let turn = 0; turn < 5; turn += 1) {
    peer.push(
      await timed(() => db.run(`COPY rows TO '${join(rig.folder, 'peer.parquet')}' (FORMAT parquet)`)),
    );
    own.push(await timed(run));
  }
  db.closeSync();
  return { rows: Number(count), ownMs: median(own), peerMs: median(peer) };
}

const PYTHON = `
import json, sys, time
sys.path.insert(0, sys.argv[1])
import perpscope
def best(work, times=7):
    found = []
    for _ in range(times):
        start = time.process_time(); work(); found.append((time.process_time() - start) * 1000)
    return sorted(found)[times // 2]
def ask(frame):
    return perpscope.series("BTC", since=${START_MS}, until=${START_MS + YEAR_MS}, step="5m", exchange="okx", store=sys.argv[2], frame=frame)
out = {"rows": len(ask("plain")["atMs"]), "plainMs": best(lambda: ask("plain"))}
try:
    import numpy
except ImportError:
    pass
else:
    found = ask("plain")
    numpy.array([found["atMs"], found["openInterestBase"]], "f8").tofile(sys.argv[3])
    out["numpyMs"] = best(lambda: ask("plain"))
    out["rawMs"] = best(lambda: [numpy.fromfile(sys.argv[3]).reshape(2, -1) for _ in range(50)]) / 50
    try:
        import pandas
    except ImportError:
        pass
    else:
        ask("pandas"); out["pandasMs"] = best(lambda: ask("pandas"))
print(json.dumps(out))
`;

/** By the first Python that has numpy, else by any. @param {QueryRig} rig */
function inPython(rig) {
  const python = pythonWith('pandas') ?? pythonWith('numpy') ?? python3() ?? 'python3';
  const program = join(rig.folder, 'measure.py');
  writeFileSync(program, PYTHON);
  const folder = join(import.meta.dirname, '..', 'python');
  const { status, stdout, stderr } = spawnSync(python, [program, folder, rig.file, join(rig.folder, 'raw')], { encoding: 'utf8' }); // prettier-ignore
  if (status === null) return undefined;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const imported = await importing();
const rig = new QueryRig();
try {
  await writeYear(rig);
  process.stdout.write(JSON.stringify({ imported, exported: await exporting(rig), python: inPython(rig) }));
} finally {
  rig.remove();
}
