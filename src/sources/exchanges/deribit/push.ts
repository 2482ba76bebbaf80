import type { MapContext } from '../contract.ts';
import { isRecord } from '../kit/field.ts';
import { parseSymbol, type Place } from './shared.ts';

/** A push with the channel it names; `data` alone where it came without its wrapper. */
export interface Push {
  readonly channel: string | undefined;
  readonly data: unknown;
  readonly path: string;
}

/** Returns the push in a frame. */
export function pushOf(frame: unknown): Push {
  if (isRecord(frame)) {
    const { params } = frame;
    const [inner, path] = isRecord(params) ? [params, 'params.data'] : [frame, 'data'];
    if (typeof inner['channel'] === 'string' && 'data' in inner) {
      return { channel: inner['channel'], data: inner['data'], path };
    }
  }
  return { channel: undefined, data: frame, path: '' };
}

/** Every push names its channel: what it says is not read again. */
const INSTRUMENTS = new Map<string, string | undefined>();
const MAX_CHANNELS = 2_000;

/** The instrument that a channel names (`trades.future.BTC.100ms` names none). */
function instrumentIn(channel: string): string | undefined {
  if (INSTRUMENTS.has(channel)) return INSTRUMENTS.get(channel);
  const named = channel.split('.').find((part) => parseSymbol(part) !== undefined);
  if (INSTRUMENTS.size >= MAX_CHANNELS) INSTRUMENTS.clear();
  INSTRUMENTS.set(channel, named);
  return named;
}

/** Where a push is, and the instrument that its channel names. */
export const placeOf = ({ channel, path }: Push, context: MapContext): Place => ({
  path,
  requested: instrumentIn(channel ?? context.params['topic'] ?? ''),
});
