import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SideBook } from '../../src/market/sideBook.ts';
import { openInterestChannel } from '../support/openInterestChannel.ts';
import { createRig } from '../support/streamRig.ts';
import { tradesOf } from '../support/streamWire.ts';

const START_MS = Date.UTC(2026, 10, 1, 12, 0, 30);
const TRADE_EVERY_MS = 14_000;

describe('trades and open interest on real sockets', function () {
  this.timeout(60_000);

  for (const [factor, verdict] of [
    [1, 'one'],
    [2, 'both'],
  ] as const)
    // prettier-ignore
    it(`prove that open interest counts ${verdict}`, async () => {
      const opened = (atMs: number): number =>
        tradesOf(START_MS - 60_000, atMs, TRADE_EVERY_MS).reduce((sum, { q }) => sum + factor * q, 10_000);
      const rig = await createRig({
        startMs: START_MS,
        exchange: { channels: ['trade', 'price'], price: openInterestChannel },
        wire: { tradeEveryMs: TRADE_EVERY_MS, price: opened },
      });
      try {
        await rig.run(330);
        const book = new SideBook();
        book.recordFills('simulated', rig.fills, rig.clock.nowMs());
        assert.deepEqual(
          book.of('fake').map(({ evidence }) => evidence.verdict),
          [verdict],
          `${rig.fills.length} windows`,
        );
      } finally {
        await rig.close();
      }
    });
});
