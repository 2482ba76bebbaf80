import type { RegimeAssessment, VenueAssessment } from '../../analysis/regime/assessment.ts';
import { percentileWords } from '../../analysis/regime/percentileWords.ts';
import { exchangeName } from '../../core/exchangeNames.ts';
import { familyWords } from '../protocol/regimeNames.ts';
import * as format from './format.ts';
import { markdownTable } from './markdownTable.ts';
import { evidenceAgeMs } from './regimeWords.ts';

/** What the exchanges do one by one, beside the whole market. */

const UNKNOWN = 'not known';
const HEAD = [
  'Exchange',
  'Share',
  'Open interest',
  'In usual days',
  'Rank in 30 d',
  'Takers, 24 h',
  'Family',
  'Age',
];
const NOTE =
  'The changes of each exchange in coins, in usual sizes of its own; the family is what the price of the market and they do together.';
/** How many exchanges fit a line of a terminal. */
const NAMED = 4;

/** Returns the body of the section on the exchanges one by one, in Markdown. */
export function venueSection(
  venues: readonly VenueAssessment[],
  assessment: RegimeAssessment,
  nowMs: number,
): string {
  const rows = venues.map((venue) => [
    exchangeName(venue.exchange),
    venue.share === undefined ? 'not counted' : format.formatShare(venue.share),
    changeWords(venue),
    venue.usualSizes === undefined ? `${UNKNOWN}: ${venue.reason ?? ''}` : sizeWords(venue.usualSizes),
    rankWords(venue),
    takerWords(venue),
    ownFamily(venue, assessment) ?? 'as the market',
    venue.ageMs === undefined ? UNKNOWN : format.formatDuration(evidenceAgeMs(venue, assessment, nowMs)),
  ]);
  return `${NOTE}\n\n${markdownTable(HEAD, rows)}`;
}

/** Returns the exchanges that hold most, in one line for a terminal; undefined where no change is known. */
export function venueLine(
  venues: readonly VenueAssessment[],
  market: Pick<RegimeAssessment, 'family'>,
): string | undefined {
  const known = venues
    .filter(({ usualSizes }) => usualSizes !== undefined)
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  if (known.length === 0) return undefined;
  const named = known.slice(0, NAMED).map((venue) => {
    const family = ownFamily(venue, market);
    const change = format.formatPercent(venue.openInterestChangePct);
    return `${exchangeName(venue.exchange)} ${change}${family === undefined ? '' : ` (${family})`}`;
  });
  const rest = known.length > NAMED ? ` and ${known.length - NAMED} more in the report` : '';
  return `By exchange, open interest in ${format.formatDuration(known[0]?.windowMs)}: ${named.join(', ')}${rest}`;
}

function changeWords({ openInterestChangePct, windowMs }: VenueAssessment): string {
  if (openInterestChangePct === undefined) return UNKNOWN;
  return `${format.formatPercent(openInterestChangePct)} in ${format.formatDuration(windowMs)}`;
}

function rankWords({ openInterestRecord, openInterestPercentile }: VenueAssessment): string {
  if (openInterestRecord === true) return 'at its highest';
  if (openInterestPercentile === undefined) return UNKNOWN;
  return openInterestPercentile === 0 ? 'lowest' : percentileWords(openInterestPercentile);
}

function takerWords({ takerBuySellRatio, takerUsualSizes }: VenueAssessment): string {
  if (takerBuySellRatio === undefined) return UNKNOWN;
  const sizes = takerUsualSizes === undefined ? '' : ` (${sizeWords(takerUsualSizes)} usual days)`;
  return `${format.formatRatio(takerBuySellRatio)} buy/sell${sizes}`;
}

/** A family that is the market's own is said there. */
const ownFamily = (
  { family }: VenueAssessment,
  market: Pick<RegimeAssessment, 'family'>,
): string | undefined => (family === market.family ? undefined : familyWords(family));
const sizeWords = (sizes: number): string => `${sizes > 0 ? '+' : ''}${format.formatRatio(sizes, 2)}`;
