import { exchangeName } from '../../core/exchangeNames.ts';
import type { Estimate } from '../../sources/backfill/estimate.ts';
import { requestsOf } from '../../sources/backfill/estimate.ts';
import { exchangeOf, type BackfillPlan, type Chain, type NotToBeHad } from '../../sources/backfill/plan.ts';
import { count } from '../count.ts';
import { formatDuration, formatUtc } from '../../surfaces/reports/format.ts';

/** Returns a plan in words: a line for each source and asset, what it costs, and what is not to be had. */
export function planText({ chains, notToBeHad }: BackfillPlan, estimate: Estimate): string {
  return [
    ...chains.map(chainText),
    costText(estimate),
    ...(notToBeHad.length === 0 ? [] : ['', 'Not to be had:', ...notToBeHad.map(absentText)]),
    '',
  ].join('\n');
}

/** Returns a plan in one line, for who has no room for more. */
export function planWords({ notToBeHad }: BackfillPlan, estimate: Estimate): string {
  const parts = notToBeHad.length;
  const without =
    parts === 0 ? '' : ` ${count(parts)} ${parts === 1 ? 'part is' : 'parts are'} not to be had.`;
  return `${costText(estimate)}${without}`;
}

function costText({ requests, bytes, rows, timeMs }: Estimate): string {
  return `${requestsText(requests)}, about ${bytesText(bytes)}, about ${count(rows)} rows, about ${formatDuration(timeMs)}.`;
}

function chainText({ source, asset, instrument, fromMs, toMs, units, done, checks }: Chain): string {
  const requests = units.length * requestsOf(source) + checks.length;
  const checked = checks.length === 0 ? '' : `, ${count(checks.length)} of them looked at once more`;
  const before = done === 0 ? '' : `, ${count(done)} fetched before${checked}`;
  return `${exchangeName(exchangeOf(source))}, ${asset} ${instrument.venueSymbol}, ${source.id}: ${formatUtc(fromMs)} to ${formatUtc(toMs)}, ${requestsText(requests)}${before}`;
}

function absentText({ exchange, metric, asset, fromMs, toMs, reason }: NotToBeHad): string {
  const what = `  ${exchangeName(exchange)}, ${metric}${asset === undefined ? '' : ` of ${asset}`}`;
  const before = fromMs === undefined ? '' : ` before ${formatUtc(fromMs)}`;
  const after = toMs === undefined ? '' : ` from ${formatUtc(toMs)} on`;
  return `${what}${before}${after}: ${reason}`;
}

const requestsText = (requests: number): string =>
  `${count(requests)} ${requests === 1 ? 'request' : 'requests'}`;

/** Returns a number of bytes in words. */
export function bytesText(bytes: number): string {
  if (bytes < 1e3) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
