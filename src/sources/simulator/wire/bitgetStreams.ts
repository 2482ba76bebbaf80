import { SECOND_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import type { BitgetRows } from './bitgetRows.ts';
import { text, type Listing, type WireReply, type WireStreams } from './shared.ts';
import { liquidationsIn, newestTick, objectsOf, parseObject, type PushRange } from './streamShared.ts';

type Arg = Readonly<Record<string, unknown>>;
type Version = 'v2' | 'v3';
type Push = readonly [atMs: number, action: 'snapshot' | 'update', rows: readonly object[]];

const VERSIONS: Readonly<Record<string, Version>> = { '/v2/ws/public': 'v2', '/v3/ws/public': 'v3' };

/**
 * Bitget's WebSockets, v2 (`channel`, `instId`) and v3 (`topic`, `symbol`; liquidations of a whole market): `{ action,
 * arg, data, ts }`, text pings. Topics are `instType/channel/symbol`, spelled as they were subscribed.
 */
export function createBitgetStreams(market: SimulatedMarket, rows: BitgetRows): WireStreams {
  const { listings, productOf } = rows;

  const tickerOf = (version: Version, listing: Listing, atMs: number): object => {
    if (listing.variant === 'spot') {
      const { symbol, ...row } = rows.spotTickerRow(listing, atMs) as Record<string, unknown>;
      return { instId: symbol, ...row };
    }
    const row = rows.tickerRow(listing, atMs) as Record<string, string>;
    if (version === 'v2') {
      const nextFundingTime = text(market.nextFundingMs(listing, atMs), 0);
      return { instId: listing.venueSymbol, ...row, nextFundingTime, symbolType: '1', deliveryPrice: '0' };
    }
    return {
      lastPrice: row['lastPr'], openPrice24h: row['open24h'], highPrice24h: row['high24h'], lowPrice24h: row['low24h'],
      ask1Price: row['askPr'], bid1Price: row['bidPr'], bid1Size: row['bidSz'], ask1Size: row['askSz'],
      price24hPcnt: row['change24h'], volume24h: row['baseVolume'], turnover24h: row['quoteVolume'],
      indexPrice: row['indexPrice'], markPrice: row['markPrice'], fundingRate: row['fundingRate'],
      openInterest: row['holdingAmount'], deliveryStartTime: '', deliveryTime: '', deliveryStatus: '',
    }; // prettier-ignore
  };

  const trades =
    (row: (listing: Listing, event: ReturnType<SimulatedMarket['trades']>[number]) => object) =>
    (listing: Listing, { fromMs, toMs }: PushRange): Push[] =>
      market.trades(listing, fromMs, toMs).map((event) => [event.atMs, 'update', [row(listing, event)]]);
  const tickers =
    (version: Version) =>
    (listing: Listing, range: PushRange): Push[] =>
      newestTick(range, SECOND_MS).map((atMs) => [atMs, 'snapshot', [tickerOf(version, listing, atMs)]]);

  const channels: Readonly<
    Record<Version, Readonly<Record<string, (listing: Listing, range: PushRange) => Push[]>>>
  > = {
    v2: { ticker: tickers('v2'), trade: trades(rows.tradeRow) },
    v3: { ticker: tickers('v3'), publicTrade: trades(rows.tradeRowV3) },
  };

  const nameIn = (version: Version, arg: Arg): unknown => arg[version === 'v2' ? 'channel' : 'topic'];
  const symbolIn = (version: Version, arg: Arg): unknown => arg[version === 'v2' ? 'instId' : 'symbol'];
  const isLiquidations = (version: Version, name: unknown, product: string): boolean =>
    version === 'v3' &&
    name === 'liquidation' &&
    ['USDT-FUTURES', 'USDC-FUTURES', 'COIN-FUTURES'].includes(product);
  const listingOf = (product: string, symbol: unknown): Listing | undefined =>
    listings.find((one) => one.venueSymbol === symbol && productOf(one) === product);

  /** The topic that an argument subscribes; undefined for what does not exist. */
  const topicOf = (version: Version, arg: Arg): string | undefined => {
    const { instType } = arg;
    const name = nameIn(version, arg);
    if (typeof instType !== 'string' || typeof name !== 'string') return undefined;
    const product = instType.toUpperCase();
    if (isLiquidations(version, name, product)) return `${instType}/${name}`;
    const listing = listingOf(product, symbolIn(version, arg));
    return listing === undefined || !Object.hasOwn(channels[version], name)
      ? undefined
      : `${instType}/${name}/${listing.venueSymbol}`;
  };

  const refuse = (code: number, msg: string, rest: object = {}): object => ({
    event: 'error',
    ...rest,
    code,
    msg,
  });

  const receive = (message: string, { path }: { readonly path: string }): WireReply => {
    if (message === 'ping') return { replies: ['pong'] };
    const version = VERSIONS[path] ?? 'v2';
    const parsed = parseObject(message);
    const args = objectsOf(parsed?.['args']);
    const op = parsed?.['op'];
    if (args === undefined || (op !== 'subscribe' && op !== 'unsubscribe'))
      return { replies: [refuse(30_016, 'Param error')] };
    const topics: string[] = [];
    const replies = args.map((arg) => {
      const topic = topicOf(version, arg);
      if (topic === undefined) {
        const named = Object.entries(arg).map(([key, value]) => `${key}:${String(value)}`).join(',');
        return refuse(30_001, `${named} doesn't exist`, { arg, op });
      } // prettier-ignore
      topics.push(topic);
      return { event: op, arg };
    });
    return op === 'subscribe' ? { replies, subscribe: topics } : { replies, unsubscribe: topics };
  };

  return {
    paths: Object.keys(VERSIONS),
    receive,
    frames(topic, { path, ...range }) {
      const version = VERSIONS[path];
      if (version === undefined) return [];
      const [instType = '', name = '', symbol] = topic.split('/');
      const product = instType.toUpperCase();
      if (isLiquidations(version, name, product)) {
        const own = listings.filter((one) => productOf(one) === product);
        return liquidationsIn(market, own, range).map(({ listing, event }) => ({
          action: 'update',
          arg: { instType, topic: name },
          data: [rows.liquidationRow(listing, event)],
          ts: event.atMs,
        }));
      }
      const listing = listingOf(product, symbol);
      if (listing === undefined || !Object.hasOwn(channels[version], name)) return [];
      const arg =
        version === 'v2' ? { instType, channel: name, instId: symbol } : { instType, topic: name, symbol };
      return (channels[version][name]?.(listing, range) ?? []).map(([ts, action, data]) => ({
        action,
        arg,
        data,
        ts,
      }));
    },
  };
}
