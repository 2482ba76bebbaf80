import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { atOf, PAGE } from './killedBatches.ts';

/** docs/reliability.md F1 asks for 200: `PERPSCOPE_KILLS=200 npm test -- --layer unit`. */
const KILLS = Number(process.env['PERPSCOPE_KILLS'] ?? 12);
const script = fileURLToPath(new URL('./writingChild.ts', import.meta.url));

/** Lets a child write from a batch on and kills it once it has said a number; returns the last one it said. */
async function writeAndKill(file: string, from: number, target: number): Promise<number> {
  const args = ['--disable-warning=ExperimentalWarning', script, file, String(from)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (Number(printed.split('\n').at(-2) ?? -1) >= target) child.kill('SIGKILL');
  });
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  return Number(printed.split('\n').at(-2));
}

describe('a process that is killed while it writes history', () => {
  it(`loses no acknowledged row and leaves no half batch, ${KILLS} times`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perpscope-killed-'));
    const file = join(folder, 'history.db');
    let acknowledged = -1;
    let longestMs = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      acknowledged = await writeAndKill(file, acknowledged + 1, acknowledged + 5 + ((17 * kill) % 90));
      const startMs = performance.now();
      const store = await openSqliteStore(file, { source: 'live' });
      longestMs = Math.max(longestMs, performance.now() - startMs);
      assert.equal(store.notice, undefined);
      const rows = await store.query({ kind: 'open-interest' });
      const { rows: damagedRows, blocks } = store.damage();
      await store.close();
      assert.deepEqual([damagedRows, blocks], [0, 0]);
      const single = rows.filter(({ endpoint }) => endpoint !== 'pages');
      const batches = single.length / 3;
      assert.ok(batches >= acknowledged + 1, `kill ${kill}: a row is lost`);
      assert.ok(
        single.every((row, index) => row.atMs === atOf(Math.floor(index / 3))),
        `kill ${kill}: a hole`,
      );
      assert.ok(single.every((row, index) => row.openInterestBase === Math.floor(index / 3)));
      assert.equal(rows.length - single.length, batches * PAGE, `kill ${kill}: a batch is half written`);
      // The child begins again after what was said; what was written and not said comes twice, and is kept once.
      assert.ok(batches <= acknowledged + 2);
    }
    const db = new DatabaseSync(file);
    assert.equal(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
    assert.ok(Number(db.prepare('SELECT count(*) AS n FROM block').get()?.['n']) > 1, 'nothing was folded');
    db.close();
    rmSync(folder, { recursive: true });
    assert.ok(longestMs <= 1_000, `opening took ${Math.round(longestMs)} ms`);
  }).timeout(60_000 + KILLS * 6_000);
});
