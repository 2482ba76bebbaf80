import type { ObservationPoll } from '../contract.ts';
import { candles } from './candles.ts';
import { tickers } from './tickers.ts';

/** Read where such an answer is handed in, never asked for: older bars, and the list of tickers about anything but dated futures. */
export const alsoRead: readonly ObservationPoll<never>[] = [
  tickers,
  candles('history-candles', 'last'),
  candles('history-mark-price-candles', 'mark'),
];
