/** A position whose liquidation price is asked for. */
export interface IsolatedPosition {
  readonly side: 'long' | 'short';
  /** Linear: margin and profit in the quote currency. Inverse: both in the coin, size in quote currency. */
  readonly margin: 'linear' | 'inverse';
  readonly entryQuote: number;
  /** Position value over initial margin at entry. */
  readonly leverage: number;
  /** Maintenance margin m as a fraction of the position's value at the mark price, for example 0.004. */
  readonly maintenanceMargin: number;
}

/**
 * Returns the mark price, in quote currency, at which an isolated position is liquidated: where margin + profit or
 * loss equals the maintenance margin. E = entry, L = leverage, m = maintenance margin, P = the price returned.
 *
 * Linear, size Q coins, initial margin QE/L, profit of a long Q(P - E), maintenance mQP:
 *   long   QE/L + Q(P - E) = mQP          =>  P = E (1 - 1/L) / (1 - m)
 *   short  QE/L + Q(E - P) = mQP          =>  P = E (1 + 1/L) / (1 + m)
 * Inverse, size N in quote currency, margin N/(EL) coins, profit of a long N/E - N/P, maintenance mN/P:
 *   long   N/(EL) + N/E - N/P = mN/P      =>  P = E (1 + m) / (1 + 1/L)
 *   short  N/(EL) + N/P - N/E = mN/P      =>  P = E (1 - m) / (1 - 1/L)
 *
 * Fees and the maintenance amount that larger tiers deduct are left out. Undefined where an input is not finite and
 * positive, where 1/L <= m (the margin is used up at entry, so no exchange allows the position), and where no
 * positive price liquidates it (a linear long or an inverse short at 1x).
 */
export function liquidationPriceQuote(position: IsolatedPosition): number | undefined {
  const { side, margin, entryQuote, leverage, maintenanceMargin } = position;
  for (const input of [entryQuote, leverage, maintenanceMargin])
    if (!(input > 0) || !Number.isFinite(input)) return undefined;
  const initialMargin = 1 / leverage;
  if (initialMargin <= maintenanceMargin) return undefined;
  // A long loses towards lower prices, a short towards higher ones; inverse contracts swap the roles of E and P.
  const sign = side === 'long' ? -1 : 1;
  const ratio =
    margin === 'linear'
      ? (1 + sign * initialMargin) / (1 + sign * maintenanceMargin)
      : (1 - sign * maintenanceMargin) / (1 - sign * initialMargin);
  const priceQuote = entryQuote * ratio;
  return priceQuote > 0 && Number.isFinite(priceQuote) ? priceQuote : undefined;
}
