import type { Asset } from '../../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { SimulatedExchange } from './profiles.ts';

/** One contract of the simulated market. Names of exchanges for it live in the wire formats. */
export interface MarketSymbol {
  readonly exchange: SimulatedExchange;
  readonly asset: Asset;
  readonly variant: Variant;
  /** Present on dated futures. */
  readonly expiresAtMs?: number;
}

/** Linear perpetual, coin-margined perpetual, dated future, spot pair against USDT. */
export type Variant = 'perpetual' | 'inverse' | 'dated' | 'spot';

/** How big the variants are beside the linear perpetual. */
export const VARIANT_SHARE: Readonly<Record<Variant, number>> = {
  perpetual: 1,
  inverse: 0.12,
  dated: 0.04,
  spot: 0.3,
};

/** Returns the key of a contract, the name of its random streams. */
export function symbolKey(symbol: MarketSymbol): string {
  return `${symbol.exchange}/${symbol.asset}/${symbol.variant}`;
}

/** Returns the linear perpetual of an asset on an exchange. */
export function perpetual(exchange: SimulatedExchange, asset: Asset): MarketSymbol {
  return { exchange, asset, variant: 'perpetual' };
}

/** Returns the expiry of the running quarter: its last Friday, 08:00 UTC, at least a week after `atMs`. */
export function quarterlyExpiry(atMs: number): number {
  const { year, quarter } = { year: new Date(atMs).getUTCFullYear(), quarter: new Date(atMs).getUTCMonth() };
  for (let step = Math.floor(quarter / 3); ; step += 1) {
    const lastDay = Date.UTC(year, step * 3 + 3, 0);
    const friday = lastDay - ((new Date(lastDay).getUTCDay() + 2) % 7) * DAY_MS + 8 * HOUR_MS;
    if (friday >= atMs + 7 * DAY_MS) return friday;
  }
}

/** Returns year, month and day of a time as texts of two digits. */
export function dateParts(atMs: number): { yy: string; mm: string; dd: string; monthName: string } {
  const iso = new Date(atMs).toISOString();
  const monthName =
    ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'][
      new Date(atMs).getUTCMonth()
    ] ?? '';
  return { yy: iso.slice(2, 4), mm: iso.slice(5, 7), dd: iso.slice(8, 10), monthName };
}
