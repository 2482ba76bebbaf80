import type { ObservationPoll } from '../contract.ts';
import { klines } from './klines.ts';

/** Read where such an answer is handed in, never asked for. Of the continuous contracts only one is an instrument. */
export const alsoRead: readonly ObservationPoll<never>[] = [
  klines('index-klines', '/fapi/v1/indexPriceKlines', 'index', { asked: false }),
  klines('continuous-klines', '/fapi/v1/continuousKlines', 'last', {
    asked: false,
    accepts: ({ contractType }) => contractType === 'PERPETUAL',
  }),
];
