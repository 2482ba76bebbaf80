import { exchangeName } from '../../../core/exchangeNames.ts';
import type { ExchangeId } from '../../../core/ids.ts';
import type { VenueAssessment } from '../assessment.ts';

/** Where one exchange goes its own way: a statement of its own, only where it is clear. */

/** A smaller exchange says nothing of the market. */
const LEAST_SHARE = 0.05;
/** How far it has to go itself, and how far from the others, in usual sizes of each. */
const OWN_TURN = 1;
const APART = 3;
/** From here on the others are said to be on a side at all. */
const SLIGHT = 0.25;
const MOST_STATEMENTS = 2;

export interface OwnTurn {
  readonly exchange: ExchangeId;
  /** What follows the exchange: rises (+6.1 % in 24 h, 2.4 usual days) while the market without it falls (−1.2 %). */
  readonly says: string;
}

/**
 * Returns the exchanges that went their own way, those furthest from the others first, two at most: each clearly further than it
 * usually goes, on a side on which the rest of the market is not, and further apart from it than the two usually are.
 */
export function ownTurnsOf(venues: readonly VenueAssessment[]): OwnTurn[] {
  const compared = venues.filter(({ apartUsualSizes }) => apartUsualSizes !== undefined).length;
  return (
    venues
      .filter(isOwnTurn)
      .sort((a, b) => Math.abs(b.apartUsualSizes) - Math.abs(a.apartUsualSizes))
      // What one of two does beside the other is said once.
      .slice(0, Math.min(MOST_STATEMENTS, compared - 1))
      .map(({ exchange, usualSizes, openInterestChangePct, restUsualSizes, restChangePct }) => ({
        exchange,
        says: `${wayOf(usualSizes)} (${signed(openInterestChangePct)} in 24 h, ${Math.abs(usualSizes).toFixed(1)} usual days) while the market without it ${wayOf(restUsualSizes)} (${signed(restChangePct)})`,
      }))
  );
}

/** Returns an exchange's own turn as a sentence. */
export const turnSentence = ({ exchange, says }: OwnTurn): string =>
  `${exchangeName(exchange)}: open interest ${says}.`;

type Compared = VenueAssessment &
  Required<
    Pick<
      VenueAssessment,
      'usualSizes' | 'openInterestChangePct' | 'restUsualSizes' | 'restChangePct' | 'apartUsualSizes'
    >
  >;

function isOwnTurn(venue: VenueAssessment): venue is Compared {
  const { share = 0, usualSizes = 0, restUsualSizes, apartUsualSizes = 0 } = venue;
  const side = Math.sign(usualSizes);
  return (
    share >= LEAST_SHARE &&
    Math.abs(usualSizes) >= OWN_TURN &&
    restUsualSizes !== undefined &&
    side * restUsualSizes < SLIGHT &&
    side * apartUsualSizes >= APART &&
    // Who is at its highest does not fall; the newest hour says more than the one that all have.
    (side > 0 || venue.openInterestRecord !== true)
  );
}

function wayOf(sizes: number): string {
  return Math.abs(sizes) < SLIGHT ? 'stands' : sizes > 0 ? 'rises' : 'falls';
}

/** One digit behind the point, with its sign; what rounds to nothing has none. */
function signed(percent: number): string {
  const size = Math.abs(percent).toFixed(1);
  return `${size === '0.0' ? '' : percent > 0 ? '+' : '−'}${size} %`;
}
