import type { ExchangeId } from '../../../core/ids.ts';
import { seriesOf, type JoinedSeriesId } from '../../../series/catalogue.ts';
import { newestAlignedSum } from '../../../series/sums.ts';
import type { MetricInputs } from './inputs.ts';
import type { LiveInputs } from './liveInputs.ts';
import type { Computation, Outcome } from './metric.ts';
import { SumRun } from './sumRun.ts';
import type { Tail } from './tails.ts';
import { freshHour, type Stretch } from './windows.ts';

/** Whose hours were added up, and of when the newest of them is. */
export interface SumOrigin {
  readonly sources: readonly ExchangeId[];
  readonly newestMs: number;
}

export interface OfSums<Result> {
  /** The series that are added up over exchanges; several of them are of the same rows, such as buys and sells. */
  readonly series: readonly [JoinedSeriesId, ...JoinedSeriesId[]];
  readonly stretch: Stretch;
  readonly tail: Tail<Result>;
  /** Why there is no number where no exchange has hours enough, or none that speak of now. */
  readonly absent: string;
  readonly outcome: (result: Result, origin: SumOrigin, inputs: MetricInputs) => Outcome;
}

/**
 * Returns the computation of what is read off sums over exchanges, hour by hour: of the same exchanges at all hours, gaps
 * kept. Nothing where the newest hour is too old to speak of now.
 */
export function ofSums<Result>(parts: OfSums<Result>): Computation {
  const { series, stretch, tail, absent, outcome } = parts;
  const originOf = (sources: readonly ExchangeId[], labelMs: number, stepMs: number): SumOrigin => ({
    sources,
    // What is summed up over an hour is complete at its end; a state is of the moment at its label.
    newestMs: labelMs + (seriesOf(series[0]).label === 'end' ? stepMs : 0),
  });
  return {
    batch: (inputs) => {
      const sums = series.map((id) => {
        const columns = inputs.series.column(id);
        if (freshHour(columns, inputs.nowMs) === undefined) return undefined;
        return newestAlignedSum(columns, inputs.nowMs, stretch.steps, stretch);
      });
      const known = sums.filter((sum) => sum !== undefined);
      const [first] = known;
      if (first === undefined || known.length < sums.length) return { absent };
      // Hours of one sum must not stand beside other hours of the next.
      if (known.some(({ firstMs }) => firstMs !== first.firstMs)) return { absent };
      const origin = originOf(
        first.exchanges,
        first.firstMs + (stretch.steps - 1) * first.stepMs,
        first.stepMs,
      );
      return outcome(tail.batch(known.map(({ values }) => values)), origin, inputs);
    },
    start: (live: LiveInputs) => {
      const run = new SumRun(series, stretch, tail);
      return (nowMs) => {
        const found = run.at(live, nowMs);
        if (found === undefined) return { absent };
        const origin = originOf(found.exchanges, found.endMs, found.stepMs);
        return outcome(found.result, origin, live.inputs(nowMs));
      };
    },
  };
}
