/**
 * One cold refresh in a fresh process: `node shownOnce.mjs ENDPOINTS_JSON EXCHANGE`. Writes, as one line of JSON, after how many ms each of the
 * other exchanges stood fresh in a published snapshot, and after how many the regime was judged.
 */
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';

const [endpoints = '{}', hostile = ''] = process.argv.slice(2);
const engine = await createEngine({ logger: silentLogger, endpoints: JSON.parse(endpoints) });
const others = engine.adapters.map(({ id }) => id).filter((id) => id !== hostile);
/** @type {Record<string, number>} */
const shownAfterMs = {};
const startedAt = performance.now();
const allShown = new Promise((done) => {
  engine.market.onDidChange(({ snapshot }) => {
    for (const { exchange, status } of snapshot?.assets[0]?.exchanges ?? [])
      if (status === 'fresh') shownAfterMs[exchange] ??= performance.now() - startedAt;
    if (others.every((id) => shownAfterMs[id] !== undefined)) done(undefined);
  });
});
// The grace is the editor's: a regime waits so long for the last of them.
const ended = engine.market.refresh({ assets: ['BTC'], graceMs: 2_000 });
await Promise.race([allShown, ended]);
const eightMs = Math.max(...others.map((id) => shownAfterMs[id] ?? Number.POSITIVE_INFINITY));
await ended;
const regimeMs = performance.now() - startedAt;
process.stdout.write(
  `${JSON.stringify({ eightMs, regimeMs, missing: others.filter((id) => shownAfterMs[id] === undefined) })}\n`,
);
process.exit();
