import type { RegimeAssessment, StoredHistory } from '../analysis/regime/assessment.ts';
import type { Observation } from '../core/observation.ts';
import type { AssetHistory } from './assetHistory.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** Until when a row tells: the end of its bar, or of the part that was seen of it; a reading's own time. */
function toldUntilMs(row: Observation): number {
  const isBar = row.kind === 'candle' || row.kind === 'taker-volume' || row.kind === 'liquidation-volume';
  return isBar ? Math.min(row.atMs + row.barMs, row.receivedAtMs) : row.atMs;
}

/**
 * Returns which exchanges behind an assessment's evidence have no fresh reading, so that only stored rows speak for
 * them, and until when the newest of these rows tells; undefined where every one of them is fresh.
 */
export function storedHistoryOf(
  { evidence }: Pick<RegimeAssessment, 'evidence'>,
  snapshot: AssetSnapshot,
  history: AssetHistory,
): StoredHistory | undefined {
  const sources = new Set(evidence.flatMap((one) => one.sources));
  const exchanges = snapshot.exchanges
    .filter(({ exchange, status }) => status !== 'fresh' && sources.has(exchange))
    .map(({ exchange }) => exchange);
  if (exchanges.length === 0) return undefined;
  const rows = (Object.values(history) as unknown[]).flatMap((series) =>
    Array.isArray(series) ? (series as Observation[]).filter((row) => exchanges.includes(row.exchange)) : [],
  );
  const newestAtMs = rows.reduce((newest, row) => Math.max(newest, toldUntilMs(row)), 0);
  return newestAtMs === 0 ? undefined : { exchanges, newestAtMs };
}
