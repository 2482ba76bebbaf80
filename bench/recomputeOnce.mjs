/**
 * What a refresh recomputes, in a fresh process: `node recomputeOnce.mjs DAYS`. Writes a history of two assets on nine exchanges
 * that long into a file: readings of four kinds every five minutes, bars by the hour, settlements. Then refreshes, of which
 * neither the exchanges' answers nor the writing are counted: from the rows that were appended to history, changes,
 * liquidation totals, features and assessments of both assets (`samples`, `used` by this thread of the processor), and beside them all
 * three charts of both (`charts`), which a refresh draws only where panels are open. Writes one line of JSON.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoiseBook } from '../src/analysis/noise/noiseBook.ts';
import { BUILT_IN_RULES } from '../src/analysis/regime/rules.ts';
import { VenueBook } from '../src/analysis/regime/venues/venueHours.ts';
import { aggregateAsset } from '../src/market/aggregate.ts';
import { chartInput, wantedCharts } from '../src/market/charts.ts';
import { levelPlan, liquidationChart } from '../src/market/liquidationChart.ts';
import { assessments, endOfRound, storedHistories } from '../src/market/roundEnd.ts';
import { SideBook } from '../src/market/sideBook.ts';
import { SeriesBook } from '../src/series/seriesBook.ts';
import { openSqliteStore } from '../src/store/sqliteStore.ts';

/** @typedef {import('../src/core/chunk.ts').Chunk} Chunk */
/** @typedef {import('../src/core/observation.ts').Observation} Observation */

const days = Number(process.argv[2] ?? '30');
const refreshes = 25;
const books = { noise: new NoiseBook(), venues: new VenueBook() };
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const START = Date.UTC(2026, 9, 20, 12, 2);
const ids = ['binance', 'okx', 'bybit', 'bitget', 'gate', 'deribit', 'hyperliquid', 'kraken-futures', 'htx'];
const assets = ['BTC', 'ETH'];

/** A walk that is the same in every run, around 100, within a quarter. @param {number} seed @param {number} step */
const walk = (seed, step) => 100 + 12 * Math.sin(step / 37 + seed) + 7 * Math.sin(step / 5 + 3 * seed);

/** Prices of one asset agree over exchanges. @param {string} exchange @param {string} asset @param {number} atMs */
const priceAt = (exchange, asset, atMs) =>
  walk(assets.indexOf(asset), atMs / HOUR) * (1 + ids.indexOf(exchange) / 1_000);

/** What is read of an asset on an exchange. @type {readonly { kind: string, everyMs: number, shared: object, fields: readonly string[] }[]} */
const series = [
  { kind: 'open-interest', everyMs: 5 * MINUTE, shared: { sides: 'one' }, fields: ['openInterestBase'] },
  { kind: 'mark-price', everyMs: 5 * MINUTE, shared: {}, fields: ['markPriceQuote', 'lastPriceQuote'] },
  { kind: 'depth', everyMs: 5 * MINUTE, shared: { bandFraction: 0.01, reachedBid: true, reachedAsk: true }, fields: ['midPriceQuote', 'bidUsd', 'askUsd'] },
  { kind: 'funding-rate', everyMs: 5 * MINUTE, shared: { phase: 'predicted', intervalBasis: 'payload', intervalMs: 8 * HOUR }, fields: ['fundingRatePerInterval'] },
  { kind: 'funding-rate', everyMs: 8 * HOUR, shared: { phase: 'settled', intervalBasis: 'payload', intervalMs: 8 * HOUR }, fields: ['fundingRatePerInterval'] },
  { kind: 'open-interest', everyMs: HOUR, shared: { sides: 'one', barMs: HOUR }, fields: ['openInterestBase'] },
  { kind: 'open-interest', everyMs: DAY, shared: { sides: 'one', barMs: DAY }, fields: ['openInterestBase'] },
  { kind: 'candle', everyMs: HOUR, shared: { priceType: 'last', barMs: HOUR }, fields: ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase'] },
  { kind: 'candle', everyMs: HOUR, shared: { priceType: 'mark', barMs: HOUR }, fields: ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] },
  { kind: 'taker-volume', everyMs: HOUR, shared: { barMs: HOUR }, fields: ['takerBuyBase', 'takerSellBase'] },
  { kind: 'long-short-ratio', everyMs: HOUR, shared: { population: 'all-accounts', barMs: HOUR }, fields: ['longShortRatio'] },
  { kind: 'liquidation-volume', everyMs: HOUR, shared: { barMs: HOUR, coverage: 'complete' }, fields: ['longLiquidatedUsd', 'shortLiquidatedUsd'] },
]; // prettier-ignore

/** @param {string} exchange @param {string} asset @param {string} kind */
const about = (exchange, asset, kind) => ({
  ...{ exchange, venueSymbol: `${asset}USDT`, baseAsset: asset, instrument: `${exchange}:${asset}USDT` },
  ...{ endpoint: `GET /${kind}`, kind },
});

/**
 * The rows of one series from `fromMs` to before `toMs`; half of the exchanges keep no hourly open interest.
 * @param {string} exchange @param {string} asset @param {(typeof series)[number]} one @param {number} fromMs @param {number} toMs
 */
