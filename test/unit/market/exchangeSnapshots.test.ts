import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError, type ErrorCode } from '../../../src/core/errors.ts';
import type { Observation, ObservationKind } from '../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { exchangeSnapshot, statusAt } from '../../../src/market/exchangeSnapshots.ts';
import { hasEnded, LatestObservations } from '../../../src/market/latestObservations.ts';
import type { ExchangeSnapshot } from '../../../src/market/snapshot.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import { instrumentOf, NOW, observe, resultOf, tracked } from './builders.ts';

const okx = adapterOf('okx')!;
const failure = (code: ErrorCode, message = 'what happened') => ({
  poll: 'okx/open-interest',
  error: new PerpscopeError(code, message),
});

function snapshotOf(
  observations: readonly Observation[],
  changes: Partial<ExchangeResult> = {},
): ExchangeSnapshot {
  const latest = new LatestObservations();
  latest.add(observations, NOW);
  return exchangeSnapshot(okx, 'BTC', resultOf('okx', observations, changes), latest, NOW);
}
const price = (atMs: number, received = false): Observation =>
  observe('okx', 'mark-price', {
    markPriceQuote: 100,
    atMs,
    ...(received ? { atBasis: 'received' as const, endpoint: 'GET /other' } : {}),
  });

describe('the state of an exchange', () => {
  it('is fresh with recent numbers and nothing failed', () => {
    const snapshot = snapshotOf([price(NOW - 10_000)]);
    assert.equal(snapshot.status, 'fresh');
    assert.equal(snapshot.reason, undefined);
    assert.equal(snapshot.newestAtMs, NOW - 10_000);
    assert.equal(snapshot.latencyMs, 12);
    assert.deepEqual(snapshot.instruments[0]?.contractSize, { amount: 1, unit: 'base' });
  });

  it('is fresh with the reason where part of it failed', () => {
    const one = snapshotOf([price(NOW)], { failures: [failure('http-status', 'HTTP 500')] });
    assert.deepEqual(
      [one.status, one.reason],
      ['fresh', 'one request failed, first okx/open-interest: HTTP 500'],
    );
    const failures = [failure('timeout'), failure('timeout')];
    assert.match(
      snapshotOf([price(NOW)], { failures }).reason ?? '',
      /^2 requests failed, .*no answer in time/,
    );
  });

  const open = (...current: ObservationKind[]) => ({ ...failure('timeout'), current, isOpen: true as const });
  const coins = observe('okx', 'open-interest', { openInterestBase: 10 });

  it('waits while what sums are made of is open and no fresh number of it is there from before', () => {
    for (const [kind, words] of [
      ['open-interest', 'open interest has'],
      ['mark-price', 'the mark price has'],
      ['funding-rate', 'funding has'],
    ] as const) {
      const rows = kind === 'mark-price' ? [coins] : [price(NOW)];
      for (const part of [{ isPart: true } as const, {}]) {
        const changes = { failures: [open(kind, 'volume')], ...part };
        const one = snapshotOf(rows, changes);
        assert.deepEqual(
          [one.status, one.reason, one.failedRequests],
          ['waiting', `${words} not answered yet`, 1],
        );
      }
    }
    const both = snapshotOf([price(NOW)], { failures: [open('open-interest'), open('funding-rate')] });
    assert.equal(both.reason, 'open interest and funding have not answered yet');
  });

  it('is stale or failed, not waiting, where it does not answer in time and has no recent number', () => {
    const failures = [open('open-interest')];
    const [stale, failed] = [snapshotOf([price(NOW - HOUR_MS)], { failures }), snapshotOf([], { failures })];
    assert.deepEqual([stale.status, stale.failure?.code], ['stale', 'timeout']);
    assert.deepEqual([failed.status, failed.failure?.code], ['failed', 'timeout']);
    const part = snapshotOf([], { failures, isPart: true });
    assert.equal(part.status, 'waiting', 'its time is not over');
  });

  it('is fresh by its numbers from before while newer ones are open, and says so', () => {
    const one = snapshotOf([price(NOW), coins], { isPart: true, failures: [open('open-interest')] });
    assert.deepEqual(
      [one.status, one.reason],
      ['fresh', 'one request has not been answered yet: okx/open-interest'],
    );
    const old = observe('okx', 'open-interest', { openInterestBase: 10, atMs: NOW - 6 * MINUTE_MS });
    assert.equal(
      snapshotOf([price(NOW), old], { isPart: true, failures: [open('open-interest')] }).status,
      'waiting',
    );
    const hours = observe('okx', 'open-interest', { openInterestBase: 10, barMs: HOUR_MS });
    assert.equal(
      snapshotOf([price(NOW), hours], { isPart: true, failures: [open('open-interest')] }).status,
      'waiting',
    );
    const rest = snapshotOf([price(NOW)], { isPart: true, failures: [open('volume'), open()] });
    assert.deepEqual(
      [rest.status, rest.reason],
      ['fresh', '2 requests have not been answered yet, first okx/open-interest'],
    );
  });

  it('is stale once the newest number is older than five minutes', () => {
    assert.equal(snapshotOf([price(NOW - 5 * MINUTE_MS)]).status, 'fresh');
    const old = snapshotOf([price(NOW - 5 * MINUTE_MS - 1)]);
    assert.deepEqual([old.status, old.reason], ['stale', 'the newest number is older than 5 minutes']);
    const cut = snapshotOf([price(NOW - HOUR_MS)], { failures: [failure('network', 'ECONNREFUSED')] });
    assert.deepEqual([cut.status, cut.reason], ['stale', 'cannot be reached: ECONNREFUSED']);
  });

  it('judges freshness by the times that the exchange states, not by the time of receipt', () => {
    const old = snapshotOf([price(NOW - HOUR_MS), price(NOW, true)]);
    assert.equal(old.status, 'stale');
    assert.equal(old.newestAtMs, NOW - HOUR_MS);
    assert.equal(
      snapshotOf([price(NOW, true)]).status,
      'fresh',
      'where nothing else is stated, receipt must do',
    );
  });

  it('does not call rows of history current numbers', () => {
    const bars = [
      observe('okx', 'open-interest', { openInterestBase: 1, atMs: NOW, barMs: HOUR_MS }),
      observe('okx', 'funding-rate', { phase: 'settled', atMs: NOW, fundingRatePerInterval: 0 }),
    ];
    assert.deepEqual(
      [snapshotOf(bars).status, snapshotOf(bars).reason],
      ['failed', 'the answers held no current numbers'],
    );
  });

  it('is limited where it asked to wait, with or without numbers', () => {
    const failures = [failure('http-status'), failure('rate-limited', '40 s')];
    for (const observations of [[], [price(NOW)]]) {
      const limited = snapshotOf(observations, { failures, nextAttemptAtMs: NOW + 40_000 });
      assert.deepEqual([limited.status, limited.reason], ['limited', 'asked to wait by the exchange: 40 s']);
      assert.equal(limited.nextAttemptAtMs, NOW + 40_000);
    }
  });

  it('stays fresh where only the host of its spot pairs asked to wait: the perpetuals count on', () => {
    const spot = { ...failure('rate-limited', '40 s'), host: 'spot' } as const;
    const { status, reason } = snapshotOf([price(NOW)], { failures: [spot] });
    assert.equal(status, 'fresh');
    assert.match(reason ?? '', /^one request failed, .*: asked to wait by the exchange: 40 s$/);
  });

  const reasons: readonly [ErrorCode, RegExp][] = [
    ['geo-blocked', /^not available from this region .*what happened/],
    ['timeout', /^no answer in time/],
    ['network', /^cannot be reached/],
    ['venue-rejected', /^what happened$/],
  ];
  for (const [code, reason] of reasons) {
    it(`is failed without numbers and says why: ${code}`, () => {
      const snapshot = snapshotOf([], { failures: [failure(code)] });
      assert.equal(snapshot.status, 'failed');
      assert.match(snapshot.reason ?? '', reason);
      assert.equal('newestAtMs' in snapshot, false);
    });
  }

  it('says of numbers that are dated ahead that they are, before other issues', () => {
    const issues = [
      { code: 'decode', path: 'data', message: 'expected a list' },
      { code: 'ahead-of-clock', path: '/x', message: 'dated ahead' },
    ] as const;
    assert.deepEqual([snapshotOf([], { issues }).status, snapshotOf([], { issues }).reason], ['failed', 'dated ahead']); // prettier-ignore
    assert.deepEqual([snapshotOf([price(NOW)], { issues }).status, snapshotOf([price(NOW)], { issues }).reason], ['fresh', 'dated ahead']); // prettier-ignore
    assert.equal(snapshotOf([price(NOW - HOUR_MS)], { issues }).reason, 'dated ahead');
    assert.equal(statusAt({ ...snapshotOf([price(NOW)]), newestAtMs: NOW + HOUR_MS }, NOW), 'stale');
  });

  it('is failed with the first issue where answers came and held nothing', () => {
    const issues = [{ code: 'decode', path: 'data', message: 'expected a list' }] as const;
    assert.equal(snapshotOf([], { issues }).reason, 'expected a list');
  });

  it('is unsupported where the asset is not listed, and another asset does not count', () => {
    const snapshot = snapshotOf([price(NOW)], { tracked: [tracked('okx', { asset: 'ETH' })] });
    assert.deepEqual([snapshot.status, snapshot.instruments], ['unsupported', []]);
    assert.match(snapshot.reason ?? '', /no perpetual on BTC/);
  });

  it('takes what concerns the asset, and what concerns all: failures and issues', () => {
    const issue = { code: 'decode', path: 'p', message: 'm' } as const;
    const changes = {
      failures: [{ ...failure('timeout'), asset: 'ETH' }, { ...failure('network'), asset: 'BTC' }, failure('http-status')],
      issues: [{ ...issue, asset: 'ETH' }, { ...issue, asset: 'BTC', count: 3 }, issue],
    };
    const snapshot = snapshotOf([price(NOW)], changes);
    assert.equal(snapshot.failedRequests, 2);
    assert.match(snapshot.reason ?? '', /^2 requests failed, first okx\/open-interest: cannot be reached/);
    assert.deepEqual(snapshot.issues, [{ ...issue, count: 3 }, issue]);
    const foreign = { failures: changes.failures.slice(0, 1), issues: changes.issues.slice(0, 1) };
    const clean = snapshotOf([price(NOW)], foreign);
    assert.deepEqual([clean.status, clean.reason, clean.failedRequests, clean.issues], ['fresh', undefined, 0, []]);
    const silent = snapshotOf([], { issues: [{ ...issue, asset: 'ETH', message: 'of another' }] });
    assert.equal(silent.reason, 'the answers held no current numbers');
  }); // prettier-ignore

  it('is fresh by its newest perpetual reading alone, and carries what its list says of a contract', () => {
    const other = observe('okx', 'volume', { volumeUsd: 1, atMs: NOW - 20_000 });
    assert.equal(snapshotOf([other, price(NOW - 10_000)]).newestAtMs, NOW - 10_000);
    const spotKey = 'okx:BTC/USDT' as const;
    const pair = tracked('okx', {
      instrument: instrumentOf('okx', { key: spotKey, venueSymbol: 'BTC/USDT', kind: 'spot' }),
    });
    const spot = { ...price(NOW), instrument: spotKey, market: 'spot' as const };
    const both = snapshotOf([price(NOW - HOUR_MS), spot], { tracked: [tracked('okx'), pair] });
    assert.deepEqual([both.status, both.newestAtMs, both.instruments.length], ['stale', NOW - HOUR_MS, 2]);
    const spotOnly = snapshotOf([spot], { tracked: [pair] });
    assert.deepEqual([spotOnly.status, spotOnly.reason], ['unsupported', 'no perpetual on BTC that Perpscope follows']);
    const listed = { assetClass: 'crypto', fundingIntervalMs: 8 * HOUR_MS, coinsPerUnit: 1_000, expiresAtMs: NOW + 1 } as const;
    const [full] = snapshotOf([], { tracked: [tracked('okx', { instrument: instrumentOf('okx', listed) })] }).instruments;
    assert.deepEqual(full, { venueSymbol: 'BTCUSDT', kind: 'perpetual', margin: 'linear', quoteAsset: 'USDT', contractSize: { amount: 1, unit: 'base' }, ...listed, observations: [] });
    const [plain] = snapshotOf([]).instruments;
    assert.deepEqual(Object.keys(plain ?? {}), ['venueSymbol', 'kind', 'margin', 'quoteAsset', 'contractSize', 'observations']);
  }); // prettier-ignore

  it('has a term structure only where there is a dated future with its index', () => {
    const key = 'okx:BTC-F' as const;
    const future = tracked('okx', {
      instrument: instrumentOf('okx', { key, venueSymbol: 'BTC-F', kind: 'dated-future', expiresAtMs: NOW + 73 * 24 * HOUR_MS }),
    });
    const quote = observe('okx', 'mark-price', { instrument: key, markPriceQuote: 102, indexPriceQuote: 100 });
    const { termStructure } = snapshotOf([quote], { tracked: [tracked('okx'), future] });
    assert.deepEqual(termStructure?.map(({ venueSymbol }) => venueSymbol), ['BTC-F']);
    assert.equal('termStructure' in snapshotOf([price(NOW)]), false);
  }); // prettier-ignore

  it('grows stale while nobody reads, and keeps every other state', () => {
    const fresh = snapshotOf([price(NOW)]);
    assert.deepEqual([statusAt(fresh, NOW + 5 * MINUTE_MS), statusAt(fresh, NOW + 5 * MINUTE_MS + 1)], ['fresh', 'stale']);
    assert.equal(statusAt({ ...fresh, status: 'limited' }, NOW + HOUR_MS), 'limited');
    const { newestAtMs: _none, ...undated } = fresh;
    assert.equal(statusAt(undated, NOW + HOUR_MS), 'fresh');
  }); // prettier-ignore

  it('gives the wait before every other failure, and the first of the others', () => {
    const other = { ...failure('http-status', 'HTTP 500'), poll: 'first' };
    const last = { ...failure('timeout'), poll: 'last' };
    assert.match(snapshotOf([], { failures: [other, last] }).reason ?? '', /^HTTP 500$/);
    assert.match(snapshotOf([price(NOW)], { failures: [other, last] }).reason ?? '', /first first: HTTP 500/);
    const waits = [failure('rate-limited', '40 s'), failure('rate-limited', '90 s')];
    assert.match(snapshotOf([], { failures: [other, ...waits] }).reason ?? '', /40 s$/);
    const told = (message: string) => ({ code: 'ahead-of-clock', path: '/x', message }) as const;
    assert.equal(snapshotOf([], { issues: [told('first'), told('second')] }).reason, 'first');
    const codes = ['unsupported', 'decode', 'empty'].map((code) => ({ code, path: 'p', message: code }) as never);
    assert.equal(snapshotOf([], { issues: codes }).reason, 'decode');
  }); // prettier-ignore

  it('states no contract size for an instrument known by its usual symbol alone', () => {
    const snapshot = snapshotOf([price(NOW)], { tracked: [tracked('okx', { isProvisional: true })] });
    assert.equal(snapshot.instruments[0]?.contractSize, undefined);
    assert.equal(snapshot.instruments[0]?.venueSymbol, 'BTCUSDT');
  });
});

