import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../src/core/instrument.ts';
import type { Candle, OpenInterest } from '../../../src/core/observation.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { SideBook, type SideFinding } from '../../../src/market/sideBook.ts';
import { historyWith, NOW, observe, resultOf, tracked } from './builders.ts';

const FIRST = Math.floor(NOW / HOUR_MS) * HOUR_MS - 100 * HOUR_MS;
/** Read after its end. */
const at = (hour: number) => ({ atMs: FIRST + hour * HOUR_MS, receivedAtMs: FIRST + (hour + 1) * HOUR_MS });
const open = (hour: number, size: number, changes: Partial<OpenInterest> = {}) =>
  observe('okx', 'open-interest', {
    ...at(hour),
    barMs: HOUR_MS,
    sides: 'one',
    openInterestBase: size,
    ...changes,
  });
const candle = (hour: number, volumeBase: number, changes: Partial<Candle> = {}) =>
  observe('okx', 'candle', {
    ...{ ...at(hour), barMs: HOUR_MS, priceType: 'last', volumeBase },
    ...{ openQuote: 100, highQuote: 100, lowQuote: 100, closeQuote: 100, ...changes },
  });

/** Hours in which all trades open positions and then close them, 1.0 to 1.9 times the volume of 100 each. */
const ratios = Array.from({ length: 24 }, (_, hour) => (hour % 2 ? -1 : 1) * (1 + (hour % 10) / 10));
function bars(
  factors: readonly number[],
  each: { open?: Partial<OpenInterest>; candle?: Partial<Candle> } = {},
) {
  let size = 10_000;
  const openInterest = [open(0, size, each.open)];
  for (const [hour, factor] of factors.entries())
    openInterest.push(open(hour + 1, (size += 100 * factor), each.open));
  const candles = openInterest.map((_, hour) => candle(hour, 100, each.candle));
  return { openInterest, candles };
}

function found(
  rows: { openInterest: OpenInterest[]; candles: Candle[] },
  changes: Partial<Instrument> = {},
): SideFinding[] {
  const book = new SideBook();
  const instrument = { ...tracked('okx').instrument, ...changes };
  const result = resultOf('okx', [], { tracked: [tracked('okx', { instrument })] });
  book.recordHistory('live', historyWith(rows), [result], NOW);
  return book.of('okx');
}

describe('hourly changes of open interest against volume', () => {
  it('prove both sides, and contradict an adapter that reads one', () => {
    const [finding] = found(bars(ratios));
    assert.deepEqual([finding?.evidence.verdict, finding?.isContradiction], ['both', true]);
    assert.match(
      finding?.evidence.words ?? '',
      /^Open interest counts both sides: 21 of 24 changes are larger/,
    );
    assert.equal(found(bars(ratios, { open: { sides: 'both' } }))[0]?.isContradiction, false);
  });

  it('say nothing of one side, of a few breaches, or with one beyond twice the volume', () => {
    assert.deepEqual(found(bars(ratios.map((one) => one / 2))), []);
    assert.deepEqual(found(bars(ratios.slice(0, 10))), []);
    assert.deepEqual(found(bars([...ratios, 5])), []);
  });

  it('take the larger volume of two hours, since bars are labelled by either end', () => {
    const { openInterest, candles } = bars(ratios);
    const shifted = candles.map((bar, hour) => ({ ...bar, volumeBase: hour % 2 ? 100 : 200 }));
    assert.deepEqual(found({ openInterest, candles: shifted }), []);
  });

  it('need neighbouring hours, bars that were over when they were read, and a volume of both', () => {
    const { openInterest, candles } = bars(ratios);
    const running = { receivedAtMs: FIRST };
    assert.deepEqual(found(bars(ratios, { open: running })), []);
    assert.deepEqual(found(bars(ratios, { candle: running })), []);
    assert.deepEqual(found({ openInterest: openInterest.filter((_, hour) => hour % 2), candles }), []);
    assert.deepEqual(found({ openInterest, candles: candles.filter((_, hour) => hour % 2) }), []);
    assert.deepEqual(found(bars(ratios, { open: { barMs: 2 * HOUR_MS } })), []);
  });

  it('count inverse contracts in dollars, for coins of dollars change with the price', () => {
    const inverse = { contractSize: { amount: 1, unit: 'quote' as const } };
    assert.deepEqual(found(bars(ratios), inverse), []);
    const rows = bars(ratios);
    const dollars = (usdBasis: 'venue' | 'mark-price') => ({
      openInterest: rows.openInterest.map((row) => ({
        ...row,
        openInterestUsd: row.openInterestBase ?? 0,
        usdBasis,
      })),
      candles: rows.candles.map((row) => ({ ...row, volumeUsd: row.volumeBase ?? 0 })),
    });
    assert.equal(found(dollars('venue'), inverse).length, 1);
    assert.deepEqual(found(dollars('mark-price'), inverse), []);
  });

  it('are looked at once an hour', () => {
    const book = new SideBook();
    const result = resultOf('okx', []);
    const verdicts = (rows: ReturnType<typeof bars>, nowMs: number): number => {
      book.recordHistory('live', historyWith(rows), [result], nowMs);
      return book.of('okx').length;
    };
    assert.equal(verdicts(bars([]), NOW), 0);
    assert.equal(verdicts(bars(ratios), NOW + 60_000), 0);
    assert.equal(verdicts(bars(ratios), NOW + HOUR_MS), 1);
  });
});
