/**
 * `node scripts/withNode.mjs scripts/backfillYears.mjs`: three years of BTC and ETH over nine simulated exchanges and their files, once
 * undisturbed and once killed five times. Fails unless requests were as planned, nothing beyond a page of a source was asked for
 * again, both histories are the same, and the time was estimated within a factor of two. `--days N`, `--latency MS`, `--seed N`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reexecUnderNode24 } from './bootstrap.mjs';

await reexecUnderNode24();
const { AskedPages, startBackfillRig } = await import('../test/support/killedBackfill.ts');
const { compareHistories } = await import('../test/support/compareHistories.ts');
const { storePathFor } = await import('../src/store/storePath.ts');

const { values } = parseArgs({
  options: { days: { type: 'string' }, latency: { type: 'string' }, seed: { type: 'string' } },
});
const [days, latencyMs, seed] = [values.days ?? 1_095, values.latency ?? 20, values.seed ?? 1].map(Number);
const KILLS = 5;
const HOUR_MS = 3_600_000;
const untilMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const folder = mkdtempSync(join(tmpdir(), 'perpscope-years-'));
const asked = [
  '--asset',
  'BTC,ETH',
  '--since',
  String(untilMs - days * 24 * HOUR_MS),
  '--until',
  String(untilMs),
];
const storeOf = (/** @type {string} */ name) => join(folder, `${name}.sqlite`);
const say = (/** @type {object} */ line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let isGood = true;
const hold = (/** @type {string} */ what, /** @type {boolean} */ isHeld) => {
  if (!isHeld) say({ notHeld: what });
  isGood &&= isHeld;
};

const rig = await startBackfillRig(folder, seed, latencyMs);
try {
  const dry = await rig.run([...asked, '--dry-run']);
  const lists = rig.takeRequests().length;
  const { estimate } =
    /** @type {{ estimate: { requests: number, rows: number, bytes: number, timeMs: number } }} */ (
      dry.lines[0]
    );
  const startedMs = performance.now();
  const whole = await rig.run([...asked, '--store', storeOf('whole')]);
  const tookMs = performance.now() - startedMs;
  const requests = rig.takeRequests().length - lists;
  say({
    estimate,
    requests,
    tookMs: Math.round(tookMs),
    exit: whole.code,
    result: whole.lines.at(-1)?.isComplete,
  });
  hold('the requests of the plan', requests === estimate.requests);
  hold('everything planned is there', whole.code === 0);
  hold('time within a factor of two', estimate.timeMs > tookMs / 2 && estimate.timeMs < tookMs * 2);
  const pages = new AskedPages();
  let most = 0;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const killAfter =
      kill === KILLS ? undefined : Math.floor(estimate.requests / (KILLS + 1.5)) + lists + kill;
    const { code, said } = await rig.run([...asked, '--store', storeOf('killed')], killAfter);
    for (const again of pages.again(rig.takeRequests())) {
      if (again.length > 1) say({ again });
      most = Math.max(most, again.length);
    }
    hold(`run ${kill + 1} ended as it should: ${said}`, code === (killAfter === undefined ? 0 : null));
  }
  hold('no more than a page of a source again', most <= 1);
  const files = ['whole', 'killed'].map((name) => storePathFor(storeOf(name), 'simulated'));
  const found = await compareHistories([files[0] ?? '', files[1] ?? ''], 'simulated');
  say({ mostPagesAgain: most, ...found });
  // Between the two runs lie some minutes, in which what keeps its newest rows alone forgets the oldest.
  hold(
    'the same history',
    found.different.length === 0 && found.hasSameGaps && found.latestMs <= 24 * HOUR_MS,
  );
} finally {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isGood ? 0 : 1;
