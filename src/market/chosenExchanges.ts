import type { ExchangeId } from '../core/ids.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { ExchangeHealth } from './health.ts';
import type { MarketSnapshot } from './snapshot.ts';

/** What the choice of exchanges leaves out: their stored rows stay stored and are looked at again once they are chosen. */

/** Returns the exchanges that a snapshot is of, answered or not; undefined where there is no snapshot yet. */
export function exchangesOf(snapshot: MarketSnapshot | undefined): readonly ExchangeId[] | undefined {
  return snapshot?.assets[0]?.exchanges.map(({ exchange }) => exchange);
}

/** Returns an asset's history without the exchanges that are not chosen. */
export function historyOf(history: AssetSeries, chosen: readonly ExchangeId[] | undefined): AssetSeries {
  return chosen === undefined ? history : history.only((exchange) => chosen.includes(exchange));
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
