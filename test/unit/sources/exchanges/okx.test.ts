import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import {
  assertFields,
  codes,
  first,
  fixturesFor,
  itDecodesEachFixture,
  nothingKnown,
} from './wireFixtures.ts';

const fixtures = fixturesFor(okx, ['instruments-swap', 'instruments-futures']);
const { fixture, decode, known } = fixtures;

describe('OKX', () => {
  itDecodesEachFixture(fixtures);

  it('keeps contracts as contracts where the contract size is not known', () => {
    const answer = fixture('open-interest-all-swaps');
    const decoded = decode(answer, nothingKnown);
    assert.deepEqual(codes(decoded), ['unknown-instrument', 'unknown-instrument', 'unknown-instrument']);
    for (const row of decoded.observations) {
      assert.ok(!('openInterestBase' in row) && !('openInterestUsd' in row), JSON.stringify(row));
    }
    assert.equal(first(decoded)['openInterestContracts'], 31);
  });

  it('takes the coins that the exchange states even if the instrument is not known', () => {
    const decoded = decode(fixture('open-interest'), nothingKnown);
    assertFields(decoded.observations[0], { openInterestBase: 25000.002, openInterestUsd: 2400000192 });
    assert.deepEqual(codes(decoded), []);
  });

  it('takes an X-Perp for a perpetual, whatever its type and date, and asks for it where it is listed', () => {
    const path = '/api/v5/public/instruments';
    const row = { instType: 'FUTURES', instId: 'HYPE-USD_UM_XPERP-310404', ruleType: 'xperp', instCategory: '1', ctType: 'linear', ctVal: '0.1', ctMult: '1', ctValCcy: 'HYPE', settleCcy: 'USD', expTime: '1933056000000', state: 'live' }; // prettier-ignore
    const answer = { ...fixture('instruments-futures'), path, response: { code: '0', data: [row] } };
    const [one] = decode(answer, nothingKnown).instruments;
    assert.ok(one !== undefined);
    const { kind, margin, settleAsset, baseAsset, expiresAtMs, contractSize } = one;
    assert.deepEqual(
      [kind, margin, settleAsset, baseAsset, expiresAtMs, contractSize],
      ['perpetual', 'linear', 'USD', 'HYPE', undefined, { amount: 0.1, unit: 'base' }],
    );
    const asked = okx.polls
      .find(({ id }) => id === 'okx/open-interest')
      ?.request({ instrument: one, nowMs: 0 });
    assert.deepEqual(asked?.query, { instType: 'FUTURES', instId: one.venueSymbol });
    // Without the list its name tells.
    assert.deepEqual(okx.parseSymbol('ETH-USD_UM_XPERP-310404'), { baseAsset: 'ETH', quoteAsset: 'USD', kind: 'perpetual', margin: 'linear' }); // prettier-ignore
    assert.equal(okx.parseSymbol('ETH-USD_UM-270326')?.kind, 'dated-future');
  });

  it('refuses liquidations and tiers of another pair, whichever name of the pair was asked for', () => {
    for (const [name, code] of [
      ['liquidation-orders', 'wrong-instrument'],
      ['position-tiers', 'wrong-instrument'],
    ] as const)
      for (const key of ['uly', 'instFamily']) {
        const answer = fixture(name);
        const { uly: _uly, instFamily: _family, ...query } = answer.query;
        const { data } = answer.response as { data: Record<string, unknown>[] };
        const rows = data.map((row) => ({ ...row, ...(name === 'liquidation-orders' ? { uly: '' } : {}) }));
        const decoded = decode({
          ...answer,
          query: { ...query, [key]: 'XRP-USDT' },
          response: { code: '0', data: rows },
        });
        assert.deepEqual(decoded.observations, [], `${name} ${key}`);
        assert.deepEqual([...new Set(codes(decoded))], [code]);
      }
  });

  it('states no dollars where the exchange states none', () => {
    const { response, ...answer } = fixture('open-interest');
    const [row] = (response as { data: Record<string, unknown>[] }).data;
    const decoded = decode({ ...answer, response: { code: '0', data: [{ ...row, oiUsd: '' }] } });
    assert.ok(!('openInterestUsd' in first(decoded)));
    assert.ok(!('usdBasis' in first(decoded)));
  });

  it('keeps the open interest when only its dollar value is malformed', () => {
    const { response, ...answer } = fixture('open-interest');
    const [row] = (response as { data: Record<string, unknown>[] }).data;
    const decoded = decode({ ...answer, response: { code: '0', data: [{ ...row, oiUsd: 'n/a' }] } });
    assert.deepEqual(
      decoded.issues.map(({ code, path }) => [code, path]),
      [['decode', 'data[0].oiUsd']],
    );
    assertFields(decoded.observations[0], { openInterestBase: 25000.002 });
    assert.ok(!('openInterestUsd' in first(decoded)));
  });

  it('refuses an answer about another instrument than the one asked for', () => {
    for (const name of ['open-interest', 'funding-rate', 'mark-price', 'ticker', 'funding-rate-history']) {
      const answer = fixture(name);
      const decoded = decode({ ...answer, query: { ...answer.query, instId: 'ETH-USDT-SWAP' } });
      assert.equal(decoded.observations.length, 0, name);
      assert.ok(
        codes(decoded).length > 0 && codes(decoded).every((code) => code === 'wrong-instrument'),
        name,
      );
    }
    const index = fixture('index-tickers');
    assert.deepEqual(codes(decode({ ...index, query: { instId: 'ETH-USDT' } })), ['wrong-instrument']);
    const liquidations = fixture('liquidation-orders');
    assert.deepEqual(codes(decode({ ...liquidations, query: { uly: 'ETH-USDT' } })), ['wrong-instrument']);
  });

  it('gives no number about an instrument that neither request nor answer names', () => {
    for (const name of ['open-interest-history', 'books-full', 'candles']) {
      const { instId: _, ...query } = fixture(name).query;
      const decoded = decode({ ...fixture(name), query });
      assert.equal(decoded.observations.length, 0, name);
      assert.ok(codes(decoded).includes('unknown-instrument'), name);
    }
  });

  it('reads a funding rate of zero as zero and an empty one as none', () => {
    const answer = fixture('funding-rate');
    const withRate = (fundingRate: unknown): Decoded => {
      const [row] = (answer.response as { data: Record<string, unknown>[] }).data;
      return decode({ ...answer, response: { code: '0', data: [{ ...row, fundingRate }] } });
    };
    assert.equal(first(withRate('0'))['fundingRatePerInterval'], 0);
    for (const absent of ['', null, undefined]) assert.equal(withRate(absent).observations.length, 0);
  });

  it('names bars by their request, else by their spacing, and never by the default', () => {
    const { response, path } = fixture('candles');
    const query = { instId: 'BTC-USDT-SWAP' };
    assert.equal(first(decode({ path, response, query }))['barMs'], HOUR_MS);
    assert.equal(first(decode({ path, response, query: { ...query, bar: '6Hutc' } }))['barMs'], 6 * HOUR_MS);
    const [row] = (response as { data: unknown[] }).data;
    const single = decode({ path, query, response: { code: '0', data: [row] } });
    assert.equal(single.observations.length, 0);
    assert.deepEqual(codes(single), ['decode']);
    assert.deepEqual(codes(decode({ path, response, query: { ...query, bar: '1M' } })), ['decode']);
  });

  it('keeps the other bars when one is broken', () => {
    const { response, ...answer } = fixture('candles');
    const [bar, next] = (response as { data: string[][] }).data;
    const broken = [...(bar ?? [])].with(1, '');
    const decoded = decode({ ...answer, response: { code: '0', data: [broken, next] } });
    assert.equal(decoded.observations.length, 1);
    assert.deepEqual(
      decoded.issues.map(({ code, path }) => [code, path]),
      [['decode', 'data[0].open']],
    );
  });

  it('does not read taker buys as sells', () => {
    const inverse = { instId: 'BTC-USD-SWAP', period: '1H', unit: '1' };
    const decoded = decode({ ...fixture('taker-volume-contract'), query: inverse });
    assertFields(decoded.observations[0], { takerSellUsd: 31_050, takerBuyUsd: 28_725 });
    const unsized = decode(fixture('taker-volume-contract-in-contracts'), nothingKnown);
    assertFields(unsized.observations[0], { takerSellContracts: 31_050, takerBuyContracts: 28_725 });
    assert.deepEqual(codes(unsized), ['unknown-instrument']);
    assert.ok(!('takerBuyBase' in first(unsized)));
  });

  it('sums a book in contracts where the contract size is not known', () => {
    const decoded = decode(fixture('books-full'), nothingKnown);
    assertFields(decoded.observations[0], { bidContracts: 600, askContracts: 400 });
    assert.ok(!('bidUsd' in first(decoded)) && !('bidBase' in first(decoded)));
    assert.deepEqual(codes(decoded), ['unknown-instrument']);
  });

  it('values inverse liquidations at their face value in dollars', () => {
    const { response, path } = fixture('liquidation-orders');
    const [row] = (response as { data: Record<string, unknown>[] }).data;
    const inverse = { ...row, instId: 'BTC-USD-SWAP', uly: 'BTC-USD' };
    const decoded = decode({ path, query: { uly: 'BTC-USD' }, response: { code: '0', data: [inverse] } });
    assertFields(decoded.observations[0], { notionalUsd: 1_300, sizeBase: 1_300 / 95_000 });
  });

  it('does not take a pair margined in euros for dollars', () => {
    const query = { instId: 'BTC-EUR-SWAP', bar: '1H' };
    const row = decode({ ...fixture('candles'), query }).observations.at(-1);
    assertFields(row, { volumeBase: 10.4037 });
    assert.ok(row && !('volumeUsd' in row));
  });

  it('does not use the statistics that mix the contracts of a coin', () => {
    for (const name of [
      'contracts/open-interest-volume',
      'contracts/long-short-account-ratio',
      'taker-volume',
    ]) {
      const path = `/api/v5/rubik/stat/${name}`;
      const response = { code: '0', data: [['1790000000000', '1', '2']] };
      assert.deepEqual(codes(decode({ path, query: { ccy: 'BTC' }, response })), ['unsupported'], name);
      assert.ok(!okx.polls.some((poll) => poll.path === path && poll.about !== 'spot'));
    }
    const path = '/api/v5/rubik/stat/taker-volume';
    const response = { code: '0', data: [['1790000000000', '1', '2']] };
    const contracts = { ccy: 'BTC', instType: 'CONTRACTS', period: '1H' };
    assert.deepEqual(codes(decode({ path, query: contracts, response })), ['unsupported']);
  });

  it('asks for the perpetual and not for funding or an index of a dated future', () => {
    const swap = known.get('okx:BTC-USDT-SWAP');
    const dated = known.get('okx:ETH-USDT-261225');
    assert.ok(swap && dated);
    const asked = (instrument: Instrument): Map<string, Record<string, string>> =>
      new Map(
        okx.polls.flatMap((poll) => {
          const spec = poll.request({ instrument, nowMs: 0 });
          if (spec !== undefined) assert.equal(spec.path, poll.path);
          return spec === undefined ? [] : [[poll.id, { ...spec.query }]];
        }),
      );
    assert.deepEqual(asked(swap).get('okx/index-price'), { instId: 'BTC-USDT' });
    assert.deepEqual(asked(swap).get('okx/open-interest'), { instId: 'BTC-USDT-SWAP', instType: 'SWAP' });
    assert.equal(asked(dated).get('okx/open-interest')?.['instType'], 'FUTURES');
    for (const id of ['okx/funding-rate', 'okx/funding-history', 'okx/index-price', 'okx/liquidations']) {
      assert.ok(asked(swap).has(id), id);
      assert.ok(!asked(dated).has(id), id);
    }
  });

  it('reads the parts of a symbol', () => {
    const parts = (symbol: string): unknown[] => {
      const { baseAsset, quoteAsset, kind, margin } = okx.parseSymbol(symbol) ?? {};
      return [baseAsset, quoteAsset, kind, margin];
    };
    assert.deepEqual(parts('1INCH-USDT-SWAP'), ['1INCH', 'USDT', 'perpetual', 'linear']);
    assert.deepEqual(parts('BTC-USD-SWAP'), ['BTC', 'USD', 'perpetual', 'inverse']);
    assert.deepEqual(parts('BTC-USD_UM-SWAP'), ['BTC', 'USD', 'perpetual', 'linear']);
    assert.deepEqual(parts('BTC-USD-261225'), ['BTC', 'USD', 'dated-future', 'inverse']);
    assert.deepEqual(parts('BTC-USDC-261225'), ['BTC', 'USDC', 'dated-future', 'linear']);
    assert.deepEqual(parts('BTC-USDT'), ['BTC', 'USDT', 'spot', 'linear']);
    assert.equal(okx.parseSymbol('BTC-USD-261225-100000-C'), undefined);
    assert.equal(okx.parseSymbol('BTCUSDT'), undefined);
  });

  it('tells its own errors and rate limits from answers', () => {
    assert.equal(okx.venueError({ code: '0', data: [] }, 200), undefined);
    assert.equal(okx.venueError({ code: 0, data: [] }, 200), undefined);
    assert.equal(okx.venueError('<html>', 502), undefined);
    assert.equal(okx.venueError({ code: '51001', msg: 'no such instrument' }, 200)?.kind, 'rejected');
    for (const code of ['50011', '50061']) {
      assert.equal(okx.venueError({ code, msg: 'Too Many Requests' }, 200)?.kind, 'rate-limited');
    }
    const rejected = decode({ ...fixture('ticker'), response: { code: '51001', msg: 'x', data: [] } });
    assert.deepEqual(codes(rejected), ['venue-rejected']);
  });

  it('finds nothing wrong with an hour without liquidations', () => {
    const { response, ...answer } = fixture('liquidation-orders');
    const [row] = (response as { data: Record<string, unknown>[] }).data;
    for (const data of [[], [{ ...row, details: [] }]]) {
      for (const table of [known, nothingKnown]) {
        const decoded = decode({ ...answer, response: { code: '0', msg: '', data } }, table);
        assert.deepEqual([decoded.observations, decoded.issues], [[], []]);
      }
    }
  });

  it('takes 0 dollars beside coins, and a ratio of 0, for not reported', () => {
    const interest = fixture('open-interest');
    const [row] = (interest.response as { data: Record<string, unknown>[] }).data;
    const withSizes = (sizes: object): Decoded =>
      decode({ ...interest, response: { code: '0', data: [{ ...row, ...sizes }] } });
    const beside = first(withSizes({ oiUsd: '0' }));
    assert.equal(beside['openInterestBase'], 25000.002);
    assert.ok(!('openInterestUsd' in beside) && !('usdBasis' in beside));
    assert.equal(first(withSizes({ oi: '0', oiCcy: '0', oiUsd: '0' }))['openInterestUsd'], 0);
    assert.equal(withSizes({ oi: '', oiCcy: '', oiUsd: '0' }).observations.length, 0);
    const ratios = { code: '0', data: [['1789999200000', '0'], ['1789995600000', '1.79']] }; // prettier-ignore
    const decoded = decode({ ...fixture('long-short-account-ratio-contract'), response: ratios });
    assert.equal(decoded.observations.length, 1);
    assertFields(decoded.observations[0], { longShortRatio: 1.79 });
    assert.deepEqual(codes(decoded), []);
  });

  it('reads older bars like the newer ones, and asks for none', () => {
    for (const name of ['candles', 'mark-price-candles']) {
      const answer = fixture(name);
      const path = `/api/v5/market/history-${name}`;
      const bars = (decoded: Decoded) => decoded.observations.map(({ endpoint: _, ...bar }) => bar);
      assert.deepEqual(bars(decode({ ...answer, path })), bars(decode(answer)));
      const instrument = known.get('okx:BTC-USDT-SWAP') as Instrument;
      const poll = okx.polls.find((one) => one.path === path);
      assert.ok(poll && poll.request({ instrument, nowMs: 0 }) === undefined);
    }
  });
});
