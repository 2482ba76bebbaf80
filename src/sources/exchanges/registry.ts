import type { ExchangeId } from '../../core/ids.ts';
import { binance } from './binance/adapter.ts';
import { bitget } from './bitget/adapter.ts';
import { bybit } from './bybit/adapter.ts';
import type { ExchangeAdapter } from './contract.ts';
import { deribit } from './deribit/adapter.ts';
import { gate } from './gate/adapter.ts';
import { htx } from './htx/adapter.ts';
import { hyperliquid } from './hyperliquid/adapter.ts';
import { krakenFutures } from './krakenFutures/adapter.ts';
import { okx } from './okx/adapter.ts';

/** Every exchange, in the order in which it is shown. Adding one is its file and its line here. */
export const exchangeAdapters: readonly ExchangeAdapter[] = [
  binance,
  okx,
  bybit,
  bitget,
  gate,
  deribit,
  hyperliquid,
  krakenFutures,
  htx,
];

/** Returns the adapter of an exchange, or undefined for an id that no adapter has. */
export function adapterOf(
  exchange: ExchangeId,
  adapters: readonly ExchangeAdapter[] = exchangeAdapters,
): ExchangeAdapter | undefined {
  return adapters.find((adapter) => adapter.id === exchange);
}
