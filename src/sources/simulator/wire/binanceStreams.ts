import type { LiquidationEvent } from '../liquidations.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { averagedIndex } from './companions.ts';
import { text, type Listing, type WireReply, type WireStreams } from './shared.ts';

/**
 * What Binance pushes. Futures under /market (bare events under `ws`, named ones under `stream`); spot pairs under /ws
 * and /stream, which is the address that futures had before: there a topic of futures is acknowledged and silent.
 * Heartbeats are pings of the protocol, not texts.
 */

const FUTURES_PATHS: readonly string[] = ['/market/ws', '/market/stream'];
const SPOT_PATHS: readonly string[] = ['/ws', '/stream'];
/** Other categories: they take every subscription and know nothing of market data. */
const OTHER_PATHS: readonly string[] = ['/public/ws', '/public/stream'];

const PATHS = [...FUTURES_PATHS, ...SPOT_PATHS, ...OTHER_PATHS];

const SECOND_MS = 1_000;
const METHODS: readonly string[] = [
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'LIST_SUBSCRIPTIONS',
  'SET_PROPERTY',
  'GET_PROPERTY',
];

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Multiples of a step with fromMs < time <= toMs. */
function ticks({ fromMs, toMs }: Range, stepMs: number): number[] {
  const first = Math.floor(fromMs / stepMs) + 1;
  const count = Math.max(0, Math.floor(toMs / stepMs) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * stepMs);
}

/** Topics may stand in the address: `/ws/NAME`, with slashes between several, or `/stream?streams=NAME/NAME`. */
function locate(
  path: string,
  query: Readonly<Record<string, string>>,
): ReturnType<NonNullable<WireStreams['locate']>> {
  const own = PATHS.find((one) => path === one || (one.endsWith('/ws') && path.startsWith(`${one}/`)));
  if (own === undefined) return undefined;
  const named = own.endsWith('/stream') ? (query['streams'] ?? '') : path.slice(own.length + 1);
  return { path: own, topics: named.split('/').filter((topic) => topic !== '') };
}

