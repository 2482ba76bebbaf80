/** From the text of an answer or a frame to checked columns and rows (read, mapped, possible, held against their neighbours), beside JSON.parse of the same text and beside ccxt. */
import { createEngine } from '../src/engine.ts';
import { systemClock } from '../src/core/clock.ts';
import { silentLogger } from '../src/core/logger.ts';
import { allRows } from '../src/core/chunk.ts';
import { readAnswer } from '../src/sources/exchanges/decodeAnswer.ts';
import { applyChannel, roleOf } from '../src/sources/exchanges/decodeFrame.ts';
import { ListCorrections } from '../src/sources/exchanges/listCorrections.ts';
import { adapterOf, exchangeAdapters } from '../src/sources/exchanges/registry.ts';
import { startSimulator } from '../src/sources/simulator/server.ts';
import { frames } from './frames.mjs';
import { histories } from './histories.mjs';
import { ratio, rounded } from './measure.mjs';

const sampleMs = 1_500;
const smallestBytes = 300;

/** @typedef {{ adapter: import('../src/sources/exchanges/contract.ts').ExchangeAdapter, path: string, query: Record<string, string>, text: string }} Body */

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  return [...historyRows(), ...(await refreshRows()), ...frameRows()];
}

/** Each history beside JSON.parse, which everybody needs, and beside the parser of ccxt, which checks less. */
function historyRows() {
  return histories().flatMap((one) => {
    const adapter = adapterOf(one.exchange) ?? fail(`no adapter for ${one.exchange}`);
    const table = new Map([[contract(one.exchange).key, contract(one.exchange)]]);
    const body = { adapter, path: one.path, query: one.query, text: one.text };
    const read = decode(body, table);
    const count = allRows(read.rows).length;
    if (count !== one.rows - (one.path.endsWith('fundingRate') ? 1 : 0) || read.issues.length > 0)
      throw new Error(`${one.what}: ${count} rows, ${JSON.stringify(read.issues[0])}`);
    const [parse = 0, own = 0, peer = 0] = besides(
      () => void JSON.parse(one.text),
      () => void decode(body, table),
      () => void one.peer(JSON.parse(one.text)),
    );
    const times = `JSON.parse ${micros(parse)}, ours ${micros(own)}, ccxt ${micros(peer)}`;
    return [
      {
        what: `decode ${one.what}, ${one.rows} rows, against JSON.parse`,
        value: rounded(own / parse, 2), unit: 'x', limit: 2.5,
        beside: `${times} (ccxt ${ratio(peer, parse)})`,
      },
      {
        what: `decode ${one.what}, against ccxt`,
        value: rounded(own / peer, 2), unit: 'x', limit: one.isOpenInterest === true ? 0.5 : 1, beside: times,
      },
    ]; // prettier-ignore
  });
}

/** Every answer of a cold refresh, by exchange and all together. */
async function refreshRows() {
  const bodies = (await recordBodies()).filter((body) => body.text.length >= smallestBytes);
  const tables = new Map(
    exchangeAdapters.map((adapter) => {
      const own = bodies.filter((body) => body.adapter === adapter);
      const listed = own.flatMap((body) => decode(body, new Map()).instruments);
      return [adapter, new Map(listed.map((one) => [one.key, one]))];
    }),
  );
  const tableOf = (/** @type {Body} */ { adapter }) => tables.get(adapter) ?? new Map();
  const rowOf = (
    /** @type {string} */ what,
    /** @type {readonly Body[]} */ own,
    /** @type {number} */ limit,
  ) => {
    const bytes = own.reduce((sum, body) => sum + body.text.length, 0);
    const read = own.map((body) => decode(body, tableOf(body)));
    const count = read.reduce((sum, one) => sum + allRows(one.rows).length + one.instruments.length, 0);
    const [parse = 0, whole = 0] = besides(
      () => own.forEach(({ text }) => JSON.parse(text)),
      () => own.forEach((body) => decode(body, tableOf(body))),
    );
    return {
      what: `decode ${what}: ${own.length} answers, ${rounded(bytes / 1_000, 0)} kB, ${count} rows`,
      value: rounded(whole / parse, 2),
      unit: 'x',
      ...(limit === 0 ? {} : { limit }),
      beside: `JSON.parse ${micros(parse)}, ours ${micros(whole)}: ${rounded(bytes / whole, 0)} MB/s`,
    };
  };
  const each = exchangeAdapters.flatMap((adapter) => {
    const own = bodies.filter((body) => body.adapter === adapter);
    return own.length === 0 ? [] : [rowOf(adapter.displayName, own, 0)];
  });
  return [rowOf('all answers of a cold refresh of BTC', bodies, 4), ...each];
}

