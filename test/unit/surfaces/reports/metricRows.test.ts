import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { ExchangeSnapshot, InstrumentSnapshot } from '../../../../src/market/snapshot.ts';
import { termStructureOf } from '../../../../src/market/termStructure.ts';
import { metricRows } from '../../../../src/surfaces/reports/metricRows.ts';
import { exchangeWith, NOW, observe } from '../../market/builders.ts';

const textsOf = (exchange: ExchangeSnapshot): string[] =>
  metricRows(exchange, 'BTC', NOW).map(({ label, value, ageText }) => `${label}: ${value} (${ageText})`);
const of = (...observations: Observation[]): string[] => textsOf(exchangeWith('okx', observations));
const rowOf = (id: string, ...observations: Observation[]) =>
  metricRows(exchangeWith('okx', observations), 'BTC', NOW).find((one) => one.id === id);

const beside = (kind: InstrumentSnapshot['kind'], observations: readonly Observation[], days?: number) => ({
  ...{ venueSymbol: `BTC-${kind}`, kind, margin: 'linear' as const, observations },
  ...(days === undefined ? {} : { expiresAtMs: NOW + days * DAY_MS }),
});
function withBeside(exchange: ExchangeSnapshot, ...more: InstrumentSnapshot[]): ExchangeSnapshot {
  const joined = { ...exchange, instruments: [...exchange.instruments, ...more] };
  return { ...joined, termStructure: termStructureOf(joined, NOW) };
}

