import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { readDecimal } from '../kit/decimals.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { rememberedText } from '../kit/rememberedText.ts';
import type { FrameRole, StreamMessage, StreamSpec } from '../stream.ts';
import { channels, type Row } from './channels.ts';

/** Keys that only one channel's rows have, for rows without their frame. */
const MARKS: readonly [channel: string, keys: readonly string[]][] = [
  ['liquidation-orders', ['details', 'instId']],
  ['funding-rate', ['fundingRate', 'fundingTime', 'instId']],
  ['open-interest', ['oi', 'oiCcy', 'instId']],
  ['mark-price', ['markPx', 'instId']],
  ['index-tickers', ['idxPx', 'instId']],
  ['tickers', ['last', 'vol24h', 'instId']],
  ['trades', ['px', 'sz', 'side', 'tradeId', 'instId']],
];

/** Pairs are named by two parts, contracts by three. */
const PAIR = /^[^-\s]+-[A-Z]+$/i;
const isPair = (instId: unknown): boolean =>
  typeof instId === 'string' && instId.indexOf('-') === instId.lastIndexOf('-') && PAIR.test(instId);

/** The channels by the name that frames give them; the ids are compared for each frame. */
const IDS: ReadonlyMap<string, string> = new Map(
  channels.map(({ id }) => [id.slice('okx/stream-'.length), id]),
);
/** Topics by channel and what was subscribed: a frame comes many times a second, and its topic is made once. */
const topicsOf = rememberedText((name) => rememberedText((subscribed) => `${name}/${subscribed}`));

/** A book is whole where the frame says so, or names no update before it. */
const isWholeBook = (frame: Row, [first]: readonly unknown[]): boolean =>
  frame['action'] === undefined
    ? isRecord(first) && readDecimal(first['prevSeqId']) === -1
    : frame['action'] === 'snapshot';

function dataRole(frame: Row, name: string, arg: Row, data: readonly unknown[]): FrameRole {
  if (name === 'books' && !isWholeBook(frame, data)) return { role: 'ignored' };
  const [first] = data;
  const instId = isRecord(first) && typeof first['instId'] === 'string' ? first['instId'] : arg['instId'];
  const id = IDS.get((name === 'tickers' || name === 'trades') && isPair(instId) ? `spot-${name}` : name);
  if (id === undefined) return { role: 'ignored' };
  const subscribed = arg['instId'] ?? arg['instFamily'] ?? arg['instType'];
  return typeof subscribed === 'string'
    ? { role: 'data', channel: id, topic: topicsOf(name)(subscribed) }
    : { role: 'data', channel: id };
}

/** What a frame is, by `event`, by `arg` and `data`, or by the keys of a bare row. */
function classify(frame: unknown): FrameRole {
  if (frame === 'pong') return { role: 'pong' };
  if (!isRecord(frame)) return { role: 'ignored' };
  const { event, arg, data } = frame;
  if (event === 'subscribe' || event === 'unsubscribe') return { role: 'ack' };
  if (event === 'error' || event === 'channel-conn-count-error') {
    const message = plainText(frame['msg'] ?? 'too many connections of this channel');
    return { role: 'refused', code: plainText(frame['code'] ?? event), message };
  }
  // 64008: the connection will soon be closed for an upgrade; a new one is to be opened before.
  if (event === 'notice' && plainText(frame['code']) === '64008')
    return { role: 'closing', message: plainText(frame['msg'] ?? 'service upgrade') };
  if (event !== undefined) return { role: 'ignored' };
  if (isRecord(arg) && typeof arg['channel'] === 'string' && Array.isArray(data))
    return dataRole(frame, arg['channel'], arg, data);
  const found = MARKS.find(([, keys]) => keys.every((key) => key in frame));
  return found === undefined ? { role: 'ignored' } : dataRole(frame, found[0], {}, [frame]);
}

const argOf = (topic: string): Row => {
  const [name = '', subject = ''] = topic.split('/');
  return name === 'liquidation-orders'
    ? { channel: name, instType: subject }
    : { channel: name, instId: subject };
};

const ARGS_PER_MESSAGE = 50;

const publicStream: StreamSpec = {
  id: 'okx/public',
  host: 'ws',
  baseUrl: 'wss://ws.okx.com:8443',
  path: '/ws/v5/public',
  channels,
  subscribe: (topics) => {
    const messages: StreamMessage[] = [];
    for (let start = 0; start < topics.length; start += ARGS_PER_MESSAGE)
      messages.push({ op: 'subscribe', args: topics.slice(start, start + ARGS_PER_MESSAGE).map(argOf) });
    return messages;
  },
  classify,
  // Closed with 4004 after 30 s without a frame from the client.
  heartbeat: { everyMs: 20 * SECOND_MS, message: 'ping' },
  deadAfterMs: MINUTE_MS,
  maxTopicsPerSocket: 240,
  messages: { weight: 480, windowMs: HOUR_MS },
};

export const streams: readonly StreamSpec[] = [publicStream];
