/** Decoding answers of exchanges (schema, mapping, plausibility) beside JSON.parse of the same text. */
import { createEngine } from '../src/engine.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLogger } from '../src/core/logger.ts';
import { decodeAnswer } from '../src/sources/exchanges/decodeAnswer.ts';
import { exchangeAdapters } from '../src/sources/exchanges/registry.ts';
import { startSimulator } from '../src/sources/simulator/server.ts';
import { median, ratio, rounded } from './measure.mjs';

const rounds = 9;
const sampleMs = 60;
const smallestBytes = 300;

/** @typedef {{ adapter: import('../src/sources/exchanges/contract.ts').ExchangeAdapter, path: string, query: Record<string, string>, text: string }} Body */

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const bodies = await recordBodies();
  /** @type {import('./measure.mjs').Row[]} */
  const rows = [];
  for (const adapter of exchangeAdapters) {
    const own = bodies.filter((body) => body.adapter === adapter && body.text.length >= smallestBytes);
    if (own.length === 0) continue;
    const instruments = new Map(
      own.flatMap((body) => decode(body, new Map()).instruments.map((one) => [one.key, one])),
    );
    const bytes = own.reduce((sum, body) => sum + body.text.length, 0);
    const decoded = own.map((body) => decode(body, instruments));
    const read = decoded.reduce((sum, one) => sum + one.observations.length + one.instruments.length, 0);
    /** @type {number[]} */
    const parseNs = [];
    /** @type {number[]} */
    const wholeNs = [];
    for (let round = 0; round < rounds; round++) {
      parseNs.push(perByte(bytes, () => own.forEach(({ text }) => JSON.parse(text))));
      wholeNs.push(perByte(bytes, () => own.forEach((body) => decode(body, instruments))));
    }
    const [parse, whole] = [median(parseNs), median(wholeNs)];
    rows.push({
      what: `decode ${adapter.displayName}: ${own.length} answers, ${rounded(bytes / 1_000, 0)} kB, ${read} rows`,
      value: rounded(1_000 / whole, 1),
      unit: 'MB/s',
      beside: `JSON.parse alone ${rounded(1_000 / parse, 0)} MB/s: decoding takes ${ratio(whole, parse)} its time`,
    });
  }
  return rows;
}

/** @param {Body} body @param {ReadonlyMap<string, import('../src/core/instrument.ts').Instrument>} instruments */
function decode({ adapter, path, query, text }, instruments) {
  return decodeAnswer(
    adapter,
    { method: 'GET', path, query, body: JSON.parse(text), receivedAtMs: Date.now() },
    instruments,
  );
}

/** @param {number} bytes @param {() => void} work @returns {number} nanoseconds per byte */
function perByte(bytes, work) {
  const startedAt = performance.now();
  let times = 0;
  do {
    work();
    times += 1;
  } while (performance.now() - startedAt < sampleMs);
  return ((performance.now() - startedAt) * 1e6) / (bytes * times);
}

/** Every answer that a refresh of BTC asks for, as text: sizes and shapes as a user meets them. @returns {Promise<Body[]>} */
async function recordBodies() {
  const simulator = await startSimulator({ seed: 1, scenario: 'spot-led-rally', clock: systemClock });
  try {
    const engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
    await engine.market.refresh({ assets: ['BTC'] });
    await engine.dispose();
    // Context providers are no exchanges; Hyperliquid asks by POST, whose bodies the simulator does not keep.
    const asked = simulator.requests.flatMap(({ exchange, method, path, query }) => {
      const adapter = exchangeAdapters.find((one) => one.id === exchange);
      return adapter === undefined || method !== 'GET' ? [] : [{ adapter, exchange, path, query }];
    });
    return await Promise.all(
      asked.map(async ({ adapter, exchange, path, query }) => {
        const base = simulator.endpoints[exchange]?.rest ?? '';
        const url = `${base}${path}?${new URLSearchParams(query)}`;
        return {
          adapter,
          path,
          query,
          text: await (await fetch(url, { headers: { connection: 'close' } })).text(),
        };
      }),
    );
  } finally {
    await simulator.close();
  }
}
