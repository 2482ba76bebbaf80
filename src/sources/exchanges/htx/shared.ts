import { commonAsset } from '../../../core/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts, VenueError } from '../contract.ts';
import { barOf, namedBar, type BarUnits } from '../kit/bars.ts';
import { readDecimal } from '../kit/decimals.ts';
import { plainText, type Read } from '../kit/field.ts';
import { epochMs, optional, present, textOf } from '../kit/fields.ts';
import { object, record, rows } from '../kit/payloads.ts';
import type { Subject } from '../kit/subject.ts';
import type { Params } from '../mapContext.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://huobiapi.github.io/docs/usdt_swap/v1/en/';
/** The documentation of the v5 endpoints, which replaced the v1 ones of open interest, funding and liquidations. */
export const DOCS_V5 = 'https://www.htx.com/en-us/opend/newApiPages/';

/** HTX adds up what buyer and seller traded ("Sum of both buy and sell sides"): a trade of one contract counts 2. */
const COUNTED_SIDES = 2;

/** Returns traded contracts, coins or USDT counted once, from a number that counts both counterparties. */
export const countedOnce = (traded: number | undefined): number | undefined =>
  traded === undefined ? undefined : traded / COUNTED_SIDES;

const ch = optional(textOf(0, 128));
const ts = optional(epochMs);

/** The usual envelope: `data` is one row or a list of them. */
export const answer = object({ data: present, ts });
/** The envelope of market data: `data` is a list and `ch` says what of. */
export const series = object({ ch, data: rows, ts });
/** The envelope of one reading: REST and WebSocket answer the same. */
export const reading = object({ ch, tick: record, ts });

export type Reading = Read<typeof reading>;

/** What polls of one path have in common. */
export const at = (path: string, docsUrl: string) =>
  ({ method: 'GET', path, docsUrl, weight: 1, asks: requestedCode }) as const;

/** Returns a value as a list of rows: a list as it is, one row as a list of one, `{ list | tick | data | orders: [] }` opened. */
export function rowsOf(data: unknown): { list: readonly unknown[]; path: string } {
  if (Array.isArray(data)) return { list: data as unknown[], path: 'data' };
  if (typeof data !== 'object' || data === null) return { list: [], path: 'data' };
  for (const key of ['list', 'tick', 'data', 'orders'] as const) {
    const inner = (data as Record<string, unknown>)[key];
    if (Array.isArray(inner)) return { list: inner as unknown[], path: `data.${key}` };
  }
  return { list: [data], path: 'data' };
}

const BARS: BarUnits = { min: MINUTE_MS, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };

/** What a channel names: a contract, and the length of bars. */
interface Named {
  readonly code: string | undefined;
  readonly isContract: boolean;
  readonly bars: string | undefined;
}
/** Every frame names its channel: what it says is not read again. */
const NAMED = new Map<string, Named>();
const MAX_NAMED = 2_000;

function namedBy(channel: string | undefined): Named {
  const known = NAMED.get(channel ?? '');
  if (known !== undefined) return known;
  const code = /^(?:market|public)\.([^.*]+)\./.exec(channel ?? '')?.[1];
  const isContract = code !== undefined && parseSymbol(code) !== undefined;
  const bars = channel?.split('.').find((part) => namedBar(part, BARS) !== undefined);
  if (NAMED.size >= MAX_NAMED) NAMED.clear();
  const named = { code, isContract, bars };
  NAMED.set(channel ?? '', named);
  return named;
}

/** The contract that a request or topic named. The v3 endpoints call it `contract`; `public.BTC.…` names an asset. */
export function requestedCode(params: Params): string | undefined {
  const asked = params['contract_code'] ?? params['contract'];
  const topic = asked === undefined ? namedBy(params['topic']) : undefined;
  return asked ?? (topic?.isContract === true ? topic.code : undefined);
}

/** The contract in `market.BTC-USDT.kline.60min` or `public.BTC-USDT.funding_rate`; undefined for `*`. */
export const codeOf = (channel: string | undefined): string | undefined => namedBy(channel).code;

/** Dated contracts are also named by their turn: this week, next week, this quarter, next quarter. */
const TURN = /^(.+-)(?:CW|NW|CQ|NQ)$/;

