import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { issuesOf } from '../../../src/core/apartIssues.ts';
import { allRows, isChunk, type Chunk, type SharedFields } from '../../../src/core/chunk.ts';
import { siftRows } from '../../../src/core/neighbours.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { keptRows } from '../../../src/sources/collect/keptRows.ts';
import { rightlyDated, inMarketTime } from '../../../src/sources/collect/rightlyDated.ts';
import { RowGate } from '../../../src/sources/collect/rowGate.ts';
import { inSingleCoins } from '../../../src/sources/collect/singleCoins.ts';
import { plausibleOf } from '../../../src/sources/exchanges/plausibility.ts';
import { instrumentOf } from '../market/builders.ts';

/** Columns are judged as rows are: every gate is given the same history in both forms. */

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const NOW = Date.UTC(2026, 10, 22);

const names = (venueSymbol: string, endpoint: string) => ({
  exchange: 'fake',
  venueSymbol,
  baseAsset: venueSymbol.replace('USDT', ''),
  instrument: `fake:${venueSymbol}` as const,
  receivedAtMs: NOW,
  endpoint,
});

/** A value that mostly walks, and sometimes is a zero, a slip of unit, nothing, or what cannot be. */
const step = fc.oneof(
  { weight: 40, arbitrary: fc.double({ min: -0.05, max: 0.05, noNaN: true }).map((by) => ({ by, slip: 1 })) },
  { weight: 2, arbitrary: fc.constant({ by: 0, slip: 0 }) },
  { weight: 2, arbitrary: fc.constantFrom(1_000, 1e-3, 1e5, 1e-5).map((slip) => ({ by: 0, slip })) },
  { weight: 2, arbitrary: fc.constant({ by: 0, slip: Number.NaN }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, Infinity).map((slip) => ({ by: 0, slip })) },
);

