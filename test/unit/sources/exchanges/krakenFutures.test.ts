import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { NO } from '../../../../src/sources/exchanges/kit/field.ts';
import { isoTime } from '../../../../src/sources/exchanges/krakenFutures/shared.ts';
import { trackedInstruments } from '../../../../src/sources/collect/tracking.ts';
import {
  assertFixture, assertRows, decode, fixture, fixtureNames, instrumentsOf,
} from './fixtureAnswers.ts'; // prettier-ignore

const known = instrumentsOf(krakenFutures, ['instruments']);
const V3 = '/derivatives/api/v3';
const NOW_MS = 1_795_330_800_500;
const find = (symbol: string): Instrument =>
  known.find(({ venueSymbol }) => venueSymbol === symbol) as Instrument;
const codes = (issues: readonly { code: string; path: string }[]): string[] =>
  issues.map(({ code, path }) => `${code} ${path}`);
const tickersOf = (row: object, instruments: readonly Instrument[] = known) =>
  decode(krakenFutures, `${V3}/tickers`, {}, { tickers: [row] }, instruments);

describe('kraken futures adapter', () => {
  for (const name of fixtureNames('kraken-futures'))
    it(`decodes ${name}`, () => {
      assertFixture(krakenFutures, name, known);
    });

  it('reads times in words as dates do, to the millisecond', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 9 }).map((all) => all.join(''));
    const second = fc.integer({ min: Date.UTC(2015, 0) / 1_000, max: Date.UTC(2035, 0) / 1_000 });
    fc.assert(
      fc.property(second, digits, (seconds, fraction) => {
        const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
        const said = fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
        assert.equal(isoTime.read(said), Date.parse(said), said);
      }),
    );
    const wrong = [
      '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01 00:00:00Z',
      '2026-01-01T00:00:00.Z', '2026-01-01T00:00:0aZ', 'Jan 01 26T00:00:00Z', '1999-01-01T00:00:00Z', '', null, 1_790_000_000,
    ]; // prettier-ignore
    for (const said of wrong) assert.equal(isoTime.read(said), NO, String(said));
  });

  it('names assets by their common ticker, and no index or foreign symbol', () => {
    const { parseSymbol } = krakenFutures;
    assert.deepEqual(parseSymbol('PF_XBTUSD'), {
      baseAsset: 'BTC', quoteAsset: 'USD', kind: 'perpetual', margin: 'linear',
    }); // prettier-ignore
    assert.equal(parseSymbol('pi_ethusd')?.margin, 'inverse');
    assert.equal(parseSymbol('FI_XBTUSD_220624')?.kind, 'dated-future');
    assert.equal(parseSymbol('PF_USDTUSD')?.baseAsset, 'USDT');
    assert.equal(parseSymbol('PV_XRPXBT')?.quoteAsset, 'BTC');
    for (const other of ['in_xbtusd', 'rr_xbtusd', 'ETHUSDT', 'PF_USD', '', 'PF_XBTUSD_26', '{symbol}'])
      assert.equal(parseSymbol(other), undefined, other);
  });

  it('follows the multi-collateral perpetual and dated futures of an asset', () => {
    const table = new Map(known.map((one) => [one.key, one]));
    const symbols = (assets: string[]): string[] =>
      trackedInstruments(krakenFutures, table, assets).map(({ instrument }) => instrument.venueSymbol);
    assert.deepEqual(symbols(['BTC']).slice(0, 1), ['PF_XBTUSD']);
    assert.deepEqual(symbols(['BTC']).slice(1).sort(), ['FF_XBTUSD_261225', 'FI_XBTUSD_261225']);
    assert.deepEqual(symbols(['ETH', 'XRP']), [], 'neither suspended contracts nor those quoted in coins');
    assert.equal(krakenFutures.perpetualSymbol('BTC'), 'PF_XBTUSD');
    assert.equal(krakenFutures.perpetualSymbol('SOL'), 'PF_SOLUSD');
  });

  it('never takes an absolute rate for a fraction', () => {
    const linear = { symbol: 'PF_XBTUSD', fundingRate: 1.8 };
    const marked = tickersOf({ ...linear, markPrice: 90_000 });
    assert.deepEqual(
      codes(marked.issues),
      ['decode tickers[0].fundingRate'],
      'the mark price does not stand in',
    );
    assert.deepEqual(codes(tickersOf(linear).issues), ['decode tickers[0].fundingRate']);
    assert.deepEqual(tickersOf(linear).observations, []);
    // A fraction by mistake, or a placeholder: beyond what the exchange allows.
    const beyond = tickersOf({ symbol: 'PF_XBTUSD', indexPrice: 90_000, fundingRate: 190 });
    assert.deepEqual(codes(beyond.issues), ['implausible tickers[0].fundingRate']);
    assert.deepEqual(
      beyond.observations.map(({ kind }) => kind),
      ['mark-price'],
    );
    const inverse = { symbol: 'PI_XBTUSD', indexPrice: 90_000, fundingRate: 2e-10 };
    assertRows(tickersOf(inverse).observations.slice(1), [{ fundingRatePerInterval: 0.000018 }]);
    const unlisted = tickersOf(inverse, []);
    assert.deepEqual(codes(unlisted.issues), ['unknown-instrument tickers[0].fundingRate']);
    assert.equal(unlisted.observations.length, 1);
  });

  it('agrees with the relative rate that the exchange pushes beside the absolute one', () => {
    // Pairs as pushed: absolute, relative, index price; the mark price, which is no part of it, stands elsewhere.
    for (const [symbol, fundingRate, relative, indexPrice] of [
      ['PF_XBTUSD', 1.68, 1.867e-5, 90_000],
      ['PI_XBTUSD', -3.65989977e-10, -8.047629166667e-6, 21_985],
      ['PI_XBTUSD', -4.2671095e-11, -1.1974e-6, 28_062],
    ] as const) {
      const [, funding] = tickersOf({
        symbol,
        markPrice: 0.93 * indexPrice,
        indexPrice,
        fundingRate,
      }).observations;
      assert.ok(funding?.kind === 'funding-rate');
      assert.ok(Math.abs(funding.fundingRatePerInterval / relative - 1) < 0.001, symbol);
    }
  });

  it('keeps contracts of inverse futures where the list is not known, and coins of flexible ones', () => {
    const { path, response } = fixture('kraken-futures', 'tickers');
    const { observations, issues } = decode(krakenFutures, path, {}, response);
    const open = observations.filter(({ kind }) => kind === 'open-interest');
    assertRows(open, [
      { openInterestBase: 1800.25, openInterestContracts: null },
      { openInterestContracts: 18_000_000, openInterestBase: null, openInterestUsd: null, usdBasis: null },
      { openInterestBase: 100 },
      { openInterestBase: 0 },
    ]);
    assertRows(observations.filter(({ kind }) => kind === 'volume').slice(1, 2), [
      { volumeContracts: 9_000_000, volumeUsd: null, volumeBase: null },
    ]);
    // The list alone states the interval: shown, and not annualised.
    const rates = observations.filter(({ kind }) => kind === 'funding-rate');
    assertRows(rates, [{ intervalMs: 3_600_000, intervalBasis: 'venue-default' }]);
    assert.deepEqual(codes(issues), [
      'assumed-interval tickers[0].fundingRate',
      'unknown-instrument tickers[1].fundingRate',
      'unknown-instrument tickers[1].openInterest',
    ]);
  });

  it('drops dollars that no price of the day explains', () => {
    const row = { symbol: 'PF_XBTUSD', markPrice: 3_000, vol24h: 500_000, volumeQuote: 1_600_000 };
    const { observations, issues } = tickersOf(row);
    assertRows(observations.slice(1), [{ volumeBase: 500_000, volumeUsd: null }]);
    assert.deepEqual(codes(issues), ['implausible tickers[0].volumeQuote']);
    const none = tickersOf({ ...row, volumeQuote: 0 });
    assertRows(none.observations.slice(1), [{ volumeBase: 500_000, volumeUsd: null }]);
  });

  it('joins times and values only where there are as many', () => {
    const body = { result: { timestamp: [1_795_323_600], data: ['1.5', '1.6'] }, errors: [] };
    const path = '/api/charts/v1/analytics/PF_XBTUSD/long-short-ratio';
    const { observations, issues } = decode(krakenFutures, path, {}, body, known);
    assert.deepEqual(observations, []);
    assert.deepEqual(codes(issues), ['decode result']);
    // Milliseconds are no seconds.
    const late = { result: { timestamp: [1_795_323_600_000], data: ['1.5'] }, errors: [] };
    assert.deepEqual(decode(krakenFutures, path, {}, late, known).observations, []);
  });

  it('has no number for sums without sides, and says so', () => {
    for (const type of ['liquidation-volume', 'aggressor-differential', 'trade-volume']) {
      const body = { result: { timestamp: [1_795_323_600], data: ['12.5'] }, errors: [] };
      const { observations, issues } = decode(krakenFutures, `/api/charts/v1/analytics/PF_XBTUSD/${type}`, {}, body, known);
      assert.deepEqual([observations, issues.map(({ code }) => code)], [[], ['unsupported']], type);
    } // prettier-ignore
  });

  it('reads a series of many years, of which the newest rows are kept', () => {
    const first = Date.UTC(2021, 0);
    const rates = Array.from({ length: 45_000 }, (_, index) => ({
      timestamp: new Date(first + index * 3_600_000).toISOString(),
      relativeFundingRate: 1e-5,
    }));
    const path = '/derivatives/api/v4/historicalfundingrates';
    const { observations, issues } = decode(krakenFutures, path, { symbol: 'PF_XBTUSD' }, { rates }, known);
    assert.equal(observations.length, 10_000);
    assert.equal(observations.at(-1)?.atMs, first + 44_999 * 3_600_000);
    assert.deepEqual(issues, []);
  }).timeout(10_000);

  it('takes bars for as long as they were asked for, and drops those that contradict it', () => {
    const path = '/api/charts/v1/trade/PF_XBTUSD/5m';
    const bars = (prices: readonly [minutes: number, open: string, close: string][]): object => ({
      candles: prices.map(([minutes, open, close]) => ({
        time: NOW_MS + minutes * 60_000, open, high: '2', low: '1', close,
      })), // prettier-ignore
    });
    const quiet = decode(krakenFutures, path, {}, bars([[0, '1.1', '1.2'], [60, '1.2', '1.4'], [75, '1.4', '1.5']]), known);
    assertRows(quiet.observations, [{ barMs: 300_000 }, { barMs: 300_000 }, { barMs: 300_000 }]);
    assert.deepEqual(quiet.issues, []);
    const seamless = decode(krakenFutures, path, {}, bars([[0, '1.1', '1.2'], [60, '1.2', '1.4'], [120, '1.4', '1.5']]), known);
    assertRows(seamless.observations.slice(2), [{ barMs: 3_600_000 }]);
    assert.deepEqual(codes(seamless.issues), ['decode candles']);
    for (const second of [['1.3', '1.4'], ['1.2', '1.2']] as const) {
      const isFlat = second[1] === '1.2';
      const body = bars([[0, isFlat ? '1.2' : '1.1', '1.2'], [60, ...second], [120, second[1], second[1]]]);
      const unsure = decode(krakenFutures, path, {}, body, known);
      assert.deepEqual([unsure.observations, codes(unsure.issues)], [[], ['decode candles']]);
    }
    const unknown = decode(krakenFutures, path.replace('5m', '7m'), {}, bars([[0, '1.1', '1.2']]), known);
    assert.deepEqual([unknown.observations, codes(unknown.issues)], [[], ['decode candles']]);
  }); // prettier-ignore

  it('asks once for all contracts, and about perpetuals only', () => {
    const asked = (symbol: string): string[] =>
      krakenFutures.polls.flatMap((poll) => {
        const spec = poll.request({ instrument: find(symbol), nowMs: NOW_MS });
        return spec === undefined ? [] : [`${spec.path}?${new URLSearchParams(spec.query).toString()}`];
      });
    assert.deepEqual(asked('PF_XBTUSD'), [
      `${V3}/tickers?`,
      `${V3}/orderbook?symbol=PF_XBTUSD`,
      '/api/charts/v1/analytics/PF_XBTUSD/open-interest?since=1793530800&to=1795330800&interval=3600',
      '/api/charts/v1/analytics/PF_XBTUSD/long-short-ratio?since=1793530800&to=1795330800&interval=3600',
      '/derivatives/api/v4/historicalfundingrates?symbol=PF_XBTUSD',
      '/api/charts/v1/trade/PF_XBTUSD/1h?from=1793530800&to=1795330800',
      '/api/charts/v1/mark/PF_XBTUSD/1h?from=1793530800&to=1795330800',
      `${V3}/instruments?`,
    ]);
    assert.deepEqual(asked('FF_XBTUSD_261225'), []);
  });

  it("reads the exchange's own errors", () => {
    const { venueError } = krakenFutures;
    const limited = venueError({ result: 'error', error: 'apiLimitExceeded', serverTime: 'x' }, 200);
    assert.deepEqual(limited, { code: 'apiLimitExceeded', message: '', kind: 'rate-limited' });
    const charts = { errors: [{ severity: 'E', error_class: 'General', type: 'InvalidArgument', field: 'interval' }] };
    assert.equal(venueError(charts, 400)?.code, 'InvalidArgument');
    assert.equal(venueError({ error: ['EAPI:Rate limit exceeded'] }, 200)?.kind, 'rate-limited');
    assert.equal(venueError({ errors: [{ code: 87, message: 'bad symbol' }] }, 400)?.code, '87');
    assert.equal(venueError({ result: { timestamp: [], data: [] }, errors: [] }, 200), undefined);
    assert.equal(venueError({ status: 404, error: 'Not Found', path: '/x' }, 200)?.code, 'Not Found');
    assert.equal(venueError({ result: 'success', tickers: [] }, 200), undefined);
    assert.equal(venueError({ result: 'success', error: null, tickers: [] }, 200), undefined);
    for (const odd of [null, 'x', 1, [], {}]) assert.equal(venueError(odd, 200), undefined);
  }); // prettier-ignore
});
