import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { longShortNow } from '../../../src/analysis/metrics/longShortRatio.ts';
import { spotShare } from '../../../src/analysis/metrics/spotVolumeShare.ts';
import { weightedFunding } from '../../../src/analysis/metrics/usableFunding.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../../../src/core/scope.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { aggregateAsset, readingsOf } from '../../../src/market/aggregate.ts';
import { featureInput } from '../../../src/market/assessAsset.ts';
import { exchangeWith, historyWith, NOW, observe } from './builders.ts';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.abs(expected),
    `${actual} is not ${expected}`,
  );

/** 10 coins one-sided at 100 USDT, 0.01 % in 8 h. */
const okx = exchangeWith('okx', [
  observe('okx', 'open-interest', { openInterestBase: 10 }),
  observe('okx', 'mark-price', { markPriceQuote: 100 }),
  observe('okx', 'funding-rate', { fundingRatePerInterval: 0.0001 }),
  observe('okx', 'volume', { volumeUsd: 5_000 }),
  observe('okx', 'long-short-ratio', { longShortRatio: 1.2 }),
  observe('okx', 'taker-volume', { atMs: NOW - 2 * HOUR_MS, takerBuyBase: 30, takerSellBase: 10 }),
  observe('okx', 'depth', { bidUsd: 1_000, askUsd: 500 }),
]);
/** 60 coins counted on both sides at 110 USDT, 0.02 % in 4 h. */
const bybit = exchangeWith('bybit', [
  observe('bybit', 'open-interest', { openInterestBase: 60, sides: 'both' }),
  observe('bybit', 'mark-price', { markPriceQuote: 110 }),
  observe('bybit', 'funding-rate', { fundingRatePerInterval: 0.0002, intervalMs: 4 * HOUR_MS }),
  observe('bybit', 'volume', { volumeBase: 20 }),
  observe('bybit', 'long-short-ratio', { longShortRatio: 2 }),
  observe('bybit', 'taker-volume', { atMs: NOW - 2 * HOUR_MS, takerBuyBase: 10, takerSellBase: 40 }),
  observe('bybit', 'depth', { bidBase: 3, askBase: 7 }),
]);