interface Walk {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What a history ends with: as it went, without anything any more, or on another scale. */
const END = fc.constantFrom(1, 1, 1, 0, 0, 1_000, 1e-4);

const walk = (start: number): fc.Arbitrary<Walk> =>
  fc
    .tuple(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      END,
      fc.nat(30),
      fc.constantFrom(1, 1, 1, 1e3, 1e-3),
    )
    .map(([steps, end, endsAfter, scale]) => {
      let value = start * scale;
      const values = steps.map(({ by, slip }, index) => {
        value *= 1 + by;
        return value * slip * (index >= steps.length - endsAfter ? end : 1);
      });
      return { times: values.map((_, index) => NOW - (values.length - index) * HOUR_MS), values };
    });

const columnOf = (values: readonly number[], by = 1): Float64Array =>
  Float64Array.from(values, (value) => value * by);

const openInterest = (symbol: string) =>
  fc.tuple(walk(2_000), walk(1.8e8), fc.boolean()).map(([coins, dollars, hasUsd]): Chunk => {
    const length = Math.min(coins.values.length, dollars.values.length);
    const shared = { ...names(symbol, 'GET /oi'), kind: 'open-interest', sides: 'one', barMs: HOUR_MS };
    return {
      shared: { ...shared, ...(hasUsd ? { usdBasis: 'venue' } : {}) } as SharedFields,
      atMs: Float64Array.from(coins.times.slice(-length)),
      columns: {
        openInterestBase: columnOf(coins.values.slice(-length)),
        ...(hasUsd ? { openInterestUsd: columnOf(dollars.values.slice(-length)) } : {}),
      },
    };
  });

const ALL_HIGH: Walk = {
  times: Array.from({ length: 60 }, (_, index) => NOW - (60 - index) * HOUR_MS),
  values: Array.from({ length: 60 }, (_, index) => (index % 11 === 10 ? 0.997 : 1.01)),
};

const candles = (symbol: string) =>
  fc
    .tuple(
      walk(90_000),
      walk(400),
      fc.oneof(walk(1.2), fc.constant(ALL_HIGH)),
      fc.constantFrom('last', 'last', 'mark'),
    )
    .map(([prices, volumes, highs, priceType]): Chunk => {
      const length = Math.min(prices.values.length, volumes.values.length, highs.values.length);
      const close = prices.values.slice(-length);
      const isLast = priceType === 'last';
      return {
        shared: { ...names(symbol, 'GET /bars'), kind: 'candle', priceType, barMs: HOUR_MS } as SharedFields,
        atMs: Float64Array.from(prices.times.slice(-length)),
        columns: {
          openQuote: columnOf(close, 0.995),
          highQuote: columnOf(close.map((one, index) => one * (highs.values.at(index - length) ?? 1))),
          lowQuote: columnOf(close, 0.99),
          closeQuote: columnOf(close),
          ...(isLast
            ? {
                volumeBase: columnOf(volumes.values.slice(-length)),
                volumeUsd: columnOf(volumes.values.slice(-length), 90_000),
                takerBuyBase: columnOf(volumes.values.slice(-length), 0.5),
              }
            : {}),
        },
      };
    });

const takers = (symbol: string) =>
  walk(50).map(({ times, values }): Chunk => ({
    shared: { ...names(symbol, 'GET /takers'), kind: 'taker-volume', barMs: HOUR_MS } as SharedFields,
    atMs: Float64Array.from(times, (atMs) => atMs + 30 * 60_000),
    columns: { takerBuyBase: columnOf(values), takerSellBase: columnOf(values, 1.1) },
  }));

const funding = (symbol: string) =>
  walk(0.0001).map(({ times, values }): Chunk => ({
    shared: { ...names(symbol, 'GET /rates'), kind: 'funding-rate', phase: 'settled', intervalBasis: 'schedule' } as SharedFields, // prettier-ignore
    atMs: Float64Array.from(times),
    columns: {
      fundingRatePerInterval: columnOf(values, 100),
      intervalMs: columnOf(values.map((_, index) => (index % 13 === 12 ? 1 : 8 * HOUR_MS))),
      settlesAtMs: Float64Array.from(times),
    },
  }));

const reading = (symbol: string) =>
  fc.double({ min: 1e3, max: 1e5, noNaN: true }).map(
    (markPriceQuote): Observation => ({ ...names(symbol, 'GET /now'), kind: 'mark-price', atMs: NOW, markPriceQuote }), // prettier-ignore
  );

const parts = fc.array(
  fc
    .constantFrom('BTCUSDT', 'BTCUSDT', 'ETHUSDT')
    .chain((symbol) =>
      fc.oneof(
        openInterest(symbol),
        candles(symbol),
        candles(symbol),
        takers(symbol),
        funding(symbol),
        reading(symbol),
      ),
    ),
  { minLength: 1, maxLength: 9 },
);

const textOf = (rows: readonly object[]): string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

/** Rows that are possible, as columns and one by one. */
function possible(given: readonly (Observation | Chunk)[]): readonly (Observation | Chunk)[] {
  return plausibleOf(given, { report: () => undefined });
}

describe(`columns are judged as rows are, seed ${seed}`, () => {
  const holds = (name: string, check: (given: readonly (Observation | Chunk)[]) => void): void => {
    it(name, () => {
      fc.assert(
        fc.property(parts, (given) => check(given)),
        { seed, numRuns: 500 },
      );
    }).timeout(60_000);
  };

  holds('by what is possible at all, with the same words', (given) => {
    const [byColumn, byRow]: [string[], string[]] = [[], []];
    const kept = plausibleOf(given, { report: ({ message }) => void byColumn.push(message) });
    const single = plausibleOf(allRows(given), { report: ({ message }) => void byRow.push(message) });
    assert.deepEqual(textOf(allRows(kept)), textOf(single));
    assert.deepEqual(byColumn.sort(), byRow.sort());
  });

  for (const isStrict of [false, true])
    holds(`by their neighbours${isStrict ? ', strictly' : ''}`, (given) => {
      const parts = possible(given);
      const [columns, rows] = [
        siftRows(parts, undefined, { isStrict }),
        siftRows(allRows(parts), undefined, { isStrict }),
      ];
      assert.deepEqual(textOf(allRows(columns.kept)), textOf(rows.kept));
      assert.deepEqual(textOf(issuesOf(columns)), textOf(issuesOf(rows)));
      for (const part of columns.kept) if (isChunk(part)) assert.ok(part.atMs.length > 0);
    });

  holds('by the levels of their instruments, round after round', (given) => {
    const [columns, rows] = [new RowGate(), new RowGate()];
    for (const part of possible(given)) {
      const [one, other] = [columns.sift('live', [part]), rows.sift('live', allRows([part]))];
      assert.deepEqual(textOf(allRows(one.kept)), textOf(other.kept));
      assert.deepEqual(textOf(one.issues), textOf(other.issues));
    }
  });

  holds('by the clock, by what is stored, and in single coins', (given) => {
    const single = allRows(given);
    for (const offsetMs of [0, 5_000, -HOUR_MS])
      assert.deepEqual(
        textOf(allRows(inMarketTime(given, offsetMs))),
        textOf(inMarketTime(single, offsetMs)),
      );
    for (const nowMs of [NOW, NOW - 3 * HOUR_MS, NOW - 100 * HOUR_MS]) {
      const [columns, rows] = [rightlyDated(given, nowMs), rightlyDated(single, nowMs)];
      assert.deepEqual(textOf(allRows(columns.rows)), textOf(rows.rows));
      assert.deepEqual(textOf(columns.issues), textOf(rows.issues));
    }
    assert.deepEqual(textOf(allRows(keptRows(given))), textOf(keptRows(single)));
    const thousands = {
      ...instrumentOf('fake'),
      key: 'fake:BTCUSDT',
      coinsPerUnit: 1_000,
      baseAsset: 'PEPE',
    } as const;
    assert.deepEqual(
      textOf(allRows(inSingleCoins(given, [thousands]))),
      textOf(inSingleCoins(single, [thousands])),
    );
  });
});
