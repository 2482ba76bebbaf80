import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type {
  HttpRequestSpec,
  LimitScope,
  MapContext,
  ObservationPoll,
  RequestScope,
  SymbolParts,
} from '../contract.ts';
import { sizeOfAmounts } from '../heldAgainstList.ts';
import { amounts, type Amounts, type Counted } from '../kit/amounts.ts';
import { barOf } from '../kit/bars.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import { nonNegative, optional } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import type { RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { reportUnknownSize, unlessFalseZero } from '../mapping.ts';

export const DOCS = 'https://www.okx.com/docs-v5/en/';

/** Every answer wraps its rows in `data`, newest first. */
export const answer = object({ data: rows });

/** The limit that OKX publishes for one endpoint: so many requests in two seconds, per address. */
export const perTwoSeconds = (path: string, weight: number): LimitScope => ({
  name: `okx ${path}`,
  limits: [{ weight, windowMs: 2_000 }],
});

/** X-Perps are listed, and asked for, among the dated contracts. */
const isXPerp = (venueSymbol: string): boolean => /_XPERP-\d{6}$/i.test(venueSymbol);

/** OKX asks for the type of instrument beside its id. */
export const instTypeOf = ({ kind, venueSymbol }: Instrument): string =>
  kind === 'spot' ? 'SPOT' : kind === 'perpetual' && !isXPerp(venueSymbol) ? 'SWAP' : 'FUTURES';

/** The pair that a contract is about, which is also the name of its index: BTC-USD of BTC-USD-SWAP and BTC-USD_UM-SWAP. */
export const pairOf = (venueSymbol: string): string =>
  venueSymbol.split('-').slice(0, 2).join('-').replace(/_.*$/, '');

/** The same answer, asked for about another kind of instrument. */
export const about = (
  poll: ObservationPoll<never>,
  kind: InstrumentKind,
  id: string,
  request: ObservationPoll['request'],
): ObservationPoll<never> => ({ ...poll, about: kind, id, request });

/** Asks for all dated futures of a pair at once. */
export const byFutures =
  (path: string) =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'dated-future'
      ? { method: 'GET', path, query: { instType: 'FUTURES', uly: pairOf(instrument.venueSymbol) } }
      : undefined;

export const byInstId =
  (path: string, extra: Record<string, string> = {}) =>
  (scope: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { instId: scope.instrument.venueSymbol, ...extra },
  });

/** The instrument asked for; `instId=ANY` asks for all of them. */
export const asks = ({ instId }: MapContext['params']): string | undefined =>
  instId === 'ANY' ? undefined : instId;

/** Refuses spot markets, which share the paths of derivatives but not their units. */
export function isSpot(context: MapContext, who: Subject, at: Place): boolean {
  if (who.market !== 'spot') return false;
  const message = `${who.venueSymbol} is a spot market; its sizes and volumes have other units`;
  context.report({ code: 'unsupported', path: at.toString(), message });
  return true;
}

/** Hands over the rows of `data`; those about spot pairs are refused. */
export function eachContract<T>(
  context: MapContext,
  data: readonly unknown[],
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
): void {
  eachRow(context, data, 'data', reader, (row, who, at) => {
    if (!isSpot(context, who, at)) take(row, who, at);
  });
}

/** As `eachContract`, for rows that each become observations. */
export function mapContracts<T>(
  context: MapContext,
  data: readonly unknown[],
  reader: RowReader<T>,
  map: (row: T, who: Subject, at: Place) => readonly Observation[],
): Observation[] {
  return mapEach(context, data, 'data', reader, (row, who, at) =>
    isSpot(context, who, at) ? [] : map(row, who, at),
  );
}

/** Sizes count contracts, of spot pairs coins. */
export const counted = ({ market }: Subject): Counted => (market === 'spot' ? 'coins' : 'contracts');

/** Open interest comes in contracts, coins and (newer) dollars, in this order where rows are arrays. */
export const openInterestShape = {
  oi: optional(nonNegative),
  oiCcy: optional(nonNegative),
  oiUsd: optional(nonNegative),
} as const;

interface StatedOpenInterest {
  readonly oi: number | undefined;
  readonly oiCcy: number | undefined;
  readonly oiUsd: number | undefined;
}

/** Coins as stated, else from the contracts; contracts stay contracts where their size is not known. Dollars are OKX's own. */
export function openInterestOf(
  context: MapContext,
  who: Subject,
  { oi, oiCcy, oiUsd }: StatedOpenInterest,
  at: Place,
): Amounts | undefined {
  const statedUsd = unlessFalseZero(oiUsd, oiCcy ?? oi);
  if ((oi ?? oiCcy ?? statedUsd) === undefined) return undefined;
  sizeOfAmounts(context, who, oi, oiCcy, at, 'oi');
  // Stated coins and dollars need no conversion.
  const isWhole = oiCcy !== undefined && statedUsd !== undefined;
  const { base, usd, contracts } = amounts(who, 'contracts', isWhole ? undefined : oi);
  const isUnsized = oiCcy === undefined && contracts !== undefined;
  if (isUnsized) reportUnknownSize(context, who, at.of('oi'));
  return { base: oiCcy ?? base, usd: statedUsd ?? usd, contracts: isUnsized ? contracts : undefined };
}

const BARS = {
  s: 1_000, m: MINUTE_MS, H: HOUR_MS, D: DAY_MS, W: 7 * DAY_MS, Hutc: HOUR_MS, Dutc: DAY_MS, Wutc: 7 * DAY_MS,
} as const; // prettier-ignore

/**
 * The bar length named by the request (`1H`, `6Hutc`), else the spacing of the rows. Undefined for calendar months,
 * and where neither tells: the documented default is no proof of what was asked.
 */
export const barLength = (
  context: MapContext,
  param: 'bar' | 'period',
  list: readonly unknown[],
): number | undefined => barOf({ named: context.params[param], units: BARS, list, time: 0 });

const SYMBOL = /^([^-\s]+)-([A-Z]+)(_UM\w*)?(?:-(SWAP|\d{6}))?$/;

/**
 * BTC-USDT-SWAP, BTC-USD-SWAP (inverse), BTC-USDT-261225, BTC-USD_UM-SWAP (linear, margined in dollars),
 * BTC-USD_UM_XPERP-310404 (a perpetual, whatever its date), BTC-USDT (spot, and the name of an index). Options are not
 * read.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(inCapitals(venueSymbol));
  const [, base, quote, dollarMargin, term] = match ?? [];
  if (base === undefined || quote === undefined) return undefined;
  return {
    baseAsset: commonAsset(base),
    quoteAsset: quote,
    kind:
      term === undefined ? 'spot' : term === 'SWAP' || isXPerp(venueSymbol) ? 'perpetual' : 'dated-future',
    margin: quote === 'USD' && term !== undefined && dollarMargin === undefined ? 'inverse' : 'linear',
  };
}
