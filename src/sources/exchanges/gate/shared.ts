import * as z from 'zod';
import { commonAsset } from '../../../core/ids.ts';
import type { ContractSize, Instrument } from '../../../core/instrument.ts';
import type { Observation, OpenInterest } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, LimitScope, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { optional, readDecimal, text } from '../decode.ts';
import { mapRows, reportUnknownSize, smallestSpacing, unlessFalseZero, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://www.gate.com/docs/developers/apiv4';
export const FUTURES = '/api/v4/futures/{settle}';

/** Gate's limit for public requests, which it counts endpoint by endpoint: 200 in ten seconds, per address. */
export const perEndpoint = (path: string): LimitScope => ({
  name: `gate ${path}`,
  limits: [{ weight: 200, windowMs: 10 * SECOND_MS }],
});

/** Fills the settle asset into a path. Dated futures live under another address: no request. */
export const pathOf = (instrument: Instrument, rest: string): string =>
  `/api/v4/futures/${instrument.settleAsset.toLowerCase()}/${rest}`;

export const byContract =
  (rest: string, extra: Record<string, string> = {}, prefix = '') =>
  ({ instrument }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'perpetual'
      ? {
          method: 'GET',
          path: pathOf(instrument, rest),
          query: { contract: `${prefix}${instrument.venueSymbol}`, ...extra },
        }
      : undefined;

/** Maps rows that name no contract: it is the request's (`mark_BTC_USDT` is about BTC_USDT). */
export function mapUnnamed<T>(
  list: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  map: (row: T, who: Subject, path: string) => readonly Observation[],
): Observation[] {
  const requested = context.params['contract']?.replace(/^(?:mark|index)_/, '');
  const where = { path: '', requested, symbolIn: () => undefined };
  return mapRows({ parseSymbol }, context, list, schema, where, map);
}

/** Maps rows that name their contract or pair; `keyOf` says where. */
export function mapNamed<T>(
  list: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  keyOf: (row: T) => string,
  map: (row: T, who: Subject, path: string) => readonly Observation[],
): Observation[] {
  const requested = context.params[context.market === 'spot' ? 'currency_pair' : 'contract'];
  const where = { path: '', requested, symbolIn: keyOf };
  return mapRows({ parseSymbol }, context, list, schema, where, map);
}

/** Converts contracts into coins; of inverse contracts (dollars each) only with a price. */
export function toBase(
  contracts: number | undefined,
  size: ContractSize | undefined,
  priceQuote: number | undefined,
): number | undefined {
  if (contracts === undefined || size === undefined) return undefined;
  if (size.unit === 'base') return contracts * size.amount;
  return priceQuote === undefined ? undefined : (contracts * size.amount) / priceQuote;
}

/** Converts contracts into dollars; of linear contracts (coins each) only with a price. */
export function toUsd(
  contracts: number | undefined,
  size: ContractSize | undefined,
  priceQuote: number | undefined,
): number | undefined {
  if (contracts === undefined || size === undefined) return undefined;
  if (size.unit === 'quote') return contracts * size.amount;
  return priceQuote === undefined ? undefined : contracts * size.amount * priceQuote;
}

/** Returns a function that reports a contract's unknown size once for an answer, not once for each of its rows. */
export function sizeReporter(context: MapContext): (who: Subject, path: string) => void {
  const told = new Set<string>();
  return (who, path) => {
    if (told.has(who.venueSymbol)) return;
    told.add(who.venueSymbol);
    reportUnknownSize(context, who, path);
  };
}

type OpenInterestUnits = Pick<
  OpenInterest, 'openInterestBase' | 'openInterestUsd' | 'openInterestContracts' | 'usdBasis'
>; // prettier-ignore
type Undefinable<T> = { [K in keyof T]?: T[K] | undefined };

/** The units that an open interest in contracts can be stated in; contracts alone where their size is not known. */
export function openInterestUnits(
  contracts: number | undefined,
  size: ContractSize | undefined,
  markPriceQuote: number | undefined,
  statedUsd?: number,
): Undefinable<OpenInterestUnits> {
  const usdOfVenue = unlessFalseZero(statedUsd, contracts);
  if (size === undefined) {
    const usdBasis = usdOfVenue === undefined ? undefined : 'venue';
    return { openInterestContracts: contracts, openInterestUsd: usdOfVenue, usdBasis };
  }
  const openInterestUsd = usdOfVenue ?? toUsd(contracts, size, markPriceQuote);
  const isStated = usdOfVenue !== undefined || size.unit === 'quote';
  return {
    openInterestBase: toBase(contracts, size, markPriceQuote),
    openInterestUsd,
    usdBasis: openInterestUsd === undefined ? undefined : isStated ? 'venue' : 'mark-price',
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS,
}; // prettier-ignore

/** The length that a name of bars (`5m`, `1h`) stands for. */
export function intervalMs(name: string | undefined): number | undefined {
  const match = /^(\d{1,3})([smhdw])$/.exec(name ?? '');
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  return unitMs === undefined ? undefined : Number(match?.[1]) * unitMs;
}

/** Bars are named by the request (`interval`) or else by the spacing of the rows, whose times are seconds. */
export function barLength(
  payload: readonly unknown[],
  timeKey: string,
  context: MapContext,
): number | undefined {
  const named = intervalMs(context.params['interval']);
  if (named !== undefined) return named;
  const times = payload.flatMap(
    (row) => readDecimal((row as Record<string, unknown> | null)?.[timeKey]) ?? [],
  );
  const spacing = smallestSpacing(times);
  return spacing === undefined ? undefined : spacing * SECOND_MS;
}

/** Ids of trades are numbers on the futures' side and texts on the other. */
export const tradeId = optional(z.union([text, z.int().transform(String)]));

/** Gate states some milliseconds with fractions. */
export const wholeMs = (atMs: number | undefined): number | undefined =>
  atMs === undefined ? undefined : Math.floor(atMs);

/** Gate's lists come alone, as one object, and once were recorded as a list in a list. */
export const flat = (value: unknown): readonly unknown[] =>
  Array.isArray(value)
    ? value.flatMap((one: unknown) => (Array.isArray(one) ? (one as unknown[]) : [one]))
    : [value];

const SYMBOL = new RegExp(String.raw`^(${NAME_IN_SYMBOL})_(USDT|USDC|USD)(_\d{8})?$`, 'u');

/** BTC_USDT, BTC_USD (settled in coin), BTC_USDT_20261225 (dated). */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(venueSymbol);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[1]),
    quoteAsset: match[2],
    kind: match[3] === undefined ? 'perpetual' : 'dated-future',
    margin: match[2] === 'USD' ? 'inverse' : 'linear',
  };
}
