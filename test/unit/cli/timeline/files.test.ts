import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readFundingFile } from '../../../../src/cli/timeline/fundingFile.ts';
import { readSeriesFile } from '../../../../src/cli/timeline/seriesFile.ts';
import { readMoment, readSince } from '../../../../src/cli/timeline/times.ts';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';

const HEADER = 'time_utc,time_ms,close,volume,buy_volume,oi_close,ls_ratio,long_liq,short_liq';
const T0 = Date.UTC(2024, 7, 5);
const row = (hour: number, values: string): string => `x,${T0 + hour * HOUR_MS},${values}`;
let folder = '';
let count = 0;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-timeline-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function written(ext: string, ...lines: string[]): string {
  count += 1;
  const file = join(folder, `${count}.${ext}`);
  writeFileSync(file, lines.join('\r\n'));
  return file;
}

const refuses = (reading: Promise<unknown>, message: RegExp): Promise<void> =>
  assert.rejects(reading, (thrown) => {
    assert.ok(isPerpscopeError(thrown, 'usage'), String(thrown));
    assert.match(thrown.message, message);
    return true;
  });

describe('a series file', () => {
  it('is hours on one grid: an hour without a row is not known, an empty liquidation is none', async () => {
    const file = written(
      'csv',
      `\ufeff${HEADER}`,
      row(0, '100,10,4,500,1.5,2,'),
      row(2, '110,20,12,,,,3'),
      '',
    );
    const { track, lacking } = await readSeriesFile(file, 'BTC');
    assert.equal(track.firstMs, T0);
    assert.deepEqual([...track.close], [100, Number.NaN, 110]);
    assert.deepEqual([...track.takerBuyBase], [4, Number.NaN, 12]);
    assert.deepEqual([...track.openInterestBase], [500, Number.NaN, Number.NaN]);
    assert.deepEqual([...(track.longShortRatio ?? [])], [1.5, Number.NaN, Number.NaN]);
    assert.deepEqual([...track.longLiquidatedUsd], [200, Number.NaN, 0]);
    assert.deepEqual([...track.shortLiquidatedUsd], [0, Number.NaN, 330]);
    assert.deepEqual(lacking, ['spot flow', 'depth of the book']);
  });

  it('may have no more than times and prices: what it lacks is named and not known', async () => {
    const { track, lacking } = await readSeriesFile(written('csv', 'time_ms,close', `${T0},100`), 'BTC');
    assert.ok(Number.isNaN(track.longLiquidatedUsd[0]) && Number.isNaN(track.openInterestBase[0]));
    assert.equal(track.longShortRatio, undefined);
    assert.ok(lacking.includes('open interest') && lacking.includes('taker flow'));
  });

  const faults: readonly [string, readonly string[], RegExp][] = [
    ['empty', [], /line 1: names of columns expected/],
    [
      'without a column that it needs',
      ['time_ms,open'],
      /line 1: a column close expected, there are "time_ms, open"/,
    ],
    ['with a name twice', ['time_ms,close,close'], /line 1: every column needs a name of its own/],
    ['without a row', ['time_ms,close'], /line 2: at least one hour expected/],
    [
      'with a row too short',
      ['time_ms,close', `${T0}`],
      /line 2: 2 values expected, one for each column, not 1/,
    ],
    [
      'with a word for a number',
      ['time_ms,close', `${T0},abc`],
      /line 2: close is a price above 0, not "abc"/,
    ],
    ['with a price of 0', ['time_ms,close', `${T0},0`], /line 2: close is a price above 0, not "0"/],
    [
      'with a time within an hour',
      ['time_ms,close', `${T0 + 1},1`],
      /line 2: time_ms is the start of an hour/,
    ],
    ['without a time', ['time_ms,close', `,1`], /line 2: time_ms is .*, not empty/],
    [
      'with an hour twice',
      ['time_ms,close', `${T0},1`, `${T0},1`],
      /line 3: hours ascend and each stands once/,
    ],
    ['with a slip in a year', ['time_ms,close', `${HOUR_MS},1`, `${T0},1`], /line 3: at most 200000 hours/],
    [
      'with more bought than traded',
      [HEADER, row(0, '1,2,3,,,,')],
      /line 2: buy_volume is a part of volume, 3/,
    ],
  ];
  for (const [what, lines, message] of faults)
    it(`is refused ${what}`, () => refuses(readSeriesFile(written('csv', ...lines), 'BTC'), message));

  it('is refused where it cannot be read', async () => {
    await refuses(readSeriesFile(join(folder, 'none.csv'), 'BTC'), /cannot be read; check the path$/);
    await refuses(readSeriesFile(folder, 'BTC'), /cannot be read; check the path$/);
  });
});

