/**
 * One cold refresh in a fresh process: `node refreshOnce.mjs ENDPOINTS_JSON ASSETS TIMEOUT_MS`. The engine's modules are loaded before the
 * clock starts; connections, lists of instruments and history are not there yet. Writes one line of JSON.
 */
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';

const [endpoints = '{}', assets = 'BTC', timeoutMs = '20000'] = process.argv.slice(2);
const engine = await createEngine({ logger: silentLogger, endpoints: JSON.parse(endpoints) });
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
process.stdout.write(`${JSON.stringify({ ms, cpuMs: (used.user + used.system) / 1000, exchanges })}\n`);
