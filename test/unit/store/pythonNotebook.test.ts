import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { DataSource } from '../../../src/core/ids.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { pythonCell } from '../../../src/surfaces/editor/notebookCellText.ts';
import { observe } from '../market/builders.ts';
import { executeNotebook, notebookPython } from '../../../scripts/executedNotebook.mjs';
import { python3 } from '../../../scripts/python.mjs';
import { PYTHON_FOLDER, runPython, skipWithoutPython } from './python.ts';

const SAMPLE = join(PYTHON_FOLDER, '..', 'sample');
// What "30d" means in a notebook is by the clock of the machine, so the history is too.
const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const IMPORT = 'import sys; sys.path.insert(0, sys.argv[1]); import perpscope\n';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

const bars = (exchange: string, amount: number, count = 48): Observation[] =>
  Array.from({ length: count }, (_, at) => {
    const atMs = HOUR - at * HOUR_MS;
    const times = { atMs, receivedAtMs: atMs + 1_000, barMs: HOUR_MS };
    return observe(exchange, 'open-interest', { ...times, openInterestBase: amount + at, sides: 'one' });
  });

describe('the history in a notebook', () => {
  let folder: string;
  let file: string;
  before(skipWithoutPython);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-notebook-'));
    file = join(folder, 'history.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function write(path = file, source: DataSource = 'live', amount = 1_000): Promise<void> {
    const store = await openSqliteStore(path, { source });
    await store.append([...bars('okx', amount), ...bars('gate', amount / 2)]);
    await store.appendGaps([
      { exchange: 'okx', stream: 'trades', fromMs: HOUR - HOUR_MS, toMs: HOUR, cause: 'closed', backfilled: false },
      { exchange: 'elsewhere', stream: 'trades', fromMs: HOUR - HOUR_MS, toMs: HOUR, cause: 'closed', backfilled: true },
    ]); // prettier-ignore
    const body = { label: 'x', family: 'trend', confidence: 0.5 };
    await store.appendJournal([{ topic: 'assessment', key: 'BTC', atMs: HOUR, body }]);
    await store.close();
  }

  /** What an expression of Python gives, as JSON. */
  const value = (expression: string, env: NodeJS.ProcessEnv = { PERPSCOPE_STORE: file }): unknown =>
    JSON.parse(runPython(`${IMPORT}import json; print(json.dumps(${expression}))`, [], env));
  const fails = (expression: string, words: RegExp, env: NodeJS.ProcessEnv = { PERPSCOPE_STORE: file }) =>
    assert.throws(() => runPython(`${IMPORT}${expression}`, [], { HOME: folder, ...env }), words);

  it('runs the sample notebook cell by cell', async () => {
    await write();
    const { cells } = JSON.parse(readFileSync(join(SAMPLE, 'history.ipynb'), 'utf8')) as {
      cells: { cell_type: string; source: string[] }[];
    };
    const code = cells.filter((cell) => cell.cell_type === 'code').map(({ source }) => source.join(''));
    const run = spawnSync(python3() ?? 'python3', ['-c', code.join('\n')], {
      ...{ cwd: SAMPLE, encoding: 'utf8', env: { ...process.env, PERPSCOPE_STORE: file } },
    });
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /LIVE history/);
    assert.match(run.stdout, /1,500 coins, -5\.9% since/);
    assert.match(run.stdout, /okx trades closed missing/);
    assert.doesNotMatch(run.stdout, /elsewhere/);
  });

  it('runs the sample notebook in a kernel, from the files of a clean clone', async function () {
    this.timeout(120_000);
    if (notebookPython() === undefined) {
      process.stderr.write('      skipped: no Python here has nbclient, ipykernel and pandas\n');
      this.skip();
    }
    await write();
    const top = join(PYTHON_FOLDER, '..');
    const tracked = spawnSync('git', ['ls-files', 'sample', 'python'], { cwd: top, encoding: 'utf8' });
    assert.equal(tracked.status, 0, tracked.stderr);
    const clone = join(folder, 'clone');
    for (const name of tracked.stdout.trim().split('\n'))
      cpSync(join(top, name), join(clone, name), { recursive: true });
    const notebook = join(clone, 'sample', 'history.ipynb');
    executeNotebook(notebook, { PERPSCOPE_STORE: file, HOME: folder });
    const { cells } = JSON.parse(readFileSync(notebook, 'utf8')) as {
      cells: { cell_type: string; execution_count?: number; outputs?: unknown[] }[];
    };
    const code = cells.filter(({ cell_type }) => cell_type === 'code');
    assert.deepEqual(
      code.map(({ execution_count }) => execution_count),
      code.map((_, index) => index + 1),
    );
    const outputs = JSON.stringify(code.map(({ outputs: own }) => own));
    assert.match(outputs, /LIVE history/);
    assert.match(outputs, /1,500 coins, -5\.9% since/);
    assert.match(outputs, /okx trades closed missing/);
  });

  it('says source, unit, sides and share beside the numbers', async () => {
    await write();
    const attrs = value('perpscope.series("BTC", frame="plain").attrs') as Record<string, unknown>;
    assert.deepEqual([attrs['source'], attrs['isSimulated'], attrs['unit']], ['live', false, 'coins']);
    assert.deepEqual(attrs['sides'], { gate: 'one', okx: 'one' });
    assert.equal((attrs['aggregate'] as { share: number }).share, 1);
    const one = value('list(perpscope.series("BTC", exchange="okx", frame="plain"))');
    assert.deepEqual(one, ['atMs', 'openInterestBase']);
  });

  it('gives regimes, gaps and instruments', async () => {
    await write();
    assert.deepEqual(value('perpscope.regimes("BTC", frame="plain").rows()[0][:3]'), [HOUR, 'x', 'trend']);
    assert.equal((value('perpscope.gaps(frame="plain").rows()') as unknown[]).length, 1);
    assert.deepEqual(value('perpscope.instruments("BTC", frame="plain")["exchange"]'), ['gate', 'okx']);
  });

  it('leaves coin-margined perpetuals out of lines and sums', async () => {
    await write();
    const frame = 'repr(perpscope.series("BTC", frame="plain").rows())';
    const without = value(frame);
    const store = await openSqliteStore(file, { source: 'live' });
    const about = {
      venueSymbol: 'BTCUSD_PERP',
      instrument: 'okx:BTCUSD_PERP',
      market: 'coin-margined',
    } as const;
    await store.append(bars('okx', 77_000).map((row) => ({ ...row, ...about })));
    await store.close();
    assert.equal(value(frame), without);
    const known = value('str(perpscope.instruments("BTC", frame="plain").rows())');
    assert.match(String(known), /BTCUSD_PERP/, 'they are in the history');
  });

  it('keeps what was known then', async () => {
    await write();
    const store = await openSqliteStore(file, { source: 'live' });
    const late = { atMs: HOUR - HOUR_MS, receivedAtMs: HOUR + 10 * MINUTE_MS, barMs: HOUR_MS };
    await store.append([observe('okx', 'open-interest', { ...late, openInterestBase: 7, sides: 'one' })]);
    await store.close();
    const at = (known: string): unknown =>
      value(`perpscope.series("BTC", exchange="okx", frame="plain", since=${HOUR - HOUR_MS}${known})["openInterestBase"][0]`); // prettier-ignore
    assert.equal(at(''), 7);
    assert.equal(at(`, as_known_at=${HOUR + MINUTE_MS}`), 1_001);
  });

  it('never mixes the simulated market with the exchanges', async () => {
    await write();
    fails('perpscope.series("BTC", simulated=True)', /no simulated history was found/);
    fails(`perpscope.series("BTC", store=${JSON.stringify(file)}, simulated=True)`, /holds live numbers/);
    await write(join(folder, 'history.simulated.calm-1.sqlite'), 'simulated', 10);
    const found = value('[(f.attrs["source"], f["openInterestBase"][-1]) for s in (False, True) for f in [perpscope.series("BTC", exchange="okx", frame="plain", simulated=s)]]'); // prettier-ignore
    assert.deepEqual(found, [['live', 1_000], ['simulated', 10]]); // prettier-ignore
  });

  it('says what is wrong, where, and what to do', async () => {
    fails('perpscope.series("BTC")', /store: there is no history .*history\.sqlite; open Perpscope/);
    await write();
    fails('perpscope.series("DOGE")', /no-data: .* keeps nothing of 'DOGE'; it keeps BTC/);
    fails('perpscope.series("BTC", "oi")', /usage: there is no metric 'oi'; there are open-interest,/);
    fails('perpscope.series("BTC", since="soon")', /usage: since='soon' is no time; write for example 90d/);
    fails('perpscope.series("BTC", step="0h")', /usage: step='0h' is no length of time/);
    fails('perpscope.series("BTC", exchange="mexc")', /no 'mexc' here: .*there are gate, okx/);
    fails('perpscope.series("BTC", "mark-close")', /has no mark-close of BTC by 1h in this time/);
    fails(`perpscope.open_store(${JSON.stringify(join(PYTHON_FOLDER, 'perpscope.py'))})`, /cannot be read as a history/); // prettier-ignore
  });

  it('runs the cell that the editor writes, with the reader in a folder beside the history', async () => {
    const odd = join(folder, 'a "b" é\\c');
    mkdirSync(join(odd, 'python'), { recursive: true });
    copyFileSync(join(PYTHON_FOLDER, 'perpscope.py'), join(odd, 'python', 'perpscope.py'));
    await write(join(odd, 'history.sqlite'));
    await write(join(odd, 'history.simulated.sqlite'), 'simulated', 10);
    const run = (about: string | undefined, isSimulated = false): string => {
      const cell = pythonCell({ asset: 'BTC', about, folder: join(odd, 'python'), isSimulated }, hashOf);
      return runPython(`${cell}\nprint(sorted(frame))`, [], { PERPSCOPE_STORE: '' });
    };
    assert.match(
      run('exchange/BTC/okx/open-interest'),
      /'source': 'live'[\s\S]*\['atMs', 'openInterestBase'\]/,
    );
    assert.match(run('BTC/aggregate', true), /'isSimulated': True[\s\S]*aggregate\.openInterestBase/);
    assert.match(run('regime-timeline'), /'confidence'/);
  });

  it('names units and the hash of the query in the cell, and keeps hostile names inside a literal', () => {
    const of = (asset: string): string =>
      pythonCell({ asset, about: 'all', folder: '/f', isSimulated: true }, hashOf);
    assert.match(of('BTC'), /^# Perpscope, SIMULATED: open interest in coins, .* Query [0-9a-f]{12}\n/);
    assert.notEqual(of('BTC').split('\n')[0], of('ETH').split('\n')[0]);
    assert.ok(of('x")\nimport os\u2028').includes('series("x\\")\\nimport os\\u2028", '));
  });

  it('ships with the reader that the cell names', () => {
    const shipped = readFileSync(join(PYTHON_FOLDER, '..', '.vscodeignore'), 'utf8').split('\n');
    for (const one of ['!python/perpscope.py', '!dist/notebookCell.cjs'])
      assert.ok(shipped.includes(one), one);
  });
});
