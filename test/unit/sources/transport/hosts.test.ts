import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HostTable } from '../../../../src/sources/transport/hosts.ts';
import { FakeClock } from '../../../support/fakeClock.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 0, 0);
const LIMITS = [{ weight: 10, windowMs: 60_000 }];

async function bannedState(): Promise<unknown> {
  const clock = new FakeClock(NOW);
  const table = new HostTable(clock, {});
  const host = table.open('binance', 'https://fapi.binance.com');
  (await host.limiter.acquire(8, LIMITS)).release();
  table.close(host, 7_200_000, 'HTTP 418');
  table.open('okx', 'https://www.okx.com');
  await clock.advance(1_000);
  return JSON.parse(JSON.stringify(table.snapshot()));
}

describe('HostTable', () => {
  it('carries pauses and used budgets over a restart', async () => {
    const state = await bannedState();
    const clock = new FakeClock(NOW + 31_000);
    const table = new HostTable(clock, {});
    table.restore(state);
    assert.equal(table.size, 1);
    const host = table.open('binance', 'https://fapi.binance.com');
    assert.equal(host.gate.opensAtWallMs, NOW + 7_200_000);
    assert.equal(host.gate.reason, 'HTTP 418');
    assert.equal(host.limiter.waitMs(2, LIMITS), 0);
    assert.equal(host.limiter.waitMs(3, LIMITS), 29_000);
  });

  it('does not lengthen a pause because the clock was set back, nor shorten one that stands', async () => {
    const state = await bannedState();
    const clock = new FakeClock(NOW - 86_400_000);
    const table = new HostTable(clock, {});
    const host = table.open('binance', 'https://fapi.binance.com');
    table.restore(state);
    assert.equal(host.gate.remainingMs, 7_199_000);
    table.close(host, 8_000_000, 'longer');
    table.restore(state);
    assert.equal(host.gate.remainingMs, 8_000_000);
  });

  it('ignores what is not a state', () => {
    const table = new HostTable(new FakeClock(NOW), {});
    const broken = {
      exchange: 'okx',
      origin: 'https://www.okx.com',
      closedUntilMs: 'NaN',
      used: [{ atMs: -1 }, 3],
    };
    for (const state of [
      undefined,
      null,
      3,
      'x',
      [],
      {},
      { version: 2 },
      { version: 1, savedAtMs: NOW, hosts: 1 },
    ])
      table.restore(state);
    assert.equal(table.size, 0);
    table.restore({ version: 1, savedAtMs: NOW, hosts: [null, 1, {}, broken] });
    assert.equal(table.find('okx', 'https://www.okx.com')?.gate.isClosed, false);
  });

  it('fails what waits when a host is closed', async () => {
    const table = new HostTable(new FakeClock(NOW), {});
    const host = table.open('okx', 'https://www.okx.com');
    await host.limiter.acquire(10, LIMITS);
    const waiting = host.limiter.acquire(1, LIMITS);
    table.close(host, 60_000, 'HTTP 429');
    await assert.rejects(waiting, /HTTP 429/);
  });

  it('stays bounded at ten times as many hosts, and never forgets a pause for one', () => {
    const table = new HostTable(new FakeClock(NOW), {});
    table.close(table.open('binance', 'https://fapi.binance.com'), 60_000, 'HTTP 429');
    for (let index = 0; index < 2_560; index++) table.open('okx', `https://host${index}.example`);
    assert.equal(table.size, 256);
    assert.equal(table.open('binance', 'https://fapi.binance.com').gate.isClosed, true);
  });
});
