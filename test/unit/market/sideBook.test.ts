import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenInterest } from '../../../src/core/observation.ts';
import { HealthBook } from '../../../src/market/healthBook.ts';
import { SideBook, type SideFinding } from '../../../src/market/sideBook.ts';
import type {
  OpenInterestAnswer,
  ReceivedStatement,
} from '../../../src/sources/collect/openInterestAnswer.ts';
import { sideRows } from '../../../src/surfaces/reports/sideRows.ts';
import { NOW, resultOf } from './builders.ts';

const answer = (
  lots: readonly number[],
  sides: OpenInterest['sides'],
  changes: Partial<OpenInterestAnswer> = {},
): OpenInterestAnswer => ({
  endpoint: 'POST /info',
  sides,
  receivedAtMs: NOW,
  sizes: lots.map((size) => ({ size: size * 0.001, lot: 0.001 })),
  ...changes,
});
const even = Array.from({ length: 25 }, (_, index) => 2 * (index + 1));
const mixed = even.map((lots, index) => lots + (index % 2));

/** What is found after these answers, each of one refresh. */
function found(...answers: OpenInterestAnswer[]): SideFinding[] {
  const book = new SideBook();
  for (const one of answers) book.record({ ...resultOf('hyperliquid', []), openInterestAnswers: [one] });
  return book.of('hyperliquid');
}

describe('the evidence of sides', () => {
  it('agrees with what the adapter states, or adds to it where that is not verified', () => {
    for (const sides of ['both', 'unverified'] as const) {
      const [finding] = found(answer(even, sides));
      assert.deepEqual(
        [finding?.evidence.verdict, finding?.evidence.counted, finding?.evidence.of],
        ['both', 25, 25],
      );
      assert.deepEqual([finding?.isContradiction, finding?.stated], [false, sides]);
    }
  });

  it('contradicts the adapter where the other convention is proven, in either direction', () => {
    assert.equal(found(answer(even, 'one'))[0]?.isContradiction, true);
    assert.equal(found(answer([1, ...mixed], 'both'))[0]?.isContradiction, true);
    assert.equal(found(answer([1, ...mixed], 'one'))[0]?.isContradiction, false);
    assert.equal(found(answer(mixed, 'both'))[0]?.isContradiction, false, 'odd values prove nothing');
  });

  it('sees within one refresh that a proven convention holds no more, and does not forget it', () => {
    const later = { receivedAtMs: NOW + 60_000 };
    const halves = even.map((lots) => lots / 2);
    for (const rest of [[halves], [halves, mixed], [[1, ...halves]]]) {
      const [finding] = found(answer(even, 'both'), ...rest.map((lots) => answer(lots, 'both', later)));
      assert.deepEqual(finding?.changedFrom, { verdict: 'both', provenAtMs: NOW });
    }
    const [back] = found(answer(even, 'both'), answer(halves, 'both'), answer(even, 'both', later));
    assert.equal(back?.changedFrom, undefined);
    const [turned] = found(answer([1, ...mixed], 'one'), answer(even, 'one', later));
    assert.deepEqual([turned?.changedFrom?.verdict, turned?.isContradiction], ['one', true]);
  });

  it('takes one odd value among many for two moments of reading, not for a change', () => {
    const nearly = even.map((lots, index) => (index === 3 ? lots + 1 : lots));
    assert.equal(found(answer(even, 'both'), answer(nearly, 'both'))[0]?.changedFrom, undefined);
  });

  it('says nothing of few instruments, or where sizes are no whole lots', () => {
    assert.deepEqual(found(answer(even.slice(6), 'both')), []);
    const odd = answer(even, 'both');
    assert.deepEqual(found({ ...odd, sizes: [...odd.sizes, { size: 0.0005, lot: 0.001 }] }), []);
  });

  it('never mixes the simulated market with the live one', () => {
    const book = new SideBook();
    const live = { ...resultOf('hyperliquid', []), isSimulated: false };
    book.record({ ...live, openInterestAnswers: [answer(even, 'both')] });
    book.record({ ...live, isSimulated: true, openInterestAnswers: [answer(mixed, 'both')] });
    const [finding] = book.of('hyperliquid');
    assert.deepEqual([finding?.evidence.counted, finding?.changedFrom], [13, undefined]);
  });

  it('keeps kinds of checks of one endpoint apart: none is a change of what another has proven', () => {
    const book = new SideBook();
    const window = {
      exchange: 'hyperliquid',
      endpoint: 'POST /info',
      sides: 'both' as const,
      before: 1,
      after: 3,
      fill: 1,
    };
    book.recordFills('live', Array<typeof window>(10).fill(window), NOW);
    book.record({ ...resultOf('hyperliquid', []), openInterestAnswers: [answer(mixed, 'both')] });
    assert.deepEqual(
      book.of('hyperliquid').map(({ evidence, changedFrom }) => [evidence.verdict, changedFrom]),
      [['both', undefined], ['undecided', undefined]],
    ); // prettier-ignore
  });

  it('compares two fields of which one is known to count one side', () => {
    const stated = (total: number, changes: Partial<ReceivedStatement> = {}): ReceivedStatement[] => {
      const row = { venueSymbol: 'BTC_USDT', receivedAtMs: NOW };
      return [
        { ...row, endpoint: 'GET /contracts', field: 'position_size', sides: 'one', size: 100 },
        { ...row, endpoint: 'GET /tickers', field: 'total_size', sides: 'unverified', size: total, ...changes },
        { ...row, endpoint: 'GET /tickers', field: 'total_size', sides: 'unverified', size: 7, venueSymbol: 'ETH_USDT' },
      ];
    }; // prettier-ignore
    const verdict = (sideStatements: readonly ReceivedStatement[]) => {
      const book = new SideBook();
      book.record({ ...resultOf('gate', []), sideStatements });
      return book.of('gate').map(({ endpoint, evidence }) => [endpoint, evidence.verdict]);
    };
    assert.deepEqual(verdict(stated(200.5)), [['GET /tickers total_size', 'both']]);
    assert.deepEqual(verdict(stated(100)), [['GET /tickers total_size', 'one']]);
    assert.deepEqual(verdict(stated(150)), [['GET /tickers total_size', 'undecided']]);
    assert.deepEqual(verdict(stated(200, { receivedAtMs: NOW - 120_000 })), [], 'not of one moment');
    assert.deepEqual(verdict(stated(0)), [], 'a zero states nothing');
  });
});

