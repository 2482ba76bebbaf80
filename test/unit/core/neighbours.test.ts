import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Beside } from '../../../src/core/beside.ts';
import { siftRows } from '../../../src/core/neighbours.ts';
import type { Candle, Observation, OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';

const START = Date.UTC(2026, 9, 1);
const about = (atMs: number) => ({
  exchange: 'binance',
  venueSymbol: 'BTCUSDT',
  baseAsset: 'BTC',
  instrument: 'binance:BTCUSDT' as const,
  atMs,
  receivedAtMs: atMs,
  endpoint: 'GET /history',
});
const coins = (values: readonly number[], stepMs = HOUR_MS): OpenInterest[] =>
  values.map((openInterestBase, index) => ({
    ...about(START + index * stepMs),
    kind: 'open-interest',
    sides: 'one',
    barMs: stepMs,
    openInterestBase,
  }));
const bars = (closes: readonly number[], stepMs = HOUR_MS): Candle[] =>
  closes.map((closeQuote, index) => ({
    ...about(START + index * stepMs),
    kind: 'candle',
    priceType: 'last',
    barMs: stepMs,
    openQuote: closeQuote,
    highQuote: closeQuote * 1.01,
    lowQuote: closeQuote * 0.99,
    closeQuote,
  }));
const level = (value: number, atMs: number): Beside => ({
  levelOf: (_, quantity) => (quantity === 'open-interest-base' ? { value, atMs } : undefined),
  isEmpty: () => undefined,
});
const keptOf = (rows: readonly Observation[], beside?: Beside): (number | undefined)[] =>
  siftRows(rows, beside).kept.map((row) =>
    row.kind === 'open-interest' ? row.openInterestBase : row.kind === 'candle' ? row.closeQuote : undefined,
  );
const many = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => value * (1 + 0.01 * Math.sin(index)));

