import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { rememberedText } from '../kit/rememberedText.ts';
import type { FrameRole, StreamMessage, StreamSpec } from '../stream.ts';
import { contentOf, futuresTrades, liquidations, markPrice, spotTrades } from './channels.ts';

/** The first event of a frame; only a record is one. */
function firstEvent(content: unknown): Record<string, unknown> | undefined {
  const event = Array.isArray(content) ? (content as unknown[])[0] : content;
  return isRecord(event) ? event : undefined;
}

/** What frames of either host have in common: answers to requests, and the notice before the server goes. */
function commonRole(frame: unknown, event: Record<string, unknown> | undefined): FrameRole | undefined {
  if (!isRecord(frame)) return undefined;
  const error = isRecord(frame['error']) ? frame['error'] : frame;
  if (error['code'] !== undefined && error['msg'] !== undefined)
    return { role: 'refused', code: plainText(error['code']), message: plainText(error['msg']) };
  if (frame['result'] !== undefined && frame['id'] !== undefined) return { role: 'ack' };
  return event?.['e'] === 'serverShutdown'
    ? { role: 'closing', message: 'the server is about to shut down' }
    : undefined;
}

/** Topics by what follows the symbol, then by symbol: a frame comes many times a second, and its topic is made once. */
const tradesTopic = rememberedText((symbol) => `${symbol.toLowerCase()}@aggTrade`);
const markPriceTopic = rememberedText((symbol) => `${symbol.toLowerCase()}@markPrice@1s`);

/** The topic that a frame names, or the one that a bare event must come from. */
function topicOf(frame: unknown, event: Record<string, unknown>): string | undefined {
  const stream = isRecord(frame) ? frame['stream'] : undefined;
  if (typeof stream === 'string') return stream;
  const { e: name, s: symbol } = event;
  if (name === 'forceOrder') return '!forceOrder@arr';
  if (typeof symbol !== 'string') return undefined;
  return name === 'aggTrade' ? tradesTopic(symbol) : markPriceTopic(symbol);
}

const FUTURES_EVENTS: ReadonlyMap<unknown, string> = new Map([
  ['forceOrder', liquidations.id],
  ['markPriceUpdate', markPrice.id],
  ['aggTrade', futuresTrades.id],
]);
const SPOT_EVENTS: ReadonlyMap<unknown, string> = new Map([['aggTrade', spotTrades.id]]);

const isMarkPrice = (event: unknown): boolean => isRecord(event) && event['e'] === 'markPriceUpdate';

function classify(frame: unknown, events: ReadonlyMap<unknown, string>, isFutures: boolean): FrameRole {
  const content = contentOf(frame);
  const event = firstEvent(content);
  // Trades of spot pairs carry a field that those of futures have not.
  if (isFutures && event?.['e'] === 'aggTrade' && event['M'] !== undefined) return { role: 'ignored' };
  const common = commonRole(frame, event);
  if (common !== undefined) return common;
  // Of what is read only mark prices are pushed as lists; any other list is a recording, not a frame.
  if (Array.isArray(content) && content.length !== 1 && !content.every(isMarkPrice))
    return { role: 'ignored' };
  const channel = event === undefined ? undefined : events.get(event['e']);
  if (channel === undefined || event === undefined) return { role: 'ignored' };
  const topic = topicOf(frame, event);
  return topic === undefined ? { role: 'data', channel } : { role: 'data', channel, topic };
}

const TOPICS_PER_MESSAGE = 50;

function subscribe(topics: readonly string[]): StreamMessage[] {
  const count = Math.ceil(topics.length / TOPICS_PER_MESSAGE);
  return Array.from({ length: count }, (_, index) => ({
    method: 'SUBSCRIBE',
    params: topics.slice(index * TOPICS_PER_MESSAGE, (index + 1) * TOPICS_PER_MESSAGE),
    id: index + 1,
  }));
}

const life = { maxLifeMs: 23 * HOUR_MS, maxTopicsPerSocket: 1_024 } as const;

/** The category `market`. The address without a category acknowledges and sends nothing since 2026-04-23. */
export const futuresStream: StreamSpec = {
  id: 'binance/market',
  baseUrl: 'wss://fstream.binance.com',
  path: '/market/ws',
  channels: [liquidations, markPrice, futuresTrades],
  subscribe,
  classify: (frame) => classify(frame, FUTURES_EVENTS, true),
  ...life,
  deadAfterMs: MINUTE_MS,
  messages: { weight: 10, windowMs: 1_000 },
};

export const spotStream: StreamSpec = {
  id: 'binance/spot',
  host: 'spotWs',
  baseUrl: 'wss://stream.binance.com:9443',
  path: '/ws',
  channels: [spotTrades],
  subscribe,
  classify: (frame) => classify(frame, SPOT_EVENTS, false),
  ...life,
  // Nothing but trades is pushed, and a quiet pair is no dead server.
  deadAfterMs: 5 * MINUTE_MS,
  messages: { weight: 5, windowMs: 1_000 },
};
