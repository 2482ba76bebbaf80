import type { ExchangeId } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { AssetHistory } from './assetHistory.ts';
import type { ExchangeHealth } from './health.ts';
import type { MarketSnapshot } from './snapshot.ts';

/** What the choice of exchanges leaves out: their stored rows stay stored and are looked at again once they are chosen. */

/** Returns the exchanges that a snapshot is of, answered or not; undefined where there is no snapshot yet. */
export function exchangesOf(snapshot: MarketSnapshot | undefined): readonly ExchangeId[] | undefined {
  return snapshot?.assets[0]?.exchanges.map(({ exchange }) => exchange);
}

/** Returns an asset's history without the rows of exchanges that are not chosen, whatever series it holds. */
export function historyOf(history: AssetHistory, chosen: readonly ExchangeId[] | undefined): AssetHistory {
  return chosen === undefined ? history : historyWhere(history, (exchange) => chosen.includes(exchange));
}

/** Returns the rows of an asset's history that are of the exchanges which `isWanted` accepts. */
export function historyWhere(
  history: AssetHistory,
  isWanted: (exchange: ExchangeId) => boolean,
): AssetHistory {
  const series = Object.entries(history).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? (value as Observation[]).filter((row) => isWanted(row.exchange)) : value,
  ]);
  return Object.fromEntries(series) as AssetHistory;
}

/** Returns the health of an exchange that is not chosen: nothing is asked, received or counted. */
export function switchedOff(exchange: ExchangeId, displayName: string): ExchangeHealth {
  const explanation =
    'It is not among the chosen exchanges (perpscope.exchanges): nothing is asked, received or counted.';
  const nothing = {
    answered: 0,
    failed: 0,
    budgets: [],
    drops: {},
    notListed: [],
    sideEvidence: [],
    streams: [],
  };
  return { exchange, displayName, state: 'switched-off', explanation, ...nothing };
}
