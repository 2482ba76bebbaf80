import type { ContextMetric } from '../core/contextValue.ts';
import type { Asset } from '../core/ids.ts';

/** Which context values to read. Times as in `HistoryQuery`: `fromMs` inclusive, `toMs` exclusive. */
export interface ContextQuery {
  readonly provider?: string;
  readonly metric?: ContextMetric;
  readonly asset?: Asset;
  readonly fromMs?: number;
  readonly toMs?: number;
}
