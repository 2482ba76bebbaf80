import type { ZodType } from 'zod';
import { commonAsset } from '../../../core/ids.ts';
import { countsAsDollar, HOUR_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { decodeRow, isRecord } from '../decode.ts';
import { subjectOf, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://docs.deribit.com';
export const PUBLIC = '/api/v2/public';
/** Each request costs as many credits of the pool. */
export const CREDITS = 500;

/** The result of a JSON-RPC answer with its place; an answer without the envelope is the result itself. */
export function resultOf(payload: unknown): { value: unknown; path: string } {
  return isRecord(payload) && 'result' in payload
    ? { value: payload['result'], path: 'result' }
    : { value: payload, path: '' };
}

/** A request about one perpetual. Dated futures are read from the summaries. */
export const byInstrument =
  (name: string, extra: (nowMs: number) => Record<string, string> = () => ({})) =>
  ({ instrument, nowMs }: RequestScope): HttpRequestSpec | undefined =>
    instrument.kind === 'perpetual'
      ? {
          method: 'GET',
          path: `${PUBLIC}/${name}`,
          query: { instrument_name: instrument.venueSymbol, ...extra(nowMs) },
        }
      : undefined;

const SYMBOL = new RegExp(
  String.raw`^(${NAME_IN_SYMBOL}?)(?:_([A-Z]{3,5}))?-(PERPETUAL|\d{1,2}[A-Z]{3}\d{2})$`,
  'u',
);

/**
 * BTC-PERPETUAL and BTC-27MAR26 are inverse (dollars, settled in coin), BTC_USDC-PERPETUAL is linear. Options, spot
 * pairs and combos (BTC-27MAR26-90000-C, BTC_USDC, BTC-FS-27MAR26_PERP) have no parts.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const [, base, quote, term] = SYMBOL.exec(venueSymbol) ?? [];
  if (base === undefined || term === undefined) return undefined;
  return {
    baseAsset: commonAsset(base),
    quoteAsset: quote ?? 'USD',
    kind: term === 'PERPETUAL' ? 'perpetual' : 'dated-future',
    margin: quote === undefined ? 'inverse' : 'linear',
  };
}

/** The currency that a symbol is listed under: BTC for BTC-27MAR26, USDC for SOL_USDC-PERPETUAL. */
export function currencyOf(venueSymbol: string): string | undefined {
  const [, base, quote] = SYMBOL.exec(venueSymbol) ?? [];
  return quote ?? base;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** When a dated future expires by its name: 08:00 UTC of its day. */
export function expiryOf(venueSymbol: string): number | undefined {
  const [, day, month, year] = /-(\d{1,2})([A-Z]{3})(\d{2})$/.exec(venueSymbol) ?? [];
  const index = MONTHS.indexOf(month ?? '');
  return index < 0 ? undefined : Date.UTC(2000 + Number(year), index, Number(day)) + 8 * HOUR_MS;
}

const partsOf = (who: Subject): Pick<SymbolParts, 'margin' | 'quoteAsset'> | undefined =>
  who.instrument ?? parseSymbol(who.venueSymbol);

/** Whether amounts of a subject are dollars (inverse contracts) and not coins. */
export const isInverse = (who: Subject): boolean => partsOf(who)?.margin === 'inverse';

/** Whether a subject is quoted in dollars. */
export function isQuotedInDollars(who: Subject): boolean {
  return countsAsDollar(partsOf(who)?.quoteAsset ?? '');
}

/** An amount in coins. Deribit states amounts, never contracts: dollars of inverse contracts, coins of linear ones. */
export function toBase<P extends number | undefined>(
  who: Subject,
  amount: number,
  priceQuote: P,
): number | P {
  if (!isInverse(who) || priceQuote === undefined) return isInverse(who) ? priceQuote : amount;
  return amount / priceQuote;
}

/** An amount in dollars; undefined for linear contracts without a price or quoted in something else. */
export function toUsd(who: Subject, amount: number, priceQuote: number | undefined): number | undefined {
  if (isInverse(who)) return amount;
  return priceQuote === undefined || !isQuotedInDollars(who) ? undefined : amount * priceQuote;
}

/** The symbol that a row names. */
const namedIn = (row: unknown): string | undefined => {
  const name = isRecord(row) ? row['instrument_name'] : undefined;
  return typeof name === 'string' ? name : undefined;
};

/** Where a row is, and the symbol that was asked for or subscribed, if one was. */
export interface Place {
  readonly path: string;
  readonly requested?: string | undefined;
}

type MapRow<T> = (row: T, who: Subject, path: string) => readonly Observation[];
interface Named {
  readonly instrument_name?: string | undefined;
}

/** Decodes and maps one row about a perpetual or future; any other is `unsupported`. */
export function mapFuture<T extends Named>(
  raw: unknown,
  context: MapContext,
  schema: ZodType<T>,
  place: Place,
  map: MapRow<T>,
): readonly Observation[] {
  const other = otherThanFuture(raw, context, place);
  if (other !== undefined) {
    const message = `${other} is an option, a spot pair or a combo; Perpscope does not read it`;
    context.report({ code: 'unsupported', path: place.path, message });
    return [];
  }
  const row = decodeRow(raw, schema, place.path, context);
  if (row === undefined) return [];
  const who = subjectOf({ parseSymbol }, context, row.instrument_name, place.requested, place.path);
  return who === undefined ? [] : map(row, who, place.path);
}

/** As `mapFuture` for a list: rows about anything else are counted in one issue, for there may be hundreds. */
export function mapFutures<T extends Named>(
  list: readonly unknown[],
  context: MapContext,
  schema: ZodType<T>,
  place: Place,
  map: MapRow<T>,
): Observation[] {
  const others = list.flatMap((raw) => otherThanFuture(raw, context, place) ?? []);
  if (others.length > 0) {
    const message = `${others.length} of ${list.length} rows are about options, spot pairs or combos (${others[0]}); Perpscope does not read them`;
    context.report({ code: 'unsupported', path: place.path, message });
  }
  return list.flatMap((raw, index) =>
    otherThanFuture(raw, context, place) === undefined
      ? mapFuture(raw, context, schema, { ...place, path: `${place.path}[${index}]` }, map)
      : [],
  );
}

/** The symbol of a row that is about no perpetual or future, by the row or else by the request. */
function otherThanFuture(raw: unknown, context: MapContext, place: Place): string | undefined {
  const name = namedIn(raw) ?? place.requested;
  if (name === undefined || name.length > 64) return undefined;
  return (context.instrument(name) ?? parseSymbol(name)) ? undefined : name;
}
