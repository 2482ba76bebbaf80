import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { FeatureSet } from '../../../../src/analysis/regime/features.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import {
  candleRow,
  daysBack,
  hoursBack,
  inputWith,
  LAST_FULL_HOUR,
  NOW,
  openInterestRow,
  THIS_HOUR,
  TODAY,
} from './history.ts';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
const isAbsent = (features: FeatureSet, key: keyof FeatureSet['values'], reason: RegExp): void => {
  assert.equal(features.values[key], undefined, key);
  assert.match(features.absent[key] ?? '', reason, key);
};

describe('the return', () => {
  const closes = (exchange: string, now: number, before: number) =>
    hoursBack(100, LAST_FULL_HOUR, (atMs, index) =>
      candleRow(exchange, atMs, index === 0 ? now : index === 24 ? before : 105),
    );

  it('is the change of the last full close over 24 h, in percent', () => {
    const unfinished = candleRow('okx', THIS_HOUR, 500);
    const features = deriveFeatures(inputWith({ candles: [...closes('okx', 111.4, 100), unfinished] }));
    near(features.values.returnPct, 11.4);
    assert.equal(features.values.windowHours, 24);
    assert.deepEqual(features.origins.returnPct, {
      windowMs: 24 * HOUR_MS,
      sources: ['okx'],
      ageMs: NOW - THIS_HOUR,
    });
  });

  it('comes from one exchange that has both ends, the first by name', () => {
    const early = hoursBack(10, LAST_FULL_HOUR, (atMs) => candleRow('binance', atMs, 300));
    const candles = [...early, ...closes('okx', 90, 100), ...closes('gate', 110, 100)];
    const features = deriveFeatures(inputWith({ candles }));
    near(features.values.returnPct, 10);
    assert.deepEqual(features.origins.returnPct?.sources, ['gate']);
  });

  it('is absent where the bar 24 h ago is missing, or the newest one is hours old', () => {
    const short = hoursBack(23, LAST_FULL_HOUR, (atMs) => candleRow('okx', atMs, 100));
    isAbsent(deriveFeatures(inputWith({ candles: short })), 'returnPct', /24 h/);
    const old = hoursBack(100, NOW - 6 * HOUR_MS, (atMs) => candleRow('okx', atMs, 100));
    isAbsent(deriveFeatures(inputWith({ candles: old })), 'returnPct', /24 h/);
  });
});

describe('the change of futures volume', () => {
  it('compares the last 24 h with the mean of the days before, in percent', () => {
    const candles = hoursBack(192, LAST_FULL_HOUR, (atMs, index) =>
      candleRow('okx', atMs, 100, index < 24 ? { volumeUsd: 152 } : { volumeBase: 1 }),
    );
    const features = deriveFeatures(inputWith({ candles }));
    near(features.values.futuresVolumeChangePct, 52);
    near(features.origins.futuresVolumeChangePct?.baselineValue, 2_400);
    assert.equal(features.origins.futuresVolumeChangePct?.baselineUnit, 'usd');
    assert.equal(features.origins.futuresVolumeChangePct?.baselineWindowMs, 7 * DAY_MS);
    assert.equal(features.origins.futuresVolumeChangePct?.windowMs, DAY_MS);
  });

  it('is absent with a reason where the history is shorter than four and a half days', () => {
    const make = (atMs: number) => candleRow('okx', atMs, 100, { volumeUsd: 1 });
    const enough = deriveFeatures(inputWith({ candles: hoursBack(108, LAST_FULL_HOUR, make) }));
    assert.equal(enough.values.futuresVolumeChangePct, 0);
    const short = deriveFeatures(inputWith({ candles: hoursBack(107, LAST_FULL_HOUR, make) }));
    isAbsent(short, 'futuresVolumeChangePct', /reach back/);
  });
});

