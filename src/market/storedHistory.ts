import type { RegimeAssessment, StoredHistory } from '../analysis/regime/assessment.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { AssetSnapshot } from './snapshot.ts';

/**
 * Returns which exchanges behind an assessment's evidence have no fresh reading, so that only stored rows speak for
 * them, and until when the newest of these rows tells; undefined where every one of them is fresh.
 */
export function storedHistoryOf(
  { evidence }: Pick<RegimeAssessment, 'evidence'>,
  snapshot: AssetSnapshot,
  history: AssetSeries,
): StoredHistory | undefined {
  const sources = new Set(evidence.flatMap((one) => one.sources));
  const exchanges = snapshot.exchanges
    .filter(({ exchange, status }) => status !== 'fresh' && sources.has(exchange))
    .map(({ exchange }) => exchange);
  if (exchanges.length === 0) return undefined;
  const newestAtMs = exchanges.reduce(
    (newest, exchange) => Math.max(newest, history.toldUntilMs(exchange) ?? 0),
    0,
  );
  return newestAtMs === 0 ? undefined : { exchanges, newestAtMs };
}
