import { HOUR_MS } from '../../core/units.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import type { ExchangeRow } from './exchangeRows.ts';
import * as format from './format.ts';
import { markdownTable } from './markdownTable.ts';
import { bullets } from './reportParts.ts';
import { troubleLines } from './troubleGroups.ts';

/**
 * Returns the body of the report's section on exchanges, in Markdown: positions and flows of each, every number with its age.
 * Where no exchange has a number, the reasons alone, each once.
 */
export function exchangeTables(rows: readonly ExchangeRow[], snapshot: AssetSnapshot, nowMs: number): string {
  const { asset } = snapshot;
  const isEmpty = rows.every(({ used }) => used.length === 0);
  const reasons = isEmpty ? troubleLines([snapshot]) : [];
  if (reasons.length > 0) return bullets(reasons);
  const positions = markdownTable(
    ['Exchange', 'Status', `Open interest, ${asset}`, 'Open interest, USD', 'Counting', 'Share', 'Age'],
    rows.map((row) => [
      row.snapshot.displayName,
      statusWords(row),
      format.formatCoins(row.openInterestBase, asset),
      format.formatUsd(row.openInterestUsd),
      row.openInterestNote ?? format.NOT_REPORTED,
      row.share === undefined ? 'not counted' : format.formatShare(row.share),
      `${format.formatAge(row.openInterestAtMs, nowMs)}${row.isOpenInterestStale ? ', stale' : ''}`,
    ]),
  );
  const aged = (value: string, atMs: number | undefined): string =>
    atMs === undefined ? value : `${value} (${format.formatAge(atMs, nowMs)})`;
  const flows = markdownTable(
    [
      'Exchange',
      'Funding',
      'Funding, annualised',
      'Next funding',
      'Long/short',
      'Volume, 24 h',
      'Depth ±1 %',
    ],
    rows.map((row) => [
      row.snapshot.displayName,
      aged(fundingWords(row), row.funding?.atMs),
      format.formatRate(row.fundingAnnualised),
      row.funding?.phase === 'settled'
        ? format.NOT_REPORTED
        : format.formatUpcoming(row.funding?.settlesAtMs, nowMs),
      aged(format.formatRatio(row.longShortRatio), row.longShortAtMs),
      aged(format.formatUsd(row.volume24hUsd), row.volume24hAtMs),
      aged(
        `${row.isDepthLowerBound && row.depthUsd !== undefined ? 'at least ' : ''}${format.formatUsd(row.depthUsd)}`,
        row.depthAtMs,
      ),
    ]),
  );
  return `${positions}\n\n${flows}\n\nIn brackets: how old the number is; long/short comes by the hour.`;
}

function statusWords({ snapshot }: ExchangeRow): string {
  return snapshot.reason === undefined ? snapshot.status : `${snapshot.status}: ${snapshot.reason}`;
}

function fundingWords({ funding }: ExchangeRow): string {
  if (funding === undefined) return format.NOT_REPORTED;
  const hours = format.formatSignificant(funding.intervalMs / HOUR_MS);
  const basis = funding.intervalBasis === 'venue-default' ? ', interval not stated' : '';
  return `${format.formatRate(funding.fundingRatePerInterval)} per ${hours} h, ${funding.phase}${basis}`;
}
