import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenInterest } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { newestStep, stepOf, type ColumnsByExchange, type StepColumn } from '../../../src/series/hours.ts';
import {
  alignedSum as sumOf,
  newestAlignedSum as newestSumOf,
  rollingDifference,
  rollingSum,
} from '../../../src/series/sums.ts';
import { longShortRow, openInterestRow } from '../analysis/regime/history.ts';
import { seriesOfRows } from './seriesOfRows.ts';

const T0 = Date.UTC(2026, 9, 1);
const at = (hour: number): number => T0 + hour * HOUR_MS;
const { NaN: gap } = Number;

/** Hours from T0 on; undefined leaves an hour out. */
const hours = (...values: (number | undefined)[]): StepColumn => ({
  firstMs: T0,
  stepMs: HOUR_MS,
  values: Float64Array.from(values, (value) => value ?? gap),
});
const table = (byExchange: Record<string, StepColumn>): ColumnsByExchange =>
  new Map(Object.entries(byExchange));
const alignedSum = (columns: ColumnsByExchange, endMs: number, steps: number, minimumSteps: number) =>
  sumOf(columns, endMs, steps, { minimumSteps });
const newestAlignedSum = (columns: ColumnsByExchange, nowMs: number, steps: number, minimumSteps: number) =>
  newestSumOf(columns, nowMs, steps, { minimumSteps });
const plain = (values: Float64Array | undefined): number[] => [...(values ?? [])];

describe('an aligned sum over exchanges', () => {
  it('adds up hour by hour and says who is in it', () => {
    const sum = alignedSum(table({ okx: hours(1, 2, 3), gate: hours(10, 20, 30) }), at(2), 3, 1);
    assert.deepEqual(plain(sum?.values), [11, 22, 33]);
    assert.deepEqual(sum?.exchanges, ['okx', 'gate']);
    assert.equal(sum?.firstMs, at(0));
  });

  it('shows an hour that one exchange misses as a gap, never as a fall', () => {
    const sum = alignedSum(table({ okx: hours(1, 2, 3), gate: hours(10, undefined, 30) }), at(2), 3, 1);
    assert.deepEqual(plain(sum?.values), [11, gap, 33]);
  });

  it('leaves out an exchange with more than two holes and 5 % of holes, which would blank the sum', () => {
    const whole = hours(...Array.from({ length: 60 }, () => 1));
    const holed = (...holes: number[]) =>
      hours(...Array.from({ length: 60 }, (_, hour) => (holes.includes(hour) ? undefined : 10)));
    const members = (own: StepColumn, length = 60) =>
      alignedSum(table({ holed: own, whole }), at(59), length, 1)?.exchanges;
    assert.deepEqual(members(holed(10, 20, 30)), ['holed', 'whole']);
    assert.deepEqual(members(holed(10, 20, 30, 40)), ['whole']);
    assert.deepEqual(members(holed(56, 57), 5), ['holed', 'whole'], 'two holes may be in any case');
    assert.deepEqual(
      members(holed(55, 56, 57), 5),
      ['holed', 'whole'],
      'hours before its first are no holes',
    );
    assert.deepEqual(members(holed(55, 56, 57, 58), 10), ['whole']);
    assert.deepEqual(members(holed(...Array.from({ length: 50 }, (_, hour) => hour))), ['holed', 'whole']);
  });

  it('keeps a reported zero, which is no gap', () => {
    const sum = alignedSum(table({ okx: hours(1, 0, 3) }), at(2), 3, 1);
    assert.deepEqual(plain(sum?.values), [1, 0, 3]);
  });

  it('leaves out an exchange without the last hour, for its number is old', () => {
    const sum = alignedSum(table({ okx: hours(1, 2, 3), gate: hours(10, 20) }), at(2), 3, 1);
    assert.deepEqual(sum?.exchanges, ['okx']);
    assert.deepEqual(plain(sum?.values), [1, 2, 3]);
  });

  it('leaves out an exchange with too few hours; hours outside the stretch do not count', () => {
    const short = hours(10, 20, 30, undefined, undefined, 60);
    const whole = hours(1, 2, 3, 4, 5, 6);
    const sum = alignedSum(table({ short, whole }), at(5), 3, 2);
    assert.deepEqual(sum?.exchanges, ['whole']);
    assert.deepEqual(alignedSum(table({ short, whole }), at(5), 3, 1)?.exchanges, ['short', 'whole']);
  });

  it('is none where nobody qualifies', () => {
    assert.equal(alignedSum(table({ okx: hours(1, 2) }), at(5), 3, 1), undefined);
    assert.equal(alignedSum(table({}), at(5), 3, 1), undefined);
  });

  it('steps by days where asked to', () => {
    const days = { ...hours(1, 2, 3), stepMs: DAY_MS };
    const sum = alignedSum(table({ okx: days }), T0 + 2 * DAY_MS, 3, 3);
    assert.deepEqual(plain(sum?.values), [1, 2, 3]);
    assert.equal(sum?.firstMs, T0);
  });
});

