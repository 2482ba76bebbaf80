/**
 * `node scripts/withNode.mjs scripts/readWhileWriting.mjs [--seconds N] [--readers N]`: Python processes read a history while it is written
 * and folded into blocks. Each looks again and again at a series whose every value is its own time: no lock error, no wrong row, no
 * row that was there and is gone. Usual: 300 s, 20 readers.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '../src/store/sqliteStore.ts';
import { python3 } from './python.mjs';

const STEP_MS = 300_000;
const START_MS = Date.UTC(2026, 0, 1);
const PYTHON = join(import.meta.dirname, '..', 'python');
const READER = `
import sys, time
sys.path.insert(0, sys.argv[1])
import perpscope
end, looks, before = time.monotonic() + float(sys.argv[3]), 0, 0
while time.monotonic() < end:
    with perpscope.open_store(sys.argv[2]) as store:
        frame = perpscope.series("BTC", since=${START_MS}, until=${START_MS} + 400 * 86400000, step="5m", exchange="okx", store=store, frame="plain")
        at, values = frame["atMs"], frame["openInterestBase"]
        assert store.damaged == 0, "damaged"
    wrong = [when for when, value in zip(at, values) if value != (when - ${START_MS}) / ${STEP_MS} + 1]
    assert not wrong, f"{len(wrong)} wrong or missing rows, first {wrong[:3]}"
    assert len(at) >= before, f"{before} rows became {len(at)}"
    looks, before = looks + 1, len(at)
print(looks, before)
`;

/**
 * @param {number} seconds @param {number} readers
 * @returns {Promise<{ looks: number; rows: number; written: number; blocks: number; errors: string[] }>}
 */
export async function readWhileWriting(seconds, readers) {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-readers-'));
  const file = join(folder, 'history.sqlite');
  const store = await openSqliteStore(file, { source: 'live' });
  try {
    let written = 0;
    // Batches of some days are folded; single rows stay in the row area for a day of the rows' time.
    const write = async (/** @type {number} */ count) => {
      const rows = Array.from({ length: count }, (_, at) => row(written + at));
      await store.append(rows);
      written += count;
    };
    await write(3_000);
    const running = Array.from({ length: readers }, () => reader(file, seconds));
    const all = Promise.allSettled(running);
    let isDone = false;
    void all.then(() => (isDone = true));
    while (!isDone && written < 100_000) {
      await write(written % 5 === 0 ? 37 : 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ends = await all;
    const counts = ends.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return {
      looks: counts.reduce((sum, [looks = 0]) => sum + looks, 0),
      rows: Math.max(0, ...counts.map(([, rows = 0]) => rows)),
      written,
      blocks: blocksOf(file),
      errors: ends.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file @returns {number} how many blocks rows were folded into meanwhile */
function blocksOf(file) {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(db.prepare('SELECT count(*) AS count FROM block WHERE step_ms = 0').get()?.['count']);
  } finally {
    db.close();
  }
}

/** @param {number} at @returns {import('../src/core/observation.ts').OpenInterest} */
function row(at) {
  const atMs = START_MS + at * STEP_MS;
  return {
    ...{ kind: 'open-interest', exchange: 'okx', venueSymbol: 'BTC-USDT-SWAP', baseAsset: 'BTC' },
    instrument: /** @type {import('../src/core/ids.ts').InstrumentKey} */ ('okx:BTC-USDT-SWAP'),
    ...{ endpoint: 'GET /history', sides: 'one', barMs: STEP_MS },
    ...{ atMs, receivedAtMs: atMs + 500, openInterestBase: at + 1 },
  };
}

/** @param {string} file @param {number} seconds @returns {Promise<number[]>} how often it looked, and how many rows it saw last */
function reader(file, seconds) {
  return new Promise((resolve, reject) => {
    const child = spawn(python3() ?? 'python3', ['-c', READER, PYTHON, file, String(seconds)]);
    let [out, errors] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (errors += data));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(out.trim().split(' ').map(Number)) : reject(new Error(errors)),
    );
  });
}

if (import.meta.main) {
  const options = /** @type {const} */ ({ seconds: { type: 'string' }, readers: { type: 'string' } });
  const { seconds = '300', readers = '20' } = parseArgs({ options }).values;
  const [length, count] = [Number(seconds), Number(readers)];
  if (!(length > 0 && Number.isInteger(count) && count > 0))
    throw new Error(`--seconds ${seconds} --readers ${readers}: numbers above 0 are expected`);
  const result = await readWhileWriting(length, count);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.errors.length > 0) process.exitCode = 1;
}
