import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MarkPrice, Observation, OpenInterest, Volume } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { RowGate } from '../../../../src/sources/collect/rowGate.ts';

const NOW = Date.UTC(2026, 9, 20);
const about = (atMs: number, endpoint: string) => ({
  exchange: 'gate',
  venueSymbol: 'BTC_USDT',
  baseAsset: 'BTC',
  instrument: 'gate:BTC_USDT' as const,
  atMs,
  receivedAtMs: atMs,
  endpoint,
});
const reading = (openInterestBase: number, atMs = NOW, endpoint = 'GET /now'): OpenInterest => ({
  ...about(atMs, endpoint),
  kind: 'open-interest',
  sides: 'one',
  openInterestBase,
});
const history = (value: number, hours = 48, endMs = NOW): OpenInterest[] =>
  Array.from({ length: hours }, (_, index) => ({
    ...reading(value * (1 + index / 1_000), endMs - (hours - index) * HOUR_MS, 'GET /history'),
    barMs: HOUR_MS,
  }));
const price = (markPriceQuote: number, atMs = NOW, endpoint = 'GET /ticker'): MarkPrice => ({
  ...about(atMs, endpoint),
  kind: 'mark-price',
  markPriceQuote,
});
const volume = (volumeBase: number, atMs = NOW): Volume => ({
  ...about(atMs, 'GET /ticker'),
  kind: 'volume',
  windowMs: DAY_MS,
  volumeBase,
});

/** A gate whose first answers are these; returns how many of later rows pass. */
function gateAfter(...rows: Observation[]) {
  const gate = new RowGate();
  const first = gate.sift('live', rows);
  const passes = (...later: Observation[]): boolean => gate.sift('live', later).kept.length === later.length;
  return { gate, first, passes };
}

describe('the gate that all rows pass', () => {
  it('lets nothing of another scale pass after the first page of history, and says what it kept apart', () => {
    const { gate, first, passes } = gateAfter(...history(91_000), reading(91_100), price(90_000));
    assert.deepEqual(first.issues, []);
    assert.equal(passes(reading(90_500, NOW + MINUTE_MS)), true);
    const { kept, issues } = gate.sift('live', [
      reading(91e6, NOW + 2 * MINUTE_MS),
      price(90_100, NOW + 2 * MINUTE_MS),
    ]);
    assert.deepEqual(
      kept.map((one) => one.kind),
      ['mark-price'],
    );
    assert.deepEqual(
      issues.map(({ code, path, asset, count }) => ({ code, path, asset, count })),
      [{ code: 'implausible-jump', path: 'GET /now', asset: 'BTC', count: 1 }],
    );
    assert.equal(passes(price(90, NOW + 3 * MINUTE_MS)), false);
    assert.equal(passes(reading(0, NOW + 3 * MINUTE_MS)), false);
    assert.equal(passes(reading(91_000, NOW + 4 * MINUTE_MS), price(89_000, NOW + 4 * MINUTE_MS)), true);
  });

  it('takes neither side where history and the only reading contradict each other, until a third tells', () => {
    const { gate, first } = gateAfter(...history(91e6), reading(91_000));
    assert.deepEqual(
      first.issues.map(({ code, path }) => [code, path]),
      [['implausible-jump', 'GET /now']],
    );
    assert.equal(gate.book('live').levelOf('gate:BTC_USDT', 'open-interest-base'), 'contested');
    const ticker = reading(91_000, NOW + MINUTE_MS, 'GET /ticker');
    assert.equal(gate.sift('live', [reading(91_000, NOW + MINUTE_MS), ticker]).kept.length, 0);
    // From here on two endpoints stand against one.
    assert.equal(gate.sift('live', [reading(91_000, NOW + 2 * MINUTE_MS)]).kept.length, 1);
    assert.equal(gate.sift('live', history(91e6)).kept.length, 0);
  });

  it('gives up a first value that nothing repeats', () => {
    const { passes } = gateAfter(reading(91e6));
    const later = [1, 2, 3, 4].map((minute) => passes(reading(91_000, NOW + minute * MINUTE_MS)));
    assert.deepEqual(later, [false, false, false, true]);
  });

  it('takes a new scale over: after 15 minutes of two endpoints, after 6 hours of one', () => {
    const takenAfter = (endpoints: readonly string[], everyMs: number): number => {
      const { passes } = gateAfter(...history(91_000), reading(91_000), price(90_000));
      for (let step = 1; ; step += 1) {
        const atMs = NOW + step * everyMs;
        if (passes(...endpoints.map((endpoint) => reading(91, atMs, endpoint)))) return (step - 1) * everyMs;
      }
    };
    assert.equal(takenAfter(['GET /now', 'GET /ticker'], 5 * MINUTE_MS), 20 * MINUTE_MS);
    assert.equal(takenAfter(['GET /now'], 30 * MINUTE_MS), 6.5 * HOUR_MS);
  });

  it('does not take a new scale over while an endpoint states the old one', () => {
    const { gate } = gateAfter(...history(91_000), reading(91_000));
    for (let hour = 1; hour < 24; hour += 1) {
      const atMs = NOW + hour * HOUR_MS;
      const { kept } = gate.sift('live', [reading(91e6, atMs, 'WS tickers'), reading(91_000, atMs)]);
      assert.deepEqual(
        kept.map((one) => one.endpoint),
        ['GET /now'],
      );
    }
  });

  it('counts a zero of a market that is no longer traded, and of no other', () => {
    const traded = gateAfter(...history(91_000), reading(91_000), volume(9_000));
    assert.equal(traded.passes(reading(0, NOW + MINUTE_MS)), false);
    assert.equal(traded.passes(volume(0, NOW + MINUTE_MS), reading(0, NOW + MINUTE_MS)), false);
    const dayMs = NOW + 2 * DAY_MS;
    assert.equal(traded.passes(volume(0, dayMs), reading(0, dayMs)), true);
    assert.equal(gateAfter(reading(0)).first.kept.length, 0);
    assert.equal(gateAfter(reading(0), volume(0)).first.kept.length, 2);
    assert.equal(gateAfter(reading(0), volume(5)).first.kept.length, 1);
  });

  it('keeps what is pushed to the same levels and tells it with the next round', () => {
    const { gate } = gateAfter(...history(91_000), reading(91_000), price(90_000));
    const pushed = [price(90_010, NOW + 1_000, 'WS ticker'), price(9e7, NOW + 2_000, 'WS ticker')];
    assert.deepEqual(gate.siftPushed('live', pushed), [pushed[0]]);
    assert.deepEqual(
      gate.takeIssues('gate').map(({ code, path }) => [code, path]),
      [['implausible-jump', 'WS ticker']],
    );
    assert.deepEqual(gate.takeIssues('gate'), []);
  });

  it('never judges live rows by simulated ones', () => {
    const gate = new RowGate();
    gate.sift('simulated', [...history(91_000), reading(91_000)]);
    assert.equal(gate.sift('live', [reading(91e6)]).kept.length, 1);
  });
});