/** Frames from their text to checked rows, with their classifier, beside JSON.parse of the same texts. */
function frameRows() {
  const kinds = frames(2_000).map((one) => {
    const adapter = adapterOf(one.exchange) ?? fail(`no adapter for ${one.exchange}`);
    const table = new Map([[contract(one.exchange).key, contract(one.exchange)]]);
    const corrections = new ListCorrections();
    const read = (/** @type {string} */ text) => {
      const body = JSON.parse(text);
      const { role, channel } = roleOf(adapter, body);
      if (role.role !== 'data' || channel === undefined) throw new Error(`${one.what} of ${one.exchange} is no data`);
      const topic = role.topic === undefined ? {} : { topic: role.topic };
      return applyChannel(adapter, channel, { body, receivedAtMs: Date.UTC(2026, 10, 22), ...topic }, table, corrections);
    }; // prettier-ignore
    const first = read(one.texts[0] ?? '');
    if (first.rows.length === 0 || first.issues.length > 0)
      throw new Error(`${one.what}: ${JSON.stringify(first)}`);
    const [parse = 0, whole = 0] = besides(
      () => one.texts.forEach((text) => JSON.parse(text)),
      () => one.texts.forEach((text) => void read(text)),
    );
    return { name: `${adapter.displayName} ${one.what}`, parse, whole };
  });
  const all = (/** @type {'parse' | 'whole'} */ what) => kinds.reduce((sum, one) => sum + one[what], 0);
  return [
    {
      what: 'decode pushed messages, seven kinds together',
      value: rounded(all('whole') / all('parse'), 2),
      unit: 'x',
      limit: 2.5,
      beside: `JSON.parse alone; ${kinds.map((one) => `${one.name} ${ratio(one.whole, one.parse)}`).join(', ')}`,
    },
  ];
}

/** A contract as the lists describe it, of coins. @param {string} exchange @returns {import('../src/core/instrument.ts').Instrument} */
function contract(exchange) {
  const venueSymbol = exchange === 'okx' ? 'BTC-USDT-SWAP' : 'BTCUSDT';
  const amount = exchange === 'okx' ? 0.01 : 1;
  return {
    key: `${exchange}:${venueSymbol}`, exchange, venueSymbol, baseAsset: 'BTC', quoteAsset: 'USDT', settleAsset: 'USDT', kind: 'perpetual',
    margin: 'linear', contractSize: { amount, unit: 'base' }, fundingIntervalMs: 8 * 3_600_000, status: 'trading',
  }; // prettier-ignore
}

/** @param {string} message @returns {never} */
function fail(message) {
  throw new Error(message);
}

/** @param {number} us */
const micros = (us) => `${rounded(us, 0)} us`;

/**
 * Times of works that are measured by turns, so that what else the machine does meets all of them: the least of each, in
 * microseconds.
 * @param {...(() => void)} works
 */
function besides(...works) {
  const least = works.map(() => Infinity);
  const endsAt = performance.now() + sampleMs;
  do {
    for (const [index, work] of works.entries()) {
      const startedAt = performance.now();
      work();
      least[index] = Math.min(least[index] ?? Infinity, (performance.now() - startedAt) * 1e3);
    }
  } while (performance.now() < endsAt);
  return least;
}

/** @typedef {ReadonlyMap<string, import('../src/core/instrument.ts').Instrument>} Table */

/** Decodes an answer as a refresh does. @param {Body} body @param {Table} table */
function decode({ adapter, path, query, text }, table) {
  const receivedAtMs = Date.UTC(2026, 10, 22);
  return readAnswer(adapter, { method: 'GET', path, query, body: JSON.parse(text), receivedAtMs }, table);
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