describe('the numbers of an exchange as rows', () => {
  it('state every kind with unit and age, the perpetual’s first, then spot and dated futures', () => {
    const perpetual = exchangeWith('okx', [
      observe('okx', 'mark-price', { markPriceQuote: 101, indexPriceQuote: 100 }),
      observe('okx', 'open-interest', { openInterestBase: 10 }),
      observe('okx', 'funding-rate', { fundingRatePerInterval: 0.0001, settlesAtMs: NOW + HOUR_MS }),
      observe('okx', 'volume', { volumeUsd: 5_000 }),
      observe('okx', 'long-short-ratio', { longShortRatio: 1.2, atMs: NOW - HOUR_MS }),
      observe('okx', 'taker-volume', { takerBuyBase: 30, takerSellBase: 40, atMs: NOW - 2 * HOUR_MS }),
      observe('okx', 'depth', { bidUsd: 1_000, askUsd: 500 }),
    ]);
    const spot = beside('spot', [
      observe('okx', 'mark-price', { lastPriceQuote: 99 }),
      observe('okx', 'volume', { volumeBase: 7 }),
    ]);
    const future = beside('dated-future', [observe('okx', 'mark-price', { markPriceQuote: 102, atMs: NOW - 20_000 })], 73); // prettier-ignore
    assert.deepEqual(textsOf(withBeside(perpetual, spot, future)), [
      'Mark price: $101.00 (10 s old)',
      'Index price: $100.00 (10 s old)',
      'Premium: +1.00 % (10 s old)',
      'Open interest: 10.0 BTC (10 s old)',
      'Open interest in USD: $1.01K (10 s old)',
      'Funding per 8 h: +0.0100 % (10 s old)',
      'Funding annualised: +10.9 % (10 s old)',
      'Next funding: 2026-10-20 13:30 UTC, in 1 h (10 s old)',
      'Volume 24 h: $5.00K (10 s old)',
      'Long/short accounts 1 h: 1.20 (1 h old)',
      'Taker buy/sell 1 h: 0.750 (1 h old)',
      'Depth ±1 %: $1.00K bid, $500 ask (10 s old)',
      'Spot price: $99.000 (10 s old)',
      'Spot volume 24 h: $693 (10 s old)',
      'Basis BTC-dated-future: +2.00 %, +10.0 % a year (20 s old)',
    ]);
    assert.deepEqual(of(), [], 'what is not reported has no row');
  });

  it('say where a number comes from, and by whose time', () => {
    const price = observe('okx', 'mark-price', { markPriceQuote: 1, atBasis: 'received' });
    assert.equal(
      rowOf('mark', price)?.detail,
      'GET /mark-price, BTCUSDT\n2026-10-20 12:29 UTC (time of receipt; the exchange states none)\nin the quote currency of the contract: USDT, USDC or USD',
    );
    const volume = observe('okx', 'volume', { volumeUsd: 1 });
    assert.equal(rowOf('volume', volume)?.detail, 'GET /volume, BTCUSDT\n2026-10-20 12:29 UTC');
  });

  it('call a number stale beyond five minutes, and not at five', () => {
    const volume = (agoMs: number) => rowOf('volume', observe('okx', 'volume', { volumeUsd: 1, atMs: NOW - agoMs }));
    assert.deepEqual([volume(5 * MINUTE_MS)?.ageText, volume(5 * MINUTE_MS)?.isStale], ['5 min old', false]);
    assert.deepEqual([volume(5 * MINUTE_MS + 1)?.ageText, volume(5 * MINUTE_MS + 1)?.isStale], ['5 min old, stale', true]);
  }); // prettier-ignore

  it('have no premium of two moments', () => {
    const premium = (agoMs: number) =>
      rowOf(
        'premium',
        observe('okx', 'mark-price', { markPriceQuote: 99 }),
        observe('okx', 'mark-price', { indexPriceQuote: 100, atMs: NOW - 10_000 - agoMs }),
      )?.value;
    assert.deepEqual([premium(5 * MINUTE_MS), premium(5 * MINUTE_MS + 1)], ['−1.00 %', undefined]);
    assert.equal(rowOf('premium', observe('okx', 'mark-price', { markPriceQuote: 99 })), undefined);
    assert.equal(rowOf('index', observe('okx', 'mark-price', { markPriceQuote: 99 })), undefined);
    assert.equal(rowOf('mark', observe('okx', 'mark-price', { indexPriceQuote: 99 })), undefined);
  });

  it('keep contracts of unknown size contracts, and say how sides and dollars are counted', () => {
    const sizes = (fields: object) => [rowOf('oi', observe('okx', 'open-interest', fields)), rowOf('oi-usd', observe('okx', 'open-interest', fields))];
    const [contracts, none] = sizes({ openInterestContracts: 42 });
    assert.equal(contracts?.value, '42.0 contracts');
    assert.match(contracts.detail, /contract size not known; not converted$/);
    assert.equal(none, undefined);
    const [coins, usd] = sizes({ openInterestBase: 10, openInterestContracts: 42, openInterestUsd: 700, usdBasis: 'venue', sides: 'both' });
    assert.deepEqual([coins?.value, usd?.value], ['5.00 BTC', '$350']);
    assert.match(usd?.detail ?? '', /; as stated by the exchange$/);
    assert.notEqual(coins?.detail.split('\n').at(-1), 'longs and shorts counted once');
    const [once] = sizes({ openInterestBase: 10 });
    assert.equal(once?.detail.split('\n').at(-1), 'longs and shorts counted once');
    const [noCoins, dollars] = sizes({ openInterestUsd: 700, usdBasis: 'venue' });
    assert.deepEqual([noCoins, dollars?.value], [undefined, '$700']);
    const priced = [observe('okx', 'mark-price', { markPriceQuote: 2 }), observe('okx', 'open-interest', { openInterestBase: 10 })];
    assert.match(rowOf('oi-usd', ...priced)?.detail ?? '', /longs and shorts counted once; coins x mark price$/);
  }); // prettier-ignore

  it('state funding for its own interval, with its cap, and by the year where the interval is known', () => {
    const rate = { fundingRatePerInterval: -0.0002, intervalMs: 4 * HOUR_MS };
    const stated = observe('okx', 'funding-rate', { ...rate, cap: 0.003 });
    assert.deepEqual(of(stated), ['Funding per 4 h: −0.0200 % (10 s old)', 'Funding annualised: −43.8 % (10 s old)']);
    assert.match(rowOf('funding', stated)?.detail ?? '', /predicted; cap \+0\.300 %; interval from payload$/);
    const assumed = observe('okx', 'funding-rate', { ...rate, intervalBasis: 'venue-default' });
    assert.deepEqual(of(assumed), ['Funding per 4 h: −0.0200 % (10 s old)']);
    assert.match(rowOf('funding', assumed)?.detail ?? '', /predicted; interval from venue-default$/);
  }); // prettier-ignore

  it('say of a book that ends inside the band that there is at least so much', () => {
    const short = observe('okx', 'depth', { bidUsd: 1_000, askUsd: 500, reachedBid: false });
    assert.equal(rowOf('depth', short)?.value, 'at least $1.00K bid, $500 ask');
    assert.match(rowOf('depth', short)?.detail ?? '', /the returned book ends inside the band$/);
    const whole = observe('okx', 'depth', { bidUsd: 1_000, askUsd: 500 });
    assert.match(rowOf('depth', whole)?.detail ?? '', /within 1 % of mid, BTC in USD$/);
    assert.equal(rowOf('depth', observe('okx', 'depth', { bidUsd: 1_000 })), undefined, 'half a book');
  });

  it('show a volume in coins where nothing prices it, and a taker ratio as stated where a side is missing', () => {
    assert.equal(rowOf('volume', observe('okx', 'volume', { volumeBase: 7 }))?.value, '7.00 BTC');
    assert.equal(rowOf('volume', observe('okx', 'volume', {})), undefined);
    const taker = (fields: object) => rowOf('taker', observe('okx', 'taker-volume', { ...fields, atMs: NOW - 2 * HOUR_MS }))?.value;
    assert.equal(taker({ takerBuyBase: 3, takerSellBase: 0.5, takerBuySellRatio: 9 }), '6.00');
    assert.equal(taker({ takerBuyBase: 3, takerSellBase: 0, takerBuySellRatio: 9 }), '9.00');
    assert.equal(taker({ takerBuyBase: 3, takerBuySellRatio: 9 }), '9.00');
    assert.equal(taker({ takerSellBase: 3, takerBuySellRatio: 9 }), '9.00');
    assert.equal(taker({ takerBuyBase: 3 }), undefined);
  }); // prettier-ignore

  it('say of a contract of thousands what its unit is', () => {
    const exchange = exchangeWith('okx', [observe('okx', 'volume', { volumeUsd: 1 })]);
    const spot = { ...beside('spot', [observe('okx', 'volume', { volumeUsd: 1 })]), coinsPerUnit: 7 };
    const scaled = (coinsPerUnit: object) => ({
      ...exchange,
      instruments: [spot, ...exchange.instruments.map((one) => ({ ...one, ...coinsPerUnit })), { ...spot, kind: 'perpetual' as const }],
    });
    const unit = (own: ExchangeSnapshot) => textsOf(own).filter((text) => text.startsWith('Unit'));
    assert.deepEqual(unit(scaled({ coinsPerUnit: 1_000 })), ['Unit of BTCUSDT: 1 = 1.00K BTC (10 s old)']);
    assert.deepEqual(unit(scaled({})), []);
    const silent = { ...exchange, instruments: exchange.instruments.map((one) => ({ ...one, coinsPerUnit: 1_000, observations: [] })) };
    assert.deepEqual(unit(silent), []);
  }); // prettier-ignore

  it('do not bring the basis of a future to a year just before it expires, and say when it is stale', () => {
    const index = exchangeWith('okx', [observe('okx', 'mark-price', { indexPriceQuote: 100 })]);
    const future = beside('dated-future', [observe('okx', 'mark-price', { markPriceQuote: 99 })], 1);
    const texts = (nowMs: number) =>
      metricRows(withBeside(index, future), 'BTC', nowMs)
        .filter(({ id }) => id.startsWith('basis'))
        .map(({ value, ageText, isStale, detail }) => [value, ageText, isStale, detail]);
    const detail = 'future $99.000, index $100.00\nexpires 2026-10-21 12:30 UTC\nfuture / index - 1; a year is simple, 365 days';
    assert.deepEqual(texts(NOW), [['−1.00 %', '10 s old', false, detail]]);
    assert.deepEqual(texts(NOW + 6 * MINUTE_MS), [['−1.00 %', '6 min old, stale', true, detail]]);
  }); // prettier-ignore
});
