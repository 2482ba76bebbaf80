import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { ContextValue } from '../../../../src/core/contextValue.ts';
import { contextProviderOf, contextProviders } from '../../../../src/sources/context/registry.ts';
import { contextFixture, decodeContextEnvelope } from '../../../support/contextFixtures.ts';

const brief = ({ metric, asset, value, atMs }: ContextValue): unknown[] => [
  metric,
  asset,
  value,
  new Date(atMs).toISOString().slice(0, 10),
];
const decode = (provider: string, name: string, changes = {}) =>
  decodeContextEnvelope(contextFixture(provider, name), changes);
const codes = ({ issues }: ReturnType<typeof decode>): string[] => issues.map((issue) => issue.code);

describe('alternative.me', () => {
  it('reads scores of days; 0 is a score', () => {
    const { values, issues } = decode('alternative-me', 'fear-greed');
    assert.deepEqual(issues, []);
    assert.deepEqual(values.map(brief), [
      ['fear-greed', undefined, 54, '2025-10-20'],
      ['fear-greed', undefined, 0, '2025-10-19'],
      ['fear-greed', undefined, 71, '2025-10-18'],
    ]);
    assert.deepEqual(
      values.map((one) => one.label),
      ['Neutral', 'Extreme Fear', undefined],
    );
    assert.ok(values.every((one) => one.unit === 'score' && one.barMs === DAY_MS && !('atBasis' in one)));
  });

  it('refuses a score off its scale, an empty one and a local date, and keeps the other rows', () => {
    const data = [
      { value: '101', timestamp: '1760918400' },
      { value: '', timestamp: '1760832000' },
      { value: '40', timestamp: '10-18-2025' },
      { value: '41', timestamp: '1760745600' },
    ];
    const decoded = decode('alternative-me', 'fear-greed', { response: { data } });
    assert.deepEqual(
      decoded.values.map((one) => one.value),
      [41],
    );
    assert.deepEqual(codes(decoded).sort(), ['decode', 'decode', 'implausible']);
  });

  it('takes an error of its own for a refusal, and knows its path with and without the last slash', () => {
    const refused = decode('alternative-me', 'fear-greed', {
      response: { data: [], metadata: { error: 'invalid limit' } },
    });
    assert.deepEqual(codes(refused), ['venue-rejected']);
    const bare = decodeContextEnvelope({ ...contextFixture('alternative-me', 'fear-greed'), path: '/fng' });
    assert.equal(bare.values.length, 3);
    const other = decodeContextEnvelope({
      ...contextFixture('alternative-me', 'fear-greed'),
      path: '/v2/ticker/',
    });
    assert.deepEqual(codes(other), ['unsupported']);
  });
});

describe('CoinGecko', () => {
  it('reads capitalisation and supply with the time of the row', () => {
    const { values, issues } = decode('coingecko', 'markets');
    assert.deepEqual(issues, []);
    assert.deepEqual(
      values.map(({ metric, asset, value, unit }) => [metric, asset, value, unit]),
      [
        ['market-cap-usd', 'BTC', 2_163_000_000_000, 'usd'],
        ['circulating-supply-base', 'BTC', 19_935_000, 'base'],
        ['market-cap-usd', 'ETH', 470_700_000_000, 'usd'],
        ['circulating-supply-base', 'ETH', 120_698_000.12, 'base'],
      ],
    );
    assert.equal(values[0]?.atMs, Date.UTC(2025, 9, 20, 11, 59, 31, 123));
  });

  it('never takes a coin by its ticker, and 0 for a capitalisation', () => {
    const row = { symbol: 'btc', market_cap: 5, circulating_supply: 5, last_updated: null };
    const decoded = decode('coingecko', 'markets', {
      response: [
        { ...row, id: 'batcat' },
        { ...row, id: 'ethereum' },
        { ...row, id: 'bitcoin', market_cap: 0, circulating_supply: '' },
        { ...row, id: 'solana', symbol: 'sol', circulating_supply: null },
      ],
    });
    assert.deepEqual(codes(decoded), ['unknown-instrument', 'unknown-instrument']);
    assert.deepEqual(
      decoded.values.map(({ asset, value, atBasis }) => [asset, value, atBasis]),
      [['SOL', 5, 'received']],
    );
  });

  it('is not asked about assets whose id is not known, and answers in dollars only', () => {
    const [request] = contextProviderOf('coingecko')?.requests ?? [];
    assert.deepEqual(request?.specs({ assets: ['WHATEVER', 'toString'], nowMs: 0 }), []);
    assert.equal(
      request?.specs({ assets: ['ETH', 'BTC', 'X'], nowMs: 0 })[0]?.query['ids'],
      'bitcoin,ethereum',
    );
    const euros = decode('coingecko', 'markets', { query: { vs_currency: 'eur' } });
    assert.deepEqual(codes(euros), ['unsupported']);
  });
});

