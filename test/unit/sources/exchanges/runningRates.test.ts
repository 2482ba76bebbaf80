import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';
import type { ExchangeAdapter } from '../../../../src/sources/exchanges/contract.ts';
import type { Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { decode, decodePush } from './fixtureAnswers.ts';

const MIDNIGHT_MS = Date.UTC(2026, 10, 20);
const at = (hours: number): number => MIDNIGHT_MS + hours * HOUR_MS;
const text = (hours: number): string => String(at(hours));

/** What an answer or push about one contract says: the hour of its settlement, and when it says so. */
interface Said {
  readonly settles: number;
  readonly now: number;
}
interface Feed {
  readonly name: string;
  readonly adapter: ExchangeAdapter;
  readonly symbol: string;
  read(said: Said, instruments: readonly Instrument[]): Decoded;
}

const wrap = (result: unknown, time: number): object => ({ retCode: 0, retMsg: 'OK', result, time });

/** The feeds whose payload states a settlement and no interval: only the list has one. */
const FEEDS: readonly Feed[] = [
  {
    name: 'Binance REST', adapter: binance, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decode(binance, '/fapi/v1/premiumIndex', { symbol: 'LAUSDT' }, {
        symbol: 'LAUSDT', markPrice: '0.3', lastFundingRate: '-0.0075', nextFundingTime: at(settles), time: at(now),
      }, known),
  },
  {
    name: 'Binance stream', adapter: binance, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decodePush(binance, { e: 'markPriceUpdate', E: at(now), s: 'LAUSDT', p: '0.3', i: '0.3', r: '-0.0075', T: at(settles) }, known),
  },
  {
    name: 'Bybit REST', adapter: bybit, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decode(bybit, '/v5/market/tickers', { category: 'linear', symbol: 'LAUSDT' }, wrap({
        category: 'linear', list: [{ symbol: 'LAUSDT', fundingRate: '-0.0075', nextFundingTime: text(settles) }],
      }, at(now)), known),
  },
  {
    name: 'Bybit stream', adapter: bybit, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decodePush(bybit, {
        topic: 'tickers.LAUSDT', type: 'snapshot', ts: at(now),
        data: { symbol: 'LAUSDT', fundingRate: '-0.0075', nextFundingTime: text(settles) },
      }, known),
  },
  {
    name: 'Bitget REST', adapter: bitget, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decode(bitget, '/api/v2/mix/market/current-fund-rate', { symbol: 'LAUSDT' }, {
        code: '00000', requestTime: at(now), data: [{ symbol: 'LAUSDT', fundingRate: '-0.0075', nextUpdate: text(settles) }],
      }, known),
  },
  {
    name: 'Bitget stream', adapter: bitget, symbol: 'LAUSDT',
    read: ({ settles, now }, known) =>
      decodePush(bitget, {
        action: 'snapshot', arg: { instType: 'USDT-FUTURES', channel: 'ticker', instId: 'LAUSDT' }, ts: at(now),
        data: [{ instId: 'LAUSDT', symbol: 'LAUSDT', lastPr: '0.3', fundingRate: '-0.0075', nextFundingTime: text(settles), ts: text(now) }],
      }, known),
  },
  {
    name: 'HTX REST', adapter: htx, symbol: 'LA-USDT',
    read: ({ settles, now }, known) =>
      decode(htx, '/linear-swap-api/v1/swap_funding_rate', { contract_code: 'LA-USDT' }, {
        status: 'ok', ts: at(now),
        data: { contract_code: 'LA-USDT', funding_rate: '-0.0075', funding_time: text(settles), next_funding_time: null },
      }, known),
  },
  {
    name: 'HTX stream', adapter: htx, symbol: 'LA-USDT',
    read: ({ settles, now }, known) =>
      decodePush(htx, {
        op: 'notify', topic: 'public.LA-USDT.funding_rate', ts: at(now),
        // `funding_time` of pushes is when the rate was computed.
        data: [{ contract_code: 'LA-USDT', funding_rate: '-0.0075', funding_time: text(now), settlement_time: text(settles) }],
      }, known),
  },
]; // prettier-ignore

const listed = ({ adapter, symbol }: Pick<Feed, 'adapter' | 'symbol'>, hours: number): Instrument => ({
  key: `${adapter.id}:${symbol}`, exchange: adapter.id, venueSymbol: symbol, baseAsset: 'LA', quoteAsset: 'USDT',
  settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', contractSize: { amount: 1, unit: 'base' },
  fundingIntervalMs: hours * HOUR_MS, fundingCap: 0.02, fundingFloor: -0.02, status: 'trading',
}); // prettier-ignore

const ratesOf = ({ observations }: Pick<Decoded, 'observations'>) =>
  observations.flatMap((one) => (one.kind === 'funding-rate' ? [one] : []));
const hoursOf = (decoded: Pick<Decoded, 'observations'>): number[] =>
  ratesOf(decoded).map(({ intervalMs }) => intervalMs / HOUR_MS);
const codesOf = ({ issues }: Pick<Decoded, 'issues'>): string[] => issues.map(({ code }) => code);

describe('a running rate and a list that is hours old', () => {
  for (const feed of FEEDS) {
    it(`${feed.name}: is of the listed interval while its settlement fits`, () => {
      const decoded = feed.read({ settles: 8, now: 6.5 }, [listed(feed, 8)]);
      assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[8], []]);
      // Bitget's list states no bounds.
      if (feed.adapter !== bitget) assert.equal(ratesOf(decoded)[0]?.cap, 0.02);
    });

    it(`${feed.name}: is of the interval that its settlement proves, without the bounds of another`, () => {
      const decoded = feed.read({ settles: 7, now: 6.5 }, [listed(feed, 8)]);
      assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[1], ['contradiction']]);
      const [rate] = ratesOf(decoded);
      assert.deepEqual([rate?.cap, rate?.floor], [undefined, undefined]);
      assert.equal(decoded.issues[0]?.listed?.value, HOUR_MS);
    });

    it(`${feed.name}: is dropped where its settlement contradicts the list and proves nothing`, () => {
      for (const [hours, said] of [[4, { settles: 9, now: 8.5 }], [1, { settles: 24, now: 20.5 }]] as const) {
        const decoded = feed.read(said, [listed(feed, hours)]);
        assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[], ['contradiction']]);
        assert.deepEqual(decoded.issues[0]?.listed, { instrument: `${feed.adapter.id}:${feed.symbol}`, field: 'fundingIntervalMs' });
      }
    }); // prettier-ignore
  }

  it('Bybit, Bitget, Gate: the interval in the payload goes before the list, which is then in doubt', () => {
    const answers = [
      decode(bybit, '/v5/market/tickers', { category: 'linear', symbol: 'LAUSDT' }, wrap({
        category: 'linear', list: [{ symbol: 'LAUSDT', fundingRate: '-0.0075', nextFundingTime: text(8), fundingIntervalHour: '1' }],
      }, at(7.5)), [listed({ adapter: bybit, symbol: 'LAUSDT' }, 4)]),
      decode(bitget, '/api/v2/mix/market/current-fund-rate', { symbol: 'LAUSDT' }, {
        code: '00000', requestTime: at(7.5),
        data: [{ symbol: 'LAUSDT', fundingRate: '-0.0075', fundingRateInterval: '1', nextUpdate: text(8) }],
      }, [listed({ adapter: bitget, symbol: 'LAUSDT' }, 4)]),
      decode(gate, '/api/v4/futures/usdt/contracts/LA_USDT', {}, {
        name: 'LA_USDT', type: 'direct', quanto_multiplier: '1', funding_rate: '-0.0075', funding_interval: 3600,
        funding_next_apply: at(8) / 1000,
      }, [listed({ adapter: gate, symbol: 'LA_USDT' }, 4)]),
    ]; // prettier-ignore
    for (const decoded of answers)
      assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[1], ['contradiction']]);
  });
});

