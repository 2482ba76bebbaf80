import type { ExchangeId } from './ids.ts';

/** What the adapters say in `levelBarsRun`, for whoever may not know adapters; a test holds the two together. */
const RUNNING: ReadonlySet<ExchangeId> = new Set(['gate']);

/** Returns whether bars of a level of an exchange may say another moment than their label: the newest runs under its start. */
export function mayLevelBarsRun(exchange: ExchangeId): boolean {
  return RUNNING.has(exchange);
}
