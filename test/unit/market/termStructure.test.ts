import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/core/units.ts';
import type { ExchangeSnapshot, InstrumentSnapshot } from '../../../src/market/snapshot.ts';
import { termStructureOf } from '../../../src/market/termStructure.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

const price = (fields: object, atMs = NOW): Observation =>
  ({
    kind: 'mark-price',
    exchange: 'okx',
    atMs,
    receivedAtMs: atMs,
    endpoint: 'GET /x',
    ...fields,
  }) as Observation;

const instrument = (
  kind: InstrumentSnapshot['kind'],
  observations: readonly Observation[],
  days?: number,
): InstrumentSnapshot => ({
  venueSymbol: `BTC-${kind}-${days ?? ''}`,
  kind,
  margin: 'linear',
  ...(days === undefined ? {} : { expiresAtMs: NOW + days * DAY_MS }),
  observations,
});

const snapshot = (...instruments: readonly InstrumentSnapshot[]): ExchangeSnapshot => ({
  exchange: 'okx',
  displayName: 'OKX',
  status: 'fresh',
  instruments,
  issues: [],
  failedRequests: 0,
});

describe('the term structure', () => {
  it('states each future against its own index, nearest expiry first', () => {
    const far = instrument('dated-future', [price({ markPriceQuote: 105, indexPriceQuote: 100 })], 146);
    const near = instrument('dated-future', [price({ markPriceQuote: 101, indexPriceQuote: 100 })], 36.5);
    const rows = termStructureOf(snapshot(instrument('perpetual', []), far, near), NOW);
    assert.deepEqual(
      rows.map((row) => [Number(row.basisFraction.toFixed(9)), Number(row.annualised?.toFixed(9))]),
      [
        [0.01, 0.1],
        [0.05, 0.125],
      ],
    );
  });

  it('takes the index of the perpetual where the future states none, and the last price without a mark', () => {
    const perpetual = instrument('perpetual', [price({ indexPriceQuote: 100 }, NOW - 1_000)]);
    const [row] = termStructureOf(
      snapshot(perpetual, instrument('dated-future', [price({ lastPriceQuote: 102 })], 73)),
      NOW,
    );
    assert.equal(row?.futuresPriceQuote, 102);
    assert.equal(row.indexPriceQuote, 100);
    assert.equal(row.atMs, NOW - 1_000);
  });

  it('takes no index of a perpetual in another currency', () => {
    const perpetual = instrument('perpetual', [price({ indexPriceQuote: 100 })]);
    const inverse = {
      ...instrument('dated-future', [price({ markPriceQuote: 102 })], 73),
      margin: 'inverse',
    } as const;
    assert.deepEqual(termStructureOf(snapshot(perpetual, inverse), NOW), []);
    assert.equal(termStructureOf(snapshot({ ...perpetual, margin: 'inverse' }, inverse), NOW).length, 1);
  });

  it('compares no prices of different moments', () => {
    const of = (agoMs: number): number =>
      termStructureOf(
        snapshot(
          instrument('perpetual', [price({ indexPriceQuote: 100 }, NOW - agoMs)]),
          instrument('dated-future', [price({ markPriceQuote: 102 })], 73),
        ),
        NOW,
      ).length;
    assert.deepEqual([of(MINUTE_MS), of(MINUTE_MS + 1)], [1, 0]);
  });

  it('leaves out what is stale, expired or without an index', () => {
    const old = price({ markPriceQuote: 105, indexPriceQuote: 100 }, NOW - 6 * MINUTE_MS);
    const expired = instrument('dated-future', [price({ markPriceQuote: 1, indexPriceQuote: 1 })], -1);
    const noIndex = instrument('dated-future', [price({ markPriceQuote: 105 })], 30);
    assert.deepEqual(
      termStructureOf(snapshot(instrument('dated-future', [old], 30), expired, noIndex), NOW),
      [],
    );
  });

  it('orders futures of one expiry by name, and takes the mark before the last price, of readings alone', () => {
    const named = (venueSymbol: string, fields: object, days = 73): InstrumentSnapshot => ({
      ...instrument('dated-future', [price({ indexPriceQuote: 100, ...fields })], days),
      venueSymbol,
    });
    const futures = [
      named('C', { markPriceQuote: 103 }),
      named('A', { markPriceQuote: 102, lastPriceQuote: 150 }),
      named('B', { lastPriceQuote: 101 }),
    ];
    for (const turned of [futures, futures.toReversed()])
      assert.deepEqual(
        termStructureOf(snapshot(...turned), NOW).map((row) => [row.venueSymbol, row.futuresPriceQuote]),
        [['A', 102], ['B', 101], ['C', 103]],
      );
  }); // prettier-ignore

  it('leaves out a future that expires now or does not say when, and one without a price', () => {
    const whole = [price({ markPriceQuote: 102, indexPriceQuote: 100 })];
    const none = [price({ indexPriceQuote: 100 })];
    const futures = [instrument('dated-future', whole, 0), instrument('dated-future', whole), instrument('dated-future', none, 30)];
    assert.deepEqual(termStructureOf(snapshot(...futures), NOW), []);
    const spot = instrument('spot', whole, 30);
    assert.deepEqual(termStructureOf(snapshot(spot), NOW), []);
    const ahead = instrument('dated-future', [price({ markPriceQuote: 102 }, NOW - MINUTE_MS - 1)], 30);
    const index = instrument('perpetual', [price({ indexPriceQuote: 100 })]);
    assert.deepEqual(termStructureOf(snapshot(index, ahead), NOW), [], 'the future is the older one');
  }); // prettier-ignore

  it('takes the index of the followed perpetual, which is the first', () => {
    const perpetual = (quote: number) => instrument('perpetual', [price({ indexPriceQuote: quote })]);
    const future = instrument('dated-future', [price({ markPriceQuote: 102 })], 73);
    const [row] = termStructureOf(snapshot(perpetual(100), perpetual(50), future), NOW);
    assert.equal(row?.indexPriceQuote, 100);
  });
});
