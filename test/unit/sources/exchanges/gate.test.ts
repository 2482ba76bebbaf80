import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { readPoll } from '../../../support/readPoll.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import {
  assertFixture,
  assertRows,
  decode,
  fixture,
  fixtureNames,
  instrumentsOf,
  RECEIVED_AT_MS,
} from './fixtureAnswers.ts';

const known = instrumentsOf(gate, ['instruments', 'instruments-btc']);
const btc = known.find((one) => one.venueSymbol === 'BTC_USDT') as Instrument;
const USDT = '/api/v4/futures/usdt';

const codes = (issues: readonly { code: string; path: string }[]): string[] =>
  issues.map(({ code, path }) => `${code} ${path}`);
const withoutInstruments = (name: string) => {
  const { path, query, response } = fixture('gate', name);
  return decode(gate, path, query, response);
};

describe('gate adapter', () => {
  for (const name of fixtureNames('gate'))
    it(`decodes ${name}`, () => {
      assertFixture(gate, name, known);
    });

  it('keeps contracts where the contract size is not known, and says so once', () => {
    const stats = withoutInstruments('contract-stats');
    const openInterest = stats.observations.filter(({ kind }) => kind === 'open-interest');
    assertRows(openInterest.sort((a, b) => a.atMs - b.atMs), [
      { openInterestContracts: 100_000_000, openInterestBase: null, openInterestUsd: 900_500_000, usdBasis: 'venue' },
      { openInterestContracts: 100_000_000.5, openInterestBase: null, openInterestUsd: null },
      { openInterestContracts: null, openInterestUsd: 900_500_000 },
    ]); // prettier-ignore
    assertRows(stats.observations.filter(({ kind }) => kind === 'taker-volume').slice(1), [
      { takerBuyContracts: 30_000, takerSellContracts: 20_000, takerBuyBase: null },
    ]); // prettier-ignore
    assert.deepEqual(codes(stats.issues), ['unknown-instrument [0]']);
    const liquidations = withoutInstruments('liq-orders');
    assertRows(liquidations.observations.slice(0, 1), [
      { sizeContracts: 600, sizeBase: null, notionalUsd: null },
    ]);
    assert.deepEqual(codes(liquidations.issues), ['unknown-instrument [0].size']);
    const book = withoutInstruments('order-book');
    assertRows(book.observations, [
      { bidContracts: 40_000, askContracts: 20_000, bidBase: null, bidUsd: null },
    ]);
  });

  it('needs no list for a contract, whose answer states its own size', () => {
    assertRows(withoutInstruments('contract').observations.slice(1, 2), [{ openInterestBase: 10_000 }]);
    assertRows(withoutInstruments('contract-inverse').observations.slice(1), [{ openInterestBase: 500 }]);
  });

  it('drops rates whose interval nobody states', () => {
    const { response } = fixture('gate', 'contract');
    const body = { ...(response as object), funding_interval: '' };
    const decoded = decode(gate, `${USDT}/contracts/BTC_USDT`, {}, body);
    assert.deepEqual(
      decoded.observations.map(({ kind }) => kind),
      ['mark-price', 'open-interest'],
    );
    assert.deepEqual(codes(decoded.issues), ['unknown-interval [0].funding_rate']);
  });

  it('refuses a contract other than the one in the path', () => {
    const { response } = fixture('gate', 'contract');
    const decoded = decode(gate, `${USDT}/contracts/ETH_USDT`, {}, response, known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['wrong-instrument [0]']);
  });

  it('loses only the field of a contract that is broken', () => {
    const { response } = fixture('gate', 'contract');
    const body = {
      ...(response as object),
      mark_price: 'NaN',
      position_size: '0x10',
      funding_next_apply: ' ',
    };
    const decoded = decode(gate, `${USDT}/contracts/BTC_USDT`, {}, body, known);
    assertRows(decoded.observations, [
      { kind: 'mark-price', markPriceQuote: null, indexPriceQuote: 90_010 },
      { kind: 'funding-rate', settlesAtMs: null, fundingRatePerInterval: 0.0001 },
    ]);
    assert.deepEqual(decoded.issues.map(({ path }) => path).sort(), [
      '[0].funding_next_apply', '[0].mark_price', '[0].position_size',
    ]); // prettier-ignore
  });

  it('has no dollars for inverse open interest without its unit, and no coins without a price', () => {
    const row = { time: 1_789_992_000, open_interest: 30_000_000 };
    const decoded = decode(
      gate,
      '/api/v4/futures/btc/contract_stats',
      { contract: 'BTC_USD', interval: '1h' },
      [row],
      known,
    );
    assertRows(decoded.observations, [
      { openInterestUsd: 30_000_000, usdBasis: 'venue', openInterestBase: null },
    ]);
  });

  it('leaves out statistics per bar where the length of the bar is not known', () => {
    const { response } = fixture('gate', 'contract-stats');
    const one = (response as unknown[]).slice(0, 1);
    const decoded = decode(gate, `${USDT}/contract_stats`, { contract: 'BTC_USDT' }, one, known);
    assert.deepEqual(
      [...new Set(decoded.observations.map(({ kind }) => kind))],
      ['open-interest', 'long-short-ratio'],
    );
    assertRows(decoded.observations.slice(0, 1), [{ barMs: null }]);
    assert.equal(decoded.issues[0]?.code, 'decode');
  });

  it('names no instrument where neither the rows nor the request do', () => {
    const decoded = decode(gate, `${USDT}/funding_rate`, {}, [{ t: 1_789_992_000, r: '0.0001' }], known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['unknown-instrument [0]']);
  });

  it('does not take milliseconds for seconds', () => {
    const decoded = decode(
      gate,
      `${USDT}/funding_rate`,
      { contract: 'BTC_USDT' },
      [{ t: 1_789_992_000_000, r: '0.0001' }],
      known,
    );
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['decode [0].t']);
  });

  it('asks for liquidations of the last hour in seconds', () => {
    const poll = gate.polls.find(({ id }) => id === 'gate/liquidations');
    assert.deepEqual(poll?.request({ instrument: btc, nowMs: 1_790_000_000_999 }), {
      method: 'GET', path: `${USDT}/liq_orders`,
      query: { contract: 'BTC_USDT', from: '1789996400', to: '1790000000', limit: '1000' },
    }); // prettier-ignore
  });

  it('finds nothing wrong with an hour without liquidations', () => {
    const decoded = decode(gate, `${USDT}/liq_orders`, { contract: 'BTC_USDT' }, [], known);
    assert.deepEqual([decoded.observations, decoded.issues], [[], []]);
    assert.equal(
      decode(gate, `${USDT}/contract_stats`, { contract: 'BTC_USDT' }, [], known).issues[0]?.code,
      'decode',
    );
  });

  it('asks under the settle asset, and for mark prices with their prefix', () => {
    const requests = gate.polls.flatMap(
      (poll) => poll.request({ instrument: btc, nowMs: RECEIVED_AT_MS }) ?? [],
    );
    assert.ok(requests.every(({ path }) => path.startsWith(`${USDT}/`)));
    assert.ok(requests.some(({ query }) => query['contract'] === 'mark_BTC_USDT'));
    const inverse = known.find(({ margin }) => margin === 'inverse') as Instrument;
    assert.equal(
      gate.polls[0]?.request({ instrument: inverse, nowMs: 0 })?.path,
      '/api/v4/futures/btc/contracts/BTC_USD',
    );
    const dated: Instrument = { ...btc, kind: 'dated-future' };
    assert.deepEqual(
      gate.polls.flatMap((poll) => poll.request({ instrument: dated, nowMs: 0 }) ?? []),
      [],
    );
  });

  it('knows its errors by their label', () => {
    assert.equal(gate.venueError([], 200), undefined);
    assert.equal(gate.venueError({ label: 'INVALID_PARAM_VALUE', message: 'x' }, 400)?.kind, 'rejected');
    assert.equal(gate.venueError({ label: 'TOO_MANY_REQUESTS', message: 'x' }, 429)?.kind, 'rate-limited');
  });

  it('tells dated contracts from perpetuals by their symbol', () => {
    assert.equal(gate.parseSymbol('BTC_USDT')?.kind, 'perpetual');
    assert.equal(gate.parseSymbol('BTC_USDT_20261225')?.kind, 'dated-future');
    assert.equal(gate.parseSymbol('BTC_USD')?.margin, 'inverse');
    assert.equal(gate.parseSymbol('BTCUSDT'), undefined);
  });

  it('asks the ticker for what a failed contract leaves open', () => {
    const [fallback] = gate.polls.find(({ id }) => id === 'gate/contract')?.fallbacks ?? [];
    const spec = fallback?.request({ instrument: btc, nowMs: RECEIVED_AT_MS });
    assert.ok(fallback && spec);
    assert.deepEqual(spec, { method: 'GET', path: `${USDT}/tickers`, query: { contract: 'BTC_USDT' } });
    for (const kind of ['open-interest', 'mark-price', 'funding-rate'] as const)
      assert.ok(fallback.yields.includes(kind), kind);
    const { response } = fixture('gate', 'tickers');
    const body = {
      method: 'GET',
      path: spec.path,
      query: spec.query,
      body: response,
      receivedAtMs: RECEIVED_AT_MS,
    } as const;
    const { rows, issues } = readPoll(gate, fallback, body, new Map([[btc.key, btc]]));
    assertRows(rows.slice(1), [
      { kind: 'mark-price', markPriceQuote: 90_000 },
      { kind: 'open-interest', openInterestBase: 10_000, sides: 'unverified' },
      { kind: 'funding-rate', intervalMs: 28_800_000, intervalBasis: 'instrument' },
    ]);
    assert.deepEqual(issues, []);
  });

  it('reads paths without the prefix that its documentation leaves out, and with a slash at the end', () => {
    const { response } = fixture('gate', 'contract');
    for (const path of ['/futures/usdt/contracts/BTC_USDT', `${USDT}/contracts/BTC_USDT/`]) {
      const decoded = decode(gate, path, {}, response, known);
      assertRows(decoded.observations.slice(1, 2), [
        { kind: 'open-interest', endpoint: `GET ${USDT}/contracts/BTC_USDT` },
      ]);
      assert.deepEqual(decoded.issues, []);
    }
    assert.deepEqual(codes(decode(gate, '/futures/usdt/insurance', {}, []).issues), ['unsupported ']);
  });

  it('refuses the single contract that is settled in a third asset, as the list does', () => {
    const { response } = fixture('gate', 'contract-inverse');
    const quanto = {
      ...(response as object),
      name: 'ETH_USD',
      type: 'direct',
      quanto_multiplier: '0.000001',
    };
    const decoded = decode(gate, '/futures/btc/contracts/ETH_USD', {}, quanto);
    assert.deepEqual([decoded.observations, codes(decoded.issues)], [[], ['unsupported ETH_USD']]);
  });

  it('keeps an open interest of 0 where the dollars say the same', () => {
    const rows = [{ time: 1_789_992_000, open_interest: 0, open_interest_usd: 0 }];
    const query = { contract: 'BTC_USDT', interval: '1h' };
    const decoded = decode(gate, `${USDT}/contract_stats`, query, rows, known);
    assertRows(decoded.observations, [{ openInterestBase: 0, openInterestUsd: 0 }]);
  });

  it('does not believe that more of an order is left than there was', () => {
    const row = { time: 1_789_999_000, contract: 'BTC_USDT', size: 5, left: 6, fill_price: '90000' };
    const decoded = decode(gate, `${USDT}/liq_orders`, { contract: 'BTC_USDT' }, [row], known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded.issues), ['implausible [0].left']);
  });
});
