import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError, type ErrorCode } from '../../../src/core/errors.ts';
import { HealthBook } from '../../../src/market/healthBook.ts';
import type { ExchangeResult } from '../../../src/sources/collect/exchangeSession.ts';
import { NOW, observe, resultOf } from './builders.ts';

const OPEN_INTEREST = observe('okx', 'open-interest', { openInterestBase: 1 });
const failure = (code: ErrorCode) => ({
  poll: 'okx/depth',
  error: new PerpscopeError(code, `${code} happened`),
});

const healthOf = (changes: Partial<ExchangeResult>, observations = [OPEN_INTEREST], nowMs = NOW) => {
  const book = new HealthBook();
  book.record([{ ...resultOf('okx', observations), ...changes }], NOW);
  return book.of('okx', 'OKX', [], nowMs);
};

describe('the health of an exchange', () => {
  it('waits until it was asked, and says so', () => {
    const health = new HealthBook().of('okx', 'OKX', [], NOW);
    assert.equal(health.state, 'waiting');
    assert.equal(health.newestAtMs, undefined);
  });

  it('is fresh when every request was answered, and stale when nobody has asked for long', () => {
    assert.equal(healthOf({}).state, 'fresh');
    assert.equal(healthOf({}, [OPEN_INTEREST], NOW + 6 * 60_000).state, 'stale');
  });

  it('names a region block plainly, whatever else failed', () => {
    const health = healthOf({ failures: [failure('network'), failure('geo-blocked')], answered: 0 }, []);
    assert.equal(health.state, 'geo-blocked');
    assert.match(health.explanation ?? '', /does not serve this region/);
  });

  it('is limited while the exchange wants to be left alone, with the time of the next attempt', () => {
    const health = healthOf({ failures: [failure('rate-limited')], nextAttemptAtMs: NOW + 60_000 });
    assert.equal(health.state, 'limited');
    assert.equal(health.nextAttemptAtMs, NOW + 60_000);
    // A pause alone is one, even where the failing requests were not sent at all.
    assert.equal(healthOf({ nextAttemptAtMs: NOW + 60_000 }).state, 'limited');
  });

  it('is partial where only the host of its spot pairs blocks the region or asks to wait', () => {
    for (const code of ['geo-blocked', 'rate-limited'] as const)
      assert.equal(healthOf({ failures: [{ ...failure(code), host: 'spot' }] }).state, 'partial');
  });

  it('tells a partial answer from none', () => {
    assert.equal(healthOf({ failures: [failure('timeout')] }).state, 'partial');
    const none = healthOf({ failures: [failure('timeout')], answered: 0 }, []);
    assert.equal(none.state, 'failed');
    assert.match(none.explanation ?? '', /timeout happened/);
  });

  it('counts drops by cause over refreshes, and keeps the last error after all is well again', () => {
    const book = new HealthBook();
    const issue = { code: 'decode', path: 'a', message: 'b' } as const;
    book.record([{ ...resultOf('okx', []), issues: [issue, issue], failures: [failure('timeout')] }], NOW);
    book.record([{ ...resultOf('okx', [OPEN_INTEREST]), issues: [issue] }], NOW + 60_000);
    const health = book.of('okx', 'OKX', [], NOW);
    assert.deepEqual(health.drops, { decode: 3, timeout: 1 });
    assert.deepEqual(health.lastError, { code: 'timeout', message: 'timeout happened', atMs: NOW });
    assert.equal(health.state, 'fresh');
  });

  it('keeps the age of the last number through a refresh that brings none', () => {
    const book = new HealthBook();
    book.record([resultOf('okx', [OPEN_INTEREST])], NOW);
    const { newestAtMs } = book.of('okx', 'OKX', [], NOW);
    book.record([{ ...resultOf('okx', []), failures: [failure('network')], answered: 0 }], NOW + 60_000);
    assert.equal(book.of('okx', 'OKX', [], NOW).newestAtMs, newestAtMs);
    assert.ok(newestAtMs !== undefined);
  });

  it('counts no spot number as fresh', () => {
    const spot = { ...OPEN_INTEREST, market: 'spot' as const };
    assert.equal(healthOf({}, [spot]).newestAtMs, undefined);
  });

  it('has nothing to count before it was asked', () => {
    const { answered, failed, drops } = new HealthBook().of('okx', 'OKX', [], NOW);
    assert.deepEqual([answered, failed, drops], [0, 0, {}]);
  });

  it('says how many requests failed and names the first, and keeps the last error', () => {
    const failures = [{ ...failure('timeout'), poll: 'first' }, { ...failure('network'), poll: 'second' }];
    const two = healthOf({ failures });
    assert.equal(two.explanation, '2 requests failed, first first.');
    assert.equal(two.lastError?.code, 'network');
    assert.equal(healthOf({ failures: failures.slice(1) }).explanation, 'One request failed, first second.');
    const none = healthOf({ failures, answered: 0 }, []);
    assert.equal(none.explanation, 'timeout happened');
  }); // prettier-ignore

  it('is as old as its newest reading, wherever it stands', () => {
    const at = (atMs: number) => ({ ...OPEN_INTEREST, atMs });
    for (const rows of [
      [at(NOW - 9), at(NOW - 5), at(NOW - 7)],
      [at(NOW - 5), at(NOW - 9)],
    ])
      assert.equal(healthOf({}, rows).newestAtMs, NOW - 5);
  });

  it('counts an issue as often as it says', () => {
    const issues = [{ code: 'decode', path: 'a', message: 'b', count: 7 }] as const;
    assert.deepEqual(healthOf({ issues }).drops, { decode: 7 });
    assert.equal(healthOf({}).latencyMs, 12);
  });
});
