/** What every sum over exchanges covers, in words; printed wherever such a sum is shown. */
export const TRACKED_SCOPE = 'one perpetual per exchange';

/** Which perpetual that is. */
export const TRACKED_NOTE =
  'the USDT-margined perpetual; USDC-margined on Hyperliquid, USD-margined on Kraken Futures, coin-margined on Deribit where there is one';

/** What counts as a dollar in such sums. */
export const DOLLAR_NOTE = 'USDT and USDC count as one US dollar';
