import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  idleLane,
  resumedLane,
  stepLane,
  type LaneEffect,
  type LaneEvent,
  type LaneState,
  type Moment,
} from '../../../../../src/sources/collect/streams/laneState.ts';

const SEED = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2_147_483_647);
const T0 = Date.UTC(2026, 10, 1);
const STEADY = { rhythm: 'steady', staleAfterMs: 30_000 } as const;
const EVENTS = { rhythm: 'events', staleAfterMs: 30_000 } as const;
const at = (seconds: number): Moment => ({ wallMs: T0 + seconds * 1_000, monoMs: seconds * 1_000 });

/** Plays events at seconds; returns the last state and all effects. */
function play(
  rules: typeof STEADY | typeof EVENTS,
  events: readonly (readonly [number, LaneEvent])[],
): { lane: LaneState; effects: LaneEffect[] } {
  let lane = idleLane(at(0));
  const effects: LaneEffect[] = [];
  for (const [seconds, event] of events) {
    const step = stepLane(lane, event, at(seconds), rules);
    lane = step.lane;
    effects.push(...step.effects);
  }
  return { lane, effects };
}

const connected = (connection: number, seconds = 0): [number, LaneEvent][] => [
  [seconds, { type: 'connecting', connection }],
  [seconds + 1, { type: 'subscribed', connection }],
];
const data = (connection: number): LaneEvent => ({ type: 'data', connection, isValid: true });
const gapsIn = (effects: readonly LaneEffect[]): unknown[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'gap-ended') return [];
    const { fromMs, toMs, cause } = effect.gap;
    return [[(fromMs - T0) / 1_000, (toMs - T0) / 1_000, cause]];
  });

