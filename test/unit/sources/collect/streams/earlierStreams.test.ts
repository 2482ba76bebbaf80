import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, SECOND_MS } from '../../../../../src/core/units.ts';
import {
  EarlierStreams,
  type EarlierStream,
} from '../../../../../src/sources/collect/streams/earlierStreams.ts';
import { HeldStreams } from '../../../../../src/sources/collect/streams/heldStreams.ts';
import type { Streams } from '../../../../../src/sources/collect/streams/startStreams.ts';
import type { StreamState } from '../../../../../src/sources/collect/streams/streamStatus.ts';
import { settle } from '../../../../support/fakeClock.ts';

const NOW = Date.UTC(2026, 10, 1);
const stream = (state: StreamState, changes: Partial<EarlierStream> = {}): EarlierStream => ({
  ...{ exchange: 'okx', stream: 'okx/prices', part: 0, state },
  sinceMs: NOW - 60 * SECOND_MS,
  lastDataAtMs: NOW - 90 * SECOND_MS,
  ...changes,
});
const agoOf = (one: EarlierStream, asOfMs = NOW - 10 * SECOND_MS): number | undefined => {
  const untilMs = new EarlierStreams([one], asOfMs, NOW).take('okx', 'okx/prices', 0);
  return untilMs === undefined ? undefined : (NOW - untilMs) / SECOND_MS;
};

describe('the streams of a process that has ended', () => {
  it('were complete until its last word where they were live, but for rows that waited to be written', () => {
    assert.equal(agoOf(stream('live')), 11);
  });

  it('were complete until their last data where they were not, and say nothing before they had any', () => {
    assert.equal(agoOf(stream('gap')), 90);
    assert.equal(agoOf(stream('stale', { lastDataAtMs: NOW - 30 * SECOND_MS })), 60, 'or until they broke');
    const { lastDataAtMs: _none, ...unheard } = stream('connecting');
    assert.equal(agoOf(unheard), undefined);
  });

  it('are each taken once, by their part, and not after an hour', () => {
    const earlier = new EarlierStreams([stream('live'), stream('live', { part: 1 })], NOW, NOW);
    assert.equal(earlier.take('okx', 'okx/trades', 0), undefined);
    assert.notEqual(earlier.take('okx', 'okx/prices', 0), undefined);
    assert.equal(earlier.take('okx', 'okx/prices', 0), undefined);
    assert.notEqual(earlier.take('okx', 'okx/prices', 1), undefined);
    assert.equal(agoOf(stream('live'), NOW - HOUR_MS - 1), undefined);
    assert.equal(agoOf(stream('live'), NOW + HOUR_MS + 1), undefined, 'by a clock that was set back');
  });
});

describe('the streams of who collects', () => {
  const rig = () => {
    const calls: string[] = [];
    let count = 0;
    const start = (earlier: EarlierStreams | undefined): Streams => {
      const name = `${(count += 1)}`;
      calls.push(`start ${name}${earlier === undefined ? '' : ' after another'}`);
      return {
        onCollected: () => void calls.push(`round ${name}`),
        choose: (exchanges) => void calls.push(`choose ${name} ${exchanges?.join() ?? 'all'}`),
        status: () => ({ asOfMs: 0, streams: [], frames: { length: 0, capacity: 0, dropped: 0 }, rows: { length: 0, capacity: 0, dropped: 0 } }), // prettier-ignore
        dispose: () => Promise.resolve(void calls.push(`end ${name}`)),
      };
    };
    return { calls, start };
  };
  const round = { results: [] };

  it('begin with its first round, end when it is replaced, and begin anew', async () => {
    const { calls, start } = rig();
    const held = new HeldStreams({ start });
    held.choose(['okx']);
    assert.equal(held.status(), undefined);
    await settle();
    assert.deepEqual(calls, [], 'nothing is connected before a round');
    held.onCollected(round);
    held.onCollected(round);
    await settle();
    assert.deepEqual(calls, ['start 1', 'choose 1 okx', 'round 1', 'round 1']);
    held.choose(undefined);
    await held.stop();
    assert.deepEqual(calls.splice(0).slice(-2), ['choose 1 all', 'end 1']);
    assert.equal(held.status(), undefined);
    held.choose(['gate']);
    held.onCollected(round);
    await settle();
    assert.deepEqual(calls, ['start 2', 'choose 2 gate', 'round 2']);
  });

  it('that are stopped before they begin are never begun', async () => {
    const { calls, start } = rig();
    const known = Promise.withResolvers<EarlierStreams>();
    const held = new HeldStreams({ start, earlier: () => known.promise });
    held.onCollected(round);
    const stopped = held.stop();
    known.resolve(new EarlierStreams([], 0, 0));
    await stopped;
    await settle();
    assert.deepEqual([calls, held.status()], [[], undefined]);
  });

  it('begin although it cannot be read what was received before', async () => {
    const { calls, start } = rig();
    const held = new HeldStreams({ start, earlier: () => Promise.reject(new Error('damaged')) });
    held.onCollected(round);
    await settle();
    assert.deepEqual(calls, ['start 1', 'choose 1 all', 'round 1']);
  });
});
