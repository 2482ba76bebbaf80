import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ASSUMED_MARGIN } from '../../../../src/analysis/heatmap/assumedMargin.ts';
import { leverageBands, type MarginTable } from '../../../../src/analysis/heatmap/marginBands.ts';
import type { MarginTier } from '../../../../src/core/observation.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { decodeEnvelope } from '../../../support/decodeEnvelope.ts';
import type { Envelope } from '../../../support/recorded.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const LEVERAGES = [5, 10, 25, 50, 100, 125];

function fetched(file: string, venueSymbol: string): MarginTable {
  const path = join(import.meta.dirname, '../../../fixtures', file);
  const envelope = JSON.parse(readFileSync(path, 'utf8')) as Envelope;
  const adapter = exchangeAdapters.find(({ id }) => id === envelope.exchange);
  assert.ok(adapter !== undefined);
  const found = decodeEnvelope(adapter, envelope).observations.find(
    (one) => one.kind === 'margin-tiers' && one.venueSymbol === venueSymbol,
  );
  assert.ok(found?.kind === 'margin-tiers');
  return { unit: found.unit, tiers: found.tiers, margin: 'linear', source: venueSymbol };
}

const existing = (table: MarginTable): number[] =>
  leverageBands(table, LEVERAGES, 60_000).flatMap(({ leverage, long }) =>
    long.length === 0 ? [] : [leverage],
  );

describe('bands of fetched margin tables', () => {
  it('leave out leverages that an exchange does not have', () => {
    assert.deepEqual(existing(fetched('hyperliquid/meta.json', 'BTC')), [5, 10, 25]);
    assert.deepEqual(existing(fetched('kraken-futures/instruments.json', 'PF_XBTUSD')), [5, 10, 25, 50]);
    assert.deepEqual(existing(fetched('bybit/risk-limit.json', 'BTCUSDT')), [5, 10, 25, 50, 100]);
    assert.deepEqual(existing(fetched('bitget/v3-position-tier.json', 'BTCUSDT')), LEVERAGES);
  });

  it('lie where each exchange liquidates: 40x of Hyperliquid at half its initial margin', () => {
    const [forty] = leverageBands(fetched('hyperliquid/meta.json', 'BTC'), [40], 60_000);
    assert.deepEqual(forty?.long, [{ share: 1, ratio: (1 - 1 / 40) / (1 - 0.0125) }]);
    assert.deepEqual(forty?.short, [{ share: 1, ratio: (1 + 1 / 40) / (1 + 0.0125) }]);
  });

  it('give large positions bands of their own, and high leverage to small ones only', () => {
    const bands = new Map(
      leverageBands(ASSUMED_MARGIN, LEVERAGES, 60_000).map((one) => [one.leverage, one] as const),
    );
    assert.deepEqual(
      [5, 50, 100, 125].map((one) => bands.get(one)?.long.length),
      [3, 3, 2, 1],
    );
    const fifty = bands.get(50)?.long.map(({ ratio = 0 }) => ratio) ?? [];
    // More maintenance margin: the level is nearer to the entry.
    assert.deepEqual(
      fifty,
      fifty.toSorted((a, b) => a - b),
    );
    assert.ok(Math.abs((bands.get(50)?.long ?? []).reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  });

  it('are none where the table counts contracts of an unknown size', () => {
    assert.deepEqual(existing(fetched('okx/position-tiers.json', 'BTC-USDT-SWAP')), []);
  });

  it('turn limits in coins into dollars', () => {
    const tiers = [
      { from: 0, to: 1, maintenanceMarginRate: 0.005, maxLeverage: 100 },
      { from: 1, to: 100, maintenanceMarginRate: 0.01, maxLeverage: 50 },
    ];
    const sharesAt = (price: number): (number | undefined)[] =>
      leverageBands({ unit: 'base', tiers, margin: 'linear', source: '' }, [10], price)[0]?.long.map(
        ({ share }) => Number(share.toFixed(6)),
      ) ?? [];
    // From 1,000 to 1,000,000 USD in the logarithm: a coin of 31,622.8 USD lies in the middle.
    assert.deepEqual(sharesAt(Math.sqrt(1e9)), [0.5, 0.5]);
    assert.deepEqual(sharesAt(500), [1]);
    assert.deepEqual(sharesAt(2_000_000), [1]);
  });

  const anyTable = fc.record({
    margin: fc.constantFrom('linear' as const, 'inverse' as const),
    leverage: fc.integer({ min: 2, max: 150 }),
    maintenanceMarginRate: fc.double({ min: 0.001, max: 0.05, noNaN: true }),
    deductedPart: fc.double({ min: 0, max: 0.9, noNaN: true }),
    priceQuote: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
  });

  it(`end a position where its margin and what is deducted end (PERPSCOPE_SEED=${seed})`, () => {
    let bands = 0;
    fc.assert(
      fc.property(anyTable, ({ margin, leverage, maintenanceMarginRate: rate, deductedPart, priceQuote }) => {
        // One tier around 10,000 USD, which deducts a part of its maintenance margin.
        const value = margin === 'inverse' ? 10_000 / priceQuote : 10_000;
        const deduction = deductedPart * rate * value;
        const tier: MarginTier = { from: 9_999.5, to: 10_000.5, maintenanceMarginRate: rate, deduction };
        const table = { unit: 'usd', tiers: [tier], margin, source: '' } as const;
        const [found] = leverageBands(table, [leverage], priceQuote);
        const isPossible = 1 / leverage + deduction / value > rate * (1 + 1e-9);
        if (!isPossible) return;
        for (const [side, sign] of [
          ['long', 1],
          ['short', -1],
        ] as const) {
          const [band] = found?.[side] ?? [];
          if (band?.ratio === undefined) {
            // Only a side whose margin covers everything is never liquidated.
            assert.ok(1 / leverage + deduction / value >= 1 - 1e-9, `no band at ${leverage}x`);
            continue;
          }
          bands += 1;
          // Profit and margins over the position's value at entry, of entry price 1.
          const profit = sign * (margin === 'linear' ? band.ratio - 1 : 1 - 1 / band.ratio);
          const size = margin === 'linear' ? band.ratio : 1 / band.ratio;
          const missing = 1 / leverage + profit - (rate * size - deduction / value);
          assert.ok(Math.abs(missing) < 1e-7, `${side} ${leverage}x ${margin}: ${missing}`);
        }
      }),
      { seed, numRuns: 500 },
    );
    assert.ok(bands > 300, `${bands} bands`);
  });

  it(`are none where the initial margin does not exceed the maintenance margin (PERPSCOPE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        (leverage, rate) => {
          const tiers = [{ from: 0, maintenanceMarginRate: rate }];
          const [found] = leverageBands({ unit: 'usd', tiers, margin: 'linear', source: '' }, [leverage], 1);
          assert.equal(found?.long.length, 1 / leverage > rate ? 1 : 0);
          assert.equal(found?.short.length, found?.long.length);
        },
      ),
      { seed },
    );
  });
});
