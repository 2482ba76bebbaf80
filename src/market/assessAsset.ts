import { openInterestNow } from '../analysis/metrics/openInterest.ts';
import type { NoiseBook } from '../analysis/noise/noiseBook.ts';
import { assess } from '../analysis/regime/assess.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import { deriveFeatures, type FeatureInput } from '../analysis/regime/deriveFeatures.ts';
import type { VenueBook } from '../analysis/regime/venues/venueHours.ts';
import { marketTrack } from '../analysis/timeline/marketTrack.ts';
import { Measure, type Measured } from '../analysis/timeline/measured.ts';
import type { RuleSet } from '../analysis/regime/ruleTypes.ts';
import type { DataSource } from '../core/ids.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { countedReadings } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';
import { storedHistoryOf } from './storedHistory.ts';

export interface AssessedWith {
  readonly source: DataSource;
  readonly nowMs: number;
  /** The assessment that stands, for hysteresis. */
  readonly previous: RegimeAssessment | undefined;
  /** What noise shows, drawn once a day. */
  readonly noise: NoiseBook;
  /** What is usual on each exchange, computed once an hour. */
  readonly venues: VenueBook;
  readonly rules: RuleSet;
}

/** Returns the regime of an asset by its numbers, beside its own history and the same hours shuffled. */
export function assessAsset(
  snapshot: AssetSnapshot,
  history: AssetSeries,
  { source, nowMs, previous, noise, venues, rules }: AssessedWith,
): RegimeAssessment {
  // Whose hours they are: who is left out of sums is not in them either.
  const exchanges = [...history.column('last-close').keys(), '', ...history.column('open-interest').keys()];
  const market = `${source} ${exchanges.join()}`;
  const { usual, rarity } = measuredNow(history, nowMs, noise, market);
  const input = featureInput(snapshot, history, nowMs);
  const assessment = assess(deriveFeatures(input), {
    asOfMs: nowMs,
    baseAsset: snapshot.asset,
    source,
    coverage: snapshot.aggregate.coverage,
    ...{ previous, usual, rarity, rules },
    venues: {
      series: history,
      hours: venues.hoursOf(history, snapshot.asset, nowMs, market),
      shares: openInterestNow(input.readings).shares,
    },
  });
  const storedHistory = storedHistoryOf(assessment, snapshot, history);
  return storedHistory === undefined ? assessment : { ...assessment, storedHistory };
}

function measuredNow(history: AssetSeries, nowMs: number, noise: NoiseBook, market: string): Measured {
  const track = marketTrack(history, nowMs);
  return track === undefined ? {} : new Measure(track, noise, market).at(track.close.length - 1);
}

/** Puts together what the regime's features are computed from: the history, and the counted exchanges' readings. */
export function featureInput(snapshot: AssetSnapshot, history: AssetSeries, nowMs: number): FeatureInput {
  const { asset } = snapshot;
  return { asset, nowMs, series: history, readings: countedReadings(snapshot, nowMs) };
}
