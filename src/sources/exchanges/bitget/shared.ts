import { commonAsset } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts } from '../contract.ts';
import { barOf, reportUnknownBar, type BarUnits } from '../kit/bars.ts';
import { NO, type Field } from '../kit/field.ts';
import { anything, epochMs, oneOf, optional } from '../kit/fields.ts';
import { either, mapped, object, record, rows, within } from '../kit/payloads.ts';
import type { Subject } from '../kit/subject.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://www.bitget.com/api-doc';
export const V2 = '/api/v2/mix/market';
export const V3 = '/api/v3/market';

/** What polls of one path have in common. Bitget limits each endpoint: so many requests a second, per address. */
export const at = (path: string, page: string, weight = 20) =>
  ({
    method: 'GET',
    path,
    docsUrl: `${DOCS}/${page}`,
    weight: 1,
    scope: { name: `bitget ${path}`, limits: [{ weight, windowMs: SECOND_MS }] },
    asks: 'symbol',
  }) as const;

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
export const envelope = <T>(data: Field<T>) => object({ data, requestTime: anything });

/** Rows, or the only one. */
export const listed: Field<readonly unknown[]> = either(
  rows,
  mapped(record, (row): readonly unknown[] => [row]),
);

/** Sides are written in small letters or capitals. */
export const side = within(
  (value) => (typeof value === 'string' ? value.toLowerCase() : value),
  oneOf('buy', 'sell'),
);

/** The server's time of the answer: the time of a current reading whose rows carry none. */
export const requestTime = (
  payload: { readonly requestTime: unknown },
  context: MapContext,
): number | undefined => statedTime(payload.requestTime, 'requestTime', context);

const TIME = optional(epochMs);

/** An optional time beside a list; where it cannot be read, it alone is lost. */
export function statedTime(value: unknown, path: string, context: MapContext): number | undefined {
  const read = TIME.read(value);
  if (read !== NO) return read;
  for (const { message } of TIME.faults(value)) context.report({ code: 'decode', path, message });
  return undefined;
}

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

// Of spot pairs the minutes, days and weeks are spelled out: 5min, 1day.
const UNITS_MS = {
  m: MINUTE_MS, min: MINUTE_MS, h: HOUR_MS, H: HOUR_MS, d: DAY_MS, D: DAY_MS, day: DAY_MS, w: 7 * DAY_MS, W: 7 * DAY_MS,
  week: 7 * DAY_MS,
}; // prettier-ignore
const BARS: BarUnits = Object.fromEntries(
  Object.entries(UNITS_MS).flatMap(([name, ms]) => [[name, ms], [`${name}utc`, ms]]),
); // prettier-ignore

/** Bars are named by the request (5m, 1h, 1H, 1Dutc) or else by the spacing of the rows; 1M is a month, which has no length. */
export function barLength(
  named: string | undefined,
  list: readonly unknown[],
  time: string | number,
  context: MapContext,
): number | undefined {
  const barMs = barOf({ named, units: BARS, list, time });
  if (barMs === undefined) reportUnknownBar(context, 'data');
  return barMs;
}

export const isDated = ({ market }: Subject): boolean => market === 'dated-future';

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
