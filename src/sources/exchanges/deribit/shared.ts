import { commonAsset } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { amounts, countedBy } from '../kit/amounts.ts';
import { isRecord } from '../kit/field.ts';
import { Place as RowPlace, type Path } from '../kit/place.ts';
import type { RowReader } from '../kit/rowReader.ts';
import { dollars, subjectOf, type Subject } from '../kit/subject.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://docs.deribit.com';
export const PUBLIC = '/api/v2/public';
/** Each request costs as many credits of the pool. */
const CREDITS = 500;

/** What polls of one method have in common. */
export const at = (name: string) =>
  ({
    method: 'GET',
    path: `${PUBLIC}/${name}`,
    docsUrl: `${DOCS}/#public-${name}`,
    weight: CREDITS,
    asks: 'instrument_name',
  }) as const;

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

/** Whether amounts of a subject are dollars (inverse contracts) and not coins. */
export const isInverse = ({ margin }: Subject): boolean => margin === 'inverse';

/** Whether a subject is quoted in dollars. */
export const isQuotedInDollars = (who: Subject): boolean => dollars(1, who) !== undefined;

/**
 * An amount in coins and dollars. Deribit states amounts, never contracts: dollars of inverse contracts, coins of linear ones.
 */
export function sizesOf(
  who: Subject,
  amount: number,
  priceQuote?: number,
): { readonly base: number | undefined; readonly usd: number | undefined } {
  const { base, usd } = amounts(who, countedBy(who), amount, priceQuote);
  return { base, usd };
}

/** Where rows are, and the symbol that the channel of a push names. */
export interface Place {
  readonly path: string;
  readonly requested?: string | undefined;
}

interface Named {
  readonly instrument_name?: string | undefined;
}
type Take<T> = (row: T, who: Subject, at: Path) => void;

/** Returns what names the symbol of a row that is about no perpetual or future, by the row or else by the request. */
function otherThanFuture(context: MapContext, { requested }: Place): (raw: unknown) => string | undefined {
  const asked = requested ?? context.params['instrument_name'];
  let [last, other]: [string | undefined, string | undefined] = [undefined, undefined];
  return (raw) => {
    const named = isRecord(raw) ? raw['instrument_name'] : undefined;
    const name = typeof named === 'string' ? named : asked;
    if (name === undefined || name.length > 64) return undefined;
    // Rows of a list are about one instrument mostly.
    if (name !== last)
      [last, other] = [name, (context.instrument(name) ?? parseSymbol(name)) ? undefined : name];
    return other;
  };
}

function subjectAt(
  context: MapContext,
  { requested }: Place,
  { instrument_name: named }: Named,
  at: Path,
): Subject | undefined {
  const isOther = requested !== undefined && named !== undefined && named !== requested;
  return isOther
    ? subjectOf({ parseSymbol }, context, named, requested, at)
    : context.subject(named ?? requested, at);
}

/** Hands over one row about a perpetual or future; any other is `unsupported`. */
export function oneFuture<T extends Named>(
  context: MapContext,
  raw: unknown,
  place: Place,
  reader: RowReader<T>,
  take: Take<T>,
): void {
  const other = otherThanFuture(context, place)(raw);
  if (other !== undefined) {
    const message = `${other} is an option, a spot pair or a combo; Perpscope does not read it`;
    context.report({ code: 'unsupported', path: place.path, message });
    return;
  }
  const row = reader.one(raw, place.path, context);
  const who = row === undefined ? undefined : subjectAt(context, place, row, place.path);
  if (row !== undefined && who !== undefined) take(row, who, place.path);
}

/** As `oneFuture` for a list: rows about anything else are counted in one issue, for there may be hundreds. */
export function eachFuture<T extends Named>(
  context: MapContext,
  list: readonly unknown[],
  place: Place,
  reader: RowReader<T>,
  take: Take<T>,
): void {
  const otherIn = otherThanFuture(context, place);
  const others = list.flatMap((raw) => otherIn(raw) ?? []);
  const takeRow = (row: T, at: Path): void => {
    const who = subjectAt(context, place, row, at);
    if (who !== undefined) take(row, who, at);
  };
  if (others.length === 0) {
    reader.each(list, place.path, context, takeRow);
    return;
  }
  const message = `${others.length} of ${list.length} rows are about options, spot pairs or combos (${others[0]}); Perpscope does not read them`;
  context.report({ code: 'unsupported', path: place.path, message });
  const at = new RowPlace(place.path);
  for (const [index, raw] of list.entries()) {
    at.moveTo(index);
    const row = otherIn(raw) === undefined ? reader.one(raw, at, context) : undefined;
    if (row !== undefined) takeRow(row, at);
  }
}
