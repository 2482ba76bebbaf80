import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { machineClockText } from '../../../../src/surfaces/reports/clockText.ts';
import * as format from '../../../../src/surfaces/reports/format.ts';
import { seed } from '../../analysis/metrics/seed.ts';

const T = Date.UTC(2026, 10, 1);

describe('number formatting', () => {
  it('writes USD in short form with its unit', () => {
    assert.equal(format.formatUsd(1.234e9), '$1.23B');
    assert.equal(format.formatUsd(180e6), '$180M');
    assert.equal(format.formatUsd(62e6), '$62.0M');
    assert.equal(format.formatUsd(-62e6), '−$62.0M');
    assert.equal(format.formatUsd(1.04e12), '$1.04T');
    assert.equal(format.formatUsd(999_999), '$1.00M');
    assert.equal(format.formatUsd(950), '$950');
    assert.equal(format.formatUsd(0), '$0');
  });

  it('writes coins, prices, shares, rates and scores', () => {
    assert.equal(format.formatCoins(3.7e6, 'ETH'), '3.70M ETH');
    assert.equal(format.formatCoins(81_234.5, 'BTC'), '81.2K BTC');
    assert.equal(format.formatCoins(0.00042, 'BTC'), '0.000420 BTC');
    assert.equal(format.formatPrice(94_700), '$94,700');
    assert.equal(format.formatPrice(0.004312), '$0.0043120');
    assert.equal(format.formatShare(0.123), '12.3 %');
    assert.equal(format.formatShare(0.794, 2), '79 %');
    assert.equal(format.formatRate(0.0001), '+0.0100 %');
    assert.equal(format.formatPercent(-6), '−6.00 %');
    assert.equal(format.formatPercent(-0.0001), '−0.000100 %');
    assert.deepEqual([8.9e-6, 0.0043, 1.2e-9].map(format.formatNarrowPrice), [
      '$8.9000e−6',
      '$0.0043000',
      '$1.20e−9',
    ]);
    assert.equal(format.formatPointsPerYear(-0.0125), '−1.25 pp/yr');
    assert.equal(format.formatZScore(-2.28), '−2.28 sd');
    assert.equal(format.formatRatio(0.79), '0.790');
  });

  it('writes ages, durations and times', () => {
    assert.equal(format.formatDuration(12_400), '12 s');
    assert.equal(format.formatDuration(2 * 60_000), '2 min');
    assert.equal(format.formatDuration(3 * 3_600_000 + 5 * 60_000), '3 h 5 min');
    assert.equal(format.formatDuration(7 * 86_400_000), '7 d');
    assert.equal(format.formatAge(5_000, 1_000), '0 s');
    assert.equal(format.formatShortAge(T - 3_600_000 - 5 * 60_000, T), '1 h');
    assert.equal(format.formatShortAge(T + 60_000, T), '1 min ahead');
    assert.equal(format.formatUtc(Date.UTC(2026, 10, 22, 4, 44)), '2026-11-22 04:44 UTC');
  });

  it('counts down to what is to come, beside its time', () => {
    const atMs = T + 2 * 3_600_000 + 14 * 60_000;
    assert.equal(format.formatUpcoming(atMs, T), '2026-11-01 02:14 UTC, in 2 h 14 min');
    assert.equal(format.formatCountdown(atMs, T), 'in 2 h 14 min');
    assert.equal(format.formatUpcoming(T, T), '2026-11-01 00:00 UTC, due');
    assert.equal(format.formatUpcoming(T, T + 3_600_000), '2026-11-01 00:00 UTC, due');
    assert.deepEqual(
      [format.formatCountdown(T, T), format.formatUpcoming(undefined, T)],
      ['due', 'not reported'],
    );
  });

  it('keeps digits, sign and unit on both sides of every limit of size', () => {
    const table: readonly (readonly [(value: number) => string, Readonly<Record<string, string>>])[] = [
      [
        format.formatUsd,
        {
          '0.0001234': '$0.000123', '0.5': '$0.500', '1': '$1.00', '-1.5': '−$1.50', '55.55': '$55.5',
          '99.4': '$99.4', '100': '$100', '150.4': '$150', '999.4': '$999', '999.5': '$1.00K',
          '9994': '$9.99K', '9996': '$10.0K', '99940': '$99.9K', '99950': '$100K', '999499': '$999K',
          '9.999e15': '$9,999T', '1e16': '$10,000T', '1e28': '$1.00e+16T', '15e9': '$15.0B',
        },
      ],
      [
        format.formatPrice,
        { '0': '$0', '0.5': '$0.50000', '0.12345': '$0.12345', '-0.5': '−$0.50000', '1': '$1.0000', '9999.96': '$10,000', '8.9e-6': '$0.000008900', '1e-7': '$0.000000100', '9e-8': '$9.00e−8', '-1234.5': '−$1,234.5', '1e6': '$1,000,000' },
      ],
      [
        (value) => format.formatCoins(value, 'X'),
        {
          '0': '0 X', '0.5': '0.500 X', '0.123456': '0.123 X', '1': '1.00 X', '-1.5': '−1.50 X',
          '999.1234': '999 X', '1000': '1.00K X', '1234.56': '1.23K X', '999999': '1.00M X',
          '1.5e6': '1.50M X', '-1.5e6': '−1.50M X', '-0.25': '−0.250 X',
        },
      ],
      [
        format.formatPercent,
        { '0.000512': '+0.000512 %', '9.996': '+10.0 %', '99.96': '+100 %', '542.6': '+543 %', '-1234': '−1,234 %', '0': '0 %', '1e-10': '+1.00e−10 %' },
      ],
      [
        format.formatSignificant,
        {
          '0': '0', '0.5': '0.5', '-0.5': '−0.5', '12.3456': '12.35', '123456': '123,456', '1e6': '1.00M',
          '1.5e6': '1.50M', '-1.5e6': '−1.50M', '1e-9': '0.000000001', '1.5e-9': '0.0000000015', '1e-10': '1.000e−10',
          '-12.3456': '−12.35', '1': '1', '-1': '−1', '100': '100',
        },
      ],
      [
        format.formatDuration,
        {
          '-5': '0 s', '999': '0 s', '1000': '1 s', '59999': '59 s', '60000': '1 min', '3599999': '59 min',
          '3600000': '1 h', '172799999': '47 h 59 min', '172800000': '2 d', '262800000': '3 d 1 h', '3660000': '1 h 1 min',
        },
      ],
      [
        format.formatUtc,
        { '-1': '1969-12-31 23:59 UTC', '8.64e15': '+275760-09-13 00:00 UTC', '8640000000000001': 'not reported' },
      ],
    ]; // prettier-ignore
    for (const [write, expected] of table)
      for (const [value, text] of Object.entries(expected)) assert.equal(write(Number(value)), text, value);
  });

  it(`keeps rounding below one percent whatever the size (seed ${seed})`, () => {
    const scales: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };
    const read = (text: string): number => {
      const [, digits = '', scale = ''] = /([\d.,]+(?:e[+−]?\d+)?)([KMBT]?)/.exec(text) ?? [];
      return Number(digits.replaceAll(',', '').replace('−', '-')) * (scales[scale] ?? 1);
    };
    const writers: readonly [(value: number) => string, number][] = [
      [format.formatUsd, 1],
      [format.formatPrice, 1],
      [(value) => format.formatCoins(value, 'coins'), 1],
      [format.formatPercent, 1],
      [format.formatRate, 100],
      [format.formatShare, 100],
      [format.formatPointsPerYear, 100],
      [format.formatRatio, 1],
      [format.formatZScore, 1],
    ];
    fc.assert(
      fc.property(fc.double({ min: -12, max: 15, noNaN: true }), fc.boolean(), (power, isNegative) => {
        const value = 10 ** power;
        for (const [write, factor] of writers) {
          const text = write(isNegative ? -value : value);
          assert.ok(Math.abs(read(text) / (value * factor) - 1) < 0.01, `${value} is written ${text}`);
          assert.equal(text.includes('-'), false, text);
          assert.equal(/^\$?−|^−/.test(text), isNegative, text);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });

  it('says not reported for what is absent, and 0 for a reported zero', () => {
    const all = [
      format.formatUsd,
      format.formatPrice,
      (value?: number) => format.formatCoins(value, 'BTC'),
      format.formatShare,
      format.formatRate,
      format.formatPercent,
      format.formatPointsPerYear,
      format.formatZScore,
      format.formatRatio,
      format.formatSignificant,
      format.formatDuration,
      format.formatUtc,
    ] as ((value?: number) => string)[];
    for (const write of all) {
      for (const absent of [undefined, NaN, Infinity]) assert.equal(write(absent), 'not reported');
      assert.match(write(0), /0/);
    }
  });

  it(`never writes NaN, undefined or an empty text (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const texts = [
          format.formatUsd(value),
          format.formatPrice(value),
          format.formatCoins(value, 'X'),
          format.formatSignificant(value),
          format.formatPercent(value),
          format.formatDuration(value),
          format.formatUtc(value),
        ];
        for (const text of texts) assert.ok(text.length > 0 && !/NaN|undefined|Infinity/.test(text), text);
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('states ages, never clamped: what is ahead by more than clocks differ says so', () => {
    const rows = [0, 9_000, -9_000, -11_000, -600_000, 3_600_000].map((age) => [
      format.formatAge(T - age, T),
      format.formatOld(T - age, T),
      format.formatAgo(T - age, T),
    ]);
    assert.deepEqual(rows, [
      ['0 s', '0 s old', '0 s ago'],
      ['9 s', '9 s old', '9 s ago'],
      ['0 s', '0 s old', '0 s ago'],
      ['11 s ahead', 'dated 11 s ahead', 'in 11 s'],
      ['10 min ahead', 'dated 10 min ahead', 'in 10 min'],
      ['1 h', '1 h old', '1 h ago'],
    ]);
    assert.equal(format.formatOld(undefined, T), 'not reported');
  });

  it('names a clock that is wrong, its direction and who says so', () => {
    assert.equal(
      machineClockText({ behindMs: 600_000, exchanges: 9 }),
      "This machine's clock is 10 min slow by the clocks of 9 exchanges. Ages are counted by the exchanges' clocks.",
    );
    assert.match(
      machineClockText({ behindMs: -3_600_000, exchanges: 1 }),
      /is 1 h fast by the clocks of one exchange/,
    );
  });
});