describe('the states of a stream', () => {
  it('is live by valid data alone', () => {
    const { lane } = play(STEADY, [
      ...connected(1),
      [2, { type: 'ack', connection: 1 }],
      [3, { type: 'pong', connection: 1 }],
      [4, { type: 'data', connection: 1, isValid: false }],
    ]);
    assert.equal(lane.state, 'subscribed');
    assert.equal(play(STEADY, [...connected(1), [5, data(1)]]).lane.state, 'live');
  });

  it('an acknowledgement without data: stale by the limit, replaced once, a gap from the beginning', () => {
    const { lane, effects } = play(STEADY, [
      ...connected(1),
      [2, { type: 'ack', connection: 1 }],
      [31, { type: 'tick' }],
      [31.1, { type: 'tick' }],
      [40, { type: 'tick' }],
    ]);
    assert.equal(lane.state, 'stale');
    assert.deepEqual(effects, [{ type: 'gap-opened' }, { type: 'replace-connection', connection: 1 }]);
    assert.equal(lane.gap?.from.wallMs, T0);
  });

  it('a broken connection: a gap from the last data to the next', () => {
    const { lane, effects } = play(STEADY, [
      ...connected(1), [5, data(1)], [9, data(1)],
      [12, { type: 'closed', connection: 1, cause: 'closed' }],
      ...connected(2, 14), [17, data(2)],
    ]); // prettier-ignore
    assert.equal(lane.state, 'live');
    assert.deepEqual(gapsIn(effects), [[9, 17, 'closed']]);
  });

  it('a channel that another process received goes on with a gap from its end to the first data', () => {
    const resume = (rules: typeof STEADY | typeof EVENTS) => {
      let lane = resumedLane(at(-20), at(0));
      const effects: LaneEffect[] = [];
      for (const [seconds, event] of [...connected(1, 1), [6, data(1)]] as [number, LaneEvent][]) {
        const step = stepLane(lane, event, at(seconds), rules);
        lane = step.lane;
        effects.push(...step.effects);
      }
      return gapsIn(effects);
    };
    assert.deepEqual(resume(STEADY), [[-20, 6, 'stopped']]);
    assert.deepEqual(resume(EVENTS), [[-20, 2, 'stopped']], 'events: from the subscription that worked');
  });

  it('a planned change of connection leaves no gap', () => {
    const { lane, effects } = play(STEADY, [
      ...connected(1), [5, data(1)], ...connected(2, 8), [10, data(1)], [11, data(2)],
      [12, { type: 'closed', connection: 1, cause: 'closed' }], [13, data(2)],
    ]); // prettier-ignore
    assert.equal(lane.connection, 2);
    assert.equal(lane.state, 'live');
    assert.deepEqual(effects, []);
  });

  it('a connection that ends before its successor has data: a gap until that has', () => {
    const { lane, effects } = play(STEADY, [
      ...connected(1), [5, data(1)], ...connected(2, 8),
      [12, { type: 'closed', connection: 1, cause: 'closed' }], [15, data(2)],
    ]); // prettier-ignore
    assert.equal(lane.state, 'live');
    assert.deepEqual(gapsIn(effects), [[5, 15, 'closed']]);
  });

  it('events: complete for as long as the socket was heard, and again since the subscription that worked', () => {
    const { effects } = play(EVENTS, [
      ...connected(1), [5, data(1)], [60, { type: 'alive', connection: 1 }],
      [70, { type: 'closed', connection: 1, cause: 'closed' }],
      ...connected(2, 80), [900, data(2)],
    ]); // prettier-ignore
    assert.deepEqual(gapsIn(effects), [[60, 81, 'closed']]);
  });

  it('events: silence asks the witness, whose word decides', () => {
    const quiet: [number, LaneEvent][] = [...connected(1), [5, data(1)], [36, { type: 'tick' }]];
    const asked = play(EVENTS, quiet);
    assert.deepEqual(
      asked.effects.map((effect) => effect.type),
      ['ask-witness'],
    );
    assert.equal(asked.lane.state, 'live');
    const stale = play(EVENTS, [...quiet, [37, { type: 'witness', connection: 1, verdict: 'stale' }]]);
    assert.equal(stale.lane.state, 'stale');
    assert.equal(stale.lane.gap?.from.wallMs, T0 + 5_000);
    const still = play(EVENTS, [
      ...quiet, [37, { type: 'witness', connection: 1, verdict: 'quiet' }], [60, { type: 'tick' }], [67, { type: 'tick' }],
    ]); // prettier-ignore
    assert.equal(still.lane.state, 'live');
    assert.equal(still.effects.length, 2, 'it asks again only after as long a silence');
  });

  it('events: what failed on a connection that stands is a gap until the next event, not until its beginning', () => {
    const overflow = play(EVENTS, [
      ...connected(1), [5, data(1)], [60, { type: 'alive', connection: 1 }], [61, { type: 'lost' }], [70, data(1)],
    ]); // prettier-ignore
    assert.deepEqual(gapsIn(overflow.effects), [[60, 70, 'overflow']]);
    const silence = play(EVENTS, [
      ...connected(1), [5, data(1)], [36, { type: 'tick' }], [37, { type: 'witness', connection: 1, verdict: 'stale' }],
      [44, data(1)],
    ]); // prettier-ignore
    assert.deepEqual(gapsIn(silence.effects), [[5, 44, 'silent']]);
  });

  it('events: a successor that was subscribed in time leaves a gap of no length, which is none', () => {
    const { effects } = play(EVENTS, [
      ...connected(1), [5, data(1)], ...connected(2, 8), [11, { type: 'alive', connection: 1 }],
      [12, { type: 'closed', connection: 1, cause: 'closed' }], [90, data(2)],
    ]); // prettier-ignore
    assert.deepEqual(gapsIn(effects), [[11, 11, 'closed']]);
  });

  it('a gap keeps its length where the clock is set back meanwhile', () => {
    const before = play(STEADY, [
      ...connected(1), [5, data(1)], [6, { type: 'closed', connection: 1, cause: 'clock' }], ...connected(2, 8),
    ]); // prettier-ignore
    const now = { wallMs: T0 - 3_600_000, monoMs: 15_000 };
    const { effects } = stepLane(before.lane, data(2), now, STEADY);
    assert.deepEqual(gapsIn(effects), [[-3_610, -3_600, 'clock']]);
  });

  it(`keeps its promises over any order of events (PERPSCOPE_SEED=${SEED})`, () => {
    const id = fc.integer({ min: 0, max: 6 });
    const event: fc.Arbitrary<LaneEvent> = fc.oneof(
      fc.record({
        type: fc.constantFrom('connecting', 'subscribed', 'ack', 'pong', 'alive'),
        connection: id,
      }),
      fc.record({ type: fc.constant('data' as const), connection: id, isValid: fc.boolean() }),
      fc.record({ type: fc.constantFrom('succeed', 'refused'), connection: id }),
      fc.record({
        type: fc.constant('witness' as const),
        connection: id,
        verdict: fc.constantFrom('stale' as const, 'quiet' as const),
      }),
      fc.record({
        type: fc.constant('closed' as const),
        connection: id,
        cause: fc.constant('closed' as const),
      }),
      fc.record({ type: fc.constantFrom('lost', 'tick', 'stop') }),
    ) as fc.Arbitrary<LaneEvent>;
    const timed = fc.record({
      event,
      waitMs: fc.integer({ min: 0, max: 40_000 }),
      jumpMs: fc.constantFrom(0, 0, 0, 3_600_000, -3_600_000),
    });
    const property = fc.property(fc.array(timed, { maxLength: 40 }), fc.boolean(), (steps, isSteady) => {
      const rules = isSteady ? STEADY : EVENTS;
      let lane = idleLane({ wallMs: T0, monoMs: 0 });
      let now: Moment = { wallMs: T0, monoMs: 0 };
      let isGapOpen = false;
      const replaced = new Set<number>();
      const validOn = new Set<number>();
      for (const { event: one, waitMs, jumpMs } of steps) {
        now = { wallMs: now.wallMs + waitMs + jumpMs, monoMs: now.monoMs + waitMs };
        const before = lane;
        const { lane: after, effects } = stepLane(before, one, now, rules);
        if ('connection' in one && one.type !== 'connecting') {
          const isOwn =
            one.connection !== 0 && [before.connection, before.successor].includes(one.connection);
          if (!isOwn) assert.deepEqual([after, effects], [before, []], 'a late callback changes nothing');
        }
        if (one.type === 'ack' || one.type === 'pong') assert.equal(after, before);
        if (one.type === 'data' && one.isValid && after !== before) validOn.add(one.connection);
        if (after.state === 'live') assert.ok(validOn.has(after.connection), 'never live without valid data');
        if (after.state === 'live') assert.equal(after.gap, undefined, 'never live in a gap');
        if (after.state === 'gap' || after.state === 'stale') assert.ok(after.gap !== undefined);
        assert.ok(after.connection <= after.newest && after.successor <= after.newest);
        assert.ok(after.successor === 0 || after.successor > after.connection);
        for (const effect of effects) {
          if (effect.type === 'gap-opened') {
            assert.ok(!isGapOpen);
            isGapOpen = true;
          } else if (effect.type === 'gap-ended') {
            assert.ok(isGapOpen);
            isGapOpen = false;
            assert.ok(effect.gap.fromMs <= effect.gap.toMs);
          } else if (effect.type === 'replace-connection') {
            assert.ok(!replaced.has(effect.connection), 'asked for once per connection');
            replaced.add(effect.connection);
          } else assert.equal(rules.rhythm, 'events');
        }
        assert.equal(isGapOpen, after.gap !== undefined);
        lane = after;
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 12_000 });
  }).timeout(60_000);
});
