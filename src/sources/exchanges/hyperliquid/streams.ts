import type { Instrument } from '../../../core/instrument.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { isRecord } from '../kit/field.ts';
import { present, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { defineChannel, type FrameRole, type StreamMessage, type StreamSpec } from '../stream.ts';
import { alsoReadChannels } from './alsoRead.ts';
import { ASSET_CONTEXT, currentInterval, mapAssetContext } from './assetContexts.ts';
import { foreignKind, subjectOfCoin, SUBSCRIPTIONS, unwrapped } from './shared.ts';
import { mapTrades } from './trades.ts';

/** Topics are `type:coin`; coins of perpetuals hold no colon. */
const perCoin =
  (type: string) =>
  (instruments: readonly Instrument[]): readonly string[] =>
    instruments.map(({ venueSymbol }) => `${type}:${venueSymbol}`);

const contexts = defineChannel({
  id: 'hyperliquid/activeAssetCtx',
  docsUrl: SUBSCRIPTIONS,
  yields: ['mark-price', 'open-interest', 'volume', 'basis', 'funding-rate'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: perCoin('activeAssetCtx'),
  schema: unwrapped(object({ coin: text, ctx: present })),
  map({ coin, ctx }, context) {
    const who = subjectOfCoin(context, coin, 'data.coin');
    const row = who === undefined ? undefined : ASSET_CONTEXT.one(ctx, 'data.ctx', context);
    if (who === undefined || row === undefined) return [];
    return mapAssetContext(context, who, row, () => currentInterval(context, who, 'data.ctx.funding'));
  },
});

const trades = defineChannel({
  id: 'hyperliquid/trades',
  docsUrl: SUBSCRIPTIONS,
  yields: ['trade'],
  // Small coins go without a trade for hours.
  rhythm: 'events',
  staleAfterMs: 5 * MINUTE_MS,
  topics: perCoin('trades'),
  schema: unwrapped(rows),
  map: (payload, context) => mapTrades(payload, context, 'data'),
});

const CHANNELS: Readonly<Record<string, string>> = {
  activeAssetCtx: contexts.id, trades: trades.id, l2Book: 'hyperliquid/l2Book', candle: 'hyperliquid/candle',
  allMids: 'hyperliquid/allMids', allDexsAssetCtxs: 'hyperliquid/allDexsAssetCtxs', assetCtxs: 'hyperliquid/allDexsAssetCtxs',
}; // prettier-ignore

/** Returns the channel of a frame without its wrapper, by the keys that no other channel has together. */
function bareChannel(data: unknown): string | undefined {
  if (Array.isArray(data)) {
    const [first] = data as readonly unknown[];
    return isRecord(first) && ['coin', 'side', 'px', 'sz'].every((key) => key in first)
      ? 'trades'
      : undefined;
  }
  if (!isRecord(data)) return undefined;
  const has = (...keys: readonly string[]): boolean => keys.every((key) => key in data);
  if (has('coin', 'levels')) return 'l2Book';
  if (has('coin', 'ctx')) return 'activeAssetCtx';
  if (has('t', 's', 'i', 'o', 'c')) return 'candle';
  if (has('mids')) return 'allMids';
  return has('ctxs') ? 'allDexsAssetCtxs' : undefined;
}

function topicOf(type: string, data: unknown): string | undefined {
  const one: unknown = Array.isArray(data) ? data[0] : data;
  const coin = isRecord(one) ? (one['coin'] ?? one['s']) : undefined;
  return typeof coin === 'string' ? `${type}:${coin}` : undefined;
}

function classify(frame: unknown): FrameRole {
  if (isRecord(frame) && typeof frame['channel'] === 'string') {
    const { channel, data } = frame;
    if (channel === 'pong') return { role: 'pong' };
    if (channel === 'subscriptionResponse') return { role: 'ack' };
    if (channel === 'error') {
      const message = typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
      // Asked for twice, subscribed once: nothing is refused.
      if (/^already (?:un)?subscribed/i.test(message)) return { role: 'ack' };
      return { role: 'refused', code: 'error', message: message.slice(0, 500) };
    }
  }
  const isWrapped = isRecord(frame) && typeof frame['channel'] === 'string';
  const type = isWrapped ? String(frame['channel']) : bareChannel(frame);
  const id = type === undefined || !Object.hasOwn(CHANNELS, type) ? undefined : CHANNELS[type];
  if (type === undefined || id === undefined) return { role: 'ignored' };
  const topic = topicOf(type, isWrapped ? frame['data'] : frame);
  return { role: 'data', channel: id, ...(topic === undefined ? {} : { topic }) };
}

/** The subscription of a topic; none for what is no topic of ours. */
function subscriptionsOf(topic: string): StreamMessage[] {
  const [type, coin] = topic.split(':');
  if (type === undefined || coin === undefined || foreignKind(coin) !== undefined) return [];
  return [{ method: 'subscribe', subscription: { type, coin } }];
}

/** One socket for everything. The server closes it after 60 s without a message of its own. */
export const stream: StreamSpec = {
  id: 'hyperliquid/ws',
  baseUrl: 'wss://api.hyperliquid.xyz',
  path: '/ws',
  channels: [contexts, trades, ...alsoReadChannels],
  subscribe: (topics) => topics.flatMap(subscriptionsOf),
  classify,
  heartbeat: { everyMs: 25 * SECOND_MS, message: { method: 'ping' } },
  deadAfterMs: MINUTE_MS,
  // 1,000 per address over all connections.
  maxTopicsPerSocket: 500,
  messages: { weight: 2_000, windowMs: MINUTE_MS },
};
