import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';

/** A metric's id carries its window: `open-interest-z-7d`. Without a known window the id stands alone. */

const WINDOW_SUFFIX = /-(\d+)(min|h|d)$/;

/** Returns the short form of a window: `7d`, `24h`, `5min`; undefined for one that is no whole minute. */
export function windowSuffix(windowMs: number): string | undefined {
  if (!Number.isFinite(windowMs) || windowMs <= 0 || windowMs % MINUTE_MS !== 0) return undefined;
  if (windowMs % DAY_MS === 0 && windowMs > DAY_MS) return `${windowMs / DAY_MS}d`;
  return windowMs % HOUR_MS === 0 ? `${windowMs / HOUR_MS}h` : `${windowMs / MINUTE_MS}min`;
}

/** Returns a metric id without its window. */
export function baseMetricId(id: string): string {
  return id.replace(WINDOW_SUFFIX, '');
}

/** Returns the id of a metric over another window; without its window where that is not known. */
export function metricIdWithWindow(id: string, windowMs: number | undefined): string {
  const suffix = windowMs === undefined ? undefined : windowSuffix(windowMs);
  return suffix === undefined ? baseMetricId(id) : `${baseMetricId(id)}-${suffix}`;
}
