import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { barOf } from '../kit/bars.ts';
import type { Read } from '../kit/field.ts';
import { epochMs, optional, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import type { RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://bybit-exchange.github.io/docs/v5/market/';

/** Every answer wraps its rows in `result.list`, newest first; `time` is the server's clock. */
export const answer = object({
  time: optional(epochMs),
  result: object({ category: optional(text), symbol: optional(text), list: rows }),
});

export type Listed = Read<typeof answer>;

export const bySymbol =
  (path: string, extra: Record<string, string> = {}) =>
  (scope: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { category: scope.instrument.margin, symbol: scope.instrument.venueSymbol, ...extra },
  });

/** Refuses spot and option markets, which share the paths of contracts but not their units. */
function isOther(context: MapContext, category: string | undefined, path: string): boolean {
  if (category === undefined || category === 'linear' || category === 'inverse') return false;
  context.report({ code: 'unsupported', path, message: `${category} markets are not read` });
  return true;
}

/**
 * Returns the contract a row is about, or undefined with an issue. The category stated by the answer or the request must be
 * that of the symbol, for spot markets share symbols with contracts.
 */
export function contractOf(
  context: MapContext,
  named: string | undefined,
  category: string | undefined,
  path: string | Place,
): Subject | undefined {
  const stated = category ?? context.params['category'];
  if (isOther(context, stated, path.toString())) return undefined;
  const who = context.subject(named, path);
  return who === undefined || isOfCategory(context, who, stated, path) ? who : undefined;
}

function isOfCategory(
  context: MapContext,
  { venueSymbol, margin }: Subject,
  stated: string | undefined,
  path: string | Place,
): boolean {
  if (stated === undefined || stated === margin) return true;
  const message = `${venueSymbol} is ${margin}, the answer is about ${stated} contracts`;
  context.report({ code: 'wrong-instrument', path: path.toString(), message });
  return false;
}

/** Hands over the rows of `result.list`, which may name their symbol. */
export function eachListed<T>(
  context: MapContext,
  { result: { category, symbol, list } }: Listed,
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
): void {
  const stated = category ?? context.params['category'];
  // An answer about something else is refused as a whole, with one issue.
  if (isOther(context, stated, 'result')) return;
  const isNamed = symbol !== undefined || context.params['symbol'] !== undefined;
  if (isNamed && contractOf(context, symbol, category, 'result') === undefined) return;
  reader.each(list, 'result.list', context, (row, at) => {
    const who = context.subject(reader.symbol ?? symbol, at);
    if (who !== undefined && isOfCategory(context, who, stated, at)) take(row, who, at);
  });
}

/** As `eachListed`, for rows that each become observations. */
export function mapListed<T>(
  context: MapContext,
  payload: Listed,
  reader: RowReader<T>,
  map: (row: T, who: Subject, at: Place) => readonly Observation[],
): Observation[] {
  const found: Observation[] = [];
  eachListed(context, payload, reader, (row, who, at) => void found.push(...map(row, who, at)));
  return found;
}

/** What a quantity and its counter value stand for: linear counts coins worth dollars, inverse dollars worth coins. */
export function sizes(
  who: Subject,
  quantity: number | undefined,
  value: number | undefined,
): { base: number | undefined; usd: number | undefined } {
  return who.margin === 'inverse' ? { base: value, usd: quantity } : { base: quantity, usd: value };
}

/**
 * The one-sided number where there is one, else the sum of both sides as it stands (never halved here). A one-sided
 * "0" beside a sum above zero is a placeholder.
 */
export function sidesOf(row: {
  openInterest?: number | undefined;
  singleOpenInterest?: number | undefined;
}): { quantity: number | undefined; sides: 'one' | 'both' } {
  const { openInterest: both, singleOpenInterest: single } = row;
  const isOne = single !== undefined && (single > 0 || both === undefined || both === 0);
  return isOne ? { quantity: single, sides: 'one' } : { quantity: both, sides: 'both' };
}

const BARS = { min: MINUTE_MS, h: HOUR_MS, d: DAY_MS, D: DAY_MS, W: 7 * DAY_MS, '': MINUTE_MS } as const;

/** The bar length the request names (`1h`, `60` = minutes, `D`), else the spacing of the rows; months have none. */
export const barLength = (
  context: MapContext,
  param: 'intervalTime' | 'period' | 'interval',
  { result: { list } }: Listed,
  time: string | number,
): number | undefined => barOf({ named: context.params[param], units: BARS, list, time });

const LINEAR = new RegExp(String.raw`^(${NAME_IN_SYMBOL}?)(USDT|PERP|(?=-))(-\d{1,2}[A-Z]{3}\d{2})?$`, 'u');
const INVERSE = new RegExp(String.raw`^(${NAME_IN_SYMBOL}?)USD([FGHJKMNQUVXZ]\d{2})?$`, 'u');

/**
 * BTCUSDT and BTCPERP (USDC) are linear perpetuals, BTCUSDT-26DEC25 and BTC-26DEC25 (USDC) linear futures; BTCUSD is
 * an inverse perpetual, BTCUSDZ25 an inverse future (month code and year). Options and spot pairs are not read.
 */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const symbol = inCapitals(venueSymbol);
  const linear = LINEAR.exec(symbol);
  if (linear?.[1] !== undefined) {
    return {
      baseAsset: commonAsset(linear[1]),
      quoteAsset: linear[2] === 'USDT' ? 'USDT' : 'USDC',
      kind: linear[3] === undefined ? 'perpetual' : 'dated-future',
      margin: 'linear',
    };
  }
  const inverse = INVERSE.exec(symbol);
  if (inverse?.[1] === undefined) return undefined;
  return {
    baseAsset: commonAsset(inverse[1]),
    quoteAsset: 'USD',
    kind: inverse[2] === undefined ? 'perpetual' : 'dated-future',
    margin: 'inverse',
  };
}