describe('the newest aligned sum', () => {
  it('ends an hour back where more exchanges have that hour', () => {
    const late = table({ okx: hours(1, 2, 3), gate: hours(10, 20), bybit: hours(100, 200) });
    const sum = newestAlignedSum(late, at(2) + 1, 2, 1);
    assert.deepEqual(sum?.exchanges, ['okx', 'gate', 'bybit']);
    assert.deepEqual(plain(sum?.values), [111, 222]);
  });

  it('ends with the newest hour where no one is lost by it', () => {
    const sum = newestAlignedSum(table({ okx: hours(1, 2, 3), gate: hours(10, 20, 30) }), at(2), 2, 1);
    assert.deepEqual(plain(sum?.values), [22, 33]);
  });

  it('is none without a single hour', () => {
    // One exchange an hour ago is more than none now.
    const behind = newestAlignedSum(table({ okx: hours(1, 2), gate: hours(1, 2, 3) }), at(2), 3, 3);
    assert.deepEqual(behind?.exchanges, ['gate']);
    const late = table({ okx: hours(1, 2), gate: hours(undefined, undefined, 3) });
    assert.deepEqual(newestAlignedSum(late, at(2), 2, 2)?.exchanges, ['okx']);
    assert.equal(newestAlignedSum(table({ okx: hours() }), at(2), 2, 1), undefined);
  });
});

describe('the newest hour', () => {
  it('is the last one that has begun, on any exchange', () => {
    const both = table({ okx: hours(1, 2), gate: hours(1, 2, 3, 4) });
    assert.equal(newestStep(both, at(3) + 5), at(3));
    assert.equal(newestStep(both, at(2) + HOUR_MS - 1), at(2));
    assert.equal(newestStep(both, at(0) - 1), undefined);
  });

  it('starts with the hour of a time', () => {
    assert.equal(stepOf(at(4) + 59 * 60_000), at(4));
    assert.equal(stepOf(at(4)), at(4));
  });
});

