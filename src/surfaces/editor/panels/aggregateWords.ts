import type { ExchangeId } from '../../../core/ids.ts';
import { formatShare } from '../../protocol/numberFormat.ts';

/** What is rounded to less than the whole is said. */
const WHOLE = 0.9995;

/** Returns what an aggregate adds up, and on how much of the usual total (0..1) it rests; without an end. */
export function aggregateWords(
  exchanges: readonly ExchangeId[],
  share: number,
  nameOf: (exchange: ExchangeId) => string,
): string {
  const part = share < WHOLE ? `, ${formatShare(share)} of the usual total` : '';
  return `Aggregate = ${exchanges.map(nameOf).join(' + ')}${part}`;
}