describe('OKX', () => {
  const row = {
    instType: 'SWAP',
    instId: 'LA-USDT-SWAP',
    fundingRate: '0.0012',
    fundingTime: text(8),
    ts: text(7.5),
  };
  const read = (changes: object): Decoded[] => {
    const data = [{ ...row, ...changes }];
    return [
      decode(okx, '/api/v5/public/funding-rate', { instId: 'LA-USDT-SWAP' }, { code: '0', data }),
      decodePush(okx, { arg: { channel: 'funding-rate', instId: 'LA-USDT-SWAP' }, data }),
    ];
  };

  it('takes the time since the last settlement, not the length of the period after the next', () => {
    for (const decoded of read({ prevFundingTime: text(0), nextFundingTime: text(9) }))
      assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[8], []]);
    for (const decoded of read({ prevFundingTime: text(7), nextFundingTime: text(16) }))
      assert.deepEqual(hoursOf(decoded), [1]);
  });

  it('takes the period after the next settlement where nothing says when this one began, as far as it can be', () => {
    for (const decoded of read({ prevFundingTime: '', nextFundingTime: text(16) }))
      assert.deepEqual(hoursOf(decoded), [8]);
    for (const decoded of read({ nextFundingTime: text(9), ts: text(2) }))
      assert.deepEqual(hoursOf(decoded), [8], 'six hours away, an hour it cannot be');
  });

  it('drops the rate of a period that is no documented interval', () => {
    for (const decoded of read({ prevFundingTime: text(1), nextFundingTime: text(9) }))
      assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[], ['contradiction']]);
  });
});

