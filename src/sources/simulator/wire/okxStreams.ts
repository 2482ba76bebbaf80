import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import type { OkxRows } from './okxRows.ts';
import type { Listing, WireReply, WireStreams } from './shared.ts';
import { liquidationGroups, newestTick, objectsOf, parseObject, type PushRange } from './streamShared.ts';

const CONNECTION = 'a4d3ae55';
/** Liquidations of a contract are pushed together. */
const LIQUIDATIONS_MS = 5 * SECOND_MS;

type Arg = Readonly<Record<string, unknown>>;

/**
 * OKX's public WebSocket: `{ arg, data }`, subscriptions acknowledged one by one, text pings. Topics are
 * `channel/instId`, of liquidations `liquidation-orders/SWAP`.
 */
export function createOkxStreams(market: SimulatedMarket, rows: OkxRows): WireStreams {
  const { listings, family, typeOf } = rows;
  const state =
    (stepMs: number, row: (listing: Listing, atMs: number) => object) =>
    (listing: Listing, range: PushRange): object[] =>
      newestTick(range, stepMs).map((atMs) => row(listing, atMs));

  /** Rows to push about one instrument; each goes into a frame of its own. */
  const channels: Readonly<Record<string, (listing: Listing, range: PushRange) => object[]>> = {
    tickers: state(SECOND_MS, rows.tickerRow),
    'mark-price': state(SECOND_MS, rows.markPriceRow),
    'open-interest': state(3 * SECOND_MS, rows.openInterestRow),
    'funding-rate': state(MINUTE_MS, rows.fundingRow),
    trades: (listing, { fromMs, toMs }) =>
      market.trades(listing, fromMs, toMs).map((event) => rows.tradeRow(listing, event)),
  };
  const ofSwaps = new Set(['funding-rate']);
  const ofContracts = new Set(['mark-price', 'open-interest']);

  /** The topic that an argument subscribes; undefined for what does not exist. */
  const topicOf = ({ channel, instId, instType }: Arg): string | undefined => {
    if (channel === 'liquidation-orders') return instType === 'SWAP' ? 'liquidation-orders/SWAP' : undefined;
    if (typeof channel !== 'string' || typeof instId !== 'string') return undefined;
    if (channel === 'index-tickers')
      return rows.indexRow(instId, market.anchorMs) === undefined ? undefined : `index-tickers/${instId}`;
    const listing = listings.find((one) => one.venueSymbol === instId);
    if (listing === undefined || !Object.hasOwn(channels, channel)) return undefined;
    const type = typeOf(listing);
    const isServed =
      !(ofSwaps.has(channel) && type !== 'SWAP') && !(ofContracts.has(channel) && type === 'SPOT');
    return isServed ? `${channel}/${instId}` : undefined;
  };

  const current = (topic: string, nowMs: number): object => {
    const [channel, instId] = topic.split('/');
    const found = listings.filter((one) => one.venueSymbol === instId);
    return { arg: { channel, instId }, data: found.map((one) => rows.fundingRow(one, nowMs)) };
  };

  const error = (code: string, msg: string): object => ({ event: 'error', code, msg, connId: CONNECTION });

  const receive = (text: string, nowMs: number): WireReply => {
    if (text === 'ping') return { replies: ['pong'] };
    const message = parseObject(text);
    const args = objectsOf(message?.['args']);
    const op = message?.['op'];
    if (args === undefined || (op !== 'subscribe' && op !== 'unsubscribe'))
      return { replies: [error('60012', `Invalid request: ${text.slice(0, 100)}`)] };
    const topics: string[] = [];
    const replies = args.flatMap((arg): object[] => {
      const topic = topicOf(arg);
      if (topic === undefined) {
        const named = Object.entries(arg).map(([key, value]) => `${key}:${String(value)}`).join(',');
        return [error('60018', `Wrong URL or ${named} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`)];
      } // prettier-ignore
      topics.push(topic);
      // The rate is pushed once a minute, and at once to whom has just come.
      const first = op === 'subscribe' && topic.startsWith('funding-rate/') ? [current(topic, nowMs)] : [];
      return [{ event: op, arg, connId: CONNECTION }, ...first];
    });
    return op === 'subscribe' ? { replies, subscribe: topics } : { replies, unsubscribe: topics };
  };

  return {
    paths: ['/ws/v5/public'],
    receive: (text, { nowMs }) => receive(text, nowMs),
    frames(topic, range) {
      const [channel = '', subject = ''] = topic.split('/');
      if (channel === 'liquidation-orders') {
        const swaps = listings.filter((listing) => typeOf(listing) === subject);
        return liquidationGroups(market, swaps, range, LIQUIDATIONS_MS).map(({ listing, events }) => ({
          arg: { channel, instType: subject },
          data: [
            {
              details: events.map((event) => rows.liquidationDetail(listing, event)),
              instFamily: family(listing),
              instId: listing.venueSymbol,
              instType: subject,
              uly: family(listing),
            },
          ],
        }));
      }
      const arg = { channel, instId: subject };
      if (channel === 'index-tickers')
        return newestTick(range, SECOND_MS).flatMap((atMs) => {
          const row = rows.indexRow(subject, atMs);
          return row === undefined ? [] : [{ arg, data: [row] }];
        });
      const listing = listings.find((one) => one.venueSymbol === subject);
      if (listing === undefined || !Object.hasOwn(channels, channel)) return [];
      return (channels[channel]?.(listing, range) ?? []).map((row) => ({ arg, data: [row] }));
    },
  };
}
