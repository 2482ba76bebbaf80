import type { ExchangeId } from '../../core/ids.ts';
import { binance } from './binance/adapter.ts';
import type { ExchangeAdapter } from './contract.ts';

/** Every exchange, in the order in which it is shown. Adding one is its file and its line here. */
export const exchangeAdapters: readonly ExchangeAdapter[] = [binance];

/** Returns the adapter of an exchange, or undefined for an id that no adapter has. */
export function adapterOf(
  exchange: ExchangeId,
  adapters: readonly ExchangeAdapter[] = exchangeAdapters,
): ExchangeAdapter | undefined {
  return adapters.find((adapter) => adapter.id === exchange);
}
