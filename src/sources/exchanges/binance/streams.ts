import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import type { FrameRole, StreamMessage, StreamSpec } from '../stream.ts';
import { eventsOf, futuresTrades, liquidations, markPrice, spotTrades } from './channels.ts';

/** What frames of either host have in common: answers to requests, and the notice before the server goes. */
function commonRole(frame: unknown): FrameRole | undefined {
  if (!isRecord(frame)) return undefined;
  const error = isRecord(frame['error']) ? frame['error'] : frame;
  if ('code' in error && 'msg' in error)
    return { role: 'refused', code: plainText(error['code']), message: plainText(error['msg']) };
  if ('result' in frame && 'id' in frame) return { role: 'ack' };
  const [event] = eventsOf(frame);
  return isRecord(event) && event['e'] === 'serverShutdown'
    ? { role: 'closing', message: 'the server is about to shut down' }
    : undefined;
}

/** The topic that a frame names, or the one that a bare event must come from. */
function topicOf(frame: unknown, event: Record<string, unknown>): { topic?: string } {
  const stream = isRecord(frame) ? frame['stream'] : undefined;
  if (typeof stream === 'string') return { topic: stream };
  if (event['e'] === 'forceOrder') return { topic: '!forceOrder@arr' };
  const suffix = event['e'] === 'aggTrade' ? '@aggTrade' : '@markPrice@1s';
  return typeof event['s'] === 'string' ? { topic: `${event['s'].toLowerCase()}${suffix}` } : {};
}

const FUTURES_EVENTS: ReadonlyMap<unknown, string> = new Map([
  ['forceOrder', liquidations.id],
  ['markPriceUpdate', markPrice.id],
  ['aggTrade', futuresTrades.id],
]);
const SPOT_EVENTS: ReadonlyMap<unknown, string> = new Map([['aggTrade', spotTrades.id]]);

function classify(frame: unknown, events: ReadonlyMap<unknown, string>): FrameRole {
  const common = commonRole(frame);
  if (common !== undefined) return common;
  const all = eventsOf(frame);
  const [event] = all;
  // Of what is read only mark prices are pushed as lists; any other list is a recording, not a frame.
  const isList = all.every((one) => isRecord(one) && one['e'] === 'markPriceUpdate');
  if (all.length !== 1 && !isList) return { role: 'ignored' };
  const channel = isRecord(event) ? events.get(event['e']) : undefined;
  if (channel === undefined || !isRecord(event)) return { role: 'ignored' };
  return { role: 'data', channel, ...topicOf(frame, event) };
}

/** Trades of spot pairs carry a field that those of futures have not. */
const isSpotTrade = (frame: unknown): boolean => {
  const [event] = eventsOf(frame);
  return isRecord(event) && event['e'] === 'aggTrade' && 'M' in event;
};

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
  classify: (frame) => (isSpotTrade(frame) ? { role: 'ignored' } : classify(frame, FUTURES_EVENTS)),
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
  classify: (frame) => classify(frame, SPOT_EVENTS),
  ...life,
  // Nothing but trades is pushed, and a quiet pair is no dead server.
  deadAfterMs: 5 * MINUTE_MS,
  messages: { weight: 5, windowMs: 1_000 },
};
