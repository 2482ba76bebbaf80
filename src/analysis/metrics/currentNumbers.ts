import type { Observation, ObservationKind, ObservationOf } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { areOfOneMoment } from './freshness.ts';
import { oneSidedBase, oneSidedUsd, type SizedNote } from './oneSided.ts';

/** The width of the band whose resting orders are compared over exchanges. */
export const DEPTH_BAND_FRACTION = 0.01;
/**
 * Where an exchange states a thing in two places, the better place is preferred while it is at most so much older: less
 * than the limit of freshness, so that preferring it never makes a number stale.
 */
const PREFERRED_LAG_MS = 4 * MINUTE_MS;

/** Open interest of one contract, longs and shorts counted once. */
export interface CurrentOpenInterest {
  readonly row: ObservationOf<'open-interest'>;
  readonly base?: SizedNote;
  readonly usd?: SizedNote & { readonly basis: 'venue' | 'mark-price' };
}

/** Traded volume of 24 h; `usd` as stated, else coins times the current price of the same market. */
export interface CurrentVolume {
  readonly row: ObservationOf<'volume'>;
  readonly usd?: number;
}

/**
 * The current number of each kind of one exchange, with the row that it comes from: the age of a number is the age of
 * its row. A kind that the exchange does not report, or reports for another length or band only, is absent.
 */
export interface CurrentNumbers {
  readonly mark?: ObservationOf<'mark-price'>;
  readonly index?: ObservationOf<'mark-price'>;
  readonly last?: ObservationOf<'mark-price'>;
  /** What coins are multiplied with: the mark price, else the last one. */
  readonly price?: { readonly quote: number; readonly row: ObservationOf<'mark-price'> };
  readonly openInterest?: CurrentOpenInterest;
  /** The rate of the running interval; settled ones are history. */
  readonly funding?: ObservationOf<'funding-rate'>;
  readonly volume24h?: CurrentVolume;
  readonly depth1pct?: ObservationOf<'depth'>;
  /** Of all accounts, by the hour. */
  readonly longShort1h?: ObservationOf<'long-short-ratio'>;
  /** Of the last full hour. Minutes and days are other numbers and never stand in for it. */
  readonly takerVolume1h?: ObservationOf<'taker-volume'>;
  readonly spotPrice?: ObservationOf<'mark-price'>;
  readonly spotVolume24h?: CurrentVolume;
}

interface InstrumentRows {
  readonly kind: 'perpetual' | 'dated-future' | 'spot';
  readonly observations: readonly Observation[];
}

/**
 * Returns the current numbers of an exchange's followed perpetual and of the spot pair beside it. This is the one place
 * that picks: status bar, tree, report, sums, features and charts show what it returns. The pick depends on the rows alone, not on
 * the time of asking, so that no two places can disagree; whether a number is too old is asked of its row (`isStale`).
 */
export function currentNumbers(instruments: readonly InstrumentRows[]): CurrentNumbers {
  const rows = instruments.find((one) => one.kind === 'perpetual')?.observations ?? [];
  const spot = instruments.find((one) => one.kind === 'spot')?.observations ?? [];
  const mark = newestOf(rows, 'mark-price', (one) => one.markPriceQuote !== undefined);
  const index = newestOf(rows, 'mark-price', (one) => one.indexPriceQuote !== undefined);
  const last = newestOf(rows, 'mark-price', (one) => one.lastPriceQuote !== undefined);
  const price = priced(mark, mark?.markPriceQuote) ?? priced(last, last?.lastPriceQuote);
  const spotPrice = newestOf(spot, 'mark-price', (one) => one.lastPriceQuote !== undefined);
  const openInterest = bestOpenInterest(rows);
  return {
    ...some('mark', mark),
    ...some('index', index),
    ...some('last', last),
    ...some('price', price),
    ...some('openInterest', openInterest === undefined ? undefined : sized(openInterest, price)),
    ...some('funding', bestFunding(rows)),
    ...some('volume24h', volumeOf(rows, price)),
    ...some(
      'depth1pct',
      newestOf(rows, 'depth', (one) => one.bandFraction === DEPTH_BAND_FRACTION),
    ),
    ...some(
      'longShort1h',
      newestOf(rows, 'long-short-ratio', (one) => one.population === 'all-accounts' && one.barMs === HOUR_MS),
    ),
    ...some(
      'takerVolume1h',
      newestOf(rows, 'taker-volume', (one) => one.barMs === HOUR_MS),
    ),
    ...some('spotPrice', spotPrice),
    ...some('spotVolume24h', volumeOf(spot, priced(spotPrice, spotPrice?.lastPriceQuote))),
  };
}

