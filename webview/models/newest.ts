import type {
  NewestNumbers,
  OpenInterestChart,
  OpenInterestLine,
  TimeColumn,
} from '../../src/surfaces/protocol/payloads.ts';

function followedBy(column: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(column.length + 1);
  longer.set(column);
  longer[column.length] = value;
  return longer;
}

function extended({ atMs, values }: TimeColumn, newAtMs: number, value: number): TimeColumn {
  return { atMs: followedBy(atMs, newAtMs), values: followedBy(values, value) };
}

/** Returns the chart with the newest reading at the end of each line that has one. Lines without one stay as they are. */
export function withNewest(chart: OpenInterestChart, newest: NewestNumbers | undefined): OpenInterestChart {
  if (newest === undefined || newest.openInterest.length === 0) return chart;
  const lines = chart.lines.map((line): OpenInterestLine => {
    const reading = newest.openInterest.find(({ id }) => id === line.id);
    if (reading === undefined) return line;
    const { atMs, base, usd = NaN } = reading;
    return { ...line, base: extended(line.base, atMs, base), usd: extended(line.usd, atMs, usd) };
  });
  const asOfMs = Math.max(chart.asOfMs, ...newest.openInterest.map(({ atMs }) => atMs));
  return { ...chart, asOfMs, lines };
}
