import type { ExchangeId } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { JoinedSeriesId } from '../../../series/catalogue.ts';
import { countOf, valueAt } from '../../../series/hours.ts';
import { RollingRank } from '../rolling/rollingRank.ts';
import { percentileRank } from '../statistics.ts';
import type { MetricInputs } from './inputs.ts';
import type { LiveInputs } from './liveInputs.ts';
import type { Computation, MetricRun, Outcome } from './metric.ts';
import { BASELINE_HOURS, freshHour, FRESH_MS } from './windows.ts';

interface Ranked {
  readonly rank: number | undefined;
  readonly exchange: ExchangeId;
  /** The label of the hour that is ranked. */
  readonly endMs: number;
}

export interface OwnRank {
  readonly series: JoinedSeriesId;
  /** Only these exchanges may speak: those with a fresh reading. */
  readonly among: (inputs: Pick<MetricInputs, 'readings'>) => readonly ExchangeId[];
  readonly absent: string;
  readonly outcome: (ranked: Ranked) => Outcome;
}

/**
 * Returns the computation of the rank of an exchange's newest hour within its own week before. Of several exchanges the one
 * with the most hours speaks, of equals the first by name.
 */
export function ownRank(parts: OwnRank): Computation {
  const { series, among, absent, outcome } = parts;
  return {
    batch: (inputs) => {
      const allowed = new Set(among(inputs));
      const columns = [...inputs.series.column(series)].filter(([exchange]) => allowed.has(exchange));
      const longest = longestOf(columns.map((entry) => ({ entry, count: countOf(entry[1]) })));
      const endMs = longest === undefined ? undefined : freshHour(new Map([longest.entry]), inputs.nowMs);
      if (longest === undefined || endMs === undefined) return { absent };
      const [exchange, column] = longest.entry;
      const past = Float64Array.from({ length: BASELINE_HOURS }, (_, back) =>
        valueAt(column, endMs - (back + 1) * HOUR_MS),
      );
      const rank = percentileRank(past, valueAt(column, endMs), { windowPoints: BASELINE_HOURS });
      return outcome({ rank, exchange, endMs });
    },
    start: (live) => rankRun(live, parts),
  };
}

function rankRun(live: LiveInputs, { series, among, absent, outcome }: OwnRank): MetricRun {
  let week = new RollingRank(BASELINE_HOURS);
  let [speaker, rankedMs] = ['', Number.NaN];
  return (nowMs) => {
    const inputs = live.inputs(nowMs);
    const allowed = new Set(among(inputs));
    const columns = live.columns(series).filter(({ exchange }) => allowed.has(exchange));
    const longest = longestOf(
      columns.map((entry) => ({ entry, count: entry.countSince(live.fromMs(nowMs)) })),
    );
    const endMs = longest?.entry.newestLabel(nowMs) ?? -Infinity;
    if (longest === undefined || !(nowMs - endMs <= FRESH_MS)) return { absent };
    const { exchange, edits } = longest.entry;
    const isNext = speaker === `${exchange} ${edits}` && endMs >= rankedMs;
    if (!isNext) week = new RollingRank(BASELINE_HOURS);
    const fromMs = isNext ? rankedMs : endMs - BASELINE_HOURS * HOUR_MS;
    for (let atMs = fromMs; atMs < endMs; atMs += HOUR_MS) week.push(longest.entry.valueAt(atMs));
    [speaker, rankedMs] = [`${exchange} ${edits}`, endMs];
    return outcome({ rank: week.rankOf(longest.entry.valueAt(endMs)), exchange, endMs });
  };
}

/** The one with the most values; of equals the first. */
function longestOf<Entry>(
  columns: readonly { readonly entry: Entry; readonly count: number }[],
): { readonly entry: Entry } | undefined {
  let best: { readonly entry: Entry; readonly count: number } | undefined;
  for (const one of columns) if (best === undefined || one.count > best.count) best = one;
  return best;
}
