import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ReadingEpoch } from '../../../src/store/readingEpoch.ts';

describe('the epoch of what is read', () => {
  it('changes when a take-over has ended, and neither while one runs nor where the file does not say', () => {
    const epoch = new ReadingEpoch();
    let taken: number | undefined = 0;
    const history = { takenOver: () => taken };
    const begun = epoch.now(history);
    taken = undefined;
    assert.equal(epoch.now(history), begun);
    assert.equal(epoch.now(undefined), begun, 'no file is open');
    taken = 1;
    assert.notEqual(epoch.now(history), begun);
    assert.equal(epoch.now(history), epoch.now(history));
  });

  it('changes with each file into which another was taken over, not with a new one: less can be read of it', () => {
    const epoch = new ReadingEpoch();
    const held = epoch.now({ takenOver: () => 3 });
    let taken = 0;
    const next = { takenOver: () => taken };
    assert.equal(epoch.now(next), held);
    taken = 1;
    assert.notEqual(epoch.now(next), held);
    const again = new ReadingEpoch();
    const before = again.now({ takenOver: () => 1 });
    assert.notEqual(again.now({ takenOver: () => 1 }), before, 'what was read between is a part');
  });
});
