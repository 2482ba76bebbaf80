import { SECOND_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { seconds, type GateRows } from './gateRows.ts';
import type { Listing, WireReply, WireStreams } from './shared.ts';
import { newestTick, parseObject, type PushRange } from './streamShared.ts';

const FUTURES_PATHS: Readonly<Record<string, string>> = { '/v4/ws/usdt': 'usdt', '/v4/ws/btc': 'btc' };
const SPOT_PATHS = ['/ws/v4/', '/ws/v4'];

/**
 * Gate's WebSockets: `{ time, channel, event, result }`, one address for the futures of each settle asset and one for
 * spot pairs, pings as a channel. Topics are `channel/contract`.
 */
export function createGateStreams(market: SimulatedMarket, rows: GateRows): WireStreams {
  const listingOf = (path: string, name: unknown): Listing | undefined => {
    const settle = FUTURES_PATHS[path];
    if (settle === undefined) return typeof name === 'string' ? rows.pair(name) : undefined;
    return rows.futures(settle).find(({ venueSymbol }) => venueSymbol === name);
  };

  /** Pushes about one instrument: when, and what. */
  const channels: Readonly<
    Record<string, (listing: Listing, range: PushRange) => [atMs: number, result: unknown][]>
  > = {
    'futures.tickers': (listing, range) =>
      newestTick(range, SECOND_MS).map((atMs) => [atMs, [rows.tickerRow(listing, atMs)]]),
    'futures.trades': (listing, { fromMs, toMs }) =>
      market.trades(listing, fromMs, toMs).map((event) => [event.atMs, [rows.tradeRow(listing, event)]]),
    'spot.tickers': (listing, range) =>
      newestTick(range, SECOND_MS).map((atMs) => [atMs, rows.spotTickerRow(listing, atMs)]),
    'spot.trades': (listing, { fromMs, toMs }) =>
      market.trades(listing, fromMs, toMs).map((event) => [event.atMs, rows.spotTradeRow(listing, event)]),
  };
  const serves = (path: string, channel: string): boolean =>
    Object.hasOwn(channels, channel) &&
    channel.startsWith(FUTURES_PATHS[path] === undefined ? 'spot.' : 'futures.');

  const receive = (text: string, { path, nowMs }: { path: string; nowMs: number }): WireReply => {
    const times = { time: seconds(nowMs), time_ms: nowMs };
    const refuse = (channel: string, event: string, code: number, message: string): WireReply => ({
      replies: [{ ...times, channel, event, error: { code, message }, result: null }],
    });
    const message = parseObject(text);
    const { channel, event, payload } = message ?? {};
    if (typeof channel !== 'string') return refuse('', '', 1, 'Invalid request body format');
    if (channel === 'futures.ping' || channel === 'spot.ping')
      return { replies: [{ ...times, channel: channel.replace('ping', 'pong'), event: '', result: null }] };
    if (event !== 'subscribe' && event !== 'unsubscribe')
      return refuse(channel, String(event), 2, 'Invalid argument provided');
    if (!serves(path, channel)) return refuse(channel, event, 2, `unknown channel ${channel}`);
    const names = Array.isArray(payload) ? (payload as unknown[]) : [];
    const unknown = names.find((name) => listingOf(path, name) === undefined);
    const kind = FUTURES_PATHS[path] === undefined ? 'currency pair' : 'contract';
    if (names.length === 0 || unknown !== undefined)
      return refuse(channel, event, 2, `unknown ${kind} ${String(unknown)}`);
    const topics = names.map((name) => `${channel}/${String(name)}`);
    const replies = [
      { ...times, channel, event, payload: names, error: null, result: { status: 'success' } },
    ];
    return event === 'subscribe' ? { replies, subscribe: topics } : { replies, unsubscribe: topics };
  };

  return {
    paths: [...Object.keys(FUTURES_PATHS), ...SPOT_PATHS],
    receive,
    frames(topic, { path, ...range }) {
      const [channel = '', name] = topic.split('/');
      const listing = listingOf(path, name);
      if (listing === undefined || !serves(path, channel)) return [];
      return (channels[channel]?.(listing, range) ?? []).map(([atMs, result]) => ({
        time: seconds(atMs),
        time_ms: atMs,
        channel,
        event: 'update',
        result,
      }));
    },
  };
}
