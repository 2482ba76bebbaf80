import { HOUR_MS } from '../../core/units.ts';

/** A market capitalisation older than this is not divided by. */
export const MARKET_CAP_FRESH_MS = 2 * HOUR_MS;

/**
 * Returns one-sided open interest over market capitalisation, a fraction, both in dollars. Undefined where one is not
 * there, is no amount above zero, or the capitalisation is older than two hours.
 */
export function openInterestToMarketCap(
  openInterestUsd: number | undefined,
  marketCap: { readonly value: number; readonly atMs: number } | undefined,
  nowMs: number,
): number | undefined {
  if (openInterestUsd === undefined || marketCap === undefined) return undefined;
  if (!(openInterestUsd > 0) || !(marketCap.value > 0)) return undefined;
  if (nowMs - marketCap.atMs > MARKET_CAP_FRESH_MS) return undefined;
  const fraction = openInterestUsd / marketCap.value;
  return Number.isFinite(fraction) ? fraction : undefined;
}
