import { DAY_MS } from '../../../core/units.ts';
import { STEP_MS, type Bar } from '../flow.ts';
import type { SettledFunding, SimulatedMarket } from '../market.ts';
import type { SimulatedHost } from '../profiles.ts';
import type { MarketSymbol } from '../symbols.ts';

/** Header that marks every answer of the simulator. */
export const SIMULATED_HEADER = 'x-perpscope-simulated';

/** A request as the server hands it on; `nowMs` is the time of the simulated exchange. */
export interface WireRequest {
  /** `GET` unless stated. */
  readonly method?: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON body of a POST. */
  readonly body?: unknown;
  readonly nowMs: number;
}

export interface WireAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A contract as its exchange lists it. */
export interface Listing extends MarketSymbol {
  readonly venueSymbol: string;
  /** Coins per contract where sizes are contracts; 1 where they are coins. Of inverse contracts: dollars each. */
  readonly contractSize: number;
}

/** What a server asks of a wire format. */
export interface WireExchange {
  readonly id: SimulatedHost;
  readonly listings: readonly Listing[];
  /** Hosts that the exchange has besides its main ones; here they share its address. */
  readonly extraHosts?: readonly ('spot' | 'spotWs')[];
  /** Methods besides GET that it takes. */
  readonly methods?: readonly string[];
  answer(request: WireRequest): WireAnswer;
  /** What it pushes; absent where an upgrade is refused. */
  readonly streams?: WireStreams;
}

/** What a client's message does. Replies and pushes are JSON values, or texts that are sent as they are. */
export interface WireReply {
  readonly replies: readonly unknown[];
  readonly subscribe?: readonly string[];
  readonly unsubscribe?: readonly string[];
}

/** The stream side of a wire format: pure functions of the market; sockets and time belong to the server. */
export interface WireStreams {
  /** Paths that may be upgraded. */
  readonly paths: readonly string[];
  /** Where addresses say more than a path: the path that serves one, and the topics that it subscribes. */
  locate?(
    path: string,
    query: Readonly<Record<string, string>>,
  ): { readonly path: string; readonly topics: readonly string[] } | undefined;
  /** Sent at once on connecting. */
  greeting?(nowMs: number): readonly unknown[];
  /** `text` is the client's message. What is not understood gets the exchange's error; nothing is thrown. */
  receive(text: string, at: { readonly path: string; readonly nowMs: number }): WireReply;
  /** The pushes of one topic with fromMs < time <= toMs, oldest first. A topic that the path does not serve is silent. */
  frames(
    topic: string,
    range: { readonly fromMs: number; readonly toMs: number; readonly path: string },
  ): readonly unknown[];
  /** What the server asks for a sign of life. */
  readonly ping?: { readonly everyMs: number; frame(nowMs: number, path?: string): unknown };
  /** Pushes and pings are gzipped binary frames. */
  readonly packing?: 'gzip';
}

/** Thrown by a handler: the answer is an error of the exchange. */
export class Refusal extends Error {
  readonly answer: WireAnswer;

  constructor(status: number, body: unknown) {
    super(`refused with ${status}`);
    this.answer = { status, body };
  }
}

/** Answers one path. `rest` holds the segments of the path that the route leaves open. */
export type Handler = (request: WireRequest, rest: Readonly<Record<string, string>>) => unknown;

/** Finds the handler of a path (`{name}` matches one segment) and runs it; a `Refusal` becomes its answer. */
export function route(
  routes: Readonly<Record<string, Handler>>,
  request: WireRequest,
  notFound: WireAnswer,
): WireAnswer {
  const given = request.path.split('/');
  for (const [template, handler] of Object.entries(routes)) {
    const wanted = template.split('/');
    const rest: Record<string, string> = {};
    const fits =
      wanted.length === given.length &&
      wanted.every((segment, index) => {
        const name = /^\{(\w+)\}$/.exec(segment)?.[1];
        if (name === undefined) return segment === given[index];
        rest[name] = given[index] ?? '';
        return rest[name] !== '';
      });
    if (!fits) continue;
    try {
      return { status: 200, body: handler(request, rest) };
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }
  return notFound;
}

/** How far back simulated histories go that are not said to end anywhere, nor to go back to the first day. */
export const HISTORY_MS = 400 * DAY_MS;

/** Since when contracts are traded whose exchange states no first day. */
const LAUNCHED_MS = Date.UTC(2020, 0, 1);

/** The first time of histories that go back to a contract's first day. */
export const launchOf = ({ anchorMs }: SimulatedMarket, statedMs = LAUNCHED_MS): number =>
  Math.min(statedMs, anchorMs - HISTORY_MS);

/** The times of a page of rows: multiples of `stepMs` in [fromMs, toMs], oldest first, at most `limit` of them. */
export interface Page {
  readonly stepMs: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly limit: number;
  /** Which rows are kept where the range holds more than `limit`. */
  readonly keep: 'oldest' | 'newest';
  /** Latest and earliest time that has a row. */
  readonly lastMs: number;
  readonly firstMs: number;
}

/** Returns the times of a page. */
export function pageTimes(page: Page): number[] {
  const { stepMs, limit } = page;
  const first = Math.ceil(Math.max(page.fromMs ?? page.firstMs, page.firstMs) / stepMs) * stepMs;
  const last = Math.floor(Math.min(page.toMs ?? page.lastMs, page.lastMs) / stepMs) * stepMs;
  const count = Math.max(0, Math.min(limit, Math.floor((last - first) / stepMs) + 1));
  const start = page.keep === 'oldest' ? first : last - (count - 1) * stepMs;
  return Array.from({ length: count }, (_, index) => start + index * stepMs);
}

/** Returns the settlements of a page, oldest first; only these are worked out, however long the history is. */
export function settledPage(
  market: SimulatedMarket,
  symbol: MarketSymbol,
  page: Omit<Page, 'stepMs'>,
): SettledFunding[] {
  const times = pageTimes({ ...page, stepMs: market.fundingIntervalMs(symbol) });
  return times.flatMap((atMs) => market.settledFunding(symbol, atMs, atMs));
}

/** Keeps at most `limit` rows of a list that is oldest first. */
export function keepRows<T>(list: readonly T[], limit: number, keep: 'oldest' | 'newest'): T[] {
  return keep === 'oldest' ? list.slice(0, limit) : list.slice(Math.max(0, list.length - limit));
}

/** Returns a number as exchanges write it: text with a fixed number of decimals. */
export function text(value: number, decimals = 8): string {
  return value.toFixed(Math.max(0, decimals));
}

/** Returns a whole number of a query, undefined where it is absent; what is no number is refused. */
export function readWhole(
  query: Readonly<Record<string, string>>,
  name: string,
  refuse: (name: string) => Refusal,
): number | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (!/^\d{1,16}$/.test(value)) throw refuse(name);
  return Number(value);
}

/** Returns the row limit of a query; above the highest it is refused. */
export function readLimit(
  query: Readonly<Record<string, string>>,
  limits: { readonly usual: number; readonly most: number; readonly name?: string },
  refuse: (name: string) => Refusal,
): number {
  const name = limits.name ?? 'limit';
  const limit = readWhole(query, name, refuse) ?? limits.usual;
  if (limit < 1 || limit > limits.most) throw refuse(name);
  return limit;
}

/** What was traded in the last 24 h; it begins on a whole step, so up to five minutes earlier. */
export function lastDay(market: SimulatedMarket, symbol: MarketSymbol, nowMs: number): Bar {
  return market.bar(symbol, Math.floor((nowMs - DAY_MS) / STEP_MS) * STEP_MS, nowMs);
}
