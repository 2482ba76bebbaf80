import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HostTable } from '../../../../src/sources/transport/hosts.ts';
import { WindowLimiter } from '../../../../src/sources/transport/rateLimiter.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';

const NARROW = [{ weight: 1, windowMs: 10_000 }];

describe('limits of single endpoints', () => {
  it('are counted apart from the host and from each other, and survive a restart', async () => {
    const clock = new FakeClock();
    const table = new HostTable(clock, {});
    const host = table.open('okx', 'https://www.okx.com');
    const permit = await table.scope(host, 'rubik').acquire(1, NARROW);
    permit.release();
    assert.equal(table.scope(host, 'rubik').waitMs(1, NARROW), 10_000);
    assert.equal(table.scope(host, 'books').waitMs(1, NARROW), 0);
    assert.equal(host.limiter.waitMs(1, NARROW), 0);

    const state: unknown = JSON.parse(JSON.stringify(table.snapshot()));
    await clock.advance(4_000);
    const later = new FakeClock(clock.nowMs());
    const restored = new HostTable(later, {});
    restored.restore(state);
    const again = restored.open('okx', 'https://www.okx.com');
    assert.equal(restored.scope(again, 'rubik').waitMs(1, NARROW), 6_000);
    assert.equal(restored.scope(again, 'books').waitMs(1, NARROW), 0);
  });

  it('fails what waits for a scope when its host is closed', async () => {
    const clock = new FakeClock();
    const table = new HostTable(clock, {});
    const host = table.open('okx', 'https://www.okx.com');
    const limiter = table.scope(host, 'rubik');
    await limiter.acquire(1, NARROW);
    const waiting = limiter.acquire(1, NARROW);
    table.close(host, 60_000, 'HTTP 429');
    await assert.rejects(waiting, /HTTP 429/);
  });

  it('ignores broken scopes of a stored state and names a bound', () => {
    const table = new HostTable(new FakeClock(), {});
    const entry = { exchange: 'okx', origin: 'https://www.okx.com', used: [] };
    for (const scopes of [3, [null, {}, { name: 4 }, { name: 'x', used: 'y' }], 'z'])
      table.restore({ version: 1, savedAtMs: 1, hosts: [{ ...entry, scopes }] });
    const host = table.open('okx', 'https://www.okx.com');
    assert.throws(() => {
      for (let n = 0; n < 100; n += 1) table.scope(host, `scope ${n}`);
    }, /more than 64 scopes/);
  });

  it('a permit that is cancelled costs nothing', async () => {
    const clock = new FakeClock();
    const limiter = new WindowLimiter(clock);
    const first = await limiter.acquire(1, NARROW);
    let granted = false;
    void limiter.acquire(1, NARROW).then(() => (granted = true));
    await settle();
    assert.equal(granted, false);
    first.cancel();
    first.cancel();
    first.release();
    await settle();
    assert.equal(granted, true);
    assert.equal(limiter.waitMs(1, NARROW), Number.POSITIVE_INFINITY);
  });
});
