/**
 * Returns a rate per interval as one per another stretch of time, simple: rate × to / interval, a fraction. Undefined for an
 * interval that is none, or a result that is not finite. Source: definitions.md §3.
 */
export function scaledRate(ratePerInterval: number, intervalMs: number, toMs: number): number | undefined {
  if (!Number.isFinite(intervalMs) || intervalMs <= 0) return undefined;
  const value = (ratePerInterval * toMs) / intervalMs;
  return Number.isFinite(value) ? value : undefined;
}