describe('the aggregate of an asset', () => {
  it('counts every position once: numbers of both sides are halved', () => {
    const sum = aggregateAsset('BTC', [okx, bybit], NOW);
    near(sum.openInterestBase, 10 + 30);
    near(sum.openInterestUsd, 10 * 100 + 30 * 110);
    assert.ok(sum.notes.includes('Both sides are counted, so that half is taken: BYBIT.'));
    assert.deepEqual(sum.largestShare, { exchange: 'bybit', share: 0.75 });
    near(sum.concentrationHhi, 0.75 ** 2 + 0.25 ** 2);
  });

  it('weighs funding by open interest after bringing each rate to a year', () => {
    // okx 0.0001 × 1095 = 0.1095 on 1,000 USD; bybit 0.0002 × 2190 = 0.438 on 3,300 USD.
    const sum = aggregateAsset('BTC', [okx, bybit], NOW);
    near(sum.fundingAnnualisedOiWeighted, (0.1095 * 1_000 + 0.438 * 3_300) / 4_300);
  });

  it('adds up volume, depth and taker flow in one unit, and takes medians of prices and ratios', () => {
    const sum = aggregateAsset('BTC', [okx, bybit], NOW);
    near(sum.volume24hUsd, 5_000 + 20 * 110);
    near(sum.depthUsd, 1_500 + 10 * 100);
    near(sum.takerBuySellRatio1h, 40 / 50);
    near(sum.markPriceQuote, 105);
    near(sum.longShortRatio, 1.6);
    assert.deepEqual(sum.coverage, { fresh: 2, of: 2 });
  });

  it('leaves out what is not fresh, and names it with its reason', () => {
    const others = (['stale', 'limited', 'failed', 'unsupported'] as const).map((status) =>
      exchangeWith(status, bybit.instruments[0]?.observations ?? [], { status, reason: `why ${status}` }),
    );
    const sum = aggregateAsset('BTC', [okx, ...others], NOW);
    near(sum.openInterestBase, 10);
    near(sum.fundingAnnualisedOiWeighted, 0.1095);
    near(sum.volume24hUsd, 5_000);
    assert.deepEqual(sum.coverage, { fresh: 1, of: 5 });
    for (const { displayName, status } of others)
      assert.ok(sum.notes.includes(`${displayName} is left out: ${status}, why ${status}.`));
  });

  it('leaves out the old numbers of an exchange that is fresh as a whole', () => {
    const old = NOW - 6 * MINUTE_MS;
    const half = exchangeWith('gate', [
      observe('gate', 'open-interest', { openInterestBase: 1_000, atMs: old }),
      observe('gate', 'mark-price', { markPriceQuote: 104 }),
      observe('gate', 'taker-volume', { takerBuyBase: 900, takerSellBase: 1, atMs: NOW - 5 * HOUR_MS }),
    ]);
    const sum = aggregateAsset('BTC', [okx, half], NOW);
    near(sum.openInterestBase, 10);
    near(sum.takerBuySellRatio1h, 3);
    near(sum.markPriceQuote, 102);
    assert.ok(
      sum.notes.includes('Not in the open interest in coins, for want of a current number: GATE.'),
      sum.notes.join('\n'),
    );
    assert.ok(sum.notes.some((note) => note.startsWith('GATE is not in the weighted funding:')));
  });

  it('does not use a funding rate whose settlement has passed, however new its receipt', () => {
    const rate = (settlesAtMs: number) =>
      exchangeWith('gate', [
        observe('gate', 'open-interest', { openInterestBase: 1e6, openInterestUsd: 1e8, usdBasis: 'venue' }),
        observe('gate', 'funding-rate', { fundingRatePerInterval: 0.01, settlesAtMs, atMs: NOW }),
      ]);
    const over = aggregateAsset('BTC', [okx, rate(NOW - 6 * MINUTE_MS)], NOW);
    near(over.fundingAnnualisedOiWeighted, 0.1095);
    assert.ok(over.notes.includes('GATE is not in the weighted funding: funding is not reported.'));
    const coming = aggregateAsset('BTC', [okx, rate(NOW + HOUR_MS)], NOW);
    assert.ok((coming.fundingAnnualisedOiWeighted ?? 0) > 10);
  });

  it('never weighs a rate whose interval is only the default of the exchange', () => {
    const guess = exchangeWith('gate', [
      observe('gate', 'open-interest', { openInterestBase: 1e6, openInterestUsd: 1e8, usdBasis: 'venue' }),
      observe('gate', 'funding-rate', { fundingRatePerInterval: 0.01, intervalBasis: 'venue-default' }),
    ]);
    const sum = aggregateAsset('BTC', [okx, guess], NOW);
    near(sum.fundingAnnualisedOiWeighted, 0.1095);
    assert.ok(sum.notes.some((note) => /GATE is not in the weighted funding: .*default/.test(note)));
  });

  it('has no field where no exchange has its inputs: absence is not zero', () => {
    const sum = aggregateAsset('BTC', [exchangeWith('okx', [])], NOW);
    assert.deepEqual(Object.keys(sum).sort(), ['coverage', 'notes']);
    assert.deepEqual(aggregateAsset('BTC', [], NOW).coverage, { fresh: 0, of: 0 });
  });

  it('keeps contracts out of a sum of coins', () => {
    const contracts = exchangeWith('gate', [
      observe('gate', 'open-interest', { openInterestContracts: 5e6 }),
    ]);
    near(aggregateAsset('BTC', [okx, contracts], NOW).openInterestBase, 10);
  });

  it('adds up the taker flow of the hour that most exchanges have: different hours do not add up', () => {
    const flow = (exchange: string, hoursAgo: number, buys: number) =>
      exchangeWith(exchange, [
        observe(exchange, 'taker-volume', { atMs: NOW - hoursAgo * HOUR_MS, takerBuyBase: buys, takerSellBase: 10 }),
      ]); // prettier-ignore
    const sum = aggregateAsset('BTC', [flow('a', 1.5, 90), flow('b', 2.5, 10), flow('c', 2.5, 30)], NOW);
    near(sum.takerBuySellRatio1h, 2);
    assert.ok(sum.notes.includes('The taker ratio is of 2 of 3 fresh exchanges.'));
  });

  it('says once how sides are counted, and by how much what is not known can matter', () => {
    const other = (exchange: string, coins: number) =>
      exchangeWith(exchange, [
        observe(exchange, 'open-interest', { openInterestBase: coins, sides: 'unverified' }),
      ]);
    // 40 one-sided coins and 20 unverified: at worst 50 are there and 60 are stated.
    const silent = exchangeWith('bitget', []);
    const { notes } = aggregateAsset('BTC', [okx, bybit, other('gate', 5), other('htx', 15), silent], NOW);
    const sides = notes.filter((note) => /[Ss]ides?\b/.test(note));
    assert.deepEqual(sides, [
      'Both sides are counted, so that half is taken: BYBIT.',
      'GATE and HTX do not say whether they count one side or both; if both, the sum is up to 20.0 % too high.',
    ]);
  });

  it('says what unverified sides are likely to be, where that is so of all of them', () => {
    const other = (exchange: string, likely?: 'one') =>
      exchangeWith(
        exchange,
        [observe(exchange, 'open-interest', { openInterestBase: 20, sides: 'unverified' })],
        { unverifiedSides: { reason: 'r', ...(likely === undefined ? {} : { likely }) } },
      );
    const noteOf = (...others: ReturnType<typeof other>[]): string | undefined =>
      aggregateAsset('BTC', [okx, ...others], NOW).notes.find((note) => note.includes('whether'));
    assert.match(
      noteOf(other('a', 'one'), other('b', 'one')) ?? '',
      /^A and B do not say whether they count one side or both \(probably one\); .* 66\.7 %/,
    );
    assert.match(noteOf(other('a', 'one'), other('b')) ?? '', /^A and B .* both; if both/);
    assert.match(noteOf(other('a', 'one')) ?? '', /^A does not say whether it counts /);
  });

  it('says why an open interest is not counted, where it was kept apart', () => {
    const issue = (code: 'placeholder-zero' | 'decode') => ({ code, path: '/x', message: 'm' });
    const zero = exchangeWith('gate', [], { issues: [issue('decode'), issue('placeholder-zero')] });
    const without = aggregateAsset('BTC', [okx, zero, exchangeWith('htx', [])], NOW).notes.filter((note) =>
      note.startsWith('Not in the open interest'),
    );
    assert.deepEqual(without, [
      'Not in the open interest in coins, for want of a current number: GATE (it states 0 where the market is not empty), HTX.',
    ]);
  });

  it('adds up depths that are known, and says so where one of them is a lower bound', () => {
    const book = (exchange: string, fields: object) =>
      exchangeWith(exchange, [observe(exchange, 'depth', fields)]);
    const whole = book('gate', { bidUsd: 10, askUsd: 20 });
    const short = book('htx', { bidUsd: 1, askUsd: 2, reachedAsk: false });
    const unsized = book('bitget', {});
    const of = (...exchanges: ReturnType<typeof book>[]) => {
      const { depthUsd, isDepthLowerBound, notes } = aggregateAsset('BTC', exchanges, NOW);
      return [depthUsd, isDepthLowerBound, notes.filter((note) => note.includes('depth'))];
    }; // prettier-ignore
    assert.deepEqual(of(whole, short), [33, true, []]);
    assert.deepEqual(of(whole, unsized), [30, false, ['The depth is of 1 of 2 fresh exchanges.']]);
    assert.deepEqual(of(unsized), [undefined, undefined, []]);
  });

  it('says of contracts of thousands of coins that single coins are counted, and what nothing confirms', () => {
    const rows = (exchange: string, priceQuote: number) => [
      observe(exchange, 'mark-price', { markPriceQuote: priceQuote }),
      observe(exchange, 'open-interest', { openInterestBase: 5_000 }),
    ];
    const thousands = (exchange: string) => {
      const one = exchangeWith(exchange, rows(exchange, 2));
      return { ...one, instruments: one.instruments.map((own) => ({ ...own, coinsPerUnit: 1_000 })) };
    };
    const SCALED = 'OKX trades 1,000 PEPE as one; it is counted in single coins.';
    const alone = aggregateAsset('PEPE', [thousands('okx')], NOW);
    assert.deepEqual([alone.openInterestBase, alone.openInterestUsd], [undefined, 10_000]);
    assert.deepEqual(alone.notes.slice(1), [
      SCALED,
      'No other price confirms how many PEPE one unit of OKX is: its coins are not added up, its USD are.',
      'OKX is not in the weighted funding: funding is not reported.',
    ]);
    const both = aggregateAsset('PEPE', [thousands('okx'), exchangeWith('gate', rows('gate', 2.1))], NOW);
    near(both.openInterestBase, 10_000);
    assert.deepEqual(
      both.notes.slice(1).filter((note) => note.includes('as one;') || note.includes('confirms')),
      [SCALED],
    );
  });

  it('sets spot beside perpetuals of the exchanges that report both, and names them', () => {
    const traded = (exchange: string, perpetual?: number, spot?: number, spotAgoMs = 10_000) => {
      const volume = (volumeUsd: number | undefined, agoMs: number) =>
        volumeUsd === undefined ? [] : [observe(exchange, 'volume', { volumeUsd, atMs: NOW - agoMs })];
      const one = exchangeWith(exchange, volume(perpetual, 10_000));
      const pair = { ...{ venueSymbol: 'BTC/USDT', kind: 'spot', margin: 'linear' } as const, observations: volume(spot, spotAgoMs) };
      return { ...one, instruments: [...one.instruments, pair] };
    }; // prettier-ignore
    const exchanges = [
      traded('okx', 900, 100),
      traded('gate', 700, 300, 50_000),
      traded('bybit', 5_000),
      traded('htx', undefined, 5_000),
    ];
    const sum = aggregateAsset('BTC', exchanges, NOW);
    near(sum.spotVolumeShare, 400 / 2_000);
    assert.ok(sum.notes.includes('The spot share is of OKX, GATE.'), sum.notes.join('\n'));
    assert.ok(sum.notes.includes('The 24 h volume is of 3 of 4 fresh exchanges.'));
    const { readings } = featureInput({ asset: 'BTC', exchanges, aggregate: sum }, historyWith({}), NOW);
    assert.deepEqual(spotShare(readings), { share: 0.2, exchanges: ['okx', 'gate'], oldestMs: NOW - 50_000 });
    for (const none of [[traded('okx', 0, 0)], [traded('okx', 900)], [traded('okx', undefined, 100)]]) {
      const { spotVolumeShare, notes } = aggregateAsset('BTC', none, NOW);
      assert.equal(spotVolumeShare, undefined);
      assert.ok(!notes.some((note) => note.includes('spot share')));
    }
    // Volumes in coins that nothing prices: rows are there, dollars are not.
    const coins = (exchange: string, own: Partial<Record<'perpetual' | 'spot', object>>) => {
      const row = (fields: object) => observe(exchange, 'volume', fields);
      const one = exchangeWith(exchange, [row({ volumeUsd: 900, ...own.perpetual })]);
      const pair = {
        venueSymbol: 'BTC/USDT',
        kind: 'spot',
        margin: 'linear',
        observations: [row({ volumeUsd: 100, ...own.spot })],
      } as const;
      return { ...one, instruments: [...one.instruments, pair] };
    };
    const unpriced = { volumeUsd: undefined, volumeBase: 9 };
    const mixed = [
      traded('okx', 900, 100),
      coins('gate', { spot: unpriced }),
      coins('htx', { perpetual: unpriced }),
    ];
    near(aggregateAsset('BTC', mixed, NOW).spotVolumeShare, 0.1);
    near(aggregateAsset('BTC', [traded('okx', 0, 0.5)], NOW).spotVolumeShare, 1);
  });

  it('takes the newer of two hours that as many exchanges have, and no flow that lacks a side', () => {
    const flow = (exchange: string, hoursAgo: number, takerBuyBase?: number, takerSellBase?: number) =>
      exchangeWith(exchange, [
        observe(exchange, 'taker-volume', {
          atMs: NOW - hoursAgo * HOUR_MS,
          ...(takerBuyBase === undefined ? {} : { takerBuyBase }),
          ...(takerSellBase === undefined ? {} : { takerSellBase }),
        }),
      ]);
    const exchanges = [flow('a', 2.5, 90, 10), flow('b', 1.5, 30, 10), flow('c', 2.5, 10), flow('d', 2.5, undefined, 10)];
    for (const turned of [exchanges, exchanges.toReversed()])
      near(aggregateAsset('BTC', turned, NOW).takerBuySellRatio1h, 3);
    assert.equal(aggregateAsset('BTC', exchanges.slice(2), NOW).takerBuySellRatio1h, undefined);
  }); // prettier-ignore

  it('says of one exchange in the singular, and names several with one reason together', () => {
    const alone = exchangeWith('gate', [
      observe('gate', 'open-interest', { openInterestBase: 10, sides: 'unverified' }),
    ]);
    const { notes } = aggregateAsset('BTC', [alone], NOW);
    assert.ok(
      notes.includes('GATE does not say whether it counts one side or both; if both, the sum is up to 100 % too high.'),
      notes.join('\n'),
    );
    const nothing = exchangeWith('gate', [
      observe('gate', 'open-interest', { openInterestBase: 0, sides: 'unverified' }),
    ]);
    assert.ok(!aggregateAsset('BTC', [nothing], NOW).notes.some((note) => note.includes('Sides')));
    const priced = (exchange: string, markPriceQuote: number) =>
      exchangeWith(exchange, [observe(exchange, 'mark-price', { markPriceQuote })]);
    const contradicting = aggregateAsset('BTC', [priced('a', 1), priced('b', 9)], NOW);
    assert.match(contradicting.notes[1] ?? '', /^A, B are left out: the prices contradict each other \(A 1, B 9\)/);
    assert.deepEqual(contradicting.coverage, { fresh: 0, of: 2 });
  }); // prettier-ignore

  it('says what the sums cover', () => {
    const notes = aggregateAsset('BTC', [okx], NOW).notes;
    assert.equal(notes[0], `Sums cover ${TRACKED_SCOPE} on BTC; ${DOLLAR_NOTE}.`);
  });
});

