import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  bestCoveredFirst,
  liquidationFeeds,
  newestWindow,
} from '../../../../src/analysis/metrics/liquidationFeeds.ts';
import type { LiquidationVolume } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { hoursBack, LAST_FULL_HOUR, liquidationRow, NOW, seriesWith, THIS_HOUR } from '../regime/history.ts';

const row = (
  atMs: number,
  changes: Partial<LiquidationVolume> = {},
  exchange = 'okx',
): LiquidationVolume => ({
  ...liquidationRow(exchange, atMs, 100, 10),
  ...changes,
});
const day = (changes: Partial<LiquidationVolume> = {}, exchange = 'okx', hours = 24): LiquidationVolume[] =>
  hoursBack(hours, LAST_FULL_HOUR, (atMs) => row(atMs, changes, exchange));
const feedsOf = (liquidationVolume: readonly LiquidationVolume[]) =>
  liquidationFeeds(seriesWith({ liquidationVolume }), NOW);
const only = (rows: readonly LiquidationVolume[], hours = 24) => {
  const [feed, ...others] = feedsOf(rows);
  assert.ok(feed !== undefined && others.length === 0, `${others.length + 1} feeds`);
  return newestWindow(feed, hours);
};

describe('feeds of liquidations', () => {
  it('sum a window of covered hours, by side, with coins where all hours state them', () => {
    const coins = { longLiquidatedBase: 2, shortLiquidatedBase: 1 };
    const { longUsd, shortUsd, longBase, shortBase, ...rest } = only(day(coins));
    assert.deepEqual([longUsd, shortUsd, longBase, shortBase], [2_400, 240, 48, 24]);
    assert.deepEqual(rest, { coveredHours: 24, hours: 24, coverage: 'unverified', endMs: THIS_HOUR });
    const some = day().map((one, index) => (index === 3 ? one : { ...one, ...coins }));
    assert.deepEqual([only(some).longUsd, only(some).longBase], [2_400, undefined]);
  });

  it('have no amount while an hour is lacking, and say how many are covered', () => {
    const holed = day().filter((_, index) => index !== 5);
    assert.deepEqual(only(holed), { coveredHours: 23, hours: 24, coverage: 'unverified', endMs: THIS_HOUR });
    assert.equal(only(day().slice(-15)).coveredHours, 15);
  });

  it('count an hour that states one side or no dollars as lacking', () => {
    const { shortLiquidatedUsd: _short, ...oneSided } = row(LAST_FULL_HOUR - HOUR_MS);
    assert.equal(only([oneSided, row(LAST_FULL_HOUR)], 2).coveredHours, 1);
  });

  it('leave out hours that run, and feeds that ended hours ago', () => {
    assert.equal(only([...day(), row(THIS_HOUR, { longLiquidatedUsd: 9e9 })]).longUsd, 2_400);
    const hoursAgo = (hours: number) => feedsOf([row(THIS_HOUR - hours * HOUR_MS)]).length;
    assert.deepEqual([hoursAgo(1), hoursAgo(3), hoursAgo(4), hoursAgo(5)], [1, 1, 0, 0]);
  });

  it('have the poorest coverage of their hours', () => {
    const mixed = day({ coverage: 'complete' });
    assert.equal(only(mixed).coverage, 'complete');
    assert.equal(only([...mixed.slice(1), row(mixed[0]!.atMs)]).coverage, 'unverified');
    assert.equal(only([...mixed.slice(1), row(mixed[0]!.atMs, { coverage: 'sampled' })]).coverage, 'sampled');
  });

  it('of several instruments count the hours that all of them have', () => {
    const other = { instrument: 'okx:BTCUSDC' } as const;
    assert.equal(only([...day(), ...day(other)]).longUsd, 4_800);
    assert.equal(only([...day(), ...day(other, 'okx', 7)]).coveredHours, 7);
    const gone = hoursBack(24, LAST_FULL_HOUR - 6 * HOUR_MS, (atMs) => row(atMs, other));
    assert.equal(only([...gone, ...day()]).longUsd, 2_400, 'what is followed no more');
    const failed = day(other).slice(0, -1);
    assert.equal(only([...day(), ...failed]).endMs, THIS_HOUR - HOUR_MS, 'what has failed once');
  });

  it('of one exchange stand side by side, the better covered first, and are never added', () => {
    const stream = { endpoint: 'WS liquidations, summed by the hour', coverage: 'complete' } as const;
    const first = (...parts: LiquidationVolume[][]) => {
      const feeds = bestCoveredFirst(feedsOf(parts.flat()), 24);
      return [feeds.length, feeds[0]?.endpoint];
    };
    assert.deepEqual(first(day(), day(stream)), [2, stream.endpoint], 'the better coverage');
    assert.deepEqual(first(day(), day(stream, 'okx', 23)), [2, 'GET /test'], 'more hours of the day');
    const sampled = { endpoint: 'WS a', coverage: 'sampled' } as const;
    assert.deepEqual(first(day(sampled, 'okx', 100), day()), [2, 'GET /test'], 'not more hours in all');
  });
});
