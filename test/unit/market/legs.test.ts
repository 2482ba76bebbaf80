import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../src/core/units.ts';
import { aggregateAsset } from '../../../src/market/aggregate.ts';
import { countedHistory } from '../../../src/market/countedHistory.ts';
import { featureInput } from '../../../src/market/assessAsset.ts';
import { compareLegs } from '../../../src/market/legs.ts';
import type { ExchangeReadings } from '../../../src/market/readings.ts';
import type { ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import { THIS_HOUR } from '../analysis/regime/history.ts';
import { exchangeWith, historyWith, NOW, observe } from './builders.ts';

const leg = (exchange: string, markPriceQuote?: number, more: Partial<ExchangeReadings> = {}) =>
  ({ exchange, displayName: exchange.toUpperCase(), ...(markPriceQuote === undefined ? {} : { markPriceQuote }), ...more }); // prettier-ignore
const countedOf = (...legs: ExchangeReadings[]): string[] =>
  compareLegs(legs).counted.map(({ exchange }) => exchange);

describe('the prices of the legs of a sum', () => {
  it('leave out the one that is of another coin or unit, and say what it contradicts', () => {
    const { counted, leftOut } = compareLegs([leg('a', 100), leg('b', 101), leg('c', 100_000)]);
    assert.deepEqual(
      counted.map(({ exchange }) => exchange),
      ['a', 'b'],
    );
    assert.equal(leftOut.length, 1);
    assert.match(
      leftOut[0]?.reason ?? '',
      /its price contradicts the others \(100,000 against 101, 990 times/,
    );
  });

  it('are held against the middle of those that agree, in whatever order they come', () => {
    const { leftOut } = compareLegs([leg('a', 102), leg('d', 5), leg('b', 100), leg('c', 101)]);
    assert.match(leftOut[0]?.reason ?? '', /\(5 against 101, 20\.2 times apart\)/);
  });

  it('leave out everything where nothing tells which coin is meant', () => {
    assert.deepEqual(countedOf(leg('a', 0.00031), leg('b', 0.0344)), []);
    assert.deepEqual(countedOf(leg('a', 1), leg('b', 1.01), leg('c', 5), leg('d', 5.01)), []);
    const { leftOut } = compareLegs([leg('a', 0.00031), leg('b', 0.0344)]);
    assert.deepEqual(
      leftOut.map(({ exchange }) => exchange),
      ['a', 'b'],
    );
    assert.match(leftOut[0]?.reason ?? '', /the prices contradict each other \(A 0\.00031, B 0\.0344\)/);
  });

  it('keep what agrees within a crash, and two that agree against single ones', () => {
    assert.deepEqual(countedOf(leg('a', 90), leg('b', 100), leg('c', 107)), ['a', 'b', 'c']);
    assert.deepEqual(countedOf(leg('a', 1), leg('b', 1.02), leg('c', 5), leg('d', 70)), ['a', 'b']);
  });

  it('keep one alone, and one that states no price', () => {
    assert.deepEqual(countedOf(leg('a', 100)), ['a']);
    assert.deepEqual(countedOf(leg('a', 100), leg('b')), ['a', 'b']);
    assert.deepEqual(countedOf(), []);
  });

  it('do not depend on the order of exchanges', () => {
    const legs = [leg('a', 100), leg('b', 118), leg('c', 139), leg('d', 1)];
    const usual = new Set(countedOf(...legs));
    for (const turned of [legs.toReversed(), [...legs.slice(2), ...legs.slice(0, 2)]])
      assert.deepEqual(new Set(countedOf(...turned)), usual);
  });

  it('leave out an open interest that its own volume and all others contradict', () => {
    const sound = { openInterestUsd: 1e9, volume24hUsd: 2e9 };
    const slip = { openInterestUsd: 1e15, volume24hUsd: 2e9 };
    assert.deepEqual(countedOf(leg('a', 1, sound), leg('b', 1, slip)), ['a']);
    const large = { openInterestUsd: 1e11, volume24hUsd: 2e9 };
    assert.deepEqual(countedOf(leg('a', 1, sound), leg('b', 1, large)), ['a', 'b']);
  });

  it('hold against each other at the limits: a fifth, ten times the rest, a thousand days of volume', () => {
    assert.deepEqual(countedOf(leg('a', 100), leg('b', 120)), ['a', 'b']);
    assert.deepEqual(countedOf(leg('a', 100), leg('b', 120.1)), []);
    const sized = (exchange: string, openInterestUsd?: number, volume24hUsd?: number) =>
      leg(exchange, 1, {
        ...(openInterestUsd === undefined ? {} : { openInterestUsd }),
        ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
      });
    const isCounted = (one: ExchangeReadings, ...rest: ExchangeReadings[]): boolean =>
      countedOf(one, ...rest).includes(one.exchange);
    const rest = [sized('b', 60, 1), sized('c', 40, 1), sized('d')];
    assert.ok(!isCounted(sized('a', 1_001, 1), ...rest));
    assert.ok(isCounted(sized('a', 1_000, 0.9), ...rest), 'ten times the rest');
    assert.ok(isCounted(sized('a', 2_000, 2), ...rest), 'a thousand days of volume');
    assert.ok(isCounted(sized('a', 2_000), ...rest), 'no volume to hold it against');
    assert.ok(isCounted(leg('a', 1, { volume24hUsd: 1 }), ...rest));
    assert.ok(isCounted(sized('a', 2_000, 1), sized('b')), 'nothing beside it');
    const { leftOut } = compareLegs([sized('a', 1_001, 1), ...rest]);
    assert.match(leftOut[0]?.reason ?? '', /open interest contradicts its own volume and all other exchanges/);
  }); // prettier-ignore

  it('say how far a price is off, downwards too, against the middle one of those that agree', () => {
    const { leftOut } = compareLegs([leg('c', 0.1), leg('x', 102), leg('y', 100), leg('z', 101)]);
    assert.match(leftOut[0]?.reason ?? '', /\(0\.1 against 101, 1,010 times apart\)/);
  });

  it('count nothing where a price is missing beside two that contradict each other', () => {
    const { counted, leftOut } = compareLegs([leg('a', 1), leg('b', 9), leg('c')]);
    assert.deepEqual([counted, leftOut.length], [[], 3]);
    assert.match(leftOut[2]?.reason ?? '', /\(A 1, B 9\)/);
  });

  it('confirm how many coins a unit is, by a market on single coins', () => {
    const thousands = leg('a', 1e-5, { coinsPerUnit: 1_000 });
    const unconfirmed = (...legs: ExchangeReadings[]): string[] =>
      compareLegs(legs).unconfirmed.map(({ exchange }) => exchange);
    assert.deepEqual(unconfirmed(thousands), ['a']);
    assert.deepEqual(unconfirmed(thousands, leg('b', 1e-5, { coinsPerUnit: 1_000 })), ['a', 'b']);
    assert.deepEqual(unconfirmed(thousands, leg('b', 1.01e-5)), []);
    assert.deepEqual(unconfirmed(leg('a', 1e-5, { coinsPerUnit: 1_000, spotPriceQuote: 1e-5 })), []);
    assert.deepEqual(countedOf(thousands, leg('b', 1e-2), leg('c', 1e-2)), ['b', 'c']);
    const spot = (spotPriceQuote: number) => leg('b', undefined, { spotPriceQuote });
    assert.deepEqual(unconfirmed(thousands, spot(1.2e-5)), []);
    assert.deepEqual(unconfirmed(thousands, spot(1.21e-5)), ['a']);
    assert.deepEqual(unconfirmed(thousands, spot(0.83e-5)), ['a']);
    assert.deepEqual(unconfirmed(thousands, leg('b')), ['a']);
    assert.deepEqual(unconfirmed(leg('a', undefined, { coinsPerUnit: 1_000 }), leg('b', 1)), ['a']);
  });
});

const market = (exchange: string, price: number, coins: number): ExchangeSnapshot =>
  exchangeWith(exchange, [
    observe(exchange, 'mark-price', { markPriceQuote: price }),
    observe(exchange, 'open-interest', { openInterestBase: coins }),
    observe(exchange, 'funding-rate', { fundingRatePerInterval: 0.0001 }),
    observe(exchange, 'long-short-ratio', { longShortRatio: 1.2 }),
  ]);

describe('sums over exchanges that contradict each other', () => {
  const exchanges = [market('okx', 100, 10), market('bybit', 101, 20), market('gate', 100_000, 5)];
  const aggregate = aggregateAsset('BTC', exchanges, NOW);
  const snapshot = { asset: 'BTC', exchanges, aggregate };
  const bar = (exchange: string, closeQuote: number) =>
    observe(exchange, 'candle', { priceType: 'last', barMs: HOUR_MS, atMs: NOW - HOUR_MS, closeQuote });
  const history = historyWith({ candles: [bar('okx', 100), bar('gate', 100_000), bar('htx', 99_000)] });

  it('count the agreeing ones alone and name the other', () => {
    assert.equal(aggregate.openInterestBase, 30);
    assert.deepEqual(aggregate.coverage, { fresh: 2, of: 3 });
    assert.deepEqual(aggregate.leftOut?.map(({ exchange }) => exchange), ['gate']); // prettier-ignore
    assert.match(aggregate.notes[1] ?? '', /^GATE is left out: its price contradicts the others/);
  });

  it('keep what was left out from the features, with its history', () => {
    const input = featureInput(snapshot, history, NOW);
    assert.deepEqual(input.readings.map(({ exchange }) => exchange), ['okx', 'bybit']); // prettier-ignore
    const counted = countedHistory(history, snapshot, NOW);
    assert.deepEqual([...counted.column('last-close').keys()], ['okx']);
  });

  it('hold stored prices of an exchange that does not answer against the others', () => {
    const absent = { ...snapshot, exchanges: exchanges.slice(0, 2) };
    const counted = countedHistory(history, absent, NOW);
    assert.deepEqual([...counted.column('last-close').keys()], ['okx']);
  });

  it('hold against the others what only its newest bar within four hours says, of silent exchanges', () => {
    const at = (exchange: string, hoursAgo: number, closeQuote: number) =>
      observe(exchange, 'candle', { priceType: 'last', barMs: HOUR_MS, atMs: THIS_HOUR - hoursAgo * HOUR_MS, closeQuote });
    const left = (candles: readonly ReturnType<typeof at>[], marks: typeof candles = []) => {
      const markCandles = marks.map((bar) => ({ ...bar, priceType: 'mark' as const }));
      const counted = countedHistory(historyWith({ candles, markCandles }), { ...snapshot, exchanges: exchanges.slice(0, 2) }, NOW);
      return [...counted.column('last-close')].flatMap(([exchange, { values }]) =>
        [...values].filter((close) => !Number.isNaN(close)).map((close) => [exchange, close]));
    };
    // 100.5 is agreed: a fifth more or less is another coin.
    assert.deepEqual(left([at('htx', 1, 121)]), []);
    assert.deepEqual(left([at('htx', 1, 120)]), [['htx', 120]]);
    assert.deepEqual(left([at('htx', 1, 83)]), []);
    assert.deepEqual(left([at('htx', 1, 84)]), [['htx', 84]]);
    assert.deepEqual(left([at('htx', 3, 9)]), []);
    assert.deepEqual(left([at('htx', 4, 9)]), [['htx', 9]], 'too old to tell');
    assert.equal(left([at('htx', 1, 100), at('htx', 2, 9)]).length, 2, 'the newer bar tells');
    assert.equal(left([at('htx', 2, 100), at('htx', 1, 9)]).length, 0);
    assert.equal(left([at('htx', 3, 9)], [at('htx', 2, 100)]).length, 1);
    assert.deepEqual(left([at('okx', 1, 9)]), [['okx', 9]], 'a current reading tells more than a bar');
    const silent = [{ ...market('okx', 100, 10), status: 'stale' as const }, ...exchanges.slice(1, 2)];
    const counted = countedHistory(historyWith({ candles: [at('okx', 1, 9)] }), { ...snapshot, exchanges: silent }, NOW);
    assert.equal(counted.column('last-close').size, 0);
  }); // prettier-ignore

  it('give back the history itself where nothing is left out, and where no price is agreed', () => {
    const agreeing = exchanges.slice(0, 2);
    const sum = aggregateAsset('BTC', agreeing, NOW);
    const own = historyWith({ candles: [bar('okx', 100), bar('htx', 101)] });
    assert.equal(countedHistory(own, { asset: 'BTC', exchanges: agreeing, aggregate: sum }, NOW), own);
    const none = aggregateAsset('BTC', [], NOW);
    assert.equal(countedHistory(history, { asset: 'BTC', exchanges: [], aggregate: none }, NOW), history);
  });
});
