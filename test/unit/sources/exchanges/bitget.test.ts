import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import {
  assertFixture,
  assertRows,
  decode,
  fixture,
  fixtureNames,
  instrumentsOf,
  RECEIVED_AT_MS,
} from './fixtureAnswers.ts';

const known = instrumentsOf(bitget, ['instruments', 'instruments-coin']);
const btc = known.find((one) => one.venueSymbol === 'BTCUSDT') as Instrument;
const V2 = '/api/v2/mix/market';

const answer = (path: string, data: unknown, query: Record<string, string> = { symbol: 'BTCUSDT' }) =>
  decode(bitget, path, query, { code: '00000', msg: 'success', requestTime: 1_790_000_000_000, data }, known);
const codes = (issues: readonly { code: string; path: string }[]): string[] =>
  issues.map(({ code, path }) => `${code} ${path}`);

describe('bitget adapter', () => {
  for (const name of fixtureNames('bitget'))
    it(`decodes ${name}`, () => {
      assertFixture(bitget, name, known);
    });

  it('refuses liquidations of margined spot pairs, which are spelled like the perpetuals', () => {
    const row = { symbol: 'BTCUSDT', side: 'buy', price: '90000', amount: '900', ts: '1790000000500' };
    const asked = (category: string) =>
      answer('/api/v3/market/liquidations', { list: [row] }, { category, symbol: 'BTCUSDT' });
    assert.equal(asked('USDT-FUTURES').observations.length, 1);
    const refused = asked('MARGIN');
    assert.deepEqual([refused.observations, codes(refused.issues)], [[], ['unsupported ']]);
  });

  it('drops a rate whose interval nobody states, and says so', () => {
    const { path, query, response } = fixture('bitget', 'current-fund-rate-old');
    const decoded = decode(bitget, path, query, response);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['unknown-interval data[0].fundingRate']);
  });

  it('takes the rate "0" of a dated future for no rate, told by its symbol or by its delivery time', () => {
    const row = { fundingRate: '0', lastPr: '1', ts: '1790000000500' };
    for (const dated of [{ symbol: 'BTCUSDM26' }, { symbol: 'BTCUSDT', deliveryTime: '1798185600000' }]) {
      const decoded = answer(`${V2}/tickers`, [{ ...row, ...dated }], {});
      assert.deepEqual(
        decoded.observations.map(({ kind }) => kind),
        ['mark-price'],
      );
      assert.deepEqual(decoded.issues, []);
    }
    const perpetual = answer(`${V2}/tickers`, [{ ...row, symbol: 'BTCUSDT', deliveryTime: '0' }], {});
    assertRows(perpetual.observations.slice(1), [{ kind: 'funding-rate', fundingRatePerInterval: 0 }]);
  });

  it('trades only what is listed as normal', () => {
    const row = { baseCoin: 'BTC', quoteCoin: 'USDT', symbolType: 'perpetual' };
    const rows = ['normal', 'maintain', 'limit_open', 'off'].map((symbolStatus, index) => ({
      ...row,
      symbol: `B${index}USDT`,
      symbolStatus,
    }));
    const { instruments } = answer(`${V2}/contracts`, rows, {});
    assertRows(instruments, [
      { status: 'trading', margin: 'linear' },
      { status: 'not-trading' },
      { status: 'not-trading' },
      { status: 'not-trading' },
    ]);
  });

  it('takes an interval of "0" for not stated, never for a rate without end', () => {
    const decoded = answer(`${V2}/current-fund-rate`, [
      { symbol: 'BTCUSDT', fundingRate: '0.0001', fundingRateInterval: '0', nextUpdate: '0' },
    ]);
    assertRows(decoded.observations, [
      { intervalMs: 28_800_000, intervalBasis: 'instrument', settlesAtMs: null },
    ]);
  });

  it('refuses an answer about another instrument', () => {
    const decoded = answer(`${V2}/current-fund-rate`, [
      { symbol: 'ETHUSDT', fundingRate: '0.0001', fundingRateInterval: '8' },
    ]);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['wrong-instrument data[0]']);
  });

  it('keeps the rest of a ticker when one optional number is broken', () => {
    const decoded = answer(`${V2}/ticker`, [
      {
        symbol: 'BTCUSDT',
        lastPr: '90000',
        markPrice: '0x10',
        holdingAmount: 'NaN',
        baseVolume: ' ',
        quoteVolume: '5',
        ts: '1790000000500',
      },
    ]);
    assertRows(decoded.observations, [
      { kind: 'mark-price', lastPriceQuote: 90_000, markPriceQuote: null },
      { kind: 'volume', volumeUsd: 5, volumeBase: null },
    ]);
    const paths = decoded.issues.map(({ path }) => path).sort();
    assert.deepEqual(paths, ['data[0].baseVolume', 'data[0].holdingAmount', 'data[0].markPrice']);
  });

  it('reports an open interest of "" or null instead of reading it as 0', () => {
    for (const size of ['', null, undefined, '1e999', '-1']) {
      const decoded = answer(`${V2}/open-interest`, {
        openInterestList: [{ symbol: 'BTCUSDT', size }],
        ts: '1790000000000',
      });
      assert.deepEqual(decoded.observations, [], String(size));
      assert.deepEqual(codes(decoded.issues), ['decode data.openInterestList[0].size'], String(size));
    }
  });

  it('reads 0 open interest as 0', () => {
    const decoded = answer(`${V2}/open-interest`, {
      openInterestList: [{ symbol: 'BTCUSDT', size: '0' }],
      ts: '1790000000000',
    });
    assertRows(decoded.observations, [{ openInterestBase: 0 }]);
  });

  it('loses only the time when the time of an answer is broken', () => {
    const body = {
      code: '00000',
      requestTime: 'soon',
      data: { openInterestList: [{ symbol: 'BTCUSDT', size: '7' }], ts: 'now' },
    };
    const decoded = decode(bitget, `${V2}/open-interest`, { symbol: 'BTCUSDT' }, body, known);
    assertRows(decoded.observations, [{ openInterestBase: 7, atMs: RECEIVED_AT_MS, atBasis: 'received' }]);
    assert.deepEqual(codes(decoded.issues), ['decode data.ts', 'decode requestTime']);
  });

  it('has no ratio where no account is short and none is stated', () => {
    const decoded = answer(`${V2}/account-long-short`, [{ longAccountRatio: '1', shortAccountRatio: '0', ts: '1790000000000' }], {
      symbol: 'BTCUSDT', period: '1h',
    }); // prettier-ignore
    assert.deepEqual(decoded.observations, []);
    assert.equal(decoded.issues[0]?.code, 'decode');
  });

  it('tells bars of one minute from bars of one month', () => {
    const row = ['1789992000000', '1', '1', '1', '1', '1', '1'];
    const minute = answer(`${V2}/candles`, [row], { symbol: 'BTCUSDT', granularity: '1m' });
    assertRows(minute.observations, [{ barMs: 60_000 }]);
    const month = answer(`${V2}/candles`, [row], { symbol: 'BTCUSDT', granularity: '1M' });
    assert.deepEqual(month.observations, []);
    assert.equal(month.issues[0]?.code, 'decode');
  });

  it('drops a candle with a broken price and keeps its neighbours', () => {
    const good = ['1789992000000', '1', '2', '1', '2', '', null];
    const decoded = answer(`${V2}/candles`, [['1789988400000', '1', '', '1', '2', '1', '1'], good, 'x'], {
      symbol: 'BTCUSDT',
      granularity: '1H',
    });
    assertRows(decoded.observations, [{ closeQuote: 2, volumeBase: null, volumeUsd: null }]);
    assert.deepEqual(codes(decoded.issues), ['decode data[0].high', 'decode data[2]']);
  });

  it('says that a crossed or one-sided book gives no depth', () => {
    for (const bids of [[], [['101', '1']]]) {
      const decoded = answer(`${V2}/merge-depth`, { asks: [['100', '1']], bids, ts: '1790000000000' });
      assert.deepEqual(codes(decoded.issues), ['implausible data']);
    }
  });

  it('knows errors by the code in the body, and over-use apart', () => {
    assert.equal(bitget.venueError({ code: '00000', msg: 'success', data: [] }, 200), undefined);
    assert.equal(bitget.venueError({ code: '40034', msg: 'x' }, 400)?.kind, 'rejected');
    assert.equal(bitget.venueError({ code: '429', msg: 'Too Many Requests' }, 429)?.kind, 'rate-limited');
    assert.equal(bitget.venueError('<html>', 502), undefined);
  });

  it('asks v2 with the product type of the instrument, and funding of perpetuals only', () => {
    const requestsFor = (instrument: Instrument) =>
      bitget.polls.flatMap((poll) => poll.request({ instrument, nowMs: RECEIVED_AT_MS }) ?? []);
    const linear = requestsFor(btc);
    const others = linear.filter(({ path }) => !path.startsWith(V2));
    assert.ok(linear.length > 5);
    // v2 has no list of liquidations.
    assert.deepEqual(others, [
      {
        method: 'GET',
        path: '/api/v3/market/liquidations',
        query: { category: 'USDT-FUTURES', symbol: 'BTCUSDT', limit: '100' },
      },
    ]);
    assert.deepEqual(linear[0]?.query, { symbol: 'BTCUSDT', productType: 'usdt-futures' });
    const dated = requestsFor(known.find(({ kind }) => kind === 'dated-future') as Instrument);
    assert.ok(dated.every(({ path }) => !path.includes('fund-rate')));
    assert.ok(dated.some(({ query }) => query['productType'] === 'coin-futures'));
  });

  it('gives every poll a limit of its endpoint: one a second to statistics, twenty to most others', () => {
    for (const { id, path, scope } of [bitget.instruments, ...bitget.polls]) {
      assert.equal(scope?.name, `bitget ${path}`, id);
      const isStatistic = /long-short|buy-sell/.test(path);
      const wanted = isStatistic ? 1 : /position/.test(path) ? 10 : 20;
      assert.deepEqual(scope.limits, [{ weight: wanted, windowMs: 1_000 }], id);
    }
  });

  it('reads symbols of every settlement', () => {
    const margins = ['BTCUSDT', 'BTCPERP', 'BTCUSD', 'BTCUSD_261225', 'ETHUSDM26', '1000BONKUSDT'].map(
      (symbol) => {
        const parts = bitget.parseSymbol(symbol);
        return `${parts?.baseAsset} ${parts?.quoteAsset} ${parts?.margin} ${parts?.kind}`;
      },
    );
    assert.deepEqual(margins, [
      'BTC USDT linear perpetual', 'BTC USDC linear perpetual', 'BTC USD inverse perpetual',
      'BTC USD inverse dated-future', 'ETH USD inverse dated-future', '1000BONK USDT linear perpetual',
    ]); // prettier-ignore
    assert.equal(bitget.parseSymbol('BTC-EUR'), undefined);
  });
});
