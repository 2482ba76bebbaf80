import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { siftRows } from '../../../src/core/neighbours.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { seededRandom } from '../../support/mutate.ts';

/** Real history beside the project, where this machine has it. */
const SERIES = join(import.meta.dirname, '../../../../shared/series');
const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

type Fields = Readonly<Record<string, number>>;
type Plant = (value: number) => number;

const about = (atMs: number, endpoint: string) => ({
  exchange: 'binance',
  venueSymbol: 'XUSDT',
  baseAsset: 'X',
  instrument: 'binance:XUSDT',
  atMs,
  receivedAtMs: atMs,
  endpoint,
});
const interest = (atMs: number, barMs: number, fields: Fields): Observation =>
  ({ ...about(atMs, 'GET /interest'), kind: 'open-interest', sides: 'one', barMs, ...fields }) as Observation;
const bar = (atMs: number, barMs: number, fields: Fields): Observation =>
  ({ ...about(atMs, 'GET /bars'), kind: 'candle', priceType: 'last', barMs, ...fields }) as Observation;

interface RealSeries {
  readonly name: string;
  readonly interest: readonly Observation[];
  readonly bars: readonly Observation[];
}

function tableOf(file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(join(SERIES, file), 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((text, index) => [names[index], text])));
}

const number = (text: string | undefined): number => parseFloat(text ?? '');

function realSeries(): RealSeries[] {
  const found: RealSeries[] = [];
  for (const [file, barMs] of [
    ['binance-btcusdt-1h.csv', HOUR_MS],
    ['binance-solusdt-1h.csv', HOUR_MS],
    ['binance-btcusdt-5m.csv', 5 * MINUTE_MS],
    ['binance-xrpusdt-5m.csv', 5 * MINUTE_MS],
    ['binance-btcusdt-perp-klines-1h.csv', HOUR_MS],
    ['binance-btcusdt-mark-8h.csv', 8 * HOUR_MS],
  ] as const) {
    const rows = tableOf(file);
    const bars = rows.map((row) => {
      const price = {
        openQuote: number(row['open']),
        highQuote: number(row['high']),
        lowQuote: number(row['low']),
        closeQuote: number(row['close']),
      };
      const volume = row['volume'] === undefined ? {} : { volumeBase: number(row['volume']) };
      return bar(number(row['time_ms']), barMs, { ...price, ...volume });
    });
    const interests = rows
      .filter((row) => row['oi_close'] !== undefined)
      .map((row) =>
        interest(number(row['time_ms']), barMs, {
          openInterestBase: number(row['oi_close']),
          openInterestUsd: number(row['oi_close']) * number(row['close']),
        }),
      );
    found.push({ name: file, bars, interest: interests });
  }
  const daily = Map.groupBy(tableOf('binance-perps-1d.csv'), (row) => row['symbol'] ?? '');
  for (const [symbol, rows] of daily) {
    const atMs = (row: Record<string, string>): number => Date.parse(`${row['date_utc']}T00:00:00Z`);
    found.push({
      name: `daily ${symbol}`,
      bars: rows.map((row) => {
        const close = number(row['close']);
        const price = {
          openQuote: close,
          highQuote: close * 1.02,
          lowQuote: close * 0.98,
          closeQuote: close,
        };
        return bar(atMs(row), DAY_MS, { ...price, volumeBase: number(row['volume']) });
      }),
      interest: rows.map((row) =>
        interest(atMs(row), DAY_MS, { openInterestBase: number(row['open_interest']) }),
      ),
    });
  }
  return found;
}

/** A market that jumps every few days: open interest tenfold within an hour, or the price by up to a factor of five. */
function walk(random: () => number): RealSeries {
  const rows = { interest: [] as Observation[], bars: [] as Observation[] };
  let price = 10 ** (random() * 8 - 4);
  let coins = 10 ** (6 + random() * 3) / price;
  for (let hour = 0; hour < 300; hour += 1) {
    const atMs = Date.UTC(2026, 0, 1) + hour * HOUR_MS;
    const isJump = hour % 70 === 69;
    const isCrash = isJump && random() < 0.5;
    price *= Math.exp((random() - 0.5) * (isCrash ? 3.2 : 0.1));
    coins *= Math.exp((random() - 0.5) * 0.1);
    if (isJump && !isCrash) coins *= coins * price > 2e7 ? 0.1 : 10;
    // It never becomes so small that it could be empty in the next hour.
    coins = Math.max(coins, 1e6 / price);
    const [highQuote, lowQuote] = [price * 1.2, price * 0.8];
    const volumeBase = coins * (0.5 + random());
    rows.bars.push(
      bar(atMs, HOUR_MS, { openQuote: price, highQuote, lowQuote, closeQuote: price, volumeBase }),
    );
    rows.interest.push(interest(atMs, HOUR_MS, { openInterestBase: coins, openInterestUsd: coins * price }));
  }
  return { name: 'walk', ...rows };
}

