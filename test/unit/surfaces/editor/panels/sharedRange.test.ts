import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SharedRange } from '../../../../../src/surfaces/editor/panels/sharedRange.ts';
import type { TimeWindow } from '../../../../../src/surfaces/protocol/messages.ts';

const day: TimeWindow = { spanMs: 86_400_000 };
const week: TimeWindow = { spanMs: 604_800_000 };

function member(shared: SharedRange) {
  const told: TimeWindow[] = [];
  return {
    told,
    join: (own: TimeWindow) => shared.join(told, own, (window) => told.push(window)),
    move: (window: TimeWindow) => shared.move(told, window),
    leave: () => shared.leave(told),
  };
}

describe('the range of time that linked panels share', () => {
  it('is that of the first, for all who join', () => {
    const shared = new SharedRange();
    assert.equal(member(shared).join(day), day);
    assert.equal(member(shared).join(week), day);
  });

  it('goes with whoever moves, and tells the others alone', () => {
    const shared = new SharedRange();
    const [one, other, alone] = [member(shared), member(shared), member(shared)];
    one.join(day);
    other.join(week);
    one.move(week);
    assert.deepEqual([one.told, other.told, alone.told], [[], [week], []]);
    assert.equal(alone.join(day), week);
  });

  it('is moved by nobody who is not linked, or no longer', () => {
    const shared = new SharedRange();
    const [one, other] = [member(shared), member(shared)];
    one.join(day);
    other.move(week);
    assert.deepEqual(one.told, []);
    other.join(week);
    other.leave();
    one.move(week);
    assert.deepEqual(other.told, []);
  });

  it('is forgotten with the last', () => {
    const shared = new SharedRange();
    const one = member(shared);
    one.join(day);
    one.leave();
    assert.equal(member(shared).join(week), week);
  });
});
