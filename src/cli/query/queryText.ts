import { exchangeName } from '../../core/exchangeNames.ts';
import { HOUR_MS } from '../../core/units.ts';
import { rangeSeriesOf } from '../../series/range/rangeSeries.ts';
import type { Range, RangeRows } from '../../series/range/readRange.ts';
import {
  formatCoins,
  formatPrice,
  formatRate,
  formatRatio,
  formatShare,
  formatSignificant,
  formatUsd,
} from '../../surfaces/protocol/numberFormat.ts';
import { formatUtc } from '../../surfaces/reports/format.ts';
import type { RowShape } from './rowShape.ts';

/** Where nothing is stored. */
const ABSENT = '–';
const TIME_WIDTH = 22;
/** With its interval a rate is longer. */
const leastWidth = (id: RowShape['id']): number => (rangeSeriesOf(id).beside === undefined ? 14 : 18);

/** Returns the heading of a table for people: what it is of, whose columns, and SIMULATED where it is. */
export function tableHead({ id, asset, source, valueName }: RowShape, range: Range): string {
  const { label } = rangeSeriesOf(id);
  const stands = label === 'start' ? 'at the time stated' : 'over the step that begins at the time stated';
  const mark = source === 'live' ? '' : '  SIMULATED';
  return `${id} of ${asset}, ${valueName}, ${stands}${mark}\n${line('Time', titlesOf(range), range, id)}`;
}

/** Returns the lines of a piece, one a step (of settlements one for each time with any), every number with its unit. */
export function tableLines(
  { id, asset }: RowShape,
  range: Range,
  { firstMs, steps, columns, beside, sum }: RangeRows,
): string {
  // prettier-ignore
  const all = sum === undefined ? columns : [...columns, sum];
  const own = rangeSeriesOf(id).beside;
  return Array.from({ length: steps }, (_, at) => {
    if (own !== undefined && all.every((values) => Number.isNaN(values[at]))) return '';
    const words = all.map((values, index) => {
      const spanMs = own && beside[index]?.[own.spanColumn]?.[at];
      return `${numberWords(id, asset, values[at] ?? Number.NaN)}${spanWords(spanMs)}`;
    });
    return line(formatUtc(firstMs + at * range.stepMs), words, range, id);
  }).join('');
}

/** For example ` / 8 h`; nothing where it is not known. */
const spanWords = (spanMs = Number.NaN): string =>
  spanMs > 0 ? ` / ${formatSignificant(spanMs / HOUR_MS)} h` : '';

function numberWords(id: RowShape['id'], asset: string, value: number): string {
  if (Number.isNaN(value)) return ABSENT;
  const { unit } = rangeSeriesOf(id);
  if (unit === 'base') return formatCoins(value, asset);
  if (unit === 'usd') return formatUsd(value);
  if (unit.startsWith('fraction')) return formatRate(value);
  return unit === 'quote' ? formatPrice(value) : formatRatio(value);
}

function titlesOf({ columns, sum }: Range): string[] {
  const titles = columns.map(({ exchange, feed }) =>
    feed === undefined ? exchangeName(exchange) : `${exchangeName(exchange)} ${feed}`,
  );
  if (sum === undefined) return titles;
  const share = sum.exchanges.length < 2 ? '' : ` (${formatShare(sum.share)})`;
  return [...titles, `Sum${share}`];
}

function line(time: string, cells: readonly string[], range: Range, id: RowShape['id']): string {
  const widths = titlesOf(range).map((title) => Math.max(leastWidth(id), title.length));
  const padded = cells.map((cell, at) => cell.padStart(widths[at] ?? 0));
  return `${[time.padEnd(TIME_WIDTH), ...padded].join('  ').trimEnd()}\n`;
}
