import * as z from 'zod';
import { commonAsset } from '../../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, OpenInterest, Provenance } from '../../../core/observation.ts';
import { countsAsDollar, DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type {
  HttpRequestSpec,
  LimitScope,
  MapContext,
  ObservationPoll,
  RequestScope,
  SymbolParts,
} from '../contract.ts';
import { nonNegative, optional, readDecimal, rows } from '../decode.ts';
import {
  contractsToBase,
  defined,
  mapRows,
  reportUnknownSize,
  smallestSpacing,
  unlessFalseZero,
  type Subject,
} from '../mapping.ts';

export const DOCS = 'https://www.okx.com/docs-v5/en/';

/** Every answer wraps its rows in `data`, newest first. */
export const answer = () => z.object({ data: rows });

export interface Rows {
  readonly data: readonly unknown[];
}

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
export const requestedInstId = (context: MapContext): string | undefined =>
  context.params['instId'] === 'ANY' ? undefined : context.params['instId'];

/** Refuses spot markets, which share the paths of derivatives but not their units. */
export function isSpot(context: MapContext, who: Subject, path: string): boolean {
  const kind = who.instrument?.kind ?? parseSymbol(who.venueSymbol)?.kind;
  if (kind !== 'spot') return false;
  const message = `${who.venueSymbol} is a spot market; its sizes and volumes have other units`;
  context.report({ code: 'unsupported', path, message });
  return true;
}

/** Maps the rows of `data`, which may name their instrument as `instId`; rows about spot pairs are refused. */
export function mapData<T extends object>(
  data: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  map: (row: T, who: Subject, path: string) => Observation[],
): Observation[] {
  return mapAny(data, context, schema, (row, who, path) =>
    isSpot(context, who, path) ? [] : map(row, who, path),
  );
}

/** As `mapData`, for what spot pairs have too: `who.market` tells whose units a row has. */
export function mapAny<T extends object>(
  data: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  map: (row: T, who: Subject, path: string) => Observation[],
): Observation[] {
  const symbolIn = (row: T): string | undefined => (row as { instId?: string }).instId;
  const where = { path: 'data', requested: requestedInstId(context), symbolIn };
  return mapRows({ parseSymbol }, context, data, schema, where, map);
}

/** Returns a value in quote currency where that currency counts as a dollar, else undefined. */
export function dollars(value: number | undefined, who: Subject): number | undefined {
  const quote = who.instrument?.quoteAsset ?? parseSymbol(who.venueSymbol)?.quoteAsset;
  return quote !== undefined && countsAsDollar(quote) ? value : undefined;
}

/**
 * What a number of contracts stands for by the instrument's contract size: coins, and for inverse contracts, whose
 * face value is in dollars, dollars; coins too if a price of the same payload is given. Sizes of spot pairs are coins.
 */
export function amountOf(
  contracts: number | undefined,
  who: Subject,
  priceQuote?: number,
): { base: number | undefined; usd: number | undefined } {
  if (who.market === 'spot') return { base: contracts, usd: undefined };
  const size = who.instrument?.contractSize;
  const faceValue = size?.unit === 'quote' && contracts !== undefined ? contracts * size.amount : undefined;
  return { base: contractsToBase(contracts, who.instrument, priceQuote), usd: dollars(faceValue, who) };
}

/** Open interest comes in contracts, coins and (newer) dollars, in this order where rows are arrays. */
export const openInterestShape = () => ({
  oi: optional(nonNegative),
  oiCcy: optional(nonNegative),
  oiUsd: optional(nonNegative),
});

/** Coins as stated, else from the contracts; contracts stay contracts where their size is not known. */
export function openInterestOf(
  context: MapContext,
  who: Subject,
  row: { oi?: number | undefined; oiCcy?: number | undefined; oiUsd?: number | undefined },
  path: string,
): Omit<OpenInterest, keyof Provenance> | undefined {
  const statedUsd = unlessFalseZero(row.oiUsd, row.oiCcy ?? row.oi);
  if ((row.oi ?? row.oiCcy ?? statedUsd) === undefined) return undefined;
  const fromContracts = amountOf(row.oi, who);
  const isUnsized = row.oiCcy === undefined && row.oi !== undefined && who.instrument === undefined;
  if (isUnsized) reportUnknownSize(context, who, `${path}.oi`);
  const openInterestUsd = statedUsd ?? fromContracts.usd;
  return {
    kind: 'open-interest',
    sides: 'unverified',
    ...defined({
      openInterestBase: row.oiCcy ?? fromContracts.base,
      openInterestUsd,
      usdBasis: openInterestUsd === undefined ? undefined : ('venue' as const),
      openInterestContracts: isUnsized ? row.oi : undefined,
    }),
  };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  H: HOUR_MS,
  D: DAY_MS,
  W: 7 * DAY_MS,
};

/**
 * The bar length named by the request (`1H`, `6Hutc`), else the spacing of the rows. Undefined for calendar months,
 * and where neither tells: the documented default is no proof of what was asked.
 */
export function barLength(context: MapContext, param: 'bar' | 'period', payload: Rows): number | undefined {
  const named = context.params[param];
  if (named === undefined) {
    const times = payload.data.map((row) => readDecimal((row as unknown[] | null)?.[0]));
    return smallestSpacing(times.filter((time) => time !== undefined));
  }
  const match = /^(\d+)([smHDW])(?:utc)?$/.exec(named);
  const unit = UNITS_MS[match?.[2] ?? ''];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** Reports bars whose length is not known: without it they say nothing. */
export function reportUnknownBar(context: MapContext): void {
  const message =
    'the bar length is not known: none in the request, or fewer than two rows, or calendar months';
  context.report({ code: 'decode', path: 'data', message });
}

/**
 * BTC-USDT-SWAP, BTC-USD-SWAP (inverse), BTC-USDT-261225, BTC-USD_UM-SWAP (linear, margined in dollars),
 * BTC-USD_UM_XPERP-310404 (a perpetual, whatever its date), BTC-USDT (spot, and the name of an index). Options are not
 * read.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = /^([^-\s]+)-([A-Z]+)(_UM\w*)?(?:-(SWAP|\d{6}))?$/.exec(venueSymbol.toUpperCase());
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