describe('FRED', () => {
  it('reads levels of trading days; a holiday or a day to come is no value', () => {
    assert.deepEqual(decode('fred', 'sp500').values.map(brief), [
      ['equity-index', undefined, 6671.06, '2025-10-15'],
      ['equity-index', undefined, 6629.07, '2025-10-16'],
      ['equity-index', undefined, 6664.01, '2025-10-17'],
    ]);
    const dollar = decode('fred', 'dtwexbgs');
    assert.deepEqual(
      dollar.values.map(({ metric, value, scope }) => [metric, value, scope]),
      [
        ['dollar-index', 121.0417, 'nominal broad dollar index'],
        ['dollar-index', 120.9533, 'nominal broad dollar index'],
      ],
    );
  });

  it('takes a page or another series for what it is', () => {
    for (const response of [
      '<html><body>busy</body></html>',
      'observation_date,NASDAQ\n2025-10-15,1\n',
      '',
      5,
    ])
      assert.deepEqual(decode('fred', 'sp500', { response }).values, []);
    assert.deepEqual(codes(decode('fred', 'sp500', { query: { id: 'GOLD' } })), ['unsupported']);
  });
});

describe('CoinGlass', () => {
  it('reads net flows of funds, negative ones too, and only days that have ended and been reported', () => {
    assert.deepEqual(decode('coinglass', 'etf-flows').values.map(brief), [
      ['etf-net-flow-usd', 'BTC', -366_600_000, '2025-10-17'],
      ['etf-net-flow-usd', 'BTC', -530_900_000.5, '2025-10-16'],
    ]);
    const receivedAtMs = 1_760_659_200_000 + DAY_MS + 11 * HOUR_MS;
    const running = decode('coinglass', 'etf-flows', { receivedAtMs });
    assert.deepEqual(
      running.values.map((one) => one.value),
      [-530_900_000.5],
    );
  });

  it('says of open interest what is not stated, and takes the row of all exchanges alone', () => {
    const { values } = decode('coinglass', 'open-interest');
    assert.equal(values.length, 1);
    assert.equal(values[0]?.value, 71_234_567_890.12);
    assert.match(values[0]?.scope ?? '', /not stated/);
    const wrong = decode('coinglass', 'open-interest', { query: { symbol: 'ETH' } });
    assert.deepEqual([wrong.values, codes(wrong)], [[], ['wrong-instrument']]);
  });

  it('keeps longs and shorts apart and names the exchanges', () => {
    const { values } = decode('coinglass', 'liquidations');
    assert.deepEqual(
      values.slice(0, 2).map(({ metric, value, scope }) => [metric, value, scope]),
      [
        ['long-liquidations-usd', 342_123_456.78, 'Binance, OKX'],
        ['short-liquidations-usd', 98_123_456.1, 'Binance, OKX'],
      ],
    );
    const hourly = decode('coinglass', 'liquidations', { query: { symbol: 'BTC', interval: '1h' } });
    assert.deepEqual([hourly.values, codes(hourly)], [[], ['unsupported']]);
  });

  it('tells a refused key from other refusals', () => {
    const kindOf = (body: unknown) => contextProviderOf('coinglass')?.rejection(body)?.kind;
    assert.equal(kindOf({ code: '0', data: [] }), undefined);
    assert.equal(kindOf({ code: '30001', msg: 'API key missing.' }), 'key-refused');
    assert.equal(kindOf({ code: '401', msg: 'Upgrade plan' }), 'key-refused');
    assert.equal(kindOf({ code: '429', msg: 'Too many requests' }), 'rate-limited');
    assert.equal(kindOf({ code: '400', msg: 'bad interval' }), 'rejected');
  });
});

