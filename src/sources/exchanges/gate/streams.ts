import { SECOND_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import type { FrameRole, StreamChannel, StreamMessage, StreamSpec } from '../stream.ts';
import { alsoReadChannels } from './alsoRead.ts';
import { futuresChannels, idOf, spotChannels, type Frame } from './channels.ts';
import { flat } from './shared.ts';

function refusal(error: Frame): FrameRole {
  const { code, message } = error;
  return { role: 'refused', code: plainText(code), message: plainText(message) };
}

/** What a frame is: by `channel`, `event` and `error`. */
const classifier =
  (channels: readonly StreamChannel<never>[]) =>
  (frame: unknown): FrameRole => {
    if (!isRecord(frame)) return { role: 'ignored' };
    const { channel: name, event, error, result, type } = frame;
    // "The connection will soon be closed for a service upgrade."
    if (type === 'upgrade') return { role: 'closing', message: plainText(frame['msg'] ?? 'service upgrade') };
    if (typeof name !== 'string') return { role: 'ignored' };
    if (name.endsWith('.pong')) return { role: 'pong' };
    if (isRecord(error)) return refusal(error);
    if (event === 'subscribe' || event === 'unsubscribe') return { role: 'ack' };
    const isPush = event === 'update' || event === 'all';
    const found = channels.find((one) => one.id === idOf(name));
    if (!isPush || found === undefined || result === null || result === undefined) return { role: 'ignored' };
    const [first] = flat(result);
    const symbol = isRecord(first) ? (first['contract'] ?? first['currency_pair']) : undefined;
    // Frames of statistics do not name the length of their bars, so not their whole topic either.
    return typeof symbol === 'string' && name !== 'futures.contract_stats'
      ? { role: 'data', channel: found.id, topic: `${name}/${symbol}` }
      : { role: 'data', channel: found.id };
  };

/**
 * `time` has to be stated and is compared with nothing where nothing is signed: 123456 stands in the documentation's
 * own samples.
 */
const TIME = 123456;

/** One message for each topic: a pair that is not listed would refuse its neighbours as well. */
const subscribe = (topics: readonly string[]): readonly StreamMessage[] =>
  topics.map((topic) => {
    const [name = '', symbol = '', interval] = topic.split('/');
    const payload = interval === undefined ? [symbol] : [symbol, interval];
    return { time: TIME, channel: name, event: 'subscribe', payload };
  });

const spec = (
  id: string,
  baseUrl: string,
  path: string,
  channels: readonly StreamChannel<never>[],
): StreamSpec => ({
  id: `gate/${id}`,
  host: 'ws',
  baseUrl,
  path,
  channels,
  subscribe,
  classify: classifier(channels),
  heartbeat: { everyMs: 10 * SECOND_MS, message: { time: TIME, channel: `${id}.ping` } },
  deadAfterMs: 45 * SECOND_MS,
  // Not published; far above what is followed.
  maxTopicsPerSocket: 100,
});

export const streams: readonly StreamSpec[] = [
  spec('futures', 'wss://fx-ws.gateio.ws', '/v4/ws/usdt', [...futuresChannels, ...alsoReadChannels]),
  spec('spot', 'wss://api.gateio.ws', '/ws/v4/', spotChannels),
];
