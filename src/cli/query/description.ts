import type { DataSource } from '../../core/ids.ts';
import { rangeSeriesOf } from '../../series/range/rangeSeries.ts';
import { foldWayOf } from '../../series/range/folding.ts';
import type { Range } from '../../series/range/readRange.ts';
import type { Asked } from './rangeOptions.ts';
import type { RowShape } from './rowShape.ts';

const SIDES = {
  one: 'one: longs and shorts are counted once',
  both: 'both, halved',
  unverified: 'unverified, taken as it is',
} as const;

/**
 * Returns what was asked and what was found, as plain data: the query, the unit of each column, how sides are counted, where the
 * numbers come from. The same in JSON and in a manifest.
 */
export function describe({ query, step }: Asked, range: Range, { columns }: RowShape, source: DataSource) {
  const { asset, id, fromMs, toMs, nowMs, knownAtMs, exchanges, isSummed } = query;
  const series = rangeSeriesOf(id);
  const readings =
    series.beside === undefined ? 'readings, the nearest to each label' : 'settlements, at the nearest hour';
  return {
    source,
    query: {
      ...{ asset, metric: id, step, sinceMs: fromMs, untilMs: toMs, judgedAtMs: nowMs },
      knownAtMs: knownAtMs ?? null,
      exchanges: exchanges ?? 'all',
      aggregate: isSummed,
    },
    series: {
      ...{ kind: series.kind, label: series.label, market: series.market },
      longerSteps: series.beside === undefined ? foldWayOf(series) : null,
    },
    columns: columns.map(({ name, type, unit, meaning }) => ({ name, type, unit, meaning })),
    firstMs: range.extent?.firstMs ?? null,
    lastMs: range.extent?.lastMs ?? null,
    sources: range.sources.map(({ sides, isReading, ...one }) => ({
      ...one,
      rowsAre: isReading ? readings : 'bars',
      ...(sides.length === 0 ? {} : { sides: sides.map((side) => SIDES[side]) }),
    })),
    aggregate: sumWords(range),
    leftOutAsImpossible: range.apart,
  };
}

/** What a sum is made of; where fewer than two exchanges take part there is none, because it would be one exchange. */
function sumWords({ sum }: Range) {
  if (sum === undefined) return null;
  const { exchanges, leftOut, share, endMs } = sum;
  return exchanges.length < 2 ? { exchanges: [], leftOut, alone: exchanges } : { exchanges, leftOut, share, endMs }; // prettier-ignore
}