describe('the latest observations', () => {
  it('keep the newest of each kind, facet and endpoint, in whatever order they come', () => {
    const latest = new LatestObservations();
    const [old, young] = [price(NOW - 2_000), price(NOW - 1_000)];
    latest.add([young, old, price(NOW, true)], NOW);
    assert.deepEqual(
      latest.of('okx:BTCUSDT', NOW).map((one) => [one.endpoint, one.atMs]),
      [
        ['GET /mark-price', NOW - 1_000],
        ['GET /other', NOW],
      ],
    );
    latest.add([{ ...young, markPriceQuote: 7 } as Observation], NOW);
    assert.equal((latest.of('okx:BTCUSDT', NOW)[0] as { markPriceQuote?: number }).markPriceQuote, 7);
  });

  it('leave out what is dated ahead, and let go of it once the clock is known to be wrong', () => {
    const latest = new LatestObservations();
    const [ahead, right] = [price(NOW + HOUR_MS), price(NOW)];
    latest.add([ahead, right], NOW);
    assert.deepEqual(latest.of('okx:BTCUSDT', NOW), [right]);
    latest.add([ahead], NOW);
    assert.deepEqual(latest.of('okx:BTCUSDT', NOW), [right], 'it hides nothing');
    // Taken while the clock here was an hour fast; then it is set right.
    latest.add([ahead], NOW + HOUR_MS);
    assert.deepEqual(latest.of('okx:BTCUSDT', NOW), []);
    latest.add([right], NOW);
    assert.deepEqual(latest.of('okx:BTCUSDT', NOW), [right]);
  });

  it('leave out bars that have not ended, since their sums are partial', () => {
    const latest = new LatestObservations();
    const ended = observe('okx', 'taker-volume', { atMs: NOW - HOUR_MS, takerBuyBase: 1 });
    latest.add([observe('okx', 'taker-volume', { atMs: NOW - HOUR_MS + 1 }), ended], NOW);
    assert.deepEqual(latest.of('okx:BTCUSDT', NOW), [ended]);
  });

  it('count open interest and ratios of a bar as readings, which are whole at once', () => {
    assert.ok(hasEnded(observe('okx', 'open-interest', { atMs: NOW, barMs: HOUR_MS }), NOW));
    assert.ok(hasEnded(observe('okx', 'long-short-ratio', { atMs: NOW, barMs: HOUR_MS }), NOW));
    assert.ok(!hasEnded(observe('okx', 'candle', { atMs: NOW, barMs: HOUR_MS }), NOW));
    assert.ok(hasEnded(price(NOW), NOW));
  });

  it('stand in order of kind, facet and endpoint, however they came', () => {
    const at = (endpoint: string) => observe('okx', 'mark-price', { markPriceQuote: 1, endpoint });
    const rows = [at('GET /c'), at('GET /a'), observe('okx', 'depth', {}), at('GET /b')];
    for (const turned of [rows, rows.toReversed()]) {
      const latest = new LatestObservations();
      latest.add(turned, NOW);
      assert.deepEqual(
        latest.of('okx:BTCUSDT', NOW).map(({ endpoint }) => endpoint),
        ['GET /depth', 'GET /a', 'GET /b', 'GET /c'],
      );
    }
  });

  it('hold no single liquidations and know instruments apart', () => {
    const latest = new LatestObservations();
    latest.add([observe('okx', 'liquidation', { priceQuote: 1 }), price(NOW)], NOW);
    assert.equal(latest.of('okx:BTCUSDT', NOW).length, 1);
    assert.deepEqual(latest.of('okx:ETHUSDT', NOW), []);
  });
});