describe('open interest', () => {
  it('changes by the sum of coins over 24 h, in percent, each side counted once', () => {
    const openInterest = [
      ...hoursBack(192, THIS_HOUR, (atMs, index) =>
        openInterestRow('bybit', atMs, index === 0 ? 108 : 120, { sides: 'both' }),
      ),
      ...hoursBack(192, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 40)),
    ];
    const features = deriveFeatures(inputWith({ openInterest }));
    near(features.values.openInterestChangePct, -6);
    assert.deepEqual(features.origins.openInterestChangePct?.sources, ['bybit', 'okx']);
    assert.equal(features.origins.openInterestChangePct?.windowMs, 24 * HOUR_MS);
  });

  it('has the z-score of its 24 h log change against the week before', () => {
    // The 24 h log change is 0.01 or 0.03 in turn, 0.02 once (mean 0.02, 167 values), and now 0.05.
    const changes: number[] = Array.from({ length: 168 }, (_, hour) => (hour % 2 === 0 ? 0.01 : 0.03));
    changes[166] = 0.02;
    changes[167] = 0.05;
    const logs = new Array<number>(24).fill(0);
    for (const change of changes) logs.push((logs.at(-24) ?? 0) + change);
    const openInterest = hoursBack(192, THIS_HOUR, (atMs, index) =>
      openInterestRow('okx', atMs, 1_000 * Math.exp(logs[191 - index] ?? 0)),
    );
    const features = deriveFeatures(inputWith({ openInterest }));
    assert.ok(Math.abs((features.values.openInterestZ ?? 0) - 3 * Math.sqrt(167 / 166)) < 1e-6);
    const origin = features.origins.openInterestZ;
    assert.ok(Math.abs((origin?.baselineValue ?? 0) - Math.expm1(0.02)) < 1e-9);
    assert.deepEqual(
      [origin?.baselineUnit, origin?.windowMs, origin?.baselineWindowMs],
      ['fraction', DAY_MS, 7 * DAY_MS],
    );
    // A reading of the moment at its label, not at the end of an hour.
    assert.equal(origin?.ageMs, NOW - THIS_HOUR);
  });

  it('does not fall because one exchange misses an hour: what needs that hour is absent', () => {
    const openInterest = [
      ...hoursBack(192, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 40)),
      ...hoursBack(192, THIS_HOUR, (atMs) => openInterestRow('gate', atMs, 60)).filter(
        (row) => row.atMs !== THIS_HOUR - 24 * HOUR_MS,
      ),
    ];
    isAbsent(deriveFeatures(inputWith({ openInterest })), 'openInterestChangePct', /too short/);
  });

  it('leaves out an exchange whose numbers have stopped', () => {
    const openInterest = [
      ...hoursBack(192, THIS_HOUR, (atMs, index) => openInterestRow('okx', atMs, index === 0 ? 44 : 40)),
      ...hoursBack(192, THIS_HOUR - 3 * HOUR_MS, (atMs) => openInterestRow('gate', atMs, 60)),
    ];
    const features = deriveFeatures(inputWith({ openInterest }));
    near(features.values.openInterestChangePct, 10);
    assert.deepEqual(features.origins.openInterestChangePct?.sources, ['okx']);
  });

  it('has no z-score where open interest moved by less than 0.2 % in 24 h, however quiet the week before was', () => {
    const quiet = (newest: number) =>
      deriveFeatures(
        inputWith({
          openInterest: hoursBack(192, THIS_HOUR, (atMs, index) =>
            openInterestRow('okx', atMs, index === 0 ? newest : 91_000 + (index % 7) * 10),
          ),
        }),
      );
    isAbsent(quiet(90_900), 'openInterestZ', /0\.2 %/);
    assert.ok((quiet(90_000).values.openInterestZ ?? 0) < -1);
  });

  it('is absent with reasons where the history is short or old', () => {
    const short = hoursBack(107, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 40));
    const old = hoursBack(192, THIS_HOUR - 4 * HOUR_MS, (atMs) => openInterestRow('okx', atMs, 40));
    for (const openInterest of [short, old, []]) {
      const features = deriveFeatures(inputWith({ openInterest }));
      isAbsent(features, 'openInterestChangePct', /108 h/);
      isAbsent(features, 'openInterestZ', /108 h/);
      isAbsent(features, 'openInterestPercentile', /15 days/);
    }
  });
});

