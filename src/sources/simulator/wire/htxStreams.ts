import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import { wholeContracts, type TradeEvent } from '../trades.ts';
import { depthTick, detailTick, minuteBar, rounded } from './htxTicks.ts';
import { text, type Listing, type WireReply, type WireStreams } from './shared.ts';

/**
 * HTX's sockets: gzipped frames, pings by the server. Market and index data are subscribed with `{sub}` and pushed with
 * `ch`; notifications are subscribed with `{op: "sub"}` and pushed with `{op: "notify"}`.
 */

const MARKET = '/linear-swap-ws';
const NOTIFICATIONS = '/linear-swap-notification';
const INDEX = '/ws_index';
/** Tickers, books and bars are pushed so often at most. */
const PUSH_MS = 5 * SECOND_MS;
const PING_MS = 5 * SECOND_MS;
const TRADES_MS = SECOND_MS;

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}
/** Makes the pushes of one contract's topic. */
type Source = (listing: Listing, topic: string, range: Range) => object[];

/** The multiples of a step with fromMs < time <= toMs. */
function times({ fromMs, toMs }: Range, stepMs: number): number[] {
  const found: number[] = [];
  for (let at = (Math.floor(fromMs / stepMs) + 1) * stepMs; at <= toMs; at += stepMs) found.push(at);
  return found;
}

