import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { RegimeAssessment } from '../../../src/analysis/regime/assessment.ts';
import type { AssetSnapshot, ExchangeSnapshot, MarketState } from '../../../src/market/snapshot.ts';
import { StateReceiver, StateSender, type StateMessage } from '../../../src/compose/stateParts.ts';
import { exchangeWith, observe } from '../market/builders.ts';
import { IDLE, readyState } from '../surfaces/editor/states.ts';

/** Sends as a thread would: nothing crosses but a copy. */
function joined() {
  const [sender, receiver] = [new StateSender(), new StateReceiver()];
  const sent: StateMessage[] = [];
  return {
    sent,
    receiver,
    /** The channel takes nothing. */
    lose: (state: MarketState): void => {
      sender.message(state, 5);
      sender.takeBack();
    },
    cross: (state: MarketState): MarketState => {
      const message = structuredClone(sender.message(state, 5));
      sent.push(message);
      return receiver.state(message);
    },
  };
}

const exchange = (id: string, base: number): ExchangeSnapshot =>
  exchangeWith(id, [observe(id, 'open-interest', { openInterestBase: base, sides: 'one' })]);
const withExchanges = (state: MarketState, exchanges: readonly ExchangeSnapshot[]): MarketState => {
  const [asset] = state.snapshot?.assets ?? [];
  assert.ok(state.snapshot !== undefined && asset !== undefined);
  return { ...state, snapshot: { ...state.snapshot, assets: [{ ...asset, exchanges }] } };
};

describe('states that cross in parts', () => {
  it('arrive as they were sent, whole', () => {
    const { cross } = joined();
    const state = readyState('simulated', [exchange('okx', 1), exchange('bybit', 2)]);
    assert.deepEqual(cross(state), state);
    assert.deepEqual(cross(IDLE), IDLE);
    assert.deepEqual(cross({ ...state, isPushed: true, lastError: 'disk' }), {
      ...state,
      isPushed: true,
      lastError: 'disk',
    });
  });

  it('carry what has changed alone: what was the same object before is the same object after', () => {
    const { cross, sent } = joined();
    const many = Array.from({ length: 18 }, (_, index) => exchange(`e${index}`, index));
    const state = readyState('live', many);
    const first = cross(state);
    const pushed = [...many.slice(0, 17), exchange('e17', 99)];
    const second = cross(withExchanges(state, pushed));
    const [before, after] = [first, second].map((one) => one.snapshot?.assets[0]?.exchanges ?? []);
    assert.deepEqual(after, pushed);
    assert.ok(before?.slice(0, 17).every((one, index) => one === after?.[index]));
    assert.equal(first.regimes, second.regimes);
    assert.equal(first.snapshot?.assets[0]?.aggregate, second.snapshot?.assets[0]?.aggregate);
    const [whole, part] = sent.map((message) => serialize(message).length);
    assert.ok(whole !== undefined && part !== undefined && part < whole / 5, `${part} of ${whole} bytes`);
  });

  it('name readings that stayed within an exchange that changed, however long it had not', () => {
    const { cross } = joined();
    const one = exchange('okx', 1);
    const [instrument] = one.instruments;
    assert.ok(instrument !== undefined);
    const readingsOf = (state: MarketState) =>
      state.snapshot?.assets[0]?.exchanges[0]?.instruments[0]?.observations ?? [];
    const [before] = readingsOf(cross(readyState('live', [one])));
    cross({ ...readyState('live', [one]), isPushed: true });
    const observations = [...instrument.observations, ...instrument.observations.map((row) => ({ ...row }))];
    const after = readingsOf(
      cross(readyState('live', [{ ...one, instruments: [{ ...instrument, observations }] }])),
    );
    assert.deepEqual(after, observations);
    assert.ok(before !== undefined && after[0] === before);
  });

  it('keep one object one, wherever it stands', () => {
    const { cross } = joined();
    const state = readyState('live', [exchange('okx', 1)]);
    const [asset] = state.snapshot?.assets ?? [];
    assert.ok(state.snapshot !== undefined && asset !== undefined);
    const { snapshot } = cross({ ...state, snapshot: { ...state.snapshot, assets: [asset, asset] } });
    assert.ok(snapshot !== undefined && snapshot.assets[0] === snapshot.assets[1]);
  });

  it('hold nothing that no state has any more, on neither side', () => {
    const [sender, receiver] = [new StateSender(), new StateReceiver()];
    const cross = (state: MarketState): MarketState =>
      receiver.state(structuredClone(sender.message(state, 0)));
    cross(IDLE);
    const idle = receiver.size;
    const state = readyState('live', [exchange('okx', 1)]);
    cross(state);
    assert.ok(receiver.size > idle);
    cross(IDLE);
    assert.equal(receiver.size, idle);
    assert.deepEqual(cross(state), state, 'what was forgotten is sent anew');
    for (let push = 0; push < 100; push++) cross(withExchanges(state, [exchange('okx', push)]));
    const many = receiver.size;
    for (let push = 0; push < 100; push++) cross(withExchanges(state, [exchange('okx', push)]));
    assert.equal(receiver.size, many);
    assert.throws(() => receiver.state({ state: { id: 1e6 }, gone: [], offsetMs: 0 }), /never sent/);
  });

  it('agree with a full copy over any sequence of states', () => {
    const pool = Array.from({ length: 6 }, (_, index) => exchange(`e${index}`, index));
    const regimes = [new Map<string, RegimeAssessment>(), readyState().regimes];
    const steps = fc.array(
      fc.record({
        exchanges: fc.array(fc.nat(5), { maxLength: 6 }),
        regime: fc.nat(1),
        hasNumbers: fc.boolean(),
        assets: fc.integer({ min: 0, max: 3 }),
        isLost: fc.boolean(),
        changes: fc.option(fc.constant<NonNullable<AssetSnapshot['changes']>>([])),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { cross, lose, receiver } = joined();
        for (const step of all) {
          const ready = readyState(
            'live',
            step.exchanges.map((at) => pool[at]!),
          );
          const [asset] = ready.snapshot!.assets;
          const own = { ...asset!, ...(step.changes === null ? {} : { changes: step.changes }) };
          const assets = Array.from({ length: step.assets }, () => own);
          const state: MarketState = step.hasNumbers
            ? { ...ready, regimes: regimes[step.regime]!, snapshot: { ...ready.snapshot!, assets } }
            : { ...IDLE, regimes: regimes[step.regime]! };
          if (step.isLost) lose(state);
          else assert.deepEqual(cross(state), structuredClone(state));
        }
        const { cross: crossAnew, receiver: fresh } = joined();
        cross(IDLE);
        crossAnew(IDLE);
        assert.equal(receiver.size, fresh.size, 'nothing is kept of what was lost');
      }),
      { numRuns: 200 },
    );
  });
});
