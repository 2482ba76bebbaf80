import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { niceStep, timeTicks, valueTicks } from '../../../webview/models/axis.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const midnight = Date.UTC(2026, 10, 22);

describe('steps of the time axis', () => {
  /** Five steps in minutes, the step, and the first three labels. */
  const cases: readonly [number, readonly string[]][] = [
    [1, ['22 Nov', '00:01', '00:02']],
    [2, ['22 Nov', '00:02', '00:04']],
    [5, ['22 Nov', '00:05', '00:10']],
    [10, ['22 Nov', '00:10', '00:20']],
    [15, ['22 Nov', '00:15', '00:30']],
    [30, ['22 Nov', '00:30', '01:00']],
    [60, ['22 Nov', '01:00', '02:00']],
    [120, ['22 Nov', '02:00', '04:00']],
    [180, ['22 Nov', '03:00', '06:00']],
    [360, ['22 Nov', '06:00', '12:00']],
    [720, ['22 Nov', '12:00', '23 Nov']],
    [1_440, ['22 Nov', '23 Nov', '24 Nov']],
    [2 * 1_440, ['23 Nov', '25 Nov', '27 Nov']],
    [3 * 1_440, ['24 Nov', '27 Nov', '30 Nov']],
    [4 * 1_440, ['23 Nov', '27 Nov', '1 Dec']],
    [7 * 1_440, ['26 Nov', '3 Dec', '10 Dec']],
    [14 * 1_440, ['3 Dec', '17 Dec', '31 Dec']],
    [28 * 1_440, ['17 Dec', '14 Jan', '11 Feb']],
    [56 * 1_440, ['14 Jan', '11 Mar', '6 May']],
    [91 * 1_440, ['Jan 2027', 'Apr 2027', 'Jul 2027']],
    [182 * 1_440, ['Apr 2027', 'Oct 2027', 'Apr 2028']],
    [364 * 1_440, ['Oct 2027', 'Oct 2028', 'Oct 2029']],
    [728 * 1_440, ['Oct 2027', 'Oct 2029', 'Oct 2031']],
  ];

  for (const [minutes, labels] of cases)
    it(`of ${minutes} min are taken where five of them fit`, () => {
      const step = minutes * MINUTE;
      const ticks = timeTicks({ min: midnight, max: midnight + 5 * step }, 5);
      assert.deepEqual(
        ticks.slice(0, 3).map(({ label }) => label),
        labels,
      );
      assert.equal((ticks[1]?.value ?? NaN) - (ticks[0]?.value ?? NaN), step);
      assert.ok(ticks.every(({ value }) => value % step === 0));
      assert.ok((ticks.at(-1)?.value ?? NaN) + step > midnight + 5 * step);
    });

  it('include both ends, one instant, and nothing without room', () => {
    assert.deepEqual(timeTicks({ min: midnight, max: midnight }, 1), [{ value: midnight, label: '22 Nov' }]);
    assert.equal(timeTicks({ min: midnight, max: midnight + 5 * MINUTE }, 5).at(-1)?.label, '00:05');
    assert.deepEqual(timeTicks({ min: midnight, max: midnight + DAY }, 0), []);
    assert.deepEqual(timeTicks({ min: NaN, max: midnight }, 5), []);
  });
});

describe('round numbers of the value axis', () => {
  it('step by 1, 2, 2.5 or 5 times a power of ten', () => {
    const steps: readonly [number, number][] = [
      [0.13, 0.2],
      [1, 1],
      [1.000_000_5, 1],
      [1.1, 2],
      [2, 2],
      [2.2, 2.5],
      [2.6, 5],
      [5.1, 10],
      [1_234, 2_000],
      [0, 1],
      [-3, 1],
      [NaN, 1],
      [Infinity, 1],
    ];
    for (const [rough, step] of steps) assert.equal(niceStep(rough), step, String(rough));
  });

  it('carry short labels, and longer ones where neighbours would look the same', () => {
    const labels = (min: number, max: number, count: number): string =>
      valueTicks({ min, max }, count)
        .map(({ label }) => label)
        .join(' ');
    assert.equal(labels(0, 3e5, 6), '0 50K 100K 150K 200K 250K 300K');
    assert.equal(labels(94_200, 94_460, 6), '94,200 94,250 94,300 94,350 94,400 94,450');
    assert.equal(labels(-94_460, -94_200, 6), '−94,450 −94,400 −94,350 −94,300 −94,250 −94,200');
    assert.equal(labels(1.0001, 1.0009, 6), '1.0002 1.0004 1.0006 1.0008');
    assert.equal(labels(-0.3, 0.3, 6), '−0.3 −0.2 −0.1 0 0.1 0.2 0.3');
    assert.equal(labels(0.05, 1, 5), '0.2 0.4 0.6 0.8 1');
    assert.equal(labels(0, 10, 0), '0 10');
    assert.equal(labels(199_000, 202_000, 3), '199K 200,000 201,000 202,000');
  });

  it('tell a caller’s own labels the value and the step', () => {
    const ticks = valueTicks({ min: 0, max: 0.3 }, 3, (value, step) => `${value}/${step}`);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['0/0.1', '0.1/0.1', '0.2/0.1', '0.3/0.1'],
    );
  });
});
