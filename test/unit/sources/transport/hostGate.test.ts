import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HostGate, parseRetryAfter, pauseAfter } from '../../../../src/sources/transport/hostGate.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

describe('parseRetryAfter', () => {
  it('takes seconds in full', () => {
    assert.equal(parseRetryAfter('2', undefined, NOW), 2_000);
    assert.equal(parseRetryAfter(' 7200 ', undefined, NOW), 7_200_000);
    assert.equal(parseRetryAfter('259200', undefined, NOW), 259_200_000);
    assert.equal(parseRetryAfter('0.5', undefined, NOW), 1_000);
    assert.equal(parseRetryAfter('0', undefined, NOW), 1_000);
  });

  it('takes a date, measured against the clock of the server', () => {
    const until = new Date(NOW + 600_000).toUTCString();
    assert.equal(parseRetryAfter(until, undefined, NOW), 600_000);
    assert.equal(parseRetryAfter(until, new Date(NOW).toUTCString(), NOW + 3_600_000), 600_000);
    assert.equal(parseRetryAfter('Sun Nov  1 12:10:00 2026', undefined, NOW), 600_000);
    assert.equal(parseRetryAfter('Sunday, 01-Nov-26 12:10:00 GMT', undefined, NOW), 600_000);
    assert.equal(parseRetryAfter(new Date(NOW - 5_000).toUTCString(), undefined, NOW), 1_000);
  });

  it('says nothing about what it cannot read', () => {
    for (const text of [undefined, '', 'soon', '-5', '1e9', 'Infinity', 'Mon, nonsense GMT', '2026-11-01'])
      assert.equal(parseRetryAfter(text, undefined, NOW), undefined, text);
  });
});

describe('pauseAfter', () => {
  it('obeys the header, and has a default by status', () => {
    const limits = [{ weight: 20, windowMs: 2_000 }];
    assert.equal(pauseAfter(429, 2_000, limits), 2_000);
    assert.equal(pauseAfter(418, 7_200_000, limits), 7_200_000);
    assert.equal(pauseAfter(429, undefined, limits), 60_000);
    assert.equal(pauseAfter(429, undefined, [{ weight: 1_000, windowMs: 300_000 }]), 300_000);
    assert.equal(pauseAfter(418, undefined, limits), 120_000);
    assert.equal(pauseAfter(403, undefined, limits), 600_000);
    assert.equal(pauseAfter(403, 5_000, limits), 600_000);
    assert.equal(pauseAfter(403, 3_600_000, limits), 3_600_000);
  });
});

describe('HostGate', () => {
  it('stays closed for the whole time and is never closed for less', async () => {
    const clock = new FakeClock(NOW);
    const gate = new HostGate(clock);
    assert.equal(gate.opensAtWallMs, undefined);
    gate.close(7_200_000, 'HTTP 418');
    gate.close(2_000, 'HTTP 429');
    assert.equal(gate.opensAtWallMs, NOW + 7_200_000);
    assert.equal(gate.reason, 'HTTP 418');
    await clock.advance(7_199_999);
    assert.equal(gate.isClosed, true);
    await clock.advance(1);
    assert.equal(gate.isClosed, false);
    assert.equal(gate.remainingMs, 0);
  });

  it('does not open when the clock of the machine is set', () => {
    const clock = new FakeClock(NOW);
    const gate = new HostGate(clock);
    gate.close(60_000, 'HTTP 429');
    clock.jumpWall(3_600_000);
    assert.equal(gate.remainingMs, 60_000);
    clock.jumpWall(-7_200_000);
    assert.equal(gate.remainingMs, 60_000);
  });
});
