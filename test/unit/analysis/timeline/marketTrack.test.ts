import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { at, endOfHour, type Track } from '../../../../src/analysis/noise/track.ts';
import { marketTrack } from '../../../../src/analysis/timeline/marketTrack.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { noiseMarket } from '../noise/markets.ts';
import {
  candleRow,
  LAST_FULL_HOUR,
  liquidationRow,
  NOW,
  openInterestRow,
  seriesWith,
  takerRow,
  type HistoryRows,
} from '../regime/history.ts';

const HOURS = 719;
const market = noiseMarket(12, HOURS, LAST_FULL_HOUR - (HOURS - 1) * HOUR_MS);

/** What an exchange states of the last `hours` hours of a market. */
function stated(exchange: string, { close, ...own }: Track, hours = HOURS): Partial<HistoryRows> {
  const wanted = Array.from({ length: hours }, (_, back) => HOURS - hours + back);
  const startOf = (hour: number): number => own.firstMs + hour * HOUR_MS;
  return {
    candles: wanted.map((hour) => candleRow(exchange, startOf(hour), at(close, hour))),
    openInterest: wanted.map((hour) =>
      openInterestRow(exchange, startOf(hour) + HOUR_MS, at(own.openInterestBase, hour)),
    ),
    takerVolume: wanted.map((hour) => {
      const bought = at(own.takerBuyBase, hour);
      return takerRow(exchange, startOf(hour), bought, at(own.volumeBase, hour) - bought);
    }),
    liquidationVolume: wanted.map((hour) =>
      liquidationRow(
        exchange,
        startOf(hour),
        at(own.longLiquidatedUsd, hour),
        at(own.shortLiquidatedUsd, hour),
      ),
    ),
  };
}

const together = (one: Partial<HistoryRows>, other: Partial<HistoryRows>): Partial<HistoryRows> => ({
  candles: [...(one.candles ?? []), ...(other.candles ?? [])],
  openInterest: [...(one.openInterest ?? []), ...(other.openInterest ?? [])],
  takerVolume: [...(one.takerVolume ?? []), ...(other.takerVolume ?? [])],
  liquidationVolume: [...(one.liquidationVolume ?? []), ...(other.liquidationVolume ?? [])],
});

const trackOf = (rows: Partial<HistoryRows>): Track => marketTrack(seriesWith(rows), NOW)!;

function areNear(actual: Float64Array, expected: Float64Array, times = 1): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, hour) => {
    const off = Math.abs(at(actual, hour) / (times * value) - 1);
    assert.ok(off < 1e-9, `hour ${hour}: ${at(actual, hour)} is not ${times * value}`);
  });
}

describe('the hours of a live market', () => {
  it('are those that its exchange states, each with what is true at its end', () => {
    const track = trackOf(stated('one', market));
    assert.equal(endOfHour(track, HOURS - 1), LAST_FULL_HOUR + HOUR_MS);
    for (const kind of [
      ...(['close', 'openInterestBase', 'takerBuyBase'] as const),
      ...(['volumeBase', 'longLiquidatedUsd', 'shortLiquidatedUsd'] as const),
    ])
      areNear(track[kind], market[kind]);
  });

  it('are sums over the same exchanges at all hours; the price is of one', () => {
    const track = trackOf(together(stated('one', market), stated('two', market)));
    areNear(track.close, market.close);
    areNear(track.openInterestBase, market.openInterestBase, 2);
    areNear(track.takerBuyBase, market.takerBuyBase, 2);
    areNear(track.longLiquidatedUsd, market.longLiquidatedUsd, 2);
  });

  it('do not step where an exchange with little history comes in', () => {
    const track = trackOf(together(stated('one', market), stated('two', market, 100)));
    areNear(track.openInterestBase, market.openInterestBase);
    areNear(track.volumeBase, market.volumeBase);
  });

  it('know liquidations only where every feed of the last day has hours enough: they are compared with that day', () => {
    const track = trackOf(together(stated('one', market), stated('two', market, 100)));
    assert.ok(track.longLiquidatedUsd.every(Number.isNaN));
    assert.ok(track.shortLiquidatedUsd.every(Number.isNaN));
  });

  it('do not know what nobody states, and are none where no price speaks of now', () => {
    const { candles } = stated('one', market);
    const track = trackOf({ candles: candles! });
    areNear(track.close, market.close);
    for (const kind of ['openInterestBase', 'takerBuyBase', 'volumeBase', 'shortLiquidatedUsd'] as const)
      assert.ok(track[kind].every(Number.isNaN), kind);
    assert.equal(marketTrack(seriesWith({ candles: candles!.slice(0, -6) }), NOW), undefined);
    assert.equal(marketTrack(seriesWith({}), NOW), undefined);
  });
});
