import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import { decodeAnswer, type Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { deribit } from '../../../../src/sources/exchanges/deribit/adapter.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { hyperliquid } from '../../../../src/sources/exchanges/hyperliquid/adapter.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { assertRows, decode, decodePush, RECEIVED_AT_MS } from './fixtureAnswers.ts';

const of = (adapter: ExchangeAdapter, venueSymbol: string, changes: Partial<Instrument> = {}): Instrument => ({
  key: `${adapter.id}:${venueSymbol}`, exchange: adapter.id, venueSymbol, baseAsset: 'LA', quoteAsset: 'USDT',
  settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', contractSize: { amount: 10, unit: 'base' },
  fundingIntervalMs: 8 * HOUR_MS, fundingCap: 0.003, fundingFloor: -0.003, status: 'trading', ...changes,
}); // prettier-ignore
const faults = ({ issues }: Pick<Decoded, 'issues'>): (string | undefined)[] =>
  issues.map(({ code, listed }) => (code === 'contradiction' ? `${listed?.field} ${listed?.value}` : code));

describe('the size of a contract', () => {
  const LA = of(okx, 'LA-USDT-SWAP');
  const openInterest = (oi: string, oiCcy: string) =>
    decode(okx, '/api/v5/public/open-interest', { instId: LA.venueSymbol }, {
      code: '0', data: [{ instId: LA.venueSymbol, oi, oiCcy, ts: '1790000000000' }],
    }, [LA]); // prettier-ignore

  it('OKX: contracts and coins that agree on another size put the list in doubt; the coins hold', () => {
    const decoded = openInterest('21254.19', '21254190');
    assertRows(decoded.observations, [{ openInterestBase: 21_254_190 }]);
    assert.deepEqual(faults(decoded), ['contractSize 1000']);
    assert.deepEqual(faults(openInterest('21254.19', '212541.9')), []);
    assert.deepEqual(faults(openInterest('21254.19', '212600')), [], 'rounded');
    assert.deepEqual(faults(openInterest('3', '3000')), [], 'too few to tell');
    assert.deepEqual(faults(openInterest('5000', '0')), []);
  });

  it('OKX: a book after such a push is summed with the size that was proved', () => {
    const arg = { instId: LA.venueSymbol };
    const book = {
      arg: { channel: 'books', ...arg }, action: 'snapshot',
      data: [{ bids: [['1', '7', '0', '1']], asks: [['1.001', '7', '0', '1']], ts: '1790000000500' }],
    }; // prettier-ignore
    const open = { arg: { channel: 'open-interest', ...arg }, data: [{ ...arg, oi: '5000', oiCcy: '5000000', ts: '1790000000000' }] }; // prettier-ignore
    const bidBase = (frames: readonly object[]): unknown =>
      decodePush(okx, frames, [LA]).observations.flatMap((one) =>
        one.kind === 'depth' ? [one.bidBase] : [],
      )[0];
    assert.equal(bidBase([book]), 70);
    assert.equal(bidBase([open, book]), 7_000);
  });

  it('HTX: the same; coins that are no size at all, or contracts twice, are converted by the list', () => {
    const la = of(htx, 'LA-USDT');
    const read = (volume: number, amount: number) =>
      decode(htx, '/linear-swap-api/v1/swap_open_interest', { contract_code: 'LA-USDT' }, {
        status: 'ok', ts: 1_790_000_000_000, data: [{ contract_code: 'LA-USDT', volume, amount }],
      }, [la]); // prettier-ignore
    assertRows(read(5_000, 500_000).observations, [{ openInterestBase: 500_000 }]);
    assert.deepEqual(faults(read(5_000, 500_000)), ['contractSize 100']);
    for (const coins of [5_000, 61_803]) {
      assertRows(read(5_000, coins).observations, [{ openInterestBase: 50_000 }]);
      assert.deepEqual(faults(read(5_000, coins)), ['implausible']);
    }
  });

  it('Gate: a contract that states its own multiplier is converted by it', () => {
    const decoded = decode(gate, '/api/v4/futures/usdt/contracts/LA_USDT', {}, {
      name: 'LA_USDT', type: 'direct', quanto_multiplier: '100', position_size: 5,
    }, [of(gate, 'LA_USDT')]); // prettier-ignore
    assertRows(decoded.observations, [{ openInterestBase: 500 }]);
    assert.deepEqual(faults(decoded), ['contractSize 100']);
  });

  it('Gate: so is a ticker, answered or pushed; an inverse one states 0 and is converted by the list', () => {
    const ticker = {
      contract: 'LA_USDT',
      mark_price: '2',
      total_size: '5',
      volume_24h: '30',
      quanto_multiplier: '100',
    };
    const listed = of(gate, 'LA_USDT');
    const push = { channel: 'futures.tickers', event: 'update', time: 1_790_000_000, result: [ticker] };
    for (const decoded of [
      decode(gate, '/api/v4/futures/usdt/tickers', { contract: 'LA_USDT' }, [ticker], [listed]),
      decodePush(gate, push, [listed]),
    ]) {
      const amounts = decoded.observations.filter(
        ({ kind }) => kind === 'open-interest' || kind === 'volume',
      );
      assertRows(amounts, [{ volumeBase: 3_000 }, { openInterestBase: 500, openInterestUsd: 1_000 }]);
      assert.ok(faults(decoded).includes('contractSize 100'));
    }
    const inverse = of(gate, 'LA_USD', { margin: 'inverse', contractSize: { amount: 1, unit: 'quote' } });
    const row = { contract: 'LA_USD', mark_price: '2', total_size: '500', quanto_multiplier: '0' };
    const { observations } = decode(gate, '/api/v4/futures/btc/tickers', {}, [row], [inverse]);
    assertRows(observations.filter(({ kind }) => kind === 'open-interest'), [{ openInterestBase: 250 }]); // prettier-ignore
  });
});

describe('the bounds of a rate', () => {
  it('are left out where a rate beyond them shows that they were moved', () => {
    const read = (lastFundingRate: string) =>
      decode(binance, '/fapi/v1/premiumIndex', { symbol: 'LAUSDT' }, {
        symbol: 'LAUSDT', lastFundingRate, nextFundingTime: 1_790_006_400_000, time: 1_790_000_000_000,
      }, [of(binance, 'LAUSDT')]); // prettier-ignore
    assertRows(read('-0.00300000').observations, [{ cap: 0.003, floor: -0.003 }]);
    assertRows(read('-0.0075').observations, [
      { fundingRatePerInterval: -0.0075, intervalMs: 8 * HOUR_MS, cap: null, floor: null },
    ]);
    assert.deepEqual(faults(read('-0.0075')), ['fundingBounds undefined']);
  });
});

describe('a contract that is halted while the list has it trading', () => {
  const cases: readonly (readonly [string, (isHalted: boolean) => Decoded])[] = [
    ['Gate', (isHalted) =>
      decode(gate, '/api/v4/futures/usdt/contracts/LA_USDT', {}, {
        name: 'LA_USDT', type: 'direct', quanto_multiplier: '10', in_delisting: isHalted, mark_price: '1',
      }, [of(gate, 'LA_USDT')])],
    ['Kraken', (isHalted) =>
      decode(krakenFutures, '/derivatives/api/v3/tickers', {}, {
        tickers: [{ symbol: 'PF_LAUSD', markPrice: 1, suspended: isHalted }], serverTime: '2026-11-22T07:00:00.500Z',
      }, [of(krakenFutures, 'PF_LAUSD')])],
    ['Kraken stream', (isHalted) =>
      decodePush(krakenFutures, { feed: 'ticker', product_id: 'PF_LAUSD', markPrice: 1, suspended: isHalted }, [of(krakenFutures, 'PF_LAUSD')])],
    ['Deribit', (isHalted) =>
      decode(deribit, '/api/v2/public/ticker', { instrument_name: 'LA_USDC-PERPETUAL' }, {
        jsonrpc: '2.0', result: { instrument_name: 'LA_USDC-PERPETUAL', mark_price: 1, state: isHalted ? 'closed' : 'open' },
      }, [of(deribit, 'LA_USDC-PERPETUAL')])],
  ]; // prettier-ignore
  for (const [name, read] of cases)
    it(`${name}: has the list read again`, () => {
      assert.deepEqual(faults(read(false)), []);
      assert.deepEqual(faults(read(true)), ['status undefined']);
      assert.ok(read(true).observations.length > 0, 'its numbers are still told');
    });

  it('Hyperliquid: has the list read again where its own answer marks a coin as delisted', () => {
    const la = of(hyperliquid, 'LA', { quoteAsset: 'USDC', settleAsset: 'USDC' });
    const read = (isDelisted: boolean): Decoded => {
      const universe = [{ name: 'LA', szDecimals: 1, maxLeverage: 3, isDelisted }];
      const body = [{ universe }, [{ markPx: '1', midPx: '1', openInterest: '5', premium: '0' }]];
      const answer = { method: 'POST', path: '/info', query: { type: 'metaAndAssetCtxs' }, body } as const;
      return decodeAnswer(hyperliquid, { ...answer, receivedAtMs: RECEIVED_AT_MS }, new Map([[la.key, la]]));
    };
    assert.deepEqual([faults(read(false)), faults(read(true))], [[], ['status undefined']]);
  });
});