describe('Bybit deltas', () => {
  const known = [listed({ adapter: bybit, symbol: 'LAUSDT' }, 4)];
  const session = (...rows: readonly (readonly [type: string, hours: number, data: object])[]) =>
    decodePush(
      bybit,
      rows.map(([type, hours, data]) => ({
        received: at(hours),
        message: { topic: 'tickers.LAUSDT', type, ts: at(hours), data: { symbol: 'LAUSDT', ...data } },
      })),
      known,
    );
  const start = [
    'snapshot',
    5,
    { fundingRate: '-0.001', nextFundingTime: text(8), fundingIntervalHour: '4' },
  ] as const;
  const rate = { fundingRate: '-0.02' };

  it('that hold a rate alone are of the interval that the delta before them has stated', () => {
    const decoded = session(start, ['delta', 5.1, rate], ['delta', 5.2, { fundingIntervalHour: '1', nextFundingTime: text(6) }], ['delta', 5.3, rate], ['delta', 5.4, rate]); // prettier-ignore
    assert.deepEqual(hoursOf(decoded), [4, 4, 1, 1]);
    assert.deepEqual(codesOf(decoded), ['contradiction'], 'told once');
  });

  it('that hold a settlement alone take the interval from the list away where it cannot be', () => {
    const decoded = session(start, ['delta', 8.1, { nextFundingTime: text(9) }], ['delta', 8.2, rate]);
    assert.deepEqual(hoursOf(decoded), [4]);
    assert.deepEqual(codesOf(decoded), ['contradiction', 'unknown-interval']);
  });

  it('give the list its say again where they agree with it again', () => {
    const decoded = session(start, ['delta', 5.2, { fundingIntervalHour: '1', nextFundingTime: text(6) }], ['delta', 6.5, { ...rate, fundingIntervalHour: '4', nextFundingTime: text(8) }], ['delta', 6.6, rate]); // prettier-ignore
    assert.deepEqual(hoursOf(decoded), [4, 4, 4]);
  });
});

describe('HTX pushes', () => {
  it('state when a rate was computed, which is no settlement', () => {
    const push = { contract_code: 'LA-USDT', funding_rate: '0.0001', funding_time: text(6.7) };
    const frame = { op: 'notify', topic: 'public.LA-USDT.funding_rate', ts: at(6.7), data: [push] };
    const decoded = decodePush(htx, frame, [listed({ adapter: htx, symbol: 'LA-USDT' }, 8)]);
    assert.deepEqual([hoursOf(decoded), codesOf(decoded)], [[8], []]);
    assert.ok(!('settlesAtMs' in (ratesOf(decoded)[0] ?? {})));
  });
});

describe('Kraken', () => {
  it('calls an hour assumed where the next settlement is not within it', () => {
    const instrument = { ...listed({ adapter: krakenFutures, symbol: 'PF_XBTUSD' }, 1), quoteAsset: 'USD' };
    const push = (settles: number) =>
      decodePush(
        krakenFutures,
        { feed: 'ticker', time: at(5.5), product_id: 'PF_XBTUSD', relative_funding_rate: 1e-5, next_funding_rate_time: at(settles) },
        [instrument],
      ); // prettier-ignore
    assert.deepEqual(ratesOf(push(6))[0]?.intervalBasis, 'instrument');
    assert.deepEqual(
      [ratesOf(push(8))[0]?.intervalBasis, codesOf(push(8))],
      ['venue-default', ['assumed-interval']],
    );
  });
});

describe('Binance without fundingInfo', () => {
  const premium = (settles: number, now: number) =>
    decode(binance, '/fapi/v1/premiumIndex', { symbol: 'LAUSDT' }, {
      symbol: 'LAUSDT', lastFundingRate: '-0.0075', nextFundingTime: at(settles), time: at(now),
    }); // prettier-ignore

  it('names 8 h as the default that it is, only as far as the settlement allows it', () => {
    const fitting = premium(8, 7.5);
    assert.deepEqual(
      [ratesOf(fitting)[0]?.intervalBasis, codesOf(fitting)],
      ['venue-default', ['assumed-interval']],
    );
    assert.deepEqual([hoursOf(premium(7, 6.5)), codesOf(premium(7, 6.5))], [[1], []]);
    assert.deepEqual([hoursOf(premium(4, 3.5)), codesOf(premium(4, 3.5))], [[], ['unknown-interval']]);
  });
});
