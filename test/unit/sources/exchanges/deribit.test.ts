import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { trackedInstruments } from '../../../../src/sources/collect/tracking.ts';
import { deribit } from '../../../../src/sources/exchanges/deribit/adapter.ts';
import {
  assertFixture,
  assertRows,
  decode,
  fixture,
  fixtureNames,
  instrumentsOf,
  RECEIVED_AT_MS,
} from './fixtureAnswers.ts';

const known = instrumentsOf(deribit, ['instruments']);
const bySymbol = (symbol: string): Instrument => {
  const found = known.find(({ venueSymbol }) => venueSymbol === symbol);
  assert.ok(found !== undefined, symbol);
  return found;
};
const PUBLIC = '/api/v2/public';
const codes = (issues: readonly { code: string; path: string }[]): string[] =>
  issues.map(({ code, path }) => `${code} ${path}`);
const resultOf = (name: string): Record<string, unknown> =>
  (fixture('deribit', name).response as { result: Record<string, unknown> }).result;

describe('deribit adapter', () => {
  for (const name of fixtureNames('deribit').filter((one) => !one.startsWith('ws-'))) {
    it(`decodes ${name}`, () => {
      assertFixture(deribit, name, known);
    });
    it(`decodes ${name} the same without a list of instruments, as amounts are no contracts`, () => {
      assertFixture(deribit, name, []);
    });
  }

  it('reads a result without its envelope, and a path without its prefix', () => {
    const bare = decode(deribit, '/public/ticker', {}, resultOf('ticker'));
    assert.deepEqual([bare.observations.length, bare.issues], [4, []]);
    const row = (resultOf('book-summary') as unknown as object[])[0];
    const summary = decode(deribit, '/public/get_book_summary_by_instrument', {}, row);
    assertRows(summary.observations.slice(1, 2), [{ openInterestUsd: 900_000_000, openInterestBase: 10_000 }]);
    const trades = decode(deribit, '/public/get_last_trades_by_instrument', {}, resultOf('last-trades')['trades']);
    assertRows(trades.observations.slice(2, 3), [{ kind: 'liquidation', coverage: 'unverified' }]);
  }); // prettier-ignore

  it('has dollars but no coins of an inverse open interest without a mark price', () => {
    const body = { ...resultOf('ticker'), mark_price: null };
    const { observations } = decode(deribit, `${PUBLIC}/ticker`, {}, body);
    assertRows(observations.filter(({ kind }) => kind === 'open-interest'), [
      { openInterestUsd: 900_000_000, openInterestBase: null, usdBasis: 'venue' },
    ]); // prettier-ignore
    const linear = decode(deribit, `${PUBLIC}/ticker`, {}, { ...resultOf('ticker-linear'), mark_price: '' });
    assertRows(linear.observations.filter(({ kind }) => kind === 'open-interest'), [
      { openInterestBase: 1_200.5, openInterestUsd: null, usdBasis: null },
    ]); // prettier-ignore
  });

  it('does not call a quote dollars that is none', () => {
    const body = { ...resultOf('ticker-linear'), instrument_name: 'BTC_EURR-PERPETUAL' };
    const { observations } = decode(deribit, `${PUBLIC}/ticker`, {}, body);
    assertRows(observations.slice(1, 3), [
      { kind: 'open-interest', openInterestBase: 1_200.5, openInterestUsd: null },
      { kind: 'volume', volumeBase: 40, volumeUsd: null },
    ]);
  });

  it('takes the running rate for the rate, and neither its past average nor a missing one', () => {
    const funding = (change: object) =>
      decode(deribit, `${PUBLIC}/ticker`, {}, { ...resultOf('ticker'), ...change }).observations.filter(
        ({ kind }) => kind === 'funding-rate',
      );
    assertRows(funding({ current_funding: 0, funding_8h: 0.0003 }), [
      { fundingRatePerInterval: 0, intervalMs: 8 * HOUR_MS, phase: 'predicted' },
    ]);
    assert.deepEqual(funding({ current_funding: null, funding_8h: 0.0003 }), []);
  });

  it('knows no index from a delivery price that is already an average', () => {
    const row = (resultOf('book-summary') as unknown as Record<string, unknown>[])[1];
    const at = (creation_timestamp: number): object | undefined =>
      decode(deribit, `${PUBLIC}/get_book_summary_by_currency`, {}, [{ ...row, creation_timestamp }])
        .observations[0];
    const expiresAtMs = Date.UTC(2026, 9, 30, 8);
    assertRows([at(expiresAtMs - 31 * 60_000) ?? {}], [{ indexPriceQuote: 89_970 }]);
    assertRows([at(expiresAtMs - 29 * 60_000) ?? {}], [{ indexPriceQuote: null, markPriceQuote: 91_800 }]);
  });

  it('refuses an instrument other than the one asked for', () => {
    const query = { instrument_name: 'ETH-PERPETUAL' };
    for (const name of ['ticker', 'order_book']) {
      const path = name === 'ticker' ? 'ticker' : 'get_order_book';
      const { response } = fixture('deribit', name.replace('_', '-'));
      const decoded = decode(deribit, `${PUBLIC}/${path}`, query, response, known);
      assert.deepEqual(decoded.observations, []);
      assert.deepEqual(codes(decoded.issues), ['wrong-instrument result']);
    }
  });

  it('names options once, however many there are', () => {
    const option = { instrument_name: 'ETH-30OCT26-4000-P', open_interest: 5, mark_price: 0.02 };
    const decoded = decode(deribit, `${PUBLIC}/get_book_summary_by_currency`, {}, Array(300).fill(option));
    assert.deepEqual([decoded.observations, codes(decoded.issues)], [[], ['unsupported ']]);
  });

  it('lists no options, and says so where there is nothing else', () => {
    const option = { instrument_name: 'ETH-30OCT26-4000-P', kind: 'option', contract_size: 1 };
    const decoded = decode(deribit, `${PUBLIC}/get_instruments`, {}, { result: [option] });
    assert.deepEqual([decoded.instruments, codes(decoded.issues)], [[], ['unsupported result']]);
  });

  it('keeps prices and open interest of a book that is empty on one side', () => {
    const decoded = decode(deribit, `${PUBLIC}/get_order_book`, {}, { ...resultOf('order-book'), asks: [] });
    assert.deepEqual(
      decoded.observations.map(({ kind }) => kind),
      ['mark-price', 'open-interest', 'volume', 'funding-rate'],
    );
    assert.deepEqual(codes(decoded.issues), ['implausible ']);
  });

  it('makes no depth of a book with a broken level', () => {
    const bids = [[89_990, 10], [null, 10]]; // prettier-ignore
    const decoded = decode(deribit, `${PUBLIC}/get_order_book`, {}, { ...resultOf('order-book'), bids });
    assert.ok(!decoded.observations.some(({ kind }) => kind === 'depth'));
    assert.deepEqual(codes(decoded.issues), ['decode bids[1].price', 'implausible ']);
  });

  it('does not shift the columns of a chart against each other', () => {
    const chart = resultOf('chart');
    const ask = (changes: object, query = { instrument_name: 'BTC-PERPETUAL', resolution: '60' }) =>
      decode(deribit, `${PUBLIC}/get_tradingview_chart_data`, query, { ...chart, ...changes }, known);
    const short = ask({ close: [1, 2] });
    assert.deepEqual([short.observations, codes(short.issues)], [[], ['decode close', 'decode ']]);
    const noVolume = ask({ volume: null, cost: [1] });
    assertRows(noVolume.observations.slice(0, 1), [{ volumeBase: null, volumeUsd: null, closeQuote: 90_100 }]);
    assert.deepEqual(codes(noVolume.issues), ['decode cost']);
    const oneBroken = ask({ open: [90_000, null, 90_100] });
    assert.equal(oneBroken.observations.length, 2);
    assertRows(ask({}, { instrument_name: 'BTC-PERPETUAL', resolution: '1D' }).observations.slice(0, 1), [
      { barMs: 24 * HOUR_MS },
    ]);
    const spaced = decode(deribit, `${PUBLIC}/get_tradingview_chart_data`, { instrument_name: 'BTC-PERPETUAL' }, chart);
    assertRows(spaced.observations.slice(0, 1), [{ barMs: HOUR_MS }]);
  }); // prettier-ignore

  it('says once that nothing names the instrument of bars and rates', () => {
    for (const [path, name] of [
      ['get_tradingview_chart_data', 'chart'],
      ['get_funding_rate_history', 'funding-rate-history'],
    ] as const) {
      const decoded = decode(deribit, `${PUBLIC}/${path}`, {}, fixture('deribit', name).response, known);
      assert.deepEqual([decoded.observations, codes(decoded.issues)], [[], ['unknown-instrument result']]);
    }
  });

  it('finds nothing wrong with an hour without liquidations, and asks for it newest first', () => {
    const poll = deribit.polls.find(({ id }) => id === 'deribit/liquidations');
    assert.ok(poll !== undefined);
    assert.equal(poll.mayBeEmpty, true);
    assert.deepEqual(poll.request({ instrument: bySymbol('BTC-PERPETUAL'), nowMs: 1_790_000_000_999 }), {
      method: 'GET', path: `${PUBLIC}/get_last_trades_by_instrument_and_time`,
      query: {
        instrument_name: 'BTC-PERPETUAL', start_timestamp: '1789996400999', end_timestamp: '1790000000999',
        count: '1000', sorting: 'desc',
      },
    }); // prettier-ignore
  });

  it('follows one perpetual per asset: inverse of BTC and ETH, in USDC of the others, and the dated futures', () => {
    const table = new Map(known.map((one) => [one.key, one]));
    const symbols = (list: typeof table | undefined) =>
      trackedInstruments(deribit, list, ['BTC', 'ETH', 'SOL', 'XRP']).map(
        ({ instrument }) => instrument.venueSymbol,
      );
    assert.deepEqual(symbols(table), ['BTC-PERPETUAL', 'BTC-30OCT26', 'ETH-PERPETUAL', 'SOL_USDC-PERPETUAL']);
    assert.deepEqual(symbols(undefined), [
      'BTC-PERPETUAL', 'ETH-PERPETUAL', 'SOL_USDC-PERPETUAL', 'XRP_USDC-PERPETUAL',
    ]); // prettier-ignore
  });

  it('asks few requests: one book per perpetual and minute, one summary per currency with dated futures', () => {
    const at = (symbol: string, about: string) =>
      deribit.polls
        .filter((poll) => (poll.about ?? 'perpetual') === about && poll.tense === 'now')
        .flatMap((poll) => poll.request({ instrument: bySymbol(symbol), nowMs: RECEIVED_AT_MS }) ?? []);
    assert.deepEqual(
      at('BTC-PERPETUAL', 'perpetual').map(({ path }) => path),
      [`${PUBLIC}/get_order_book`],
    );
    assert.deepEqual(
      at('BTC-30OCT26', 'dated-future').map(({ query }) => query),
      [{ currency: 'BTC', kind: 'future' }],
    );
    assert.ok(deribit.polls.every(({ weight }) => weight === 500));
  });

  it('names the parts of symbols, and none of options, spot pairs and combos', () => {
    assert.deepEqual(deribit.parseSymbol('BTC-PERPETUAL'), {
      baseAsset: 'BTC', quoteAsset: 'USD', kind: 'perpetual', margin: 'inverse',
    }); // prettier-ignore
    assert.deepEqual(deribit.parseSymbol('SOL_USDC-PERPETUAL'), {
      baseAsset: 'SOL', quoteAsset: 'USDC', kind: 'perpetual', margin: 'linear',
    }); // prettier-ignore
    assert.equal(deribit.parseSymbol('BTC-3MAY19')?.kind, 'dated-future');
    assert.equal(deribit.parseSymbol('BTC_USDC-27MAR26')?.margin, 'linear');
    for (const other of ['BTC-27MAR26-90000-C', 'BTC_USDC', 'BTC-FS-27MAR26_PERP', 'btc-perpetual', ''])
      assert.equal(deribit.parseSymbol(other), undefined, other);
  });

  it('reads errors in and out of their envelope, and waits where it asked too much', () => {
    const limited = { jsonrpc: '2.0', id: 1, error: { code: 10_028, message: 'too_many_requests', data: null } };
    assert.deepEqual(deribit.venueError(limited, 400), {
      code: '10028', message: 'too_many_requests', kind: 'rate-limited',
    }); // prettier-ignore
    assert.equal(deribit.venueError(limited.error, 200)?.kind, 'rate-limited');
    const rejected = deribit.venueError(fixture('deribit', 'error').response, 400);
    assert.deepEqual([rejected?.kind, rejected?.message], ['rejected', 'Invalid params (wrong format instrument_name)']);
    for (const body of [null, [], 'x', { result: [] }, { error: null, result: 1 }, { code: 1 }])
      assert.equal(deribit.venueError(body, 200), undefined);
  }); // prettier-ignore
});
