import type { CurrentFunding, CurrentReadings } from './kit/inputs.ts';
import type { MetricOrigin } from './kit/metric.ts';

export const NO_FUNDING = 'no fresh funding rate with a known interval and open interest';

type Weighted = CurrentFunding & { readonly openInterestUsd: number };

/** The rates that a funding metric may rest on. */
export interface UsableFunding {
  readonly funding: readonly Weighted[];
  /** Weighted by open interest, a fraction per year. */
  readonly perYear: number;
  /** The rate of the exchange with the largest open interest. */
  readonly largest: Weighted;
  readonly origin: MetricOrigin & { readonly sources: readonly string[] };
}

/** Returns the rates whose interval and open interest are known, with their mean; undefined where there is none. */
export function usableFunding(readings: CurrentReadings): UsableFunding | undefined {
  const funding = readings.funding.flatMap(({ exchange, rate, openInterestUsd }): Weighted[] =>
    rate.intervalBasis !== 'venue-default' && openInterestUsd !== undefined && openInterestUsd > 0
      ? [{ exchange, rate, openInterestUsd }]
      : [],
  );
  const perYear = readings.fundingAnnualisedOiWeighted;
  const [first, ...others] = funding;
  if (first === undefined || perYear === undefined) return undefined;
  return {
    ...{ funding, perYear },
    largest: others.reduce((most, one) => (one.openInterestUsd > most.openInterestUsd ? one : most), first),
    origin: {
      sources: funding.map(({ exchange }) => exchange),
      newestMs: Math.min(...funding.map(({ rate }) => rate.atMs)),
    },
  };
}
