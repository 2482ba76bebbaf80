import { HOUR_MS } from '../../core/units.ts';
import type { AssetSeries } from '../../series/assetSeries.ts';
import type { JoinedSeriesId } from '../../series/catalogue.ts';
import { valuesFrom, type StepColumn } from '../../series/hours.ts';
import { mayTakePart, newestAlignedSum } from '../../series/sums.ts';
import { lastDays } from '../metrics/liquidationDays.ts';
import type { LiquidationFeed } from '../metrics/liquidationFeeds.ts';
import { referencePrice } from '../metrics/return.ts';
import type { Track } from '../noise/track.ts';

/** A history keeps 30 days; the first of their hours began before. */
const TRACK_HOURS = 719;
/** Who has fewer hours says nothing of what is usual: two weeks, as noise needs. */
const MINIMUM_HOURS = 336;

/**
 * Returns the hours of an asset's history as those of one market, which end with the newest hour that has a price: the closes of the
 * exchange that the price change is of, and sums over the same exchanges at all hours, as of the changes. Of liquidations the
 * feeds of the last day, all of them or nothing. Undefined where no price speaks of now.
 */
export function marketTrack(history: AssetSeries, nowMs: number): Track | undefined {
  const price = referencePrice(history, nowMs);
  if (price === undefined) return undefined;
  const { end } = price;
  const firstMs = end - (TRACK_HOURS - 1) * HOUR_MS;
  const hours = (of: StepColumn | undefined, fromMs = firstMs): Float64Array =>
    valuesFrom(of, fromMs, TRACK_HOURS);
  const sum = (id: JoinedSeriesId): StepColumn | undefined =>
    newestAlignedSum(history.column(id), nowMs, TRACK_HOURS, { minimumSteps: MINIMUM_HOURS });
  const flow = (bought: JoinedSeriesId, sold: JoinedSeriesId) => {
    const [buys, sells] = [hours(sum(bought)), hours(sum(sold))];
    return { buys, all: buys.map((amount, at) => amount + (sells[at] ?? Number.NaN)) };
  };
  const takers = flow('taker-buy', 'taker-sell');
  const spotTakers = flow('spot-taker-buy', 'spot-taker-sell');
  const { longs, shorts } = liquidated(history, nowMs, firstMs);
  return {
    asset: history.asset,
    firstMs,
    close: hours(price.column),
    // What is true at the end of an hour stands at the start of the next one.
    openInterestBase: hours(sum('open-interest'), firstMs + HOUR_MS),
    takerBuyBase: takers.buys,
    volumeBase: takers.all,
    spotTakerBuyBase: spotTakers.buys,
    spotVolumeBase: spotTakers.all,
    longLiquidatedUsd: longs,
    shortLiquidatedUsd: shorts,
  };
}

/** What is usual of some feeds says nothing of a day of others. */
function liquidated(history: AssetSeries, nowMs: number, firstMs: number) {
  const found = lastDays({ series: history, nowMs, readings: [] });
  const feeds = 'absent' in found ? [] : found.days.map(({ feed }) => feed);
  const areLong = feeds.length > 0 && feeds.every((feed) => isLong(feed, firstMs));
  const sum = (name: 'longUsd' | 'shortUsd'): Float64Array =>
    Float64Array.from({ length: TRACK_HOURS }, (_, at) =>
      areLong
        ? feeds.reduce((total, feed) => total + amountAt(feed, name, firstMs + at * HOUR_MS), 0)
        : Number.NaN,
    );
  return { longs: sum('longUsd'), shorts: sum('shortUsd') };
}

function isLong({ amounts, firstMs: feedFirstMs, lastHourMs }: LiquidationFeed, firstMs: number): boolean {
  const from = Math.max(0, (firstMs - feedFirstMs) / HOUR_MS);
  const hours = amounts.longUsd.subarray(from, (lastHourMs - feedFirstMs) / HOUR_MS + 1);
  const first = hours.findIndex((value) => !Number.isNaN(value));
  const known = hours.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
  return first >= 0 && mayTakePart(known, hours.length - first, MINIMUM_HOURS);
}

const amountAt = ({ amounts, firstMs }: LiquidationFeed, name: 'longUsd' | 'shortUsd', atMs: number) =>
  amounts[name][(atMs - firstMs) / HOUR_MS] ?? Number.NaN;
