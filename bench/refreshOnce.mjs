/**
 * One cold refresh in a fresh process: `node refreshOnce.mjs ENDPOINTS_JSON ASSETS TIMEOUT_MS WITHOUT`, by the engine that ships, with a
 * history in a file, as the editor has it. The engine is loaded before the clock starts; connections, lists of instruments and
 * history are not there yet. Writes one line of JSON; `shownMs` is when all exchanges but the one WITHOUT were all fresh in a
 * published snapshot, `threadMs` what the engine's thread computed, `cpuMs` with the threads that compile and clear up beside it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../src/core/logger.ts';

/** @type {typeof import('../src/engine.ts')} */
const { createEngine } = createRequire(import.meta.url)('../dist/engine.cjs');
const folder = mkdtempSync(join(tmpdir(), 'perpscope-bench-refresh-'));
const [endpoints = '{}', assets = 'BTC', timeoutMs = '20000', without = ''] = process.argv.slice(2);
const engine = await createEngine({
  ...{ logger: silentLogger, endpoints: JSON.parse(endpoints), storePath: join(folder, 'history.sqlite') },
});
const others = engine.adapters.map(({ id }) => id).filter((id) => id !== without);
let shownMs = 0;
engine.market.onDidChange(({ snapshot }) => {
  const fresh = (snapshot?.assets[0]?.exchanges ?? []).filter(({ status }) => status === 'fresh');
  const isShown = others.every((id) => fresh.some(({ exchange }) => exchange === id));
  if (shownMs === 0 && isShown) shownMs = performance.now() - startedAt;
});
const usedBefore = process.cpuUsage();
const threadBefore = process.threadCpuUsage();
const startedAt = performance.now();
const { assets: read } = await engine.market.refresh({
  assets: assets.split(','),
  timeoutMs: Number(timeoutMs),
});
const ms = performance.now() - startedAt;
const used = process.cpuUsage(usedBefore);
const thread = process.threadCpuUsage(threadBefore);
await engine.dispose();
rmSync(folder, { recursive: true, force: true });
const exchanges = (read[0]?.exchanges ?? []).map(({ exchange, status, latencyMs }) => ({
  exchange,
  status,
  latencyMs,
}));
process.stdout.write(
  `${JSON.stringify({ ms, shownMs, threadMs: sum(thread), cpuMs: sum(used), exchanges })}\n`,
);

/** @param {{ user: number, system: number }} used */
function sum({ user, system }) {
  return (user + system) / 1_000;
}