describe('the words about sides in health', () => {
  it('say what was counted, what it proves and how sure, without a warning where all agree', () => {
    const [row] = sideRows(found(answer(even, 'both')));
    assert.equal(row?.value, 'Open interest counts both sides: 25 of 25 values are even lots (chance 3e-8)');
    assert.equal(row?.isTrouble, false);
    assert.match(row?.detail ?? '', /^POST \/info, 2026-10-20 12:30.* both sides, halved for sums/);
  });

  it('warn where sums are wrong by a factor of two, and where the convention has changed', () => {
    const [wrong] = sideRows(found(answer(even, 'one')));
    assert.match(
      wrong?.value ?? '',
      /Perpscope reads it as one side: sums with it are wrong by a factor of two/,
    );
    const [changed] = sideRows(found(answer(even, 'both'), answer(mixed, 'both')));
    assert.match(
      changed?.value ?? '',
      /13 of 25 .*It counted both sides until after 2026-10-20 12:30.*has changed/,
    );
    assert.deepEqual([wrong?.isTrouble, changed?.isTrouble], [true, true]);
  });

  it('stand in the health of the exchange', () => {
    const book = new HealthBook();
    const result = { ...resultOf('hyperliquid', []), openInterestAnswers: [answer(even, 'both')] };
    book.record([result], NOW);
    const { sideEvidence } = book.of('hyperliquid', 'Hyperliquid', [], NOW);
    assert.deepEqual(sideEvidence.map(({ evidence }) => evidence.counted), [25]); // prettier-ignore
    assert.deepEqual(book.of('okx', 'OKX', [], NOW).sideEvidence, []);
  });
});