const planted = (row: Observation, by: Plant): Observation =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /(?:Base|Usd|Quote)$/.test(name) ? by(value as number) : value,
    ]),
  ) as unknown as Observation;

/** What is said of more rows at the newest end: they may as well be a new scale (core/levels.ts). */
const MOST_AT_THE_END = 24;

/** Plants slips into a copy; returns it and where they are: single rows and runs, ends included. */
function damaged(
  rows: readonly Observation[],
  by: Plant,
  random: () => number,
): { rows: Observation[]; at: Set<number> } {
  const at = new Set<number>(random() < 0.3 ? [0] : random() < 0.5 ? [rows.length - 1] : []);
  for (let slip = 0; slip < 3; slip += 1) {
    const from = Math.floor(random() * rows.length);
    const length = random() < 0.5 ? 1 : Math.ceil(random() * Math.min(20, rows.length / 10));
    for (let index = from; index < Math.min(rows.length, from + length); index += 1) at.add(index);
  }
  // Runs that meet at the newest end can be more than a slip.
  if (Array.from({ length: MOST_AT_THE_END + 1 }).every((_, back) => at.has(rows.length - 1 - back)))
    at.delete(rows.length - 1 - MOST_AT_THE_END);
  return { rows: rows.map((row, index) => (at.has(index) ? planted(row, by) : row)), at };
}

const PLANTS: readonly (readonly [string, Plant])[] = [
  ['zero', () => 0],
  ['x1000', (value) => value * 1_000],
  ['x0.001', (value) => value / 1_000],
  ['x1e6', (value) => value * 1e6],
];

function assertNoneApart({ name, interest: own, bars }: RealSeries): void {
  for (const rows of [own, bars, [...own, ...bars]]) {
    const { apart, undecided, kept } = siftRows(rows);
    assert.deepEqual([apart, undecided], [[], []], `${name}, seed ${SEED}`);
    assert.equal(kept.length, rows.length);
  }
}

function assertPlantsFound({ name, interest: own, bars }: RealSeries, random: () => number): void {
  for (const [what, by] of PLANTS) {
    // A price of zero does not pass the decoders.
    for (const rows of what === 'zero' ? [own] : [own, bars]) {
      if (rows.length === 0) continue;
      const bad = damaged(rows, by, random);
      const { kept } = siftRows(bad.rows);
      const good = bad.rows.filter((_, index) => !bad.at.has(index));
      // Rows that lost nothing are the rows that were given.
      const wrong = kept.findIndex((row, index) => row !== good[index]);
      const where = `${what} in ${name}, ${[...bad.at].join()} of ${rows.length}, seed ${SEED}`;
      assert.equal(kept.length, good.length, where);
      if (wrong >= 0) assert.deepEqual(kept[wrong], good[wrong], where);
    }
  }
}

describe(`rows against their neighbours, many markets (seed ${SEED})`, () => {
  const random = seededRandom(SEED);

  it('sets nothing apart of markets that jump tenfold in an hour', () => {
    for (let market = 0; market < 40; market += 1) assertNoneApart(walk(random));
  });

  it('finds every planted zero and slip of unit in them', () => {
    for (let market = 0; market < 15; market += 1) assertPlantsFound(walk(random), random);
  });

  it('sets no row of real years apart', function () {
    if (!existsSync(SERIES)) this.skip();
    for (const series of realSeries()) assertNoneApart(series);
  });

  it('finds every planted zero and slip of unit in real years', function () {
    if (!existsSync(SERIES)) this.skip();
    for (const series of realSeries()) for (let run = 0; run < 1; run += 1) assertPlantsFound(series, random);
  });
});