/** Builds the stream side of HTX's wire format. */
export function createHtxStreams(market: SimulatedMarket, listings: readonly Listing[]): WireStreams {
  const priceText = (listing: Listing, value: number): string =>
    text(value, assetProfile(listing.asset).priceDecimals + 2);

  const ticks = (stepMs: number, make: (listing: Listing, atMs: number) => object): Source =>
    (listing, topic, range) => times(range, stepMs).map((ts) => ({ ch: topic, ts, tick: make(listing, ts) })); // prettier-ignore

  const tradeRow = (listing: Listing, trade: TradeEvent) => {
    const contracts = wholeContracts(trade, (coins) => coins / listing.contractSize);
    const coins = rounded(contracts * listing.contractSize, 8);
    return {
      // Buyer and seller are counted, so all sizes are twice what was traded.
      amount: 2 * contracts, quantity: 2 * coins, trade_turnover: 2 * coins * trade.price, ts: trade.atMs,
      // Beyond 2^53, as the real ones are.
      id: trade.id * 10 ** 10, price: trade.price, direction: trade.side,
    };
  }; // prettier-ignore

  /** The trades of each second, in one tick when it is over. */
  const trades: Source = (listing, topic, { fromMs, toMs }) => {
    const floor = (atMs: number): number => Math.floor(atMs / TRADES_MS) * TRADES_MS;
    const events = market.trades(listing, floor(fromMs), floor(toMs));
    const seconds = Map.groupBy(events, ({ atMs }) => Math.ceil(atMs / TRADES_MS) * TRADES_MS);
    return [...seconds].flatMap(([ts, group]) => {
      const data = group.map((trade) => tradeRow(listing, trade)).filter(({ amount }) => amount > 0);
      const [first] = group;
      return data.length === 0 ? [] : [{ ch: topic, ts, tick: { id: first?.id, ts: ts - 4, data } }];
    });
  };

  /** The running minute of mark or index price. */
  const minute = (type: PriceType): Source =>
    ticks(PUSH_MS, (listing, atMs) => {
      const startMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
      const { open, close, high, low } = minuteBar(market, listing, type, startMs, atMs);
      return {
        id: startMs / SECOND_MS, open: priceText(listing, open), close: priceText(listing, close),
        high: priceText(listing, high), low: priceText(listing, low),
        amount: '0', vol: '0', count: '0', trade_turnover: '0',
      }; // prettier-ignore
    });

  const basis: Source = ticks(MINUTE_MS, (listing, atMs) => {
    const [last, index] = [market.price(listing, 'last', atMs), market.price(listing, 'index', atMs)];
    return {
      id: atMs / SECOND_MS, index_price: String(index), contract_price: String(last), basis: String(last - index),
      basis_rate: String(last / index - 1),
    }; // prettier-ignore
  });

  const sources: Readonly<Record<string, readonly [RegExp, Source][]>> = {
    [MARKET]: [
      [/^market\.([^.]+)\.trade\.detail$/, trades],
      [/^market\.([^.]+)\.detail$/, ticks(PUSH_MS, (listing, atMs) => detailTick(market, listing, atMs))],
      [/^market\.([^.]+)\.depth\.step0$/, ticks(PUSH_MS, (listing, atMs) => depthTick(market, listing, atMs, 150))],
    ],
    [INDEX]: [
      [/^market\.([^.]+)\.mark_price\.1min$/, minute('mark')],
      [/^market\.([^.]+)\.index\.1min$/, minute('index')],
      [/^market\.([^.]+)\.basis\.1min\.open$/, basis],
    ],
    [NOTIFICATIONS]: [
      [/^public\.([^.]+)\.liquidation_orders$/, liquidations],
      [/^public\.([^.]+)\.funding_rate$/, funding],
    ],
  }; // prettier-ignore

  function funding(listing: Listing, topic: string, range: Range): object[] {
    return times(range, MINUTE_MS).map((ts) => ({
      op: 'notify', topic, ts,
      data: [{
        symbol: listing.asset, contract_code: listing.venueSymbol, fee_asset: 'USDT', funding_time: String(ts),
        funding_rate: text(market.fundingRate(listing, ts), 18), estimated_rate: null,
        settlement_time: String(market.nextFundingMs(listing, ts)),
      }],
    })); // prettier-ignore
  }

  function liquidations(listing: Listing, topic: string, { fromMs, toMs }: Range): object[] {
    return market.liquidations(listing, fromMs + 1, toMs + 1).map((event) => ({
      op: 'notify', topic, ts: event.atMs + 40,
      data: [{
        symbol: listing.asset, contract_code: listing.venueSymbol, direction: event.side === 'long' ? 'sell' : 'buy',
        offset: 'close', volume: Math.round(event.sizeBase / listing.contractSize), price: event.bankruptcyPrice,
        created_at: event.atMs, amount: event.sizeBase, trade_turnover: event.sizeBase * event.bankruptcyPrice,
        contract_type: 'swap', pair: `${listing.asset}-USDT`, business_type: 'swap',
      }],
    })); // prettier-ignore
  }

  /** What serves a topic on a path, and for which contracts; undefined where the exchange refuses it. */
  function servedBy(path: string, topic: string): { source: Source; of: readonly Listing[] } | undefined {
    for (const [pattern, source] of sources[path] ?? []) {
      const code = pattern.exec(topic)?.[1];
      if (code === undefined) continue;
      const isAll = code === '*' && path === NOTIFICATIONS;
      const of = listings.filter((one) => isAll ? one.variant === 'perpetual' : one.venueSymbol === code); // prettier-ignore
      return of.length === 0 ? undefined : { source, of };
    }
    return undefined;
  }

  function receiveMarket(message: Record<string, unknown>, path: string, ts: number): WireReply {
    const { sub, unsub, ping, pong, id } = message;
    if (ping !== undefined) return { replies: [{ pong: ping }] };
    if (pong !== undefined) return { replies: [] };
    const named = id === undefined ? {} : { id };
    const topic = String(sub ?? unsub ?? '');
    if (servedBy(path, topic) === undefined) {
      const error = { 'err-code': 'bad-request', 'err-msg': `invalid topic ${topic}` };
      return { replies: [{ status: 'error', ts, ...named, ...error }] };
    }
    return sub === undefined
      ? { replies: [{ ...named, status: 'ok', unsubbed: topic, ts }], unsubscribe: [topic] }
      : { replies: [{ ...named, status: 'ok', subbed: topic, ts }], subscribe: [topic] };
  }

  function receiveNotification(message: Record<string, unknown>, path: string, ts: number): WireReply {
    const { op, cid, topic } = message;
    if (op === 'ping') return { replies: [{ op: 'pong', ts: message['ts'] }] };
    if (op === 'pong') return { replies: [] };
    const named = { op, ...(cid === undefined ? {} : { cid }), ...(topic === undefined ? {} : { topic }) };
    const refuse = (code: number, text: string): WireReply => ({ replies: [{ ...named, 'err-code': code, 'err-msg': text, ts }] }); // prettier-ignore
    if (op !== 'sub' && op !== 'unsub') {
      return { replies: [{ op: 'error', 'err-code': 2001, 'err-msg': 'Invalid command.', ts }] };
    }
    if (typeof topic !== 'string') return refuse(2040, 'Missing required parameter.');
    if (servedBy(path, topic) === undefined) return refuse(2011, "Contract doesn't exist.");
    const replies = [{ ...named, ts, 'err-code': 0 }];
    return op === 'sub' ? { replies, subscribe: [topic] } : { replies, unsubscribe: [topic] };
  }

  return {
    paths: [MARKET, NOTIFICATIONS, INDEX],
    packing: 'gzip',
    ping: {
      everyMs: PING_MS,
      frame: (nowMs, path) => path === NOTIFICATIONS ? { op: 'ping', ts: String(nowMs) } : { ping: nowMs }, // prettier-ignore
    },
    receive(received, { path, nowMs }) {
      let message: unknown;
      try {
        message = JSON.parse(received);
      } catch {
        message = undefined;
      }
      if (typeof message !== 'object' || message === null) {
        return { replies: [{ status: 'error', ts: nowMs, 'err-code': 'bad-request', 'err-msg': 'invalid message' }] }; // prettier-ignore
      }
      const fields = message as Record<string, unknown>;
      return path === NOTIFICATIONS
        ? receiveNotification(fields, path, nowMs)
        : receiveMarket(fields, path, nowMs);
    },
    frames(topic, { fromMs, toMs, path }) {
      const served = servedBy(path, topic);
      if (served === undefined) return [];
      const timeOf = (frame: object): number => (frame as { ts: number }).ts;
      return served.of
        .flatMap((listing) => served.source(listing, topic, { fromMs, toMs }))
        .sort((a, b) => timeOf(a) - timeOf(b));
    },
  };
}