/** Returns who an answer is about that names its contract once: in its channel, in its data, or only in the request. */
export function whoOf(context: MapContext, named: string | undefined, path: string): Subject | undefined {
  const pair = TURN.exec(named ?? '')?.[1];
  const isTurnOfRequested = pair !== undefined && requestedCode(context.params)?.startsWith(pair) === true;
  return context.subject(isTurnOfRequested ? undefined : named, path);
}

/** A request about one contract. */
export const byCode =
  (path: string, extra: Readonly<Record<string, string>> = {}) =>
  ({ instrument }: RequestScope): HttpRequestSpec => ({
    method: 'GET',
    path,
    query: { contract_code: instrument.venueSymbol, ...extra },
  });

/** As `byCode`, for what exists of perpetuals only: funding, top accounts. */
export const byPerpetual =
  (path: string, extra: Readonly<Record<string, string>> = {}) =>
  (scope: RequestScope): HttpRequestSpec | undefined =>
    scope.instrument.kind === 'perpetual' ? byCode(path, extra)(scope) : undefined;

/** The name of bars in a channel (`market.BTC-USDT.basis.60min.open`), or else in the request. */
const periodIn = (channel: string | undefined, { params }: MapContext): string | undefined =>
  namedBy(channel).bars ?? params['period'];

/** The bar length that a channel or else the request names. */
export const periodOf = (channel: string | undefined, context: MapContext): number | undefined =>
  namedBar(periodIn(channel, context), BARS);

/** The bar length of rows with times under a key: named, or else their spacing. `unitMs` is the unit of the times. */
export function barLength(
  context: MapContext,
  channel: string | undefined,
  list: readonly unknown[],
  time: string,
  unitMs: number,
): number | undefined {
  const barMs = barOf({ named: periodIn(channel, context), units: BARS, list, time, unitMs });
  // Months are of different lengths: no bar is longer than a week.
  return barMs === undefined || barMs > 7 * DAY_MS ? undefined : barMs;
}

/** Returns whether a bar may start then: on whole minutes or hours (days start at 16:00 UTC). */
export const isBarStart = (atMs: number, barMs: number): boolean => atMs % Math.min(barMs, HOUR_MS) === 0;

const LINEAR = new RegExp(String.raw`^(${NAME_IN_SYMBOL})-(USDT|USDC|HUSD)(-(?:\d{6}|CW|NW|CQ|NQ))?$`, 'u');
const COIN = new RegExp(String.raw`^(${NAME_IN_SYMBOL}?)(-USD|\d{6}|_(?:CW|NW|CQ|NQ))$`, 'u');

/** BTC-USDT, BTC-USDT-261225, BTC-USDT-CQ; coin-margined BTC-USD, BTC261225, BTC_CQ. */
export function parseSymbol(venueSymbol: string): SymbolParts | undefined {
  const linear = LINEAR.exec(venueSymbol);
  if (linear?.[1] !== undefined && linear[2] !== undefined) {
    const kind = linear[3] === undefined ? 'perpetual' : 'dated-future';
    return { baseAsset: commonAsset(linear[1]), quoteAsset: linear[2], kind, margin: 'linear' };
  }
  const coin = COIN.exec(venueSymbol);
  if (coin?.[1] === undefined) return undefined;
  const kind = coin[2] === '-USD' ? 'perpetual' : 'dated-future';
  return { baseAsset: commonAsset(coin[1]), quoteAsset: 'USD', kind, margin: 'inverse' };
}

const LIMIT_CODES: readonly string[] = ['429', '1032', '1084', 'api-limit', 'too-many-requests'];

/** An error: `status` "error" with err-code or err_code, or (v3, v5) a `code` other than 200. */
export function venueError(body: unknown, status: number): VenueError | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const said = body as Readonly<Record<string, unknown>>;
  const stated = said['err-code'] ?? said['err_code'] ?? said['code'];
  const isRefused =
    said['status'] === undefined
      ? stated !== undefined && stated !== null && ![0, 200].includes(readDecimal(stated) ?? -1)
      : said['status'] !== 'ok';
  if (!isRefused) return undefined;
  const code = plainText(stated ?? said['status']);
  const message = plainText(said['err-msg'] ?? said['err_msg'] ?? said['message'] ?? said['msg']);
  const isLimited = status === 429 || LIMIT_CODES.includes(code) || /too many|exceeded the limit/i.test(message); // prettier-ignore
  const retry = isLimited ? { retryAfterMs: 3 * SECOND_MS } : {};
  return { code, message, kind: isLimited ? 'rate-limited' : 'rejected', ...retry };
}