describe('CryptoQuant', () => {
  it('reads what the articles quote, by day', () => {
    assert.deepEqual(decode('cryptoquant', 'exchange-inflow').values.map(brief), [
      ['exchange-inflow-base', 'BTC', 18_345.12, '2025-10-19'],
      ['exchange-inflow-base', 'BTC', 15_200.5, '2025-10-18'],
    ]);
    assert.deepEqual(decode('cryptoquant', 'miner-outflow').values.map(brief), [
      ['miner-outflow-base', 'BTC', 4321.5, '2025-10-19'],
    ]);
    assert.deepEqual(decode('cryptoquant', 'taker-ratio').values.map(brief), [
      ['taker-buy-sell-ratio', 'BTC', 0.7943, '2025-10-19'],
    ]);
    assert.deepEqual(decode('cryptoquant', 'leverage-ratio').values.map(brief), [
      ['estimated-leverage-ratio', 'ETH', 0.68, '2025-10-19'],
    ]);
  });

  it('leaves the running day out and refuses hours', () => {
    const running = decode('cryptoquant', 'miner-outflow', { receivedAtMs: Date.UTC(2025, 9, 19, 20) });
    assert.deepEqual(running.values, []);
    const response = { status: { code: 200 }, result: { window: 'hour', data: [] } };
    assert.deepEqual(codes(decode('cryptoquant', 'miner-outflow', { response })), ['unsupported']);
  });
});

describe('Coinalyze', () => {
  it('reads liquidations in dollars by side of the position', () => {
    assert.deepEqual(decode('coinalyze', 'liquidations').values.map(brief), [
      ['long-liquidations-usd', 'BTC', 91_234_567.8, '2025-10-16'],
      ['short-liquidations-usd', 'BTC', 30_123_456.7, '2025-10-16'],
      ['long-liquidations-usd', 'BTC', 150_000_000.5, '2025-10-17'],
      ['short-liquidations-usd', 'BTC', 42_000_000, '2025-10-17'],
    ]);
  });

  it('never takes coins for dollars', () => {
    const query = { symbols: 'BTCUSDT_PERP.A', interval: 'daily' };
    const decoded = decode('coinalyze', 'liquidations', { query });
    assert.deepEqual([decoded.values, codes(decoded)], [[], ['unsupported']]);
  });
});

describe('every context provider', () => {
  it('sends its key in a header and says what it adds and how to set it', () => {
    for (const { id, key, adds, baseUrl, requests } of contextProviders) {
      assert.match(baseUrl, /^https:\/\//, id);
      assert.ok(adds.length > 10 && requests.length > 0, id);
      if (key === undefined) continue;
      assert.match(key.environment, /^PERPSCOPE_[A-Z]+_KEY$/, id);
      assert.match(key.signUpUrl, /^https:\/\//, id);
      for (const request of requests)
        for (const spec of request.specs({ assets: ['BTC', 'ETH'], nowMs: Date.UTC(2026, 0) }))
          assert.ok(!JSON.stringify(spec).toLowerCase().includes('key'), spec.path);
    }
  });
});
