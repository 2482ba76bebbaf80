import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { basisNow } from '../../../src/analysis/metrics/basisAnnualised.ts';
import { longShortNow } from '../../../src/analysis/metrics/longShortRatio.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { aggregateAsset } from '../../../src/market/aggregate.ts';
import { featureInput } from '../../../src/market/assessAsset.ts';
import { readingsOf } from '../../../src/market/readings.ts';
import { exchangeWith, historyWith, NOW, observe } from './builders.ts';

describe('the readings of an exchange that may be added up', () => {
  const OLD = NOW - 5 * MINUTE_MS - 1;
  const future = (days: number, atMs = NOW) => ({
    ...{ exchange: 'okx', venueSymbol: `F${days}`, expiresAtMs: NOW + days * DAY_MS, futuresPriceQuote: 1 },
    ...{ indexPriceQuote: 1, basisFraction: 0, annualised: days / 1_000, atMs },
  });

  it('are the fresh ones, and nothing stands for what is old or absent', () => {
    const rows = (atMs: number) => [
      observe('okx', 'mark-price', { markPriceQuote: 100, atMs }),
      observe('okx', 'open-interest', { openInterestBase: 2, sides: 'unverified', atMs }),
      observe('okx', 'volume', { volumeUsd: 7, atMs }),
      observe('okx', 'depth', { bidUsd: 1, askUsd: 1, atMs }),
      observe('okx', 'funding-rate', { fundingRatePerInterval: 0.1, atMs }),
    ];
    const { depth, funding, ...fresh } = readingsOf(exchangeWith('okx', rows(OLD + 1)), NOW);
    assert.deepEqual(fresh, {
      ...{ exchange: 'okx', displayName: 'OKX', markPriceQuote: 100, openInterestBase: 2 },
      ...{ openInterestUsd: 200, openInterestSides: 'unverified', volume24hUsd: 7 },
      ...{ openInterestAtMs: OLD + 1, priceAtMs: OLD + 1, volumeAtMs: OLD + 1 },
    });
    assert.ok(depth !== undefined && funding !== undefined);
    assert.deepEqual(readingsOf(exchangeWith('okx', rows(OLD)), NOW), { exchange: 'okx', displayName: 'OKX' });
  }); // prettier-ignore

  it('take spot from the spot pair, with the older time of both volumes, and its price', () => {
    const exchange = exchangeWith('okx', [observe('okx', 'volume', { volumeUsd: 7, atMs: NOW - 90_000 })]);
    const spot = (atMs: number) => ({
      ...{ venueSymbol: 'BTC/USDT', kind: 'spot', margin: 'linear', coinsPerUnit: 9 } as const,
      observations: [observe('okx', 'volume', { volumeUsd: 3, atMs }), observe('okx', 'mark-price', { lastPriceQuote: 99, atMs })],
    });
    const of = (atMs: number) => readingsOf({ ...exchange, instruments: [spot(atMs), ...exchange.instruments] }, NOW);
    const both = { exchange: 'okx', displayName: 'OKX', volume24hUsd: 7, volumeAtMs: NOW - 90_000, spotVolume24hUsd: 3, spotPriceQuote: 99 };
    assert.deepEqual(of(NOW - 10_000), { ...both, volumesAtMs: NOW - 90_000 });
    assert.deepEqual(of(NOW - 95_000), { ...both, volumesAtMs: NOW - 95_000 });
    assert.deepEqual(of(OLD), { exchange: 'okx', displayName: 'OKX', volume24hUsd: 7, volumeAtMs: NOW - 90_000 });
  }); // prettier-ignore

  it('take the basis nearest three months of those that are fresh, and the unit of the followed perpetual', () => {
    const exchange = exchangeWith('okx', []);
    const [perpetual] = exchange.instruments;
    const scaled = { ...exchange, instruments: [{ ...perpetual!, coinsPerUnit: 1_000 }, { ...perpetual!, coinsPerUnit: 7 }] };
    assert.equal(readingsOf(scaled, NOW).coinsPerUnit, 1_000);
    const basisOf = (...termStructure: ReturnType<typeof future>[]) => readingsOf({ ...exchange, termStructure }, NOW).basis?.venueSymbol;
    assert.equal(basisOf(future(30), future(100)), 'F100');
    assert.equal(basisOf(future(30), future(100, OLD)), 'F30');
    assert.equal(basisOf(), undefined);
  }); // prettier-ignore

  it('become the input of the regime with their own time, the basis by the year', () => {
    const withBasis = (id: string, ...termStructure: ReturnType<typeof future>[]) => ({
      ...exchangeWith(id, [observe(id, 'funding-rate', { fundingRatePerInterval: 0.1 })]),
      termStructure,
    });
    const exchanges = [withBasis('okx', future(100, NOW - 7)), withBasis('gate')];
    const aggregate = aggregateAsset('BTC', exchanges, NOW);
    assert.equal(aggregate.basisAnnualised, 0.1);
    assert.ok(aggregate.notes.includes('The annualised basis is of 1 of 2 fresh exchanges.'));
    const { readings } = featureInput({ asset: 'BTC', exchanges, aggregate }, historyWith({}), NOW);
    assert.deepEqual(basisNow(readings), { values: [0.1], exchanges: ['okx'], oldestMs: NOW - 7 });
    assert.ok(readings.every((one) => one.funding !== undefined && !('openInterestUsd' in one)));
    const ratio = exchangeWith('okx', [observe('okx', 'long-short-ratio', { longShortRatio: 2, atMs: NOW - HOUR_MS })]);
    const alone = { asset: 'BTC', exchanges: [ratio], aggregate: aggregateAsset('BTC', [ratio], NOW) };
    assert.equal(longShortNow(featureInput(alone, historyWith({}), NOW).readings).values[0], 2);
  }); // prettier-ignore
});