const some = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });

function priced(
  row: ObservationOf<'mark-price'> | undefined,
  quote: number | undefined,
): CurrentNumbers['price'] | undefined {
  return row === undefined || quote === undefined ? undefined : { quote, row };
}

/** Coins are multiplied by a price of the same moment only: an old price makes another number of them. */
function sized(row: ObservationOf<'open-interest'>, price: CurrentNumbers['price']): CurrentOpenInterest {
  const quote = price !== undefined && areOfOneMoment(price.row, row) ? price.quote : undefined;
  return { row, ...some('base', oneSidedBase(row)), ...some('usd', oneSidedUsd(row, quote)) };
}

function volumeOf(rows: readonly Observation[], price: CurrentNumbers['price']): CurrentVolume | undefined {
  const row = newestOf(rows, 'volume', (one) => one.windowMs === DAY_MS);
  if (row === undefined) return undefined;
  const isPriced = price !== undefined && areOfOneMoment(price.row, row);
  const computed = isPriced && row.volumeBase !== undefined ? row.volumeBase * price.quote : undefined;
  return { row, ...some('usd', row.volumeUsd ?? computed) };
}

/** Returns the newest observation of a kind that `isWanted` accepts; the first of equally new ones. */
export function newestOf<K extends ObservationKind>(
  observations: readonly Observation[],
  kind: K,
  isWanted: (one: ObservationOf<K>) => boolean = () => true,
): ObservationOf<K> | undefined {
  let best: ObservationOf<K> | undefined;
  for (const one of observations) {
    if (one.kind !== kind) continue;
    const candidate = one as ObservationOf<K>;
    if (isWanted(candidate) && (best === undefined || candidate.atMs > best.atMs)) best = candidate;
  }
  return best;
}

/**
 * Returns the current open interest to use where an exchange states it in several places. Of those that are hardly older
 * than the newest one, coins come before contracts of unknown size and a known side before an unknown one. Else two endpoints
 * would take turns.
 */
export function bestOpenInterest(
  observations: readonly Observation[],
): ObservationOf<'open-interest'> | undefined {
  const isReading = (one: ObservationOf<'open-interest'>): boolean => one.barMs === undefined;
  const newest = newestOf(observations, 'open-interest', isReading);
  if (newest === undefined) return undefined;
  const isRecent = (one: ObservationOf<'open-interest'>): boolean =>
    isReading(one) && newest.atMs - one.atMs <= PREFERRED_LAG_MS;
  const hasCoins = (one: ObservationOf<'open-interest'>): boolean => one.openInterestBase !== undefined;
  const hasSide = (one: ObservationOf<'open-interest'>): boolean => one.sides !== 'unverified';
  return (
    newestOf(observations, 'open-interest', (one) => isRecent(one) && hasCoins(one) && hasSide(one)) ??
    newestOf(observations, 'open-interest', (one) => isRecent(one) && hasCoins(one)) ??
    newestOf(observations, 'open-interest', (one) => isRecent(one) && hasSide(one)) ??
    newest
  );
}

/** As `bestOpenInterest` for the predicted funding rate: one that says when it settles before one that does not. */
export function bestFunding(observations: readonly Observation[]): ObservationOf<'funding-rate'> | undefined {
  const newest = newestOf(observations, 'funding-rate', (one) => one.phase === 'predicted');
  if (newest === undefined || newest.settlesAtMs !== undefined) return newest;
  const dated = newestOf(
    observations,
    'funding-rate',
    (one) => one.phase === 'predicted' && one.settlesAtMs !== undefined && one.settlesAtMs > newest.atMs,
  );
  return dated !== undefined && newest.atMs - dated.atMs <= PREFERRED_LAG_MS ? dated : newest;
}
