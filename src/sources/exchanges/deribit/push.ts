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

/** Where a push is, and the instrument that its channel names (`trades.future.BTC.100ms` names none). */
export function placeOf({ channel, path }: Push, context: MapContext): Place {
  const named = (channel ?? context.params['topic'] ?? '').split('.');
  return { path, requested: named.find((part) => parseSymbol(part) !== undefined) };
}
