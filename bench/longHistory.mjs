/**
 * Writes a history of many days by the minute, with the product's own store: `node longHistory.mjs ENDPOINTS_JSON DAYS FILE`. What a
 * refresh of BTC and ETH reads of depth and open interest is repeated back, a little changed from minute to minute; its bars and
 * settlements are those of the refresh. Writes one line of JSON: rows and bytes.
 */
import { statSync } from 'node:fs';
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';
import { openSqliteStore } from '../src/store/sqliteStore.ts';
import { storePathFor } from '../src/store/storePath.ts';

const MINUTE_MS = 60_000;
const AT_ONCE = 1_440;
const KINDS = ['depth', 'open-interest'];

const [endpoints = '{}', days = '180', file = ''] = process.argv.slice(2);
const engine = await createEngine({
  logger: silentLogger,
  endpoints: JSON.parse(endpoints),
  storePath: file,
});
const { assets } = await engine.market.refresh({ assets: ['BTC', 'ETH'] });
await engine.dispose();
const readings = assets
  .flatMap(({ exchanges }) => exchanges.flatMap(({ instruments }) => instruments))
  .flatMap(({ observations }) => observations)
  .filter((row) => KINDS.includes(row.kind) && !('barMs' in row && row.barMs !== undefined));
const path = storePathFor(file, 'simulated');
const store = await openSqliteStore(path, { source: 'simulated' });
const minutes = Number(days) * AT_ONCE;
let rows = 0;
for (let back = minutes; back > 0; back -= AT_ONCE) {
  /** @type {import('../src/core/observation.ts').Observation[]} */
  const day = [];
  for (const row of readings)
    for (let minute = back; minute > Math.max(0, back - AT_ONCE); minute--)
      day.push(earlier(row, minute * MINUTE_MS));
  rows += day.length;
  await store.append(day);
}
await store.close();
process.stdout.write(`${JSON.stringify({ rows, bytes: statSync(path).size })}\n`);

/**
 * @template {import('../src/core/observation.ts').Observation} T
 * @param {T} row @param {number} ms
 */
function earlier(row, ms) {
  const factor = 1 + 0.05 * Math.sin(ms / 36_000_000);
  const sizes = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' && /Base$|Contracts$|Usd$/.test(name)
        ? Number((value * factor).toFixed(3))
        : value,
    ]),
  );
  return /** @type {T} */ ({ ...row, ...sizes, atMs: row.atMs - ms, receivedAtMs: row.receivedAtMs - ms });
}
