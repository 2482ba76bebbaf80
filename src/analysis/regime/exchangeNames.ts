import type { ExchangeId } from '../../core/ids.ts';

const NAMES: Readonly<Record<ExchangeId, string>> = {
  binance: 'Binance',
  okx: 'OKX',
  bybit: 'Bybit',
  bitget: 'Bitget',
  gate: 'Gate',
  deribit: 'Deribit',
  hyperliquid: 'Hyperliquid',
  'kraken-futures': 'Kraken Futures',
  htx: 'HTX',
};

/** Returns the name of an exchange for use in a sentence; an unknown id stands for itself. */
export function exchangeName(id: ExchangeId): string {
  return (Object.hasOwn(NAMES, id) ? NAMES[id] : undefined) ?? id;
}

/** Returns words joined as in a sentence: "A", "A and B", "A, B and C". */
export function joinedWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