describe('rows against their neighbours', () => {
  it('sets zeros apart wherever they stand, one or a hundred', () => {
    const real = many(91_000, 10);
    assert.deepEqual(keptOf(coins([...real, 0, 0, ...real])), [...real, ...real]);
    assert.deepEqual(keptOf(coins([0, ...real])), real);
    assert.deepEqual(keptOf(coins([...real, 0])), real);
    assert.deepEqual(keptOf(coins([...real, ...many(0, 116), ...real])), [...real, ...real]);
    assert.deepEqual(keptOf(coins([91_000, 0, 0, 91_210])), [91_000, 91_210]);
    const { apart, undecided } = siftRows(coins([...real, 0]));
    assert.deepEqual(
      apart.map((one) => [one.code, one.field, one.because]),
      [['placeholder-zero', 'openInterestBase', 'neighbours']],
    );
    assert.deepEqual(undecided, []);
  });

  for (const factor of [1_000, 1e6, 1e-3]) {
    it(`sets a slip by ${factor} apart between its neighbours, at either end, and for a while`, () => {
      const real = many(91_000, 40);
      const slip = (from: number, to: number): number[] =>
        real.map((value, index) => (index >= from && index < to ? value * factor : value));
      for (const [from, to] of [
        [0, 1],
        [20, 21],
        [39, 40],
        [10, 25],
        [0, 5],
        [33, 40],
      ] as const) {
        const rest = real.filter((_, index) => index < from || index >= to);
        assert.deepEqual(keptOf(coins(slip(from, to))), rest, `${from} to ${to}`);
        assert.deepEqual(keptOf(bars(slip(from, to))), rest, `bars ${from} to ${to}`);
        assert.deepEqual(keptOf(coins(slip(from, to), DAY_MS)), rest, `days ${from} to ${to}`);
      }
    });
  }

  it('sets several slips of different kinds apart', () => {
    const real = many(5_000_000, 30);
    const bad = [
      ...real.slice(0, 5),
      5e9,
      0,
      5_000,
      ...real.slice(5, 20),
      0,
      5e9,
      5e9,
      ...real.slice(20),
      5e12,
    ];
    assert.deepEqual(keptOf(coins(bad)), real);
    assert.deepEqual(keptOf(coins([5e9, ...real, 0])), real);
    assert.deepEqual(keptOf(coins(real.flatMap((value) => [value, value * 1_000]))).length > 0, true);
  });

  it('takes the half that agrees with the current reading, and neither without one', () => {
    const halves = [...many(100, 20), ...many(100_000, 20)];
    const end = START + 40 * HOUR_MS;
    assert.deepEqual(keptOf(coins(halves), level(100, end)), many(100, 20));
    assert.deepEqual(keptOf(coins(halves), level(100_000, end)), many(100_000, 20));
    const { kept, apart, undecided } = siftRows(coins(halves));
    assert.deepEqual([kept.length, apart.length], [40, 0]);
    assert.deepEqual(
      undecided.map((one) => [one.code, one.because]),
      [['implausible-jump', 'undecided']],
    );
    const strict = siftRows(coins(halves), undefined, { isStrict: true });
    assert.deepEqual([strict.kept.length, strict.apart.length], [0, 40]);
  });

  it('does not take the middle for the market where both ends are on one level', () => {
    const { kept, undecided } = siftRows(coins([...many(100, 10), ...many(100_000, 30), ...many(100, 10)]));
    assert.deepEqual([kept.length, undecided.length], [50, 1]);
  });

  it('keeps trailing zeros apart by the current reading, and everything that contradicts it', () => {
    const end = START + 20 * HOUR_MS;
    assert.deepEqual(
      keptOf(coins([...many(91_000, 10), ...many(0, 10)]), level(91_000, end)),
      many(91_000, 10),
    );
    assert.deepEqual(keptOf(coins(many(91e6, 10)), level(91_000, end)), []);
  });

  it('leaves crashes and rallies alone that markets can make', () => {
    // A coin that lost all but a millionth in five days: closes of days, then of hours.
    const days = [77, 65, 30, 17, 1.07, 0.0048, 0.00005, 0.0002];
    assert.deepEqual(keptOf(bars(days, DAY_MS)), days);
    assert.deepEqual(keptOf(bars(days.slice(0, 6), DAY_MS)), days.slice(0, 6));
    const hours = [1, 0.5, 0.09, 0.02, 0.001, 0.0001];
    assert.deepEqual(keptOf(bars(hours)), hours);
    assert.deepEqual(
      keptOf(coins([10_000, 120_000, 1_500_000, 900_000])),
      [10_000, 120_000, 1_500_000, 900_000],
    );
    assert.deepEqual(keptOf(bars([60_000, 30_000, 31_000])), [60_000, 30_000, 31_000]);
  });

  it('does not suppress a market that empties', () => {
    // By its steps: it became small before.
    const fading = [50_000, 20_000, 2_000, 100, 5, 0, 0].map((value) => value);
    assert.deepEqual(keptOf(coins(fading)), fading);
    // By its volume: settled at once, and nothing is traded any more.
    const settled = coins([...many(91_000, 10), 0, 0]);
    const silent = {
      ...about(START + 12 * HOUR_MS),
      kind: 'volume',
      windowMs: DAY_MS,
      volumeBase: 0,
    } as const;
    assert.equal(siftRows([...settled, silent]).kept.length, 13);
    assert.equal(siftRows([...settled, { ...silent, volumeBase: 9_000 }]).kept.length, 11);
    // The zeros of before are none for that.
    const before = coins([...many(91_000, 5), 0, ...many(91_000, 5), 0]);
    assert.equal(siftRows([...before, silent]).kept.length, 12);
    // A market of a few dollars can do anything.
    const small = coins([30, 0, 20, 0, 0, 4_000, 10]).map((row) => ({
      ...row,
      openInterestUsd: row.openInterestBase ?? 0,
    }));
    assert.equal(siftRows(small).kept.length, 7);
  });

  it('counts a current zero only where something says that the market is empty', () => {
    const now = coins([0]).map(({ barMs: _, ...row }) => row);
    const nothing: Beside = { levelOf: () => undefined, isEmpty: () => undefined };
    assert.deepEqual(
      siftRows(now, nothing).apart.map((one) => [one.code, one.because]),
      [['placeholder-zero', 'empty-unproved']],
    );
    assert.equal(siftRows(now, { ...nothing, isEmpty: () => true }).kept.length, 1);
    assert.equal(siftRows(now, level(91_000, START)).apart[0]?.because, 'neighbours');
    // What one answer states by itself is shown as stated.
    assert.equal(siftRows(now).kept.length, 1);
  });

  it('drops the field that is wrong and keeps the rest of the row', () => {
    const rows = coins(many(100, 9)).map((row, index) => ({
      ...row,
      openInterestUsd: (row.openInterestBase ?? 0) * 50_000 * (index === 4 ? 1_000 : 1),
      usdBasis: 'venue' as const,
    }));
    const { kept, apart } = siftRows(rows);
    assert.equal(kept.length, 9);
    const middle = kept[4];
    assert.ok(middle?.kind === 'open-interest');
    assert.deepEqual(
      [middle.openInterestBase, middle.openInterestUsd, middle.usdBasis],
      [rows[4]?.openInterestBase, undefined, undefined],
    );
    assert.deepEqual(
      apart.map((one) => [one.code, one.field]),
      [['implausible-jump', 'openInterestUsd']],
    );
    assert.equal(rows[4]?.usdBasis, 'venue', 'the row that was given is not changed');
  });

  it('drops coins and dollars that contradict each other at the price of the time', () => {
    const mark = {
      ...about(START),
      kind: 'mark-price',
      markPriceQuote: 50_000,
      indexPriceQuote: 50_010,
      lastPriceQuote: 49_990,
    } as const;
    const [row] = coins([100]);
    assert.ok(row !== undefined);
    const { kept, apart } = siftRows([mark, { ...row, openInterestUsd: 5e9 }]);
    assert.deepEqual(
      kept.map((one) => one.kind),
      ['mark-price'],
    );
    assert.deepEqual(
      apart.map((one) => [one.code, one.field]),
      [
        ['contradiction', 'openInterestBase'],
        ['contradiction', 'openInterestUsd'],
      ],
    );
    assert.equal(siftRows([mark, { ...row, openInterestUsd: 5e6 }]).kept.length, 2);
    const zeroDollars = siftRows([{ ...row, openInterestUsd: 0 }]).kept[0];
    assert.ok(zeroDollars?.kind === 'open-interest' && !('openInterestUsd' in zeroDollars));
  });

  it('drops one price of several that is of another scale', () => {
    const mark = {
      ...about(START),
      kind: 'mark-price',
      markPriceQuote: 5e7,
      indexPriceQuote: 50_010,
      lastPriceQuote: 49_990,
    } as const;
    const [kept] = siftRows([mark]).kept;
    assert.ok(kept?.kind === 'mark-price');
    assert.deepEqual(
      [kept.markPriceQuote, kept.indexPriceQuote, kept.lastPriceQuote],
      [undefined, 50_010, 49_990],
    );
  });

  it('keeps neither of two prices of other scales, unless something tells which is right', () => {
    const apartBy = (indexPriceQuote: number): Observation =>
      ({ ...about(START), kind: 'mark-price', markPriceQuote: 25.1, indexPriceQuote }) as const;
    const { kept, apart } = siftRows([apartBy(0.0252)]);
    assert.deepEqual(kept, []);
    assert.deepEqual(
      apart.map(({ code, because, field }) => [code, because, field]),
      [
        ['contradiction', 'contested', 'markPriceQuote'],
        ['contradiction', 'contested', 'indexPriceQuote'],
      ],
    );
    assert.equal(siftRows([apartBy(20)]).apart.length, 0);
    const known = { levelOf: () => ({ atMs: START, value: 0.025 }), isEmpty: () => undefined };
    assert.deepEqual(
      siftRows([apartBy(0.0252)], known).apart.map(({ field }) => field),
      ['markPriceQuote'],
    );
  });

  it('sets bars apart whose wick no market reaches', () => {
    const [first, second, third] = bars([100, 101, 102]);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.equal(siftRows([first, { ...second, lowQuote: 0.1 }, third]).kept.length, 2);
    assert.equal(siftRows([first, { ...second, lowQuote: 50 }, third]).kept.length, 3);
  });

  it('takes a bar without volume for empty only where its price stood still', () => {
    const volumes = (values: readonly number[], isFlat: (index: number) => boolean): Candle[] =>
      bars(many(50_000, values.length)).map((bar, index) => ({
        ...bar,
        ...(isFlat(index)
          ? { openQuote: bar.closeQuote, highQuote: bar.closeQuote, lowQuote: bar.closeQuote }
          : {}),
        volumeBase: values[index] ?? 0,
      }));
    const values = [900, 1_200, 0, 800, 1_100, 950];
    const volumeOf = (rows: readonly Candle[]): (number | undefined)[] =>
      siftRows(rows).kept.map((row) => (row.kind === 'candle' ? row.volumeBase : undefined));
    assert.deepEqual(volumeOf(volumes(values, () => false)), [900, 1_200, undefined, 800, 1_100, 950]);
    assert.deepEqual(volumeOf(volumes(values, (index) => index === 2)), values);
    // A page may hold few bars: two beside it are enough.
    assert.deepEqual(volumeOf(volumes([900, 0, 950], () => false)), [900, undefined, 950]);
    const thousandfold = values.map((value, index) => (index === 3 ? 800_000 : value + 1));
    assert.deepEqual(volumeOf(volumes(thousandfold, () => false))[3], undefined);
    // Thin markets: hours without a trade beside hours with one.
    const thin = [0.01, 0, 0.5, 0.001, 0, 0.2];
    assert.deepEqual(volumeOf(volumes(thin, (index) => thin[index] === 0)), thin);
  });

  it('judges rows in the order of their times, whatever the order in which they come', () => {
    const rows = coins([...many(91_000, 5), 0, ...many(91_000, 5)]);
    assert.equal(siftRows(rows.toReversed()).kept.length, 10);
    assert.equal(siftRows([...rows.slice(6), ...rows.slice(0, 6)]).kept.length, 10);
  });

  it('never judges instruments, endpoints or bar lengths by each other', () => {
    const other = coins([5, 6, 7]).map((row) => ({ ...row, instrument: 'binance:XUSDT' as const }));
    const daily = coins([0.5, 0.6], DAY_MS);
    assert.equal(siftRows([...coins(many(91_000, 5)), ...other, ...daily]).kept.length, 10);
  });
});
