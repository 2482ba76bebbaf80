import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HostGate } from '../../../../src/sources/transport/hostGate.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);

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

  it('never stays closed for longer than the longest ban that anyone documents', async () => {
    const clock = new FakeClock(NOW);
    for (const ms of [4 * 86_400_000, 317 * 365 * 86_400_000, Number.MAX_VALUE, Infinity]) {
      const gate = new HostGate(clock);
      gate.close(ms, 'HTTP 429');
      assert.equal(gate.remainingMs, 3 * 86_400_000);
    }
    const gate = new HostGate(clock);
    gate.close(Number.NaN, 'HTTP 429');
    assert.equal(gate.isClosed, false);
    await clock.advance(1);
  });
});
