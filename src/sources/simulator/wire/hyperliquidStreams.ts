import { SECOND_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import type { TradeEvent } from '../trades.ts';
import { text, type Listing, type WireReply, type WireStreams } from './shared.ts';

/** What the pushes share with the answers. */
export interface HyperliquidViews {
  readonly listings: readonly Listing[];
  assetContext(listing: Listing, atMs: number): object;
  book(listing: Listing, atMs: number): object;
  mids(atMs: number): Record<string, string>;
  priceText(listing: Listing, value: number): string;
}

/** How often states are pushed; trades come in blocks of half a second. */
const CONTEXT_EVERY_MS = 3 * SECOND_MS;
const BOOK_EVERY_MS = SECOND_MS;
const TRADES_EVERY_MS = 500;
const MIDS_EVERY_MS = 5 * SECOND_MS;

const NO_HASH = `0x${'0'.repeat(64)}`;
const ADDRESSES = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`];
const PER_COIN = ['activeAssetCtx', 'trades', 'l2Book'];

/** A number as text without needless zeros, but with one decimal at least. */
export function short(value: number, decimals = 8): string {
  const digits = text(value, Math.max(1, decimals)).replace(/0+$/, '');
  return digits.endsWith('.') ? `${digits}0` : digits;
}

/** The multiples of a step with fromMs < time <= toMs. */
function ticks(stepMs: number, fromMs: number, toMs: number): number[] {
  const first = Math.floor(fromMs / stepMs) + 1;
  const count = Math.max(0, Math.floor(toMs / stepMs) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * stepMs);
}

const error = (data: string): WireReply => ({ replies: [{ channel: 'error', data }] });

/** Builds the stream side: one socket at /ws, subscriptions acknowledged one by one, pings answered by pong. */
export function createHyperliquidStreams(market: SimulatedMarket, views: HyperliquidViews): WireStreams {
  const listed = (coin: unknown): Listing | undefined =>
    views.listings.find(({ venueSymbol }) => venueSymbol === coin);

  const topicOf = (subscription: unknown): string | undefined => {
    if (typeof subscription !== 'object' || subscription === null) return undefined;
    const { type, coin } = subscription as { readonly type?: unknown; readonly coin?: unknown };
    if (type === 'allMids') return 'allMids';
    return PER_COIN.includes(String(type)) && listed(coin) !== undefined
      ? `${String(type)}:${String(coin)}`
      : undefined;
  };

  const tradeRow = (listing: Listing, { id, atMs, side, price, sizeBase }: TradeEvent): object => ({
    coin: listing.venueSymbol,
    side: side === 'buy' ? 'B' : 'A',
    px: views.priceText(listing, price),
    sz: short(sizeBase, 10),
    time: atMs,
    hash: NO_HASH,
    tid: id,
    users: ADDRESSES,
  });

  const tradeFrames = (listing: Listing, fromMs: number, toMs: number): object[] => {
    const blocks = new Map<number, TradeEvent[]>();
    for (const event of market.trades(listing, fromMs, toMs)) {
      const block = Math.ceil(event.atMs / TRADES_EVERY_MS);
      blocks.set(block, [...(blocks.get(block) ?? []), event]);
    }
    return [...blocks.values()].map((events) => ({
      channel: 'trades',
      data: events.map((event) => tradeRow(listing, event)),
    }));
  };

  return {
    paths: ['/ws'],
    receive(message) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(message);
      } catch {
        return error(`Error parsing JSON into valid websocket request: ${message.slice(0, 200)}`);
      }
      const { method, subscription } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as {
        readonly method?: unknown;
        readonly subscription?: unknown;
      };
      if (method === 'ping') return { replies: [{ channel: 'pong' }] };
      if (method !== 'subscribe' && method !== 'unsubscribe')
        return error(`Error parsing JSON into valid websocket request: ${message.slice(0, 200)}`);
      const topic = topicOf(subscription);
      if (topic === undefined)
        return error(`Invalid subscription ${JSON.stringify(subscription ?? null).slice(0, 200)}`);
      const replies = [{ channel: 'subscriptionResponse', data: { method, subscription } }];
      return method === 'subscribe' ? { replies, subscribe: [topic] } : { replies, unsubscribe: [topic] };
    },
    frames(topic, { fromMs, toMs, path }) {
      if (path !== '/ws') return [];
      if (topic === 'allMids')
        return ticks(MIDS_EVERY_MS, fromMs, toMs).map((atMs) => ({
          channel: 'allMids',
          data: { mids: views.mids(atMs) },
        }));
      const [type, coin] = topic.split(':');
      const listing = listed(coin);
      if (listing === undefined) return [];
      switch (type) {
        case 'trades':
          return tradeFrames(listing, fromMs, toMs);
        case 'l2Book':
          return ticks(BOOK_EVERY_MS, fromMs, toMs).map((atMs) => ({
            channel: 'l2Book',
            data: views.book(listing, atMs),
          }));
        case 'activeAssetCtx':
          return ticks(CONTEXT_EVERY_MS, fromMs, toMs).map((atMs) => ({
            channel: 'activeAssetCtx',
            data: { coin: listing.venueSymbol, ctx: views.assetContext(listing, atMs) },
          }));
        default:
          return [];
      }
    },
  };
}
