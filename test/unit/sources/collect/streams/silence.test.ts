import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../../src/core/observation.ts';
import { MarketMoves } from '../../../../../src/sources/collect/streams/marketMoves.ts';
import {
  judgeSilence,
  Pauses,
  type SilenceEvidence,
} from '../../../../../src/sources/collect/streams/silenceWitness.ts';

const MOVED: SilenceEvidence = {
  silentMs: 210_000,
  medianPauseMs: 10_000,
  othersHaveData: true,
  priceMove: 0.02,
};

describe('the witness of a silent channel', () => {
  it("believes the exchange's own history before anything else", () => {
    assert.equal(judgeSilence({ silentMs: 1_000, eventsInHistory: 1 }), 'stale');
    assert.equal(judgeSilence({ ...MOVED, eventsInHistory: 0 }), 'quiet');
  });

  it('without history accuses only a long silence in a moving market beside channels that go on', () => {
    assert.equal(judgeSilence(MOVED), 'stale');
    assert.equal(judgeSilence({ ...MOVED, priceMove: 0, openInterestMove: -0.02 }), 'stale');
    assert.equal(
      judgeSilence({ ...MOVED, silentMs: 200_000 }),
      'quiet',
      '20 usual pauses are not more than 20',
    );
    assert.equal(judgeSilence({ ...MOVED, othersHaveData: false }), 'quiet');
    assert.equal(judgeSilence({ ...MOVED, priceMove: 0.0099 }), 'quiet');
  });

  it('never accuses by what is not known', () => {
    for (const name of ['medianPauseMs', 'othersHaveData', 'priceMove'] as const) {
      const { [name]: _, ...rest } = MOVED;
      assert.equal(judgeSilence(rest), 'quiet', name);
    }
  });

  it('knows the median pause after five of them, and forgets old ones', () => {
    const pauses = new Pauses();
    for (const atMs of [0, 10, 20, 30, 1_030]) pauses.add(atMs);
    assert.equal(pauses.medianMs, undefined);
    pauses.add(1_040);
    assert.equal(pauses.medianMs, 10);
    for (let atMs = 2_000; atMs < 200_000; atMs += 1_000) pauses.add(atMs);
    assert.equal(pauses.medianMs, 1_000);
  });

  it('measures how far price and open interest went since the silence began', () => {
    const moves = new MarketMoves();
    const known = {
      exchange: 'x',
      venueSymbol: 'B',
      baseAsset: 'BTC',
      instrument: 'x:B',
      endpoint: 'e',
      atMs: 0,
      receivedAtMs: 0,
    } as const;
    const price = (markPriceQuote: number): Observation => ({ ...known, kind: 'mark-price', markPriceQuote });
    const interest = (openInterestBase: number): Observation => ({
      ...known,
      kind: 'open-interest',
      sides: 'one',
      openInterestBase,
    });
    for (const [minute, value] of [
      [0, 100],
      [1, 100],
      [2, 104],
      [3, 101],
    ] as const)
      moves.add([price(value), interest(value * 2)], minute * 60_000);
    assert.ok(Math.abs((moves.moveSince('price', ['x:B'], 60_000) ?? 0) - 0.04) < 1e-9);
    assert.ok(Math.abs((moves.moveSince('interest', ['x:B'], 180_000) ?? 1) - 0) < 1e-9);
    assert.equal(moves.moveSince('price', ['x:other'], 0), undefined);
  });
});
