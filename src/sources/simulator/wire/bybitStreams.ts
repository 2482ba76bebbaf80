import type { SimulatedMarket } from '../market.ts';
import { categoryOf, decimalsOf, quantity, spotTickerRow, tickerRow } from './bybitRows.ts';
import { text, type Listing, type WireReply, type WireStreams } from './shared.ts';

/**
 * What Bybit pushes, one path per category: `{topic, type, ts, data}`. Liquidations come every 500 ms and carry the
 * side of the position; tickers once whole, then what changed. The client sends the heartbeats.
 */

const PREFIX = '/v5/public/';
const CATEGORIES: readonly string[] = ['linear', 'inverse', 'spot'];
const CONNECTION = '0e6b2f3a-5b1c-4b7e-9c55-7b1f6a5d2c01';
/** Spot takes ten topics per request. */
const SPOT_ARGS = 10;
const KINDS: readonly string[] = ['allLiquidation', 'tickers', 'publicTrade'];

const LIQUIDATIONS_MS = 500;
const TRADES_MS = 100;
const TICKERS_MS = 1_000;
/** A whole ticker comes with each subscription. A function of time knows of none, so one comes this often. */
const SNAPSHOT_MS = 10_000;

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Events by the end of the interval in which they happened; those with fromMs < end <= toMs, oldest first. */
function batches<T extends { readonly atMs: number }>(
  events: readonly T[],
  stepMs: number,
): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const event of events) {
    const endMs = Math.ceil(event.atMs / stepMs) * stepMs;
    groups.set(endMs, [...(groups.get(endMs) ?? []), event]);
  }
  return groups;
}

/** The first and last end of an interval within a range. */
const ends = ({ fromMs, toMs }: Range, stepMs: number): [first: number, last: number] => [
  (Math.floor(fromMs / stepMs) + 1) * stepMs,
  Math.floor(toMs / stepMs) * stepMs,
];

/** What changed of a ticker; the symbol is always named. */
function delta(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(now).filter(([key, one]) => key === 'symbol' || before[key] !== one),
  );
}

/** Builds the pushes of a market. */
export function createBybitStreams(market: SimulatedMarket, listings: readonly Listing[]): WireStreams {
  const find = (topic: string, path: string): { kind: string; listing: Listing } | undefined => {
    const [kind = '', symbol = ''] = topic.split('.');
    const listing = listings.find((one) => one.venueSymbol === symbol && PREFIX + categoryOf(one) === path);
    const isKnown = KINDS.includes(kind) && !(kind === 'allLiquidation' && listing?.variant === 'spot');
    return listing === undefined || !isKnown ? undefined : { kind, listing };
  };

  const receive = (message: string, path: string): WireReply => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(message);
    } catch {
      parsed = undefined;
    }
    const { op, args, req_id: id = '' } = (parsed ?? {}) as Readonly<Record<string, unknown>>;
    const reply = (success: boolean, text: string): object => ({
      success,
      ret_msg: text,
      conn_id: CONNECTION,
      req_id: id,
      op: typeof op === 'string' ? op : '',
    });
    if (op === 'ping') return { replies: [reply(true, 'pong')] };
    if (op !== 'subscribe' && op !== 'unsubscribe') return { replies: [reply(false, 'Params Error')] };
    const topics = Array.isArray(args) ? args.filter((one) => typeof one === 'string') : [];
    if (topics.length === 0) return { replies: [reply(false, 'Params Error')] };
    if (path === `${PREFIX}spot` && topics.length > SPOT_ARGS)
      return { replies: [reply(false, `args size >${SPOT_ARGS}`)] };
    const unknown = topics.find((topic) => find(topic, path) === undefined);
    if (unknown !== undefined) return { replies: [reply(false, `error:handler not found,topic:${unknown}`)] };
    return op === 'subscribe'
      ? { replies: [reply(true, '')], subscribe: topics }
      : { replies: [reply(true, '')], unsubscribe: topics };
  };

  const liquidations = (listing: Listing, range: Range): [number, object[]][] => {
    const [first, last] = ends(range, LIQUIDATIONS_MS);
    const events = market.liquidations(listing, first - LIQUIDATIONS_MS + 1, last + 1);
    return [...batches(events, LIQUIDATIONS_MS)].map(([endMs, group]) => [
      endMs,
      group.map((event) => ({
        T: event.atMs,
        s: listing.venueSymbol,
        S: event.side === 'long' ? 'Buy' : 'Sell',
        v: quantity(listing, event.sizeBase, event.sizeBase * event.bankruptcyPrice),
        p: text(event.bankruptcyPrice, decimalsOf(listing)),
      })),
    ]);
  };

  const trades = (listing: Listing, range: Range): [number, object[]][] => {
    const [first, last] = ends(range, TRADES_MS);
    const isSpot = listing.variant === 'spot';
    const isInverse = listing.variant === 'inverse';
    const blocks = market.blockTrades(listing, first - TRADES_MS, last);
    const all = [...market.trades(listing, first - TRADES_MS, last), ...blocks].sort(
      (a, b) => a.atMs - b.atMs,
    );
    return [...batches(all, TRADES_MS)].map(([endMs, group]) => [
      endMs,
      group.map((trade) => {
        const { id, atMs, side, price, sizeBase } = trade;
        const isBlock = blocks.includes(trade);
        const kind = isBlock ? '9' : '8';
        return {
          T: atMs,
          s: listing.venueSymbol,
          S: side === 'buy' ? 'Buy' : 'Sell',
          v: isInverse ? text(sizeBase * price, 0) : text(sizeBase),
          p: text(price, decimalsOf(listing)),
          // Spot pairs have no tick direction, and numbers for names.
          ...(isSpot ? {} : { L: side === 'buy' ? 'PlusTick' : 'MinusTick' }),
          i: isSpot
            ? String(isBlock ? 2e12 + id : id)
            : `00000000-0000-5000-${kind}000-${id.toString(16).padStart(12, '0')}`,
          BT: isBlock,
          RPI: false,
          seq: 71_000_000_000 + id,
        };
      }),
    ]);
  };

  const tickers = (topic: string, listing: Listing, range: Range): object[] => {
    const [first, last] = ends(range, TICKERS_MS);
    const isSpot = listing.variant === 'spot';
    const row = isSpot ? spotTickerRow : tickerRow;
    const frames: object[] = [];
    for (let ts = first; ts <= last; ts += TICKERS_MS) {
      const now = row(market, listing, ts);
      // Spot pairs push whole tickers alone.
      const isWhole = isSpot || ts % SNAPSHOT_MS === 0;
      const data = isWhole ? now : delta(row(market, listing, ts - TICKERS_MS), now);
      frames.push({
        topic,
        type: isWhole ? 'snapshot' : 'delta',
        data,
        cs: 24_000_000_000 + Math.floor(ts / 61),
        ts,
      });
    }
    return frames;
  };

  return {
    paths: CATEGORIES.map((category) => PREFIX + category),
    receive: (message, { path }) => receive(message, path),
    frames(topic, { fromMs, toMs, path }) {
      const found = find(topic, path);
      if (found === undefined) return [];
      const { kind, listing } = found;
      if (kind === 'tickers') return tickers(topic, listing, { fromMs, toMs });
      const groups = (kind === 'publicTrade' ? trades : liquidations)(listing, { fromMs, toMs });
      return groups.map(([ts, data]) => ({ topic, type: 'snapshot', ts, data }));
    },
  };
}
