import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { PerpscopeError } from '../../../../src/core/errors.ts';
import { fullJitterMs, retryDelayMs } from '../../../../src/sources/transport/retry.ts';

const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2_147_483_647);
const failed = (error: unknown, retries = 0, isReadOnly = true) => ({ error, retries, isReadOnly });
const reset = new PerpscopeError('network', 'reset', { retryable: true });

describe('fullJitterMs', () => {
  it('doubles from half a second to a minute', () => {
    const highest = [0, 1, 2, 6, 7, 8, 1_000_000].map((attempt) => fullJitterMs(attempt, () => 1));
    assert.deepEqual(highest, [500, 1_000, 2_000, 32_000, 60_000, 60_000, 60_000]);
    assert.equal(
      fullJitterMs(5, () => 0),
      0,
    );
  });

  it(`stays within the cap for any attempt (seed ${SEED})`, () => {
    const property = fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, share) => {
      const ms = fullJitterMs(attempt, () => share);
      return ms >= 0 && ms <= 60_000;
    });
    fc.assert(property, { seed: SEED, numRuns: 2_000 });
  });
});

describe('retryDelayMs', () => {
  const half = (): number => 0.5;

  it('repeats reading twice', () => {
    assert.equal(retryDelayMs(failed(reset, 0), half), 250);
    assert.equal(retryDelayMs(failed(reset, 1), half), 500);
    assert.equal(retryDelayMs(failed(reset, 2), half), undefined);
    assert.equal(retryDelayMs(failed(reset, 0, false), half), undefined);
  });

  it('repeats no limited, blocked, damaged or unknown answer', () => {
    for (const code of ['rate-limited', 'geo-blocked', 'decode', 'aborted', 'config'] as const)
      assert.equal(retryDelayMs(failed(new PerpscopeError(code, 'x', { retryable: true })), half), undefined);
    assert.equal(
      retryDelayMs(failed(new PerpscopeError('http-status', '404', { status: 404 })), half),
      undefined,
    );
    assert.equal(retryDelayMs(failed(new Error('bug')), half), undefined);
  });

  it('waits at least as long as the server asks', () => {
    const busy = new PerpscopeError('http-status', '503', { retryable: true, retryAfterMs: 3_000 });
    assert.equal(retryDelayMs(failed(busy), half), 3_000);
  });
});
