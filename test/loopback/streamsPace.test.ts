import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { createRig, type Rig } from '../support/streamRig.ts';

describe('the pace of connecting on real sockets', () => {
  let rig: Rig;
  afterEach(async () => {
    await rig.close();
  });

  it('F6 the next connection of a host is made 2 s after the one before was answered, however slow that was', async () => {
    rig = await createRig({
      assets: ['BTC', 'ETH', 'SOL'],
      exchange: { channels: ['trade'], spec: { maxTopicsPerSocket: 1 } },
    });
    rig.wire.sockets.setFault({ name: 'ws-slow-upgrade' });
    // The first one hangs until it is given up after 10 s; nothing else is opened meanwhile.
    await rig.run(9);
    assert.equal(rig.dials.length, 1);
    rig.wire.sockets.setFault(undefined);
    await rig.run(30);
    assert.ok(rig.dials.length >= 4, `${rig.dials.length} connections`);
    const gaps = rig.dials.slice(1).map((atMs, index) => atMs - (rig.dials[index] ?? 0));
    assert.ok((gaps[0] ?? 0) >= 12_000, `${gaps.join(', ')} ms`);
    assert.ok(
      gaps.every((ms) => ms >= 2_000),
      `${gaps.join(', ')} ms`,
    );
    const states = rig.hub.status().streams.map((one) => one.state);
    assert.deepEqual([...new Set(states)], ['live']);
  });
});