describe('rows by exchange and hour', () => {
  const NOW = at(20);
  const usdc = { instrument: 'okx:BTC-USDC' } as const;
  const known = (column: StepColumn | undefined): [number, number][] =>
    [...(column?.values ?? [])].flatMap((value, place) =>
      Number.isNaN(value) ? [] : [[(column?.firstMs ?? 0) + place * HOUR_MS, value] as [number, number]],
    );
  const coins = (rows: readonly OpenInterest[], exchange = 'okx') =>
    known(seriesOfRows(rows, NOW).column('open-interest').get(exchange));
  const ratios = (rows: readonly [hour: number, ratio: number, instrument?: `okx:${string}`][]) =>
    known(
      seriesOfRows(
        rows.map(([hour, ratio, instrument]) => longShortRow('okx', at(hour), ratio, instrument)),
        NOW,
      )
        .column('long-short-ratio')
        .get('okx'),
    );

  it('add up the instruments of an exchange and let a later receipt replace an earlier one', () => {
    const rows = [
      openInterestRow('okx', at(0), 5),
      openInterestRow('okx', at(0), 6, { receivedAtMs: at(1) }),
      openInterestRow('okx', at(0), 100, usdc),
      openInterestRow('gate', at(0), 7),
    ];
    assert.deepEqual(coins(rows), [[at(0), 106]]);
    assert.deepEqual(coins(rows, 'gate'), [[at(0), 7]]);
  });

  it('have no sum in an hour that one of the instruments misses: the rest would look like a fall', () => {
    const rows = [
      ...[0, 1, 2, 3].map((hour) => openInterestRow('okx', at(hour), 5)),
      ...[0, 2].map((hour) => openInterestRow('okx', at(hour), 100, usdc)),
    ];
    assert.deepEqual(coins(rows), [
      [at(0), 105],
      [at(2), 105],
    ]);
  });

  it('go on without an instrument that ended more than two hours ago, and before one that began later', () => {
    const rows = [
      ...[0, 1, 2, 3, 4].map((hour) => openInterestRow('okx', at(hour), 5)),
      openInterestRow('okx', at(1), 100, usdc),
    ];
    assert.deepEqual(coins(rows), [
      [at(0), 5],
      [at(1), 105],
      [at(4), 5],
    ]);
  });

  it('let one instrument speak where numbers do not add up: the one with the most hours, by name of equals', () => {
    const two = [
      [1, 1.7, 'okx:BTC-USDC'],
      [0, 1.5],
      [1, 1.5],
    ] as [number, number, `okx:${string}`?][];
    assert.deepEqual(ratios(two), [
      [at(0), 1.5],
      [at(1), 1.5],
    ]);
    assert.deepEqual(ratios([...two, [0, 1.9, 'okx:A'], [1, 1.9, 'okx:A']]), [
      [at(0), 1.9],
      [at(1), 1.9],
    ]);
  });

  it('do not let an instrument speak that has ended, however long it was', () => {
    const ended = [0, 1, 2, 3].map((hour): [number, number] => [hour, 1.5]);
    assert.deepEqual(ratios([...ended, [6, 1.7, 'okx:BTC-USDC']]), [[at(6), 1.7]]);
  });

  it('belong to the nearest hour where they are of the moment, the nearest of them first', () => {
    const reading = (atMs: number, base: number): OpenInterest => {
      const { barMs: _bar, ...row } = openInterestRow('okx', atMs, base);
      return row;
    };
    const minute = (minutes: number): number => at(12) + minutes * MINUTE_MS;
    const rows = [
      ...[reading(minute(-2), 90), reading(minute(1), 100), reading(minute(29), 110)],
      ...[reading(minute(55), 120), reading(minute(31), 115)],
    ];
    assert.deepEqual(coins(rows), [
      [at(12), 100],
      [at(13), 120],
    ]);
    assert.deepEqual(
      coins([openInterestRow('okx', minute(55), 1)]),
      [[at(12), 1]],
      'a bar stands at its start',
    );
  });

  it('leave out what has no number', () => {
    assert.deepEqual(coins([openInterestRow('okx', at(0), 5), openInterestRow('okx', at(1), gap)]), [
      [at(0), 5],
    ]);
    assert.deepEqual(coins([openInterestRow('okx', at(0), 5, { openInterestBase: -1 })]), []);
  });
});

describe('rolling windows', () => {
  it('sum the last hours and have no value before they are full', () => {
    assert.deepEqual(plain(rollingSum(Float64Array.of(1, 2, 3, 4), 3)), [gap, gap, 6, 9]);
  });

  it('have no value while a gap lies in them', () => {
    assert.deepEqual(plain(rollingSum(Float64Array.of(1, gap, 3, 4, 5), 2)), [gap, gap, gap, 7, 9]);
  });

  it('take differences to the value so many hours before', () => {
    const values = Float64Array.of(1, 3, gap, 10, 20);
    assert.deepEqual(plain(rollingDifference(values, 2)), [gap, gap, gap, 7, gap]);
  });
});