function rowsOf(exchange, asset, { kind, everyMs, shared, fields }, fromMs, toMs) {
  if (kind === 'open-interest' && everyMs === HOUR && ids.indexOf(exchange) % 2 === 1) return [];
  const rows = [];
  const seed = ids.indexOf(exchange) + 10 * assets.indexOf(asset);
  const isBar = 'barMs' in shared;
  for (let atMs = Math.ceil(fromMs / everyMs) * everyMs; atMs < toMs; atMs += everyMs) {
    const [value, price] = [walk(seed, atMs / HOUR), priceAt(exchange, asset, atMs)];
    const numbers = fields.map((name) => [name, name === 'fundingRatePerInterval' ? value / 1e6 : name.startsWith('high') ? price * 1.01 : name.startsWith('low') ? price * 0.99 : name.endsWith('Quote') ? price : value]); // prettier-ignore
    const receivedAtMs = atMs + (isBar ? everyMs + 1_000 : 500);
    rows.push({
      ...about(exchange, asset, kind),
      ...shared,
      ...Object.fromEntries(numbers),
      atMs,
      receivedAtMs,
    });
  }
  return /** @type {Observation[]} */ (/** @type {unknown} */ (rows));
}

/** As a history answer brings them. @param {readonly Observation[]} rows @param {readonly string[]} fields @returns {Chunk} */
function chunkOf(rows, fields) {
  const [first] = rows;
  const shared = Object.fromEntries(Object.entries(first ?? {}).filter(([name]) => name !== 'atMs' && !fields.includes(name))); // prettier-ignore
  const column = (/** @type {string} */ name) =>
    Float64Array.from(rows, (row) => /** @type {any} */ (row)[name]); // prettier-ignore
  return {
    shared: /** @type {Chunk['shared']} */ (/** @type {unknown} */ ({ ...shared, receivedAtMs: rows.at(-1)?.receivedAtMs })),
    atMs: column('atMs'),
    columns: Object.fromEntries(fields.map((name) => [name, column(name)])),
  }; // prettier-ignore
}

/** @param {string} asset @param {number} nowMs */
function snapshotOf(asset, nowMs) {
  const exchanges = ids.map((exchange) => {
    const observations = series
      .filter(({ everyMs }) => everyMs <= HOUR)
      .flatMap((one) => rowsOf(exchange, asset, one, nowMs - one.everyMs, nowMs).slice(-1));
    const instrument = { venueSymbol: `${asset}USDT`, kind: 'perpetual', margin: 'linear', observations };
    return /** @type {any} */ ({
      ...{ exchange, displayName: exchange, status: 'fresh', instruments: [instrument] },
      ...{ issues: [], failedRequests: 0, newestAtMs: nowMs },
    });
  });
  return { asset, exchanges, aggregate: aggregateAsset(asset, exchanges, nowMs) };
}

const folder = mkdtempSync(join(tmpdir(), 'perpscope-recompute-'));
try {
  const file = join(folder, 'history.sqlite');
  const store = await openSqliteStore(file, { source: 'live' });
  let rowsStored = 0;
  // Week by week, as time goes by.
  for (let fromMs = START - days * DAY; fromMs < START; fromMs += 7 * DAY)
    for (const exchange of ids)
      for (const asset of assets)
        for (const one of series) {
          const rows = rowsOf(exchange, asset, one, fromMs, Math.min(START, fromMs + 7 * DAY));
          if (rows.length === 0) continue;
          rowsStored += rows.length;
          await store.append([chunkOf(rows, one.fields)]);
        }
  const book = new SeriesBook(() => Promise.resolve(store));
  const storeOf = () => Promise.resolve(store);
  const from = { adapters: [], storeOf, book };
  const scope = { source: /** @type {const} */ ('live'), assets, exchanges: ids };
  const firstAt = performance.now();
  await storedHistories(from, scope, START);
  const firstReadMs = performance.now() - firstAt;
  const sides = new SideBook();
  /** @type {number[]} */
  const samples = [];
  /** @type {number[]} */
  const used = [];
  /** @type {number[]} */
  const charts = [];
  let before = new Map();
  for (let refresh = 1; refresh <= refreshes; refresh += 1) {
    const nowMs = START + refresh * 5 * MINUTE;
    const rows = ids.flatMap((exchange) =>
      assets.flatMap((asset) =>
        series.flatMap((one) => {
          // Hourly bars end when their hour does.
          const lateMs = 'barMs' in one.shared ? one.everyMs : 0;
          return rowsOf(exchange, asset, one, nowMs - 5 * MINUTE - lateMs, nowMs - lateMs);
        }),
      ),
    );
    await store.append(rows);
    const read = assets.map((asset) => snapshotOf(asset, nowMs));
    const usedBefore = process.threadCpuUsage();
    const startedAt = performance.now();
    book.take('live', rows);
    const histories = await storedHistories(from, scope, nowMs);
    for (const history of histories.values()) sides.recordHistory('live', history, [], nowMs);
    const ended = endOfRound({ histories, context: [], series: [] }, read, nowMs);
    const judging = { source: /** @type {const} */ ('live'), isOffline: false, nowMs };
    before = new Map(assessments(ended, before, judging, { ...books, rules: BUILT_IN_RULES }));
    samples.push(performance.now() - startedAt);
    const { user, system } = process.threadCpuUsage(usedBefore);
    used.push((user + system) / 1_000);
    const chartsAt = performance.now();
    for (const { history } of ended) {
      const input = chartInput(history, 168);
      wantedCharts(['openInterest', 'funding'], input);
      const plan = levelPlan({ ...input, tiers: [], marginOf: () => undefined });
      if ('data' in plan) liquidationChart(plan.data, input, 'no-liquidations');
    }
    charts.push(performance.now() - chartsAt);
  }
  await store.close();
  const bytes = statSync(file).size;
  const known = [...before.values()].map(({ evidence }) => evidence.length);
  process.stdout.write(
    `${JSON.stringify({ rowsStored, bytes, firstReadMs, samples, used, charts, known })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