/** The client's message as Binance answers it: any name of a stream is acknowledged. */
function receive(message: string, path: string): WireReply {
  const isSpot = SPOT_PATHS.includes(path);
  const refuse = (code: number, msg: string, id?: unknown): WireReply => ({
    // Spot wraps its errors.
    replies: [
      isSpot ? { error: { code, msg }, id: id ?? null } : { code, msg, ...(id === undefined ? {} : { id }) },
    ],
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return refuse(3, 'Invalid JSON: expected value at line 1 column 1');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return refuse(2, 'Invalid request: request must be an object');
  const { method, params, id } = parsed as Readonly<Record<string, unknown>>;
  if (typeof id !== 'number' && typeof id !== 'string')
    return refuse(2, 'Invalid request: request ID must be an unsigned integer');
  if (typeof method !== 'string' || !METHODS.includes(method)) {
    const msg = `Invalid request: unknown variant \`${typeof method === 'string' ? method : ''}\`, expected one of ${METHODS.join(', ')}`;
    return refuse(2, msg, id);
  }
  if (method === 'LIST_SUBSCRIPTIONS') return { replies: [{ result: [], id }] };
  if (!Array.isArray(params) || !params.every((one) => typeof one === 'string'))
    return refuse(2, 'Invalid request: params must be an array of strings', id);
  const ack = { replies: [{ result: null, id }] };
  if (method === 'SUBSCRIBE') return { ...ack, subscribe: params };
  return method === 'UNSUBSCRIBE' ? { ...ack, unsubscribe: params } : ack;
}

/** Builds the pushes of a market. */
export function createBinanceStreams(market: SimulatedMarket, listings: readonly Listing[]): WireStreams {
  const price = (listing: Listing, value: number): string =>
    text(value, assetProfile(listing.asset).priceDecimals);
  const find = (name: string, isSpot: boolean): Listing | undefined =>
    listings.find((one) => one.venueSymbol.toLowerCase() === name && (one.variant === 'spot') === isSpot);

  const trades = (listing: Listing, range: Range): object[] =>
    market.trades(listing, range.fromMs, range.toMs).map((trade) => ({
      e: 'aggTrade',
      E: trade.atMs + (trade.id % 7) + 1,
      a: trade.id,
      s: listing.venueSymbol,
      p: price(listing, trade.price),
      q: text(trade.sizeBase),
      // Each is made of three trades, which have names of their own.
      f: trade.id * 3,
      l: trade.id * 3 + 2,
      T: trade.atMs,
      m: trade.side === 'sell',
      ...(listing.variant === 'spot' ? { M: true } : {}),
    }));

  /** The latest event of each second, pushed when the second is over. */
  const forced = (listing: Listing, range: Range): { atMs: number; frame: object }[] => {
    const seconds = ticks(range, SECOND_MS);
    const [first, last] = [seconds[0], seconds.at(-1)];
    if (first === undefined || last === undefined) return [];
    const newest = new Map<number, LiquidationEvent>();
    for (const event of market.liquidations(listing, first - SECOND_MS, last))
      newest.set((Math.floor(event.atMs / SECOND_MS) + 1) * SECOND_MS, event);
    return [...newest].map(([atMs, event]) => {
      const { sizeDecimals } = assetProfile(listing.asset);
      const size = text(event.sizeBase, sizeDecimals);
      // The order may be filled in parts: its last part is then smaller than all of it.
      const isWhole = event.id % 2 === 0;
      const lastPart = isWhole ? size : text(event.sizeBase / 3, sizeDecimals);
      const order = {
        s: listing.venueSymbol,
        S: event.side === 'long' ? 'SELL' : 'BUY',
        o: 'LIMIT',
        f: 'IOC',
        q: size,
        p: price(listing, event.bankruptcyPrice),
        ap: price(listing, event.fillPrice),
        X: 'FILLED',
        l: lastPart,
        z: size,
        T: event.atMs,
      };
      return { atMs, frame: { e: 'forceOrder', E: atMs, o: order } };
    });
  };

  const mark = (listing: Listing, atMs: number): object => {
    const isDated = listing.variant === 'dated';
    return {
      e: 'markPriceUpdate',
      E: atMs,
      s: listing.venueSymbol,
      p: text(market.price(listing, 'mark', atMs)),
      P: text(averagedIndex(market, listing, atMs)),
      i: text(market.price(listing, 'index', atMs)),
      r: isDated ? '' : text(market.fundingRate(listing, atMs)),
      T: isDated ? 0 : market.nextFundingMs(listing, atMs),
    };
  };

  const events = (topic: string, range: Range, isSpot: boolean): object[] => {
    const [name = '', kind = '', pace] = topic.split('@');
    if (isSpot || kind === 'aggTrade') {
      const listing = kind === 'aggTrade' ? find(name, isSpot) : undefined;
      return listing === undefined ? [] : trades(listing, range);
    }
    const isAll = kind === 'arr';
    const futures = listings.filter((one) => one.variant !== 'spot');
    const named = isAll ? futures : futures.filter((one) => one === find(name, false));
    if (named.length === 0) return [];
    const what = isAll ? name.slice(1) : kind;
    if (what === 'forceOrder') {
      const all = named.flatMap((one) => forced(one, range));
      return all.toSorted((a, b) => a.atMs - b.atMs).map(({ frame }) => frame);
    }
    if (what !== 'markPrice') return [];
    const times = ticks(range, pace === '1s' ? SECOND_MS : 3 * SECOND_MS);
    return times.flatMap((atMs) => {
      const rows = named.map((one) => mark(one, atMs));
      return isAll ? [rows] : rows;
    });
  };

  return {
    paths: PATHS,
    locate,
    receive: (message, { path }) => receive(message, path),
    frames(topic, { fromMs, toMs, path }) {
      if (OTHER_PATHS.includes(path)) return [];
      const pushed = events(topic, { fromMs, toMs }, SPOT_PATHS.includes(path));
      return path.endsWith('/stream') ? pushed.map((data) => ({ stream: topic, data })) : pushed;
    },
  };
}
