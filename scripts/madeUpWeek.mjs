/** A made-up week of assessments in the history of the simulated market, for pictures: a first start has none to show. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MINUTE_MS = 60_000;
const STEP_MS = 10 * MINUTE_MS;

/** Hours, label, family; no label for a time that nobody watched. The last one ends now. */
const WEEK = /** @type {const} */ ([
  [20, 'neutral', 'quiet'],
  [8, 'leverage-build-up', 'stake-rising'],
  [26, 'leverage-led-rally', 'new-longs'],
  [9, undefined, undefined],
  [16, 'crowded-long', 'stake-rising'],
  [14, 'long-squeeze', 'long-unwinding'],
  [5, 'unknown', 'unknown'],
  [12, 'illiquid-sell-off', 'new-shorts'],
  [18, 'neutral', 'quiet'],
  [13, 'short-squeeze', 'short-covering'],
  [22, 'spot-led-rally', 'short-covering'],
]);

/** Returns a folder with the history as the editor's storage has it. The market is that of the pictures: see docs/screens.md. */
export async function madeUpWeek() {
  const { openSqliteStore } = await import('../src/store/sqliteStore.ts');
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-week-'));
  const file = join(folder, 'history.simulated.spot-led-rally-1.sqlite');
  const store = await openSqliteStore(file, { source: 'simulated' });
  const stretches = WEEK.map(([hours, label, family], index) => {
    const steps = Math.round((hours * 60 * MINUTE_MS) / STEP_MS);
    // Every other one begins weak.
    const weakSteps = index % 2 === 1 ? Math.round(steps / 3) : 0;
    return Array.from({ length: steps }, (_, step) => ({ label, family, isWeak: step < weakSteps }));
  }).flat();
  const endMs = Date.now() - MINUTE_MS;
  const entries = stretches.flatMap(({ label, ...body }, index) => {
    if (label === undefined) return [];
    const numbers = body.isWeak ? { confidence: 0.43, rarity: 0.22 } : { confidence: 0.81, rarity: 0.02 };
    const atMs = endMs - (stretches.length - 1 - index) * STEP_MS;
    return [
      { topic: /** @type {const} */ ('assessment'), key: 'BTC', atMs, body: { label, ...body, ...numbers } },
    ];
  });
  await store.appendJournal(entries);
  await store.close();
  return folder;
}
