import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MarketWatch } from '../../../../src/surfaces/editor/marketWatch.ts';

/** A market that counts who watches it. */
function market() {
  const own = {
    watchers: 0,
    watch: () => {
      own.watchers += 1;
      return { dispose: () => void (own.watchers -= 1) };
    },
  };
  return own;
}

describe('the watch of the editor', () => {
  it('passes to the market that runs, from the first who looks to the last', () => {
    const [watch, running] = [new MarketWatch(), market()];
    watch.follow(running);
    assert.equal(running.watchers, 0);
    const [one, other] = [watch.watch(), watch.watch()];
    assert.equal(running.watchers, 1);
    one.dispose();
    one.dispose();
    assert.equal(running.watchers, 1);
    other.dispose();
    assert.equal(running.watchers, 0);
  });

  it('survives the market: the next one is watched, the one before is let go', () => {
    const [watch, first, next] = [new MarketWatch(), market(), market()];
    const looking = watch.watch();
    watch.follow(first);
    watch.follow(undefined);
    assert.equal(first.watchers, 0);
    watch.follow(next);
    assert.deepEqual([first.watchers, next.watchers], [0, 1]);
    looking.dispose();
    assert.equal(next.watchers, 0);
  });
});
