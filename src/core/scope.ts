/** What every sum over exchanges covers, in words; printed wherever such a sum is shown. */
export const TRACKED_SCOPE = 'USDT-margined perpetuals';

/** What counts as a dollar in such sums. */
export const DOLLAR_NOTE = 'USDT and USDC count as one US dollar';