describe('the readings of an exchange', () => {
  it('fall back on the last price where no mark price is there', () => {
    const one = exchangeWith('okx', [
      observe('okx', 'open-interest', { openInterestBase: 2 }),
      observe('okx', 'mark-price', { lastPriceQuote: 50 }),
    ]);
    assert.equal(readingsOf(one, NOW).openInterestUsd, 100);
  });

  it('take the newest of several and skip bars of history', () => {
    const one = exchangeWith('okx', [
      observe('okx', 'open-interest', { openInterestBase: 1, atMs: NOW - 20_000 }),
      observe('okx', 'open-interest', { openInterestBase: 2, atMs: NOW - 5_000 }),
      observe('okx', 'open-interest', { openInterestBase: 9, atMs: NOW, barMs: HOUR_MS }),
    ]);
    assert.equal(readingsOf(one, NOW).openInterestBase, 2);
  });
});

describe('the input of the regime', () => {
  it('takes readings of fresh exchanges only', () => {
    const exchanges = [okx, { ...bybit, status: 'stale' as const }];
    const aggregate = aggregateAsset('BTC', exchanges, NOW);
    const { readings } = featureInput({ asset: 'BTC', exchanges, aggregate }, historyWith({}), NOW);
    assert.deepEqual(
      readings.map((one) => [one.exchange, one.openInterestUsd]),
      [['okx', 1_000]],
    );
    assert.deepEqual(longShortNow(readings), { values: [1.2], exchanges: ['okx'], oldestMs: NOW - 10_000 });
    near(weightedFunding(readings, NOW).annualised, 0.1095);
  });
});
