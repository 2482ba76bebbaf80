import type { ExchangeId } from '../../core/ids.ts';
import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import type { FeatureSet } from './features.ts';

/** Names whose liquidations a number is about: "Gate alone", "Gate and OKX". */
export function ofWhom(exchanges: readonly ExchangeId[]): string {
  const names = joinedWords(inShownOrder(exchanges).map(exchangeName));
  return exchanges.length === 1 ? `${names} alone` : names;
}

/**
 * Says whose liquidations were counted, which is never the whole market. Nothing where they are stated or not known: there
 * is no source then.
 */
export function liquidationSources({ origins }: FeatureSet): string[] {
  const day = origins.liquidationsUsd?.sources ?? [];
  const scored = origins.liquidationsZ?.sources ?? [];
  if (day.length === 0 || day.includes('stated')) return [];
  const isSame = scored.length === 0 || ofWhom(day) === ofWhom(scored);
  const score = isSame ? '' : `; their z-score is that of ${ofWhom(scored)}`;
  return [`Liquidations are those of ${ofWhom(day)}${score}.`];
}