describe('a funding file', () => {
  const settled = (hour: number, fundingRate: unknown): object => ({
    fundingTime: T0 + hour * HOUR_MS + 3,
    fundingRate,
  });

  it('is an array of settlements or CSV; intervals are told by the times, after a hole by what is usual', async () => {
    const file = written(
      'json',
      JSON.stringify([0, 8, 16, 24, 96, 100].map((hour) => settled(hour, '0.0001'))),
    );
    const { ratePerInterval, intervalMs } = await readFundingFile(file);
    assert.deepEqual([...ratePerInterval], Array(6).fill(0.0001));
    assert.deepEqual(
      [...intervalMs].map((ms) => ms / HOUR_MS),
      [8, 8, 8, 8, 8, 4],
    );
    const csv = written(
      'csv',
      'time_ms,funding_rate,premium',
      `${T0},0.00001,x`,
      `${T0 + HOUR_MS},-0.00002,x`,
    );
    const hourly = await readFundingFile(csv);
    assert.deepEqual([...hourly.ratePerInterval], [0.00001, -0.00002]);
    assert.deepEqual([...hourly.intervalMs], [HOUR_MS, HOUR_MS]);
  });

  const faults: readonly [string, string, readonly string[], RegExp][] = [
    ['that is no JSON', 'json', ['[1,'], /is no JSON/],
    ['that is no array', 'json', ['{}'], /an array of settlements expected$/],
    ['without settlements', 'json', ['[]'], /at least one settlement expected$/],
    [
      'without a rate',
      'json',
      [JSON.stringify([settled(0, '')])],
      /entry 1: fundingTime in ms and fundingRate/,
    ],
    ['of null', 'json', ['[null]'], /entry 1: fundingTime/],
    ['in percent', 'json', [JSON.stringify([settled(0, 0.1), settled(8, 1.2)])], /entry 2: .* as a fraction/],
    [
      'that goes back',
      'json',
      [JSON.stringify([settled(8, 0), settled(0, 0)])],
      /entry 2: settlements ascend/,
    ],
    [
      'with an empty rate',
      'csv',
      ['time_ms,funding_rate', `${T0},`],
      /line 2: time_ms and funding_rate expected/,
    ],
  ];
  for (const [what, ext, lines, message] of faults)
    it(`is refused ${what}`, () => refuses(readFundingFile(written(ext, ...lines)), message));
});

describe('times on the command line', () => {
  it('are in UTC, whatever the machine thinks', () => {
    for (const text of [
      '2024-08-05',
      '2024-08-05T00:00',
      '2024-08-05 00:00Z',
      '2024-08-05T00:00:00.000Z',
      `${T0}`,
    ])
      assert.equal(readMoment('from', text), T0, text);
    assert.equal(readMoment('from', undefined), undefined);
    for (const bad of ['', 'yesterday', '2024-13-01', '05.08.2024', '2024-08-05T00:00+02:00', '12'])
      assert.throws(() => readMoment('from', bad), /^PerpscopeError: --from takes a time in UTC/, bad);
  });

  it('may be so long ago', () => {
    assert.equal(readSince('since', '30d', T0), T0 - 30 * DAY_MS);
    assert.equal(readSince('since', '12h', T0), T0 - 12 * HOUR_MS);
    assert.equal(readSince('since', '2024-08-05', 0), T0);
    assert.throws(() => readSince('since', '30w', T0), /--since takes/);
  });
});
