export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** 365 days: the year that annualised rates of this field use. */
export const YEAR_MS = 365 * DAY_MS;

const DOLLAR_ASSETS: ReadonlySet<string> = new Set(['USD', 'USDT', 'USDC']);

/** Returns whether an asset is counted as one US dollar (USD, USDT, USDC). The convention is stated in every report. */
export function countsAsDollar(asset: string): boolean {
  return DOLLAR_ASSETS.has(asset) || DOLLAR_ASSETS.has(asset.toUpperCase());
}

/** The unit of a number that is shown or judged. */
export type Unit = 'base' | 'usd' | 'quote' | 'fraction' | 'fraction-per-year' | 'ratio' | 'z-score';