describe('open interest against a month', () => {
  const hourly = (exchange: string, base: number, endMs = THIS_HOUR) =>
    hoursBack(192, endMs, (atMs, index) => openInterestRow(exchange, atMs, index === 0 ? base : base - 0.1));
  const daily = (exchange: string, days: number, base: (index: number) => number) =>
    daysBack(days, TODAY, (atMs, index) => openInterestRow(exchange, atMs, base(index), { barMs: DAY_MS }));

  it('has the percentile of the newest hour among 30 days', () => {
    const features = deriveFeatures(
      inputWith({
        openInterest: hourly('okx', 27.5),
        openInterestDaily: daily('okx', 40, (index) => 30 - index),
      }),
    );
    near(features.values.openInterestPercentile, 90);
    assert.equal(features.origins.openInterestPercentile?.baselineWindowMs, 30 * DAY_MS);
    assert.equal(features.origins.openInterestPercentile?.ageMs, NOW - THIS_HOUR);
  });

  it('adds up the exchanges that have both a month and a fresh hour', () => {
    const openInterestDaily = [...daily('okx', 30, (index) => 30 - index), ...daily('gate', 30, () => 100)];
    const both = deriveFeatures(
      inputWith({ openInterest: [...hourly('okx', 15.5), ...hourly('gate', 100)], openInterestDaily }),
    );
    near(both.values.openInterestPercentile, 50);
    assert.deepEqual(both.origins.openInterestPercentile?.sources, ['gate', 'okx']);
    const old = hourly('gate', 100, THIS_HOUR - 6 * HOUR_MS);
    const one = deriveFeatures(
      inputWith({ openInterest: [...hourly('okx', 15.5), ...old], openInterestDaily }),
    );
    near(one.values.openInterestPercentile, 50);
    assert.deepEqual(one.origins.openInterestPercentile?.sources, ['okx']);
  });

  it('has no percentile with less than 15 days', () => {
    const openInterest = hourly('okx', 27.5);
    const short = daily('okx', 14, (index) => 30 - index);
    const features = deriveFeatures(inputWith({ openInterest, openInterestDaily: short }));
    isAbsent(features, 'openInterestPercentile', /15 days/);
  });

  it('knows since when open interest is at its highest, by exchange and over them, over days and hours', () => {
    const features = deriveFeatures(
      inputWith({
        openInterest: [...hourly('binance', 20.5), ...hourly('okx', 30)],
        openInterestDaily: [
          ...daily('binance', 60, (index) => (index === 50 ? 21 : index < 9 ? 19 : 20)),
          ...daily('okx', 60, () => 29),
        ].filter(({ atMs }) => atMs !== TODAY - 20 * DAY_MS),
      }),
    );
    const own = features.origins.openInterestRecordByExchange?.reach;
    const [fromMs, toMs] = [TODAY - 59 * DAY_MS, THIS_HOUR];
    const gap = { gaps: 1, longestGapMs: 2 * DAY_MS };
    assert.deepEqual(own?.['binance'], { sinceMs: TODAY - 50 * DAY_MS, fromMs, toMs, ...gap });
    assert.deepEqual(own?.['okx'], { fromMs, toMs, ...gap });
    assert.deepEqual(features.origins.openInterestRecordAggregate?.reach, { sum: { fromMs, toMs, ...gap } });
  });

  it('names the exchanges that are at a record within what is known of them', () => {
    const features = deriveFeatures(
      inputWith({
        openInterest: [...hourly('binance', 31), ...hourly('okx', 29)],
        openInterestDaily: [...daily('binance', 30, (index) => 30 - index), ...daily('okx', 10, () => 50)],
      }),
    );
    assert.equal(features.values.openInterestRecord, true);
    assert.deepEqual(features.values.openInterestRecordByExchange, { binance: true, okx: false });
    // The shorter of the two histories says how much the claim means.
    assert.equal(features.origins.openInterestRecord?.baselineWindowMs, THIS_HOUR - (TODAY - 9 * DAY_MS));
  });

  const risingOn = (exchange: string, base: number, by: number) => [
    ...hoursBack(192, THIS_HOUR, (atMs, index) =>
      openInterestRow(exchange, atMs, index === 0 ? base + by : base),
    ),
  ];
  const fallingTo = (base: number) =>
    hoursBack(192, THIS_HOUR, (atMs, index) => openInterestRow('binance', atMs, base + index));

  it('keeps a record of an exchange with 2 % of open interest to that exchange', () => {
    const openInterest = [...fallingTo(980), ...risingOn('gate', 19.5, 0.5)];
    const { values } = deriveFeatures(inputWith({ openInterest }));
    assert.deepEqual(values.openInterestRecordByExchange, { binance: false, gate: true });
    assert.equal(values.openInterestRecord, false);
    assert.equal(values.openInterestRecordAggregate, false);
  });

  it('counts the record of an exchange with a fifth of open interest, from that exchange', () => {
    const features = deriveFeatures(
      inputWith({ openInterest: [...fallingTo(800), ...risingOn('gate', 199.5, 0.5)] }),
    );
    assert.equal(features.values.openInterestRecord, true);
    assert.equal(features.values.openInterestRecordAggregate, false);
    assert.deepEqual(features.origins.openInterestRecord?.sources, ['gate']);
    const below = deriveFeatures(
      inputWith({ openInterest: [...fallingTo(800), ...risingOn('gate', 199, 0.5)] }),
    );
    assert.equal(below.values.openInterestRecord, false);
  });

  it('knows a record of the sum where no single exchange is at its own', () => {
    const waves = (exchange: string, phase: number) =>
      hoursBack(192, THIS_HOUR, (atMs, index) =>
        openInterestRow(exchange, atMs, index === 0 ? 14 : (index + phase) % 2 === 0 ? 15 : 10),
      );
    const { values } = deriveFeatures(inputWith({ openInterest: [...waves('okx', 0), ...waves('gate', 1)] }));
    assert.deepEqual(values.openInterestRecordByExchange, { okx: false, gate: false });
    assert.deepEqual([values.openInterestRecord, values.openInterestRecordAggregate], [true, true]);
  });

  it('does not call an old high of a silent exchange a record of now', () => {
    const features = deriveFeatures(
      inputWith({
        openInterest: [...hourly('okx', 29), ...hourly('gate', 99, THIS_HOUR - 3 * DAY_MS)],
        openInterestDaily: daily('okx', 10, () => 50),
      }),
    );
    assert.deepEqual(features.values.openInterestRecordByExchange, { okx: false });
    assert.equal(features.values.openInterestRecord, false);
  });

  it('claims nothing about records with less than a week', () => {
    const week = hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 5));
    isAbsent(deriveFeatures(inputWith({ openInterest: week })), 'openInterestRecord', /7 days/);
  });
});
