import { MINUTE_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { rememberedText } from '../kit/rememberedText.ts';
import type { FrameRole, StreamMessage, StreamSpec } from '../stream.ts';
import { oldLiquidations } from './alsoRead.ts';
import { allLiquidations, spotTrades, streamTickers, streamTrades } from './channels.ts';

/** What answers to requests say; undefined for pushes. */
function replyRole(frame: Record<string, unknown>): FrameRole | undefined {
  const { op, success, data } = frame;
  const message = plainText(frame['ret_msg']);
  if (op === 'pong' || message === 'pong') return { role: 'pong' };
  if (success === false) return { role: 'refused', code: plainText(op), message };
  // Some sockets name what failed beside what did not.
  const failed = isRecord(data) ? data['failTopics'] : undefined;
  if (Array.isArray(failed) && failed.length > 0)
    return { role: 'refused', code: 'failTopics', message: failed.map(plainText).join(', ') };
  return success === true || op !== undefined ? { role: 'ack' } : undefined;
}

/** The first row of a push. */
function firstRow({ data }: Record<string, unknown>): Record<string, unknown> {
  const row = Array.isArray(data) ? (data as unknown[])[0] : data;
  return isRecord(row) ? row : {};
}

const FUTURES: ReadonlyMap<string, string> = new Map([
  ['allLiquidation', allLiquidations.id],
  ['liquidation', oldLiquidations.id],
  ['tickers', streamTickers.id],
  ['publicTrade', streamTrades.id],
]);

/** What stands before the first dot of a topic; topics come again with every push. */
const kindOf = rememberedText((topic) => topic.split('.')[0] ?? '');

/** Spot pairs have the topics of contracts. Their tickers value the coin, their trades lack the tick direction. */
const isSpot = (kind: string, row: Record<string, unknown>): boolean =>
  (kind === 'tickers' && row['usdIndexPrice'] !== undefined) ||
  (kind === 'publicTrade' && row['s'] !== undefined && row['L'] === undefined);

function classify(
  frame: unknown,
  channelOf: (kind: string, row: Record<string, unknown>) => unknown,
): FrameRole {
  if (!isRecord(frame)) return { role: 'ignored' };
  const { topic } = frame;
  if (typeof topic !== 'string') return replyRole(frame) ?? { role: 'ignored' };
  const channel = channelOf(kindOf(topic), firstRow(frame));
  return typeof channel === 'string' ? { role: 'data', channel, topic } : { role: 'ignored' };
}

const subscribeBy =
  (size: number) =>
  (topics: readonly string[]): StreamMessage[] =>
    Array.from({ length: Math.ceil(topics.length / size) }, (_, index) => ({
      op: 'subscribe',
      args: topics.slice(index * size, (index + 1) * size),
    }));

/** https://bybit-exchange.github.io/docs/v5/ws/connect: a ping every 20 s, arguments of at most 21,000 characters. */
const socket = {
  baseUrl: 'wss://stream.bybit.com',
  heartbeat: { everyMs: 20_000, message: { op: 'ping' } },
  deadAfterMs: MINUTE_MS,
  maxTopicsPerSocket: 500,
} as const;

export const linearStream: StreamSpec = {
  ...socket,
  id: 'bybit/linear',
  path: '/v5/public/linear',
  channels: [allLiquidations, oldLiquidations, streamTickers, streamTrades],
  subscribe: subscribeBy(100),
  classify: (frame) => classify(frame, (kind, row) => (isSpot(kind, row) ? undefined : FUTURES.get(kind))),
};

export const spotStream: StreamSpec = {
  ...socket,
  id: 'bybit/spot',
  path: '/v5/public/spot',
  channels: [spotTrades],
  // Up to ten are taken. A pair that does not exist fails its whole request, and not every perpetual has a pair.
  subscribe: subscribeBy(1),
  classify: (frame) => classify(frame, (kind) => (kind === 'publicTrade' ? spotTrades.id : undefined)),
};
