import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SECOND_MS } from '../../../src/core/units.ts';
import { PerpscopeError } from '../../../src/core/errors.ts';
import { type SharedWindow } from '../../support/sharedMarkets.ts';
import { resultOf } from './builders.ts';
import { BTC, TIMED, answers, windows, snapshotOf } from './sharedWindows.ts';

describe('a market that shares a history and was closed', () => {
  for (const how of ['closed', 'called off'] as const)
    it(`notes no round that was ${how} while it ran, and tells others of none`, async () => {
      // As sessions do: what was called off has failed, every request of it.
      const stopped = new AbortController();
      let isOver = false;
      const { opened, during, advance, stores } = await windows(['a', 'b'], (id, request, clock) =>
        isOver
          ? resultOf(id, [], {
              failures: [{ poll: 'any', error: new PerpscopeError('aborted', 'called off') }],
            })
          : answers(id, request, clock),
      );
      const [a, b] = opened as [SharedWindow, SharedWindow];
      await during(a.market.refresh(BTC));
      await during(b.market.refresh(TIMED));
      await advance(SECOND_MS);
      const noted = async () => {
        const round = await stores.live.journal({ topic: 'round' });
        const exchange = await stores.live.journal({ topic: 'exchange', isNewestOnly: true });
        return { round, exchange };
      };
      const before = await noted();
      const shown = snapshotOf(b);
      const gate = Promise.withResolvers<void>();
      a.held.gate = gate.promise;
      const running = a.market.refresh({ ...BTC, signal: stopped.signal });
      running.catch(() => undefined);
      await advance(SECOND_MS);
      isOver = true;
      if (how === 'closed') a.market.dispose();
      else stopped.abort(new PerpscopeError('aborted', 'the request was cancelled'));
      gate.resolve();
      await advance(2 * SECOND_MS);
      await assert.rejects(running, { code: 'aborted' });
      assert.deepEqual(await noted(), before);
      assert.deepEqual(snapshotOf(b), shown);
      const { lastError, isRefreshing } = b.market.state;
      assert.deepEqual([lastError, isRefreshing], [undefined, false]);
    });

  it('begins no round, and no round of it begins anew', async () => {
    const { opened, advance } = await windows(['a']);
    const [a] = opened as [SharedWindow];
    let rounds = 0;
    // Ends what would go on for ever.
    a.onRound = () => (rounds++ < 5 ? Promise.resolve() : new Promise(() => undefined));
    const gate = Promise.withResolvers<void>();
    a.held.gate = gate.promise;
    const running = a.market.refresh(BTC);
    running.catch(() => undefined);
    await advance(SECOND_MS);
    a.market.dispose();
    gate.resolve();
    const later = a.market.refresh({ assets: ['ETH'] });
    later.catch(() => undefined);
    await advance(SECOND_MS);
    assert.ok(rounds <= 1, `${rounds} rounds`);
    await assert.rejects(later, { code: 'aborted' });
  });
});
