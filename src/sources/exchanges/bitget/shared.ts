import * as z from 'zod';
import { commonAsset } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { countsAsDollar, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, LimitScope, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { decodeRow, epochMs, optional, readDecimal, rows } from '../decode.ts';
import { mapRows, smallestSpacing, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://www.bitget.com/api-doc';
export const V2 = '/api/v2/mix/market';
export const V3 = '/api/v3/market';

/** The limit that Bitget publishes for one endpoint: so many requests a second, per address. */
export const perSecond = (path: string, weight = 20): LimitScope => ({
  name: `bitget ${path}`,
  limits: [{ weight, windowMs: SECOND_MS }],
});

/** For endpoints whose answers can be read but that are never asked for (the v3 twins, lists). */
export const decodeOnly = (): undefined => undefined;

/** What Bitget calls the market of a contract: `usdt-futures`, `usdc-futures`, `coin-futures`. */
export const productType = ({ margin, settleAsset }: Instrument): string =>
  margin === 'inverse' ? 'coin-futures' : settleAsset === 'USDC' ? 'usdc-futures' : 'usdt-futures';

export const bySymbol =
  (path: string, extra: Record<string, string> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { symbol: instrument.venueSymbol, productType: productType(instrument), ...extra },
  });

/** As `bySymbol`, for what dated futures do not have. */
export const byPerpetual =
  (path: string, extra: Record<string, string> = {}) =>
  (scope: RequestScope): HttpRequestSpec | undefined =>
    scope.instrument.kind === 'perpetual' ? bySymbol(path, extra)(scope) : undefined;

/** `{ code, msg, requestTime, data }` around every answer. The time is read by `requestTime`, so that it may be bad. */
export const envelope = <T>(data: z.ZodType<T>): z.ZodType<{ data: T; requestTime?: unknown }> =>
  z.object({ data, requestTime: z.unknown().optional() });

export const oneOrMany = z.union([rows, z.record(z.string(), z.unknown()).transform((row) => [row])]);

/** The server's time of the answer: the time of a current reading whose rows carry none. */
export const requestTime = (payload: { requestTime?: unknown }, context: MapContext): number | undefined =>
  statedTime({ requestTime: payload.requestTime }, 'requestTime', '', context);

/** An optional time beside a list; where it cannot be read, it alone is lost. */
export function statedTime(
  holder: Record<string, unknown>,
  key: string,
  path: string,
  context: MapContext,
): number | undefined {
  return decodeRow(holder, z.object({ [key]: optional(epochMs) }), path, context)?.[key];
}

/** Maps rows that name their symbol. */
export const mapNamed = <T extends { symbol: string }>(
  list: readonly unknown[],
  path: string,
  context: MapContext,
  schema: z.ZodType<T>,
  map: (row: T, who: Subject, path: string) => readonly Observation[],
): Observation[] => {
  const where = { path, requested: context.params['symbol'], symbolIn: (row: T) => row.symbol };
  return mapRows({ parseSymbol }, context, list, schema, where, map);
};

/** A row shape with one field whose name differs between v2 and v3; it is read as `value`. */
export function withField<S extends z.ZodRawShape, T>(
  shape: S,
  key: string,
  decoder: z.ZodType<T>,
): z.ZodType<z.infer<z.ZodObject<S>> & { value: T }> {
  const named = z.object({ ...shape, [key]: decoder });
  const renamed = named.transform((row) => ({ ...row, value: (row as Record<string, unknown>)[key] }));
  return renamed as unknown as z.ZodType<z.infer<z.ZodObject<S>> & { value: T }>;
}

/** Maps rows that name no symbol: it is the request's. */
export const mapUnnamed = <T>(
  list: readonly unknown[],
  context: MapContext,
  schema: z.ZodType<T>,
  map: (row: T, who: Subject, path: string) => readonly Observation[],
): Observation[] => {
  const where = { path: 'data', requested: context.params['symbol'], symbolIn: () => undefined };
  return mapRows({ parseSymbol }, context, list, schema, where, map);
};

/** v3 shares its paths with spot, whose symbols are spelled like the perpetuals. */
export function refusesSpot(context: MapContext): boolean {
  const category = (context.params['category'] ?? '').toUpperCase();
  if (category !== 'SPOT' && category !== 'MARGIN') return false;
  context.report({
    code: 'unsupported',
    path: '',
    message: `category ${category} is not a derivatives market`,
  });
  return true;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  m: MINUTE_MS, min: MINUTE_MS, day: DAY_MS, week: 7 * DAY_MS, h: HOUR_MS, H: HOUR_MS, d: DAY_MS, D: DAY_MS, w: 7 * DAY_MS, W: 7 * DAY_MS,
}; // prettier-ignore

/** Bars are named by the request (5m, 1h, 1H, 1Dutc; 1M is a month) or else by the spacing of the rows. */
export function barLength(
  name: string | undefined,
  times: readonly unknown[],
  context: MapContext,
): number | undefined {
  // Of spot pairs the minutes, days and weeks are spelled out: 5min, 1day.
  const match = /^(\d{1,3})(min|day|week|[mhHdDwW])(?:utc)?$/.exec(name ?? '');
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (unitMs !== undefined) return Number(match?.[1]) * unitMs;
  const barMs = smallestSpacing(times.flatMap((time) => readDecimal(time) ?? []));
  if (barMs === undefined) {
    const message = 'the bar length is not known: none in the request and fewer than two rows';
    context.report({ code: 'decode', path: 'data', message });
  }
  return barMs;
}

/** One column of a list that is not decoded yet. */
export const valuesOf = (list: readonly unknown[], key: string | number): unknown[] =>
  list.map((row) => (row as Record<string | number, unknown> | null)?.[key]);

export const isDated = (who: Subject): boolean =>
  (who.instrument ?? parseSymbol(who.venueSymbol))?.kind === 'dated-future';

/** Returns a value in quote currency where that currency counts as a dollar, else undefined. */
export function dollars(value: number | undefined, who: Subject): number | undefined {
  const quote = who.instrument?.quoteAsset ?? parseSymbol(who.venueSymbol)?.quoteAsset;
  return quote !== undefined && countsAsDollar(quote) ? value : undefined;
}

const SYMBOL = new RegExp(
  String.raw`^(${NAME_IN_SYMBOL}?)(USDT|USDC|PERP|USD)(_\d{6}|[FGHJKMNQUVXZ]\d{2})?$`,
  'u',
);

/** BTCUSDT, BTCUSDC or BTCPERP (settled in USDC), BTCUSD (settled in coin), BTCUSD_231229, BTCUSDM24 (dated). */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const match = SYMBOL.exec(venueSymbol);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return {
    baseAsset: commonAsset(match[1]),
    quoteAsset: match[2] === 'PERP' ? 'USDC' : match[2],
    kind: match[3] === undefined ? 'perpetual' : 'dated-future',
    margin: match[2] === 'USD' ? 'inverse' : 'linear',
  };
}
