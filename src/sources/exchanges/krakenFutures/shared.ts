import * as z from 'zod';
import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { ContractSize } from '../../../core/instrument.ts';
import { countsAsDollar, HOUR_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { fits, type IntervalOf, type RateEvidence } from '../fundingInterval.ts';
import { reportUnknownSize, subjectOf, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const ID = 'kraken-futures';
export const DOCS = 'https://docs.kraken.com/api/docs/futures-api';
export const V3 = '/derivatives/api/v3';
export const CHARTS = '/api/charts/v1';

/** A request about one perpetual; `{symbol}` in the path is filled, else `symbol` is a query field. */
export const bySymbol =
  (path: string, query: (nowMs: number) => Record<string, string> = () => ({})) =>
  ({ instrument, nowMs }: RequestScope): HttpRequestSpec | undefined => {
    if (instrument.kind !== 'perpetual') return undefined;
    const symbol = instrument.venueSymbol;
    return path.includes('{symbol}')
      ? { method: 'GET', path: path.replace('{symbol}', encodeURIComponent(symbol)), query: query(nowMs) }
      : { method: 'GET', path, query: { symbol, ...query(nowMs) } };
  };

const SYMBOL = new RegExp(
  String.raw`^([PF])([FIV])_(${NAME_IN_SYMBOL}?)(USD|USDT|USDC|EUR|GBP|XBT)(_\d{6})?$`,
  'u',
);

/**
 * PF_XBTUSD, FF_XBTUSD_261225 (flexible, linear), PI_XBTUSD, FI_XBTUSD_220624 (inverse), PV_XRPXBT (vanilla, linear);
 * older lists spell them in small letters. Indices (in_xbtusd, rr_xbtusd) are no contracts: undefined.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(inCapitals(venueSymbol));
  if (match?.[3] === undefined || match[4] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[3]),
    quoteAsset: commonAsset(match[4]),
    kind: match[1] === 'P' ? 'perpetual' : 'dated-future',
    margin: match[2] === 'I' ? 'inverse' : 'linear',
  };
}

/** Indices stand in the lists of contracts; they are known and left out without an issue. */
export const isIndex = (venueSymbol: string): boolean => /^(?:in|rr)_/i.test(venueSymbol);

/** As `subjectOf`, with symbols in capitals: they were small until 2021, and are the same contracts. */
export function subject(
  context: MapContext,
  named: string | undefined,
  requested: string | undefined,
  path: string,
): Subject | undefined {
  return subjectOf({ parseSymbol }, context, named?.toUpperCase(), requested?.toUpperCase(), path);
}

/** What a row's sizes count; `contracts` alone where the contract size is not known. */
interface Sizes {
  readonly base: number | undefined;
  readonly usd: number | undefined;
  readonly contracts: number | undefined;
}

/**
 * Of flexible futures the exchange states sizes in coins, so that they need no list; all others count contracts, whose
 * size the list alone tells.
 */
export function contractSizeOf(who: Subject): ContractSize | undefined {
  if (who.instrument !== undefined) return who.instrument.contractSize;
  return /^[PF]F_/.test(who.venueSymbol) ? { amount: 1, unit: 'base' } : undefined;
}

export const isInDollars = (who: Subject): boolean =>
  countsAsDollar((who.instrument ?? parseSymbol(who.venueSymbol))?.quoteAsset ?? '');

/** Returns an amount in coins and dollars as far as size and price (of the same payload) allow. */
export function sizesOf(who: Subject, amount: number, priceQuote: number | undefined): Sizes {
  const size = contractSizeOf(who);
  if (size === undefined) return { base: undefined, usd: undefined, contracts: amount };
  const stated = amount * size.amount;
  const dollars = (quote: number | undefined): number | undefined => (isInDollars(who) ? quote : undefined);
  if (size.unit === 'quote') {
    const base = priceQuote === undefined ? undefined : stated / priceQuote;
    return { base, usd: dollars(stated), contracts: undefined };
  }
  const quote = priceQuote === undefined ? undefined : stated * priceQuote;
  return { base: stated, usd: dollars(quote), contracts: undefined };
}

/** Reports an unknown contract size once per contract of an answer. */
export function sizeReporter(context: MapContext): (who: Subject, path: string) => void {
  const told = new Set<string>();
  return (who, path) => {
    if (contractSizeOf(who) !== undefined || told.has(who.venueSymbol)) return;
    told.add(who.venueSymbol);
    reportUnknownSize(context, who, path);
  };
}

/**
 * Rates are per hour. The list marks what pays them. Without it, or where the next settlement is not on the hour or
 * further away (it was 4 h until 2022, at rates per hour), the documented hour is all there is, and an issue says so
 * once per answer.
 */
export function intervalReporter(
  context: MapContext,
): (who: Subject, evidence: RateEvidence, path: string) => IntervalOf {
  let isTold = false;
  return (who, evidence, path) => {
    const intervalMs = who.instrument?.fundingIntervalMs;
    const isFitting = fits(HOUR_MS, evidence);
    if (intervalMs !== undefined && isFitting) return { intervalMs, intervalBasis: 'instrument' };
    if (!isTold) {
      const why = isFitting ? 'the list of instruments was not read' : 'the next settlement does not fit it';
      const message = `${who.venueSymbol}: an hour is the documented interval; ${why}`;
      context.report({ code: 'assumed-interval', path, message });
    }
    isTold = true;
    return { intervalMs: HOUR_MS, intervalBasis: 'venue-default' };
  };
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** A required UTC time like 2025-11-17T00:31:01.835715Z, in epoch milliseconds. */
export const isoTime: z.ZodType<number> = z.unknown().transform((value, context) => {
  const atMs = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN;
  if (atMs >= Date.UTC(2010, 0) && atMs < Date.UTC(2200, 0)) return atMs;
  context.addIssue({ code: 'custom', message: 'not a plausible time in ISO 8601' });
  return z.NEVER;
});
