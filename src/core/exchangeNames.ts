import type { ExchangeId } from './ids.ts';

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

const ORDER = Object.keys(NAMES);

/** Returns ids in the one order in which exchanges are shown everywhere, which is the registry's; others behind, as given. */
export function inShownOrder(ids: readonly string[]): string[] {
  const placeOf = (id: string): number => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  return [...ids].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Returns words joined as in a sentence: "A", "A and B", "A, B and C". */
export function joinedWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
