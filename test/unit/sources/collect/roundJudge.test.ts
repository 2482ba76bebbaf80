import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allRows } from '../../../../src/core/chunk.ts';
import type { DataSource } from '../../../../src/core/ids.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { ExchangeResult } from '../../../../src/sources/collect/exchangeSession.ts';
import { MarketTime } from '../../../../src/sources/collect/marketTime.ts';
import { OneSource } from '../../../../src/sources/collect/oneSource.ts';
import { RoundJudge, type Judged } from '../../../../src/sources/collect/roundJudge.ts';
import { RowGate } from '../../../../src/sources/collect/rowGate.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { NOW, observe, resultOf } from '../../market/builders.ts';

const NINE = Array.from({ length: 9 }, (_, index) => `x${index}`);

/** Rounds of nine exchanges whose clocks are `aheadMs` of the one here. */
function rounds(expected: DataSource = 'live') {
  const clock = new FakeClock(NOW);
  const time = new MarketTime(clock);
  const deps = { source: new OneSource(expected), time, gate: new RowGate() };
  const answer = (
    exchange: string,
    { isSimulated = false, aheadMs = 0 }: { isSimulated?: boolean; aheadMs?: number } = {},
  ): ExchangeResult => {
    const nowMs = clock.nowMs();
    time.noteAnswer(exchange, { receivedAtMs: nowMs, latencyMs: 0, serverDateMs: nowMs + aheadMs });
    const atMs = nowMs + aheadMs;
    const row = observe(exchange, 'mark-price', { markPriceQuote: 100, atMs, receivedAtMs: nowMs });
    return resultOf(exchange, [row], { isSimulated });
  };
  return { time, answer, next: (asked = NINE) => new RoundJudge(asked, deps) };
}

const shown = ({ source, results }: Judged) => [source, results.map(({ exchange }) => exchange)];

describe('the judge of a round', () => {
  it('shows exchanges as they answer, as soon as two tell the source and three the time', () => {
    const { answer, next } = rounds();
    const judge = next();
    assert.deepEqual(NINE.slice(0, 4).map((id) => shown(judge.add(answer(id)))), [
      [undefined, []],
      ['live', []],
      ['live', ['x0', 'x1', 'x2']],
      ['live', ['x3']],
    ]); // prettier-ignore
    assert.deepEqual(shown(judge.end()), ['live', []], 'nothing is told twice');
    assert.equal(judge.results.length, 4);
  });

  it('says of two exchanges nothing before both have answered', () => {
    const { answer, next } = rounds();
    const judge = next(['x0', 'x1']);
    assert.deepEqual(shown(judge.add(answer('x0'))), ['live', []]);
    assert.deepEqual(shown(judge.add(answer('x1'))), ['live', ['x0', 'x1']]);
  });

  it('holds a market that is not the expected one until nobody can say otherwise', () => {
    const { answer, next } = rounds();
    const judge = next();
    const parts = NINE.map((id) => shown(judge.add(answer(id, { isSimulated: true }))));
    assert.deepEqual(parts.slice(0, 7).flatMap(([, ids]) => ids), []); // prettier-ignore
    assert.deepEqual(parts.slice(7), [['simulated', NINE.slice(0, 8)], ['simulated', ['x8']]]); // prettier-ignore
  });

  it('counts who may still say otherwise: of five one, of four none', () => {
    for (const [asked, needed] of [
      [5, 4],
      [4, 4],
    ] as const) {
      // prettier-ignore
      const { answer, next } = rounds();
      const judge = next(NINE.slice(0, asked));
      const parts = NINE.slice(0, asked).map((id) => judge.add(answer(id, { isSimulated: true })).source);
      assert.equal(parts.indexOf('simulated') + 1, needed);
    }
  });

  it('knows the source of the round before, and turns where this one tells otherwise', () => {
    const { answer, next } = rounds();
    const first = next();
    for (const id of NINE) first.add(answer(id, { isSimulated: true }));
    first.end();
    const second = next();
    assert.deepEqual(shown(second.add(answer('x0', { isSimulated: true }))), ['simulated', ['x0']]);
    assert.equal(second.add(answer('x1'))?.results[0]?.answered, 0, 'left out: it is of the other source');
    const turned = second.add(answer('x2'));
    assert.equal(turned.source, 'live');
    const answered = Object.fromEntries(turned.results.map((one) => [one.exchange, one.answered]));
    assert.deepEqual(answered, { x0: 0, x2: 1 }, 'what was shown as simulated is taken back');
  });

  it('leaves a marked one out, whenever it answers, and never learns the time from it', () => {
    for (const at of [0, 4, 8]) {
      const { answer, next, time } = rounds();
      const judge = next();
      for (const [index, id] of NINE.entries())
        judge.add(answer(id, index === at ? { isSimulated: true, aheadMs: HOUR_MS } : {}));
      assert.equal(judge.end().source, 'live');
      const left = judge.results.filter((one) => one.answered === 0).map(({ exchange }) => exchange);
      assert.deepEqual(left, [`x${at}`]);
      assert.equal(time.offsetMs(), 0);
      assert.equal(time.at(`x${at}`, NOW), NOW, 'by what the others agree on');
    }
  });

  it('takes no exchange’s word for the time: who comes first with a wrong clock is held, and its rows are not used', () => {
    const { answer, next } = rounds();
    const judge = next();
    const aheadMs = HOUR_MS;
    assert.deepEqual(shown(judge.add(answer('x0', { aheadMs }))), [undefined, []]);
    const parts = NINE.slice(1).map((id) => judge.add(answer(id)));
    const [first] = parts.flatMap(({ results }) => results.filter(({ exchange }) => exchange === 'x0'));
    assert.deepEqual([first?.observations, first?.issues[0]?.code], [[], 'ahead-of-clock']);
    const others = parts.flatMap(({ results }) => results.filter(({ exchange }) => exchange !== 'x0'));
    assert.equal(others.length, 8);
    for (const { observations } of others) assert.equal(allRows(observations)[0]?.receivedAtMs, NOW);
  });

  it('brings rows to the time that the exchanges agree on where the clock here is wrong', () => {
    const { answer, next } = rounds();
    const judge = next();
    for (const id of NINE) judge.add(answer(id, { aheadMs: HOUR_MS }));
    judge.end();
    for (const { observations, issues } of judge.results) {
      assert.deepEqual(issues, []);
      assert.ok(Math.abs((allRows(observations)[0]?.receivedAtMs ?? 0) - NOW - HOUR_MS) <= 1_000);
    }
  });

  it('dates nobody by the clocks of those who may be left out', () => {
    const { answer, next } = rounds();
    const judge = next();
    for (const id of ['x0', 'x1', 'x2']) judge.add(answer(id, { isSimulated: true, aheadMs: HOUR_MS }));
    for (const id of ['x3', 'x4', 'x5']) judge.add(answer(id));
    judge.end();
    const told = judge.results.map(({ exchange, observations }) => [
      exchange,
      allRows(observations)[0]?.receivedAtMs,
    ]);
    assert.deepEqual(Object.fromEntries(told), { x0: undefined, x1: undefined, x2: undefined, x3: NOW, x4: NOW, x5: NOW }); // prettier-ignore
  });

  it('holds all until the end where nobody tells the time', () => {
    const { next } = rounds();
    const judge = next();
    const silent = NINE.map((id) => resultOf(id, [observe(id, 'open-interest', { openInterestBase: 1 })]));
    for (const result of silent) assert.deepEqual(judge.add(result).results, []);
    assert.equal(judge.end().results.length, 9);
  });
});
