import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import type { FrameRole, StreamChannel, StreamMessage, StreamSpec } from '../stream.ts';
import { alsoReadChannelsV2, alsoReadChannelsV3 } from './alsoRead.ts';
import { idOf, symbolOf, v2Channels, v3Channels, type Frame, type Version } from './channels.ts';

const LIQUIDATION_KEYS = ['symbol', 'side', 'price', 'amount', 'ts'];

function dataRole(
  version: Version,
  channels: readonly StreamChannel<never>[],
  frame: Frame,
  arg: Frame,
): FrameRole {
  const name = arg[version === 'v2' ? 'channel' : 'topic'];
  const market = arg['instType'];
  if (typeof name !== 'string' || typeof market !== 'string') return { role: 'ignored' };
  if (name === 'books' && frame['action'] !== 'snapshot') return { role: 'ignored' };
  const id = idOf(version, name, ['spot', 'margin'].includes(market.toLowerCase()));
  if (!channels.some((one) => one.id === id)) return { role: 'ignored' };
  const symbol = symbolOf(arg);
  const topic = typeof symbol === 'string' ? `${market}/${name}/${symbol}` : `${market}/${name}`;
  return { role: 'data', channel: id, topic };
}

/** What a frame is: by `event`, or by `arg` and `data`; a liquidation also by its keys alone. */
const classifier =
  (version: Version, channels: readonly StreamChannel<never>[]) =>
  (frame: unknown): FrameRole => {
    if (frame === 'pong') return { role: 'pong' };
    if (!isRecord(frame)) return { role: 'ignored' };
    const { event, arg, data } = frame;
    if (event === 'subscribe' || event === 'unsubscribe') return { role: 'ack' };
    if (event === 'error')
      return { role: 'refused', code: plainText(frame['code']), message: plainText(frame['msg']) };
    if (event !== undefined) return { role: 'ignored' };
    if (isRecord(arg) && Array.isArray(data)) return dataRole(version, channels, frame, arg);
    const isLiquidation = version === 'v3' && LIQUIDATION_KEYS.every((key) => key in frame);
    return isLiquidation ? { role: 'data', channel: idOf('v3', 'liquidation', false) } : { role: 'ignored' };
  };

const ARGS_PER_MESSAGE = 5;

const argOf = (version: Version, topic: string): Frame => {
  const [instType = '', name = '', symbol] = topic.split('/');
  if (version === 'v2') return { instType, channel: name, instId: symbol ?? 'default' };
  return symbol === undefined ? { instType, topic: name } : { instType, topic: name, symbol };
};

const spec = (version: Version, channels: readonly StreamChannel<never>[]): StreamSpec => ({
  id: `bitget/${version}-public`,
  host: 'ws',
  baseUrl: 'wss://ws.bitget.com',
  path: `/${version}/ws/public`,
  channels,
  subscribe: (topics) => {
    const messages: StreamMessage[] = [];
    for (let start = 0; start < topics.length; start += ARGS_PER_MESSAGE) {
      const args = topics.slice(start, start + ARGS_PER_MESSAGE).map((topic) => argOf(version, topic));
      messages.push({ op: 'subscribe', args });
    }
    return messages;
  },
  classify: classifier(version, channels),
  heartbeat: { everyMs: 25 * SECOND_MS, message: 'ping' },
  deadAfterMs: MINUTE_MS,
  // Connections are ended after a day; more than 50 channels on one are advised against.
  maxLifeMs: 23 * HOUR_MS,
  maxTopicsPerSocket: 50,
  messages: { weight: 10, windowMs: SECOND_MS },
});

export const streams: readonly StreamSpec[] = [
  spec('v2', [...v2Channels, ...alsoReadChannelsV2]),
  spec('v3', [...v3Channels, ...alsoReadChannelsV3]),
];
