import { SECOND_MS } from '../../../core/units.ts';
import type { KrakenFuturesFormats, KrakenListing } from './krakenFuturesFormats.ts';
import type { WireReply, WireStreams } from './shared.ts';

/** One push a second, as the exchange throttles its ticker. */
const TICKER_EVERY_MS = SECOND_MS;
const HEARTBEAT_EVERY_MS = SECOND_MS;
/** A range longer than this is a pause of the machine; the exchange repeats no states. */
const MAX_STATES = 10;

const FEEDS: readonly string[] = ['ticker', 'trade', 'heartbeat'];

const error = (message: string): WireReply => ({ replies: [{ event: 'error', message }] });

/** The `/ws/v1` socket: ticker, trade (a snapshot of the last hundred first) and heartbeat feeds. */
export function createKrakenFuturesStreams(
  listings: readonly KrakenListing[],
  formats: KrakenFuturesFormats,
): WireStreams {
  const find = (product: unknown): KrakenListing | undefined =>
    listings.find(({ venueSymbol }) => venueSymbol === product);

  const snapshot = (listing: KrakenListing, nowMs: number): object => ({
    feed: 'trade_snapshot',
    product_id: listing.venueSymbol,
    trades: formats.lastTrades(listing, nowMs),
  });

  return {
    paths: ['/ws/v1'],
    greeting: () => [{ event: 'info', version: 1 }],
    receive(text, { nowMs }) {
      let message: Record<string, unknown>;
      try {
        message = Object(JSON.parse(text)) as Record<string, unknown>;
      } catch {
        return { replies: [{ event: 'alert', message: 'Bad websocket message' }] };
      }
      const { event, feed } = message;
      if (event === 'ping') return { replies: [{ event: 'pong' }] };
      if (event !== 'subscribe' && event !== 'unsubscribe') return error('Invalid event');
      if (typeof feed !== 'string' || !FEEDS.includes(feed)) return error('Invalid feed');
      const isNew = event === 'subscribe';
      if (feed === 'heartbeat') {
        const replies = [{ event: `${event}d`, feed }];
        return isNew ? { replies, subscribe: [feed] } : { replies, unsubscribe: [feed] };
      }
      const { product_ids: products } = message;
      if (!Array.isArray(products) || products.length === 0) return error('Invalid product id');
      const found = products.map(find);
      if (found.includes(undefined)) return error('Invalid product id');
      const wanted = found as KrakenListing[];
      const topics = wanted.map(({ venueSymbol }) => `${feed}:${venueSymbol}`);
      const replies = wanted.flatMap((listing): object[] => [
        { event: `${event}d`, feed, product_ids: [listing.venueSymbol] },
        ...(isNew && feed === 'trade' ? [snapshot(listing, nowMs)] : []),
        ...(isNew && feed === 'ticker' ? [formats.pushedTicker(listing, nowMs)] : []),
      ]);
      return isNew ? { replies, subscribe: topics } : { replies, unsubscribe: topics };
    },
    frames(topic, { fromMs, toMs, path }) {
      if (path !== '/ws/v1') return [];
      const times = (everyMs: number): number[] => {
        const last = Math.floor(toMs / everyMs);
        const first = Math.max(Math.floor(fromMs / everyMs) + 1, last - MAX_STATES + 1);
        return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * everyMs);
      };
      if (topic === 'heartbeat')
        return times(HEARTBEAT_EVERY_MS).map((time) => ({ feed: 'heartbeat', time }));
      const [feed, product] = topic.split(':', 2);
      const listing = find(product);
      if (listing === undefined) return [];
      if (feed === 'trade') return formats.trades(listing, fromMs, toMs);
      if (feed !== 'ticker') return [];
      return times(TICKER_EVERY_MS).map((atMs) => formats.pushedTicker(listing, atMs));
    },
  };
}
