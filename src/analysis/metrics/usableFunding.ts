import type { ObservationOf } from '../../core/observation.ts';
import type { ExchangeReadings } from './exchangeReadings.ts';
import { FRESH_LIMIT_MS } from './freshness.ts';
import { oiWeightedFunding, type WeightedFunding } from './funding.ts';
import type { MetricInputs } from './kit/inputs.ts';
import type { MetricOrigin } from './kit/metric.ts';

export const NO_FUNDING = 'no fresh funding rate with a known interval and open interest';

type Weighted = ExchangeReadings & {
  readonly funding: ObservationOf<'funding-rate'>;
  readonly openInterestUsd: number;
};

/** The rates that a funding metric may rest on. */
export interface UsableFunding {
  readonly readings: readonly Weighted[];
  /** Weighted by open interest, a fraction per year. */
  readonly perYear: number;
  /** The rate of the exchange with the largest open interest. */
  readonly largest: Weighted;
  readonly origin: MetricOrigin;
}

/** Returns the mean of current rates, weighted by open interest, and who is in it. */
export function weightedFunding(readings: readonly ExchangeReadings[], nowMs: number): WeightedFunding {
  const venues = readings.map(({ exchange, funding, openInterestUsd }) => ({
    exchange,
    funding,
    openInterestUsd,
  }));
  return oiWeightedFunding(venues, { nowMs, maxAgeMs: FRESH_LIMIT_MS });
}

/** Returns the rates whose interval and open interest are known, with their mean; undefined where there is none. */
export function usableFunding({
  readings,
  nowMs,
}: Pick<MetricInputs, 'readings' | 'nowMs'>): UsableFunding | undefined {
  const { annualised: perYear, used } = weightedFunding(readings, nowMs);
  const usable = readings.filter((one): one is Weighted => used.includes(one.exchange));
  const [first, ...others] = usable;
  if (first === undefined || perYear === undefined) return undefined;
  return {
    ...{ readings: usable, perYear },
    largest: others.reduce((most, one) => (one.openInterestUsd > most.openInterestUsd ? one : most), first),
    origin: {
      sources: usable.map(({ exchange }) => exchange),
      newestMs: Math.min(...usable.map(({ funding }) => funding.atMs)),
    },
  };
}
