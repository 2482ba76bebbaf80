/**
 * One cold refresh in a fresh process: `node refreshOnce.mjs ENDPOINTS_JSON ASSETS TIMEOUT_MS WITHOUT`. The engine's modules are loaded before the
 * clock starts; connections, lists of instruments and history are not there yet. Writes one line of JSON; `shownMs` is when all
 * exchanges but the one WITHOUT were all fresh in a published snapshot.
 */
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';

const [endpoints = '{}', assets = 'BTC', timeoutMs = '20000', without = ''] = process.argv.slice(2);
const engine = await createEngine({ logger: silentLogger, endpoints: JSON.parse(endpoints) });
const others = engine.adapters.map(({ id }) => id).filter((id) => id !== without);
let shownMs = 0;
engine.market.onDidChange(({ snapshot }) => {
  const fresh = (snapshot?.assets[0]?.exchanges ?? []).filter(({ status }) => status === 'fresh');
  const isShown = others.every((id) => fresh.some(({ exchange }) => exchange === id));
  if (shownMs === 0 && isShown) shownMs = performance.now() - startedAt;
});
const usedBefore = process.cpuUsage();
const startedAt = performance.now();
const { assets: read } = await engine.market.refresh({
  assets: assets.split(','),
  timeoutMs: Number(timeoutMs),
});
const ms = performance.now() - startedAt;
const used = process.cpuUsage(usedBefore);
await engine.dispose();
const exchanges = (read[0]?.exchanges ?? []).map(({ exchange, status, latencyMs }) => ({
  exchange,
  status,
  latencyMs,
}));
process.stdout.write(
  `${JSON.stringify({ ms, shownMs, cpuMs: (used.user + used.system) / 1000, exchanges })}\n`,
);
