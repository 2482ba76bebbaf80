import * as z from 'zod';
import { commonAsset, inCapitals } from '../../../core/ids.ts';
import type { Margin } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { epochMs, optional, readDecimal, rows, text } from '../decode.ts';
import { mapRows, smallestSpacing, subjectOf, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://bybit-exchange.github.io/docs/v5/market/';

/** Every answer wraps its rows in `result.list`, newest first; `time` is the server's clock. */
export const answer = () =>
  z.object({
    time: optional(epochMs),
    result: z.object({ category: optional(text), symbol: optional(text), list: rows }),
  });

export type Listed = z.infer<ReturnType<typeof answer>>;

/** The values under a key of the rows, as numbers: times, to find their spacing. */
export const timesOf = (payload: Listed, key: string | number): (number | undefined)[] =>
  payload.result.list.map((row) => readDecimal((row as Record<string | number, unknown> | null)?.[key]));

/** The start times of bars. */
export const openTimes = (payload: Listed): (number | undefined)[] => timesOf(payload, 0);

export const bySymbol =
  (path: string, extra: Record<string, string> = {}) =>
  (scope: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { category: scope.instrument.margin, symbol: scope.instrument.venueSymbol, ...extra },
  });

/** A subject and its margin, which decides what a quantity counts: coins (linear) or dollars (inverse). */
export interface Contract extends Subject {
  readonly margin: Margin;
}

/** Refuses spot and option markets, which share the paths of contracts but not their units. */
function isOther(context: MapContext, category: string | undefined, path: string): boolean {
  if (category === undefined || category === 'linear' || category === 'inverse') return false;
  context.report({ code: 'unsupported', path, message: `${category} markets are not read` });
  return true;
}

/**
 * Returns the contract a row is about, or undefined with an issue. The category stated by the answer or the request
 * goes before what is known of the symbol, for spot markets share symbols with contracts.
 */
export function contractOf(
  context: MapContext,
  named: string | undefined,
  category: string | undefined,
  path: string,
): Contract | undefined {
  const stated = category ?? context.params['category'];
  if (isOther(context, stated, path)) return undefined;
  const who = subjectOf({ parseSymbol }, context, named, context.params['symbol'], path);
  if (who === undefined) return undefined;
  const known = who.instrument?.margin ?? parseSymbol(who.venueSymbol)?.margin;
  if (stated !== undefined && known !== undefined && stated !== known) {
    const message = `${who.venueSymbol} is ${known}, the answer is about ${stated} contracts`;
    context.report({ code: 'wrong-instrument', path, message });
    return undefined;
  }
  const margin = stated === 'linear' || stated === 'inverse' ? stated : known;
  if (margin !== undefined) return { ...who, margin };
  const message = `whether ${who.venueSymbol} counts coins or dollars is not known`;
  context.report({ code: 'unknown-instrument', path, message });
  return undefined;
}

/** Maps the rows of `result.list`; `symbolIn` reads the symbol a row names, where rows name one. */
export function mapList<T>(
  payload: Listed,
  list: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  symbolIn: (row: T) => string | undefined,
  map: (row: T, who: Contract, path: string) => Observation[],
): Observation[] {
  const { category, symbol } = payload.result;
  const requested = context.params['symbol'];
  // An answer about something else is refused as a whole, with one issue.
  if (isOther(context, category ?? context.params['category'], 'result')) return [];
  const isNamed = symbol !== undefined || requested !== undefined;
  if (isNamed && contractOf(context, symbol, category, 'result') === undefined) return [];
  const where = { path: 'result.list', requested, symbolIn: (row: T) => symbolIn(row) ?? symbol };
  return mapRows({ parseSymbol }, context, list, schema, where, (row, who, path) => {
    const contract = contractOf(context, who.venueSymbol, category, path);
    return contract === undefined ? [] : map(row, contract, path);
  });
}

/** What a quantity and its counter value stand for: linear counts coins worth dollars, inverse dollars worth coins. */
export function amounts(
  who: Contract,
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

const PERIODS_MS: Readonly<Record<string, number>> = {
  '5min': 5 * MINUTE_MS, '15min': 15 * MINUTE_MS, '30min': 30 * MINUTE_MS, '1h': 60 * MINUTE_MS,
  '4h': 240 * MINUTE_MS, '1d': DAY_MS, '4d': 4 * DAY_MS, D: DAY_MS, W: 7 * DAY_MS,
}; // prettier-ignore

/** The bar length the request names (`1h`, `60` = minutes, `D`), else the spacing of the rows; months have none. */
export function barLength(
  context: MapContext,
  param: 'intervalTime' | 'period' | 'interval',
  timesMs: readonly (number | undefined)[],
): number | undefined {
  const named = context.params[param];
  if (named === undefined) return smallestSpacing(timesMs.filter((time) => time !== undefined));
  return /^\d+$/.test(named) ? Number(named) * MINUTE_MS : PERIODS_MS[named];
}

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
