import * as z from 'zod';
import { commonAsset } from '../../../core/ids.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { HttpRequestSpec, MapContext, RequestScope, SymbolParts, VenueError } from '../contract.ts';
import { epochMs, optional, plainText, readDecimal } from '../decode.ts';
import { mapRows, reportUnknownSize, smallestSpacing, subjectOf, type Subject } from '../mapping.ts';
import { NAME_IN_SYMBOL } from '../symbolName.ts';

export const DOCS = 'https://huobiapi.github.io/docs/usdt_swap/v1/en/';
/** The documentation of the v5 endpoints, which replaced the v1 ones of open interest, funding and liquidations. */
export const DOCS_V5 = 'https://www.htx.com/en-us/opend/newApiPages/';

/** HTX adds up what buyer and seller traded ("Sum of both buy and sell sides"): a trade of one contract counts 2. */
const COUNTED_SIDES = 2;

/** Returns traded contracts, coins or USDT counted once, from a number that counts both counterparties. */
export const countedOnce = (traded: number | undefined): number | undefined =>
  traded === undefined ? undefined : traded / COUNTED_SIDES;

const record = z.record(z.string(), z.unknown());

/** The usual envelope: `data` is one row or a list of them. */
export const answer = () => z.object({ data: z.unknown(), ts: optional(epochMs) });
/** The envelope of market data: `data` is a list and `ch` says what of. */
export const series = () => z.object({ ch: optional(z.string().max(128)), data: z.array(z.unknown()).max(20_000), ts: optional(epochMs) }); // prettier-ignore
/** The envelope of one reading: REST and WebSocket answer the same. */
export const reading = () => z.object({ ch: optional(z.string().max(128)), tick: record, ts: optional(epochMs) }); // prettier-ignore

export type Reading = z.infer<ReturnType<typeof reading>>;

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

/** The contract that a request or topic named. The v3 endpoints call it `contract`; `public.BTC.…` names an asset. */
export function requestedCode({ params }: MapContext): string | undefined {
  const ofTopic = codeOf(params['topic']);
  const isContract = ofTopic !== undefined && parseSymbol(ofTopic) !== undefined;
  return params['contract_code'] ?? params['contract'] ?? (isContract ? ofTopic : undefined);
}

/** The contract in `market.BTC-USDT.kline.60min` or `public.BTC-USDT.funding_rate`; undefined for `*`. */
export const codeOf = (channel: string | undefined): string | undefined =>
  /^(?:market|public)\.([^.*]+)\./.exec(channel ?? '')?.[1];

/** Dated contracts are also named by their turn: this week, next week, this quarter, next quarter. */
const TURN = /^(.+-)(?:CW|NW|CQ|NQ)$/;

/** Returns who an answer is about that names its contract once: in its channel, in its data, or only in the request. */
export function whoOf(context: MapContext, named: string | undefined, path: string): Subject | undefined {
  const requested = requestedCode(context);
  const pair = TURN.exec(named ?? '')?.[1];
  const isTurnOfRequested = pair !== undefined && requested?.startsWith(pair) === true;
  return subjectOf({ parseSymbol }, context, isTurnOfRequested ? requested : named, requested, path);
}

/** Maps rows that name their contract; `keyOf` says where. */
export function mapNamed<T>(
  { list, path }: { list: readonly unknown[]; path: string },
  context: MapContext,
  schema: z.ZodType<T>,
  keyOf: (row: T) => string | undefined,
  map: (row: T, who: Subject, path: string) => readonly Observation[],
): Observation[] {
  const where = { path, requested: requestedCode(context), symbolIn: keyOf };
  return mapRows({ parseSymbol }, context, list, schema, where, map);
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

/** Returns a function that reports a contract's unknown size once for an answer, not once for each of its rows. */
export function sizeReporter(context: MapContext): (who: Subject, path: string) => void {
  const told = new Set<string>();
  return (who, path) => {
    if (told.has(who.venueSymbol)) return;
    told.add(who.venueSymbol);
    reportUnknownSize(context, who, path);
  };
}

const PERIODS_MS: Readonly<Record<string, number>> = {
  '1min': MINUTE_MS, '5min': 5 * MINUTE_MS, '15min': 15 * MINUTE_MS, '30min': 30 * MINUTE_MS, '60min': HOUR_MS,
  '4hour': 4 * HOUR_MS, '12hour': 12 * HOUR_MS, '1day': DAY_MS, '1week': 7 * DAY_MS,
}; // prettier-ignore

/** The bar length that a channel (`market.BTC-USDT.basis.60min.open`) or else the request names. */
export function periodOf(channel: string | undefined, context: MapContext): number | undefined {
  const named = channel?.split('.').find((part) => part in PERIODS_MS) ?? context.params['period'];
  return named === undefined ? undefined : PERIODS_MS[named];
}

/** The bar length of rows with times under a key: named, or else their spacing. `unitMs` is the unit of the times. */
export function barLength(
  list: readonly unknown[],
  timeKey: string,
  unitMs: number,
  named: number | undefined,
): number | undefined {
  if (named !== undefined) return named;
  const times = list.flatMap((row) => readDecimal((row as Record<string, unknown> | null)?.[timeKey]) ?? []);
  const spacing = smallestSpacing(times);
  // Months are of different lengths: no bar is longer than a week.
  return spacing === undefined || spacing * unitMs > 7 * DAY_MS ? undefined : spacing * unitMs;
}

/** Returns whether a bar may start then: on whole minutes or hours (days start at 16:00 UTC). */
export const isBarStart = (atMs: number, barMs: number): boolean => atMs % Math.min(barMs, HOUR_MS) === 0;

/** Reports that the length of the bars is neither named nor to be read from their spacing. */
export function reportNoPeriod(context: MapContext): void {
  const message = 'the bar length is not known: no period in channel or request and fewer than two rows';
  context.report({ code: 'decode', path: '', message });
}

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
