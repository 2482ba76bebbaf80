import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import { seriesOf } from '../series/catalogue.ts';
import { openInterestUsd } from '../series/dollars.ts';
import { newestStep, valueAt, type StepColumn } from '../series/hours.ts';
import { alignedSum, newestAlignedSum, type AlignedSum } from '../series/sums.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { ChartColumn, ChartInput, Charted, OpenInterestHistory } from './chartData.ts';

/** Returns one-sided open interest by the hour, of each exchange and summed up; hours without a number stay gaps. */
export function openInterestChart({ history, inOrder, hours }: ChartInput): Charted<OpenInterestHistory> {
  const base = history.column('open-interest');
  const endMs = newestStep(base, history.nowMs);
  if (endMs === undefined) return { unavailable: 'No open interest has been read yet.' };
  const usd = openInterestUsd(history);
  const firstMs = endMs - (hours - 1) * HOUR_MS;
  const lines = [...base]
    .sort(([a], [b]) => inOrder(a, b))
    .map(([id, column]) => {
      const sides = history.sidesOf(id) ?? 'unverified';
      return {
        id: id as ExchangeId | 'aggregate',
        sides: sides === 'both' ? ('both, halved' as const) : sides,
        base: chartColumn(column, firstMs, hours),
        usd: chartColumn(usd.get(id), firstMs, hours),
      };
    });
  const sum = openInterestSum(history, hours);
  if (sum === undefined) return { data: { lines, aggregated: [], carried: [] } };
  const counted = new Map([...usd].filter(([id]) => sum.exchanges.includes(id)));
  const sumEndMs = sum.firstMs + (hours - 1) * HOUR_MS;
  const usdSum = alignedSum(counted, sumEndMs, hours, { minimumSteps: 1 });
  const isWhole = usdSum?.exchanges.length === sum.exchanges.length;
  const isUnverified = lines.some(
    ({ id, sides }) => sides === 'unverified' && sum.exchanges.some((one) => one === id),
  );
  const aggregate = {
    id: 'aggregate' as const,
    sides: isUnverified ? ('unverified' as const) : ('one' as const),
    base: chartColumn(sum, sum.firstMs, hours),
    usd: chartColumn(isWhole ? usdSum : undefined, sum.firstMs, hours),
  };
  const [aggregated, carried] = [sum.exchanges, sum.carried].map((list) => list.toSorted(inOrder));
  return {
    data: {
      lines: [aggregate, ...lines],
      aggregated: aggregated ?? [],
      carried: carried ?? [],
      share: sum.share,
    },
  };
}

/**
 * Returns the sum over exchanges in coins up to now, over those with half of the hours. One that lacks an hour or two is
 * carried on over them; in dollars it is not, since their price has moved.
 */
export function openInterestSum(history: AssetSeries, hours: number): AlignedSum | undefined {
  const { carryMs = 0 } = seriesOf('open-interest');
  const options = { minimumSteps: hours / 2, carryMs };
  return newestAlignedSum(history.column('open-interest'), history.nowMs, hours, options);
}

/** Returns the hours of the chart from `firstMs` on. */
function chartColumn(column: StepColumn | undefined, firstMs: number, hours: number): ChartColumn {
  const atMs = Float64Array.from({ length: hours }, (_, index) => firstMs + index * HOUR_MS);
  return { atMs, values: atMs.map((hour) => (column === undefined ? Number.NaN : valueAt(column, hour))) };
}
