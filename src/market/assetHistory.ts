import type { Beside } from '../core/beside.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { HISTORY_WINDOW_MS } from '../series/assetBook.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import type { SeriesBook } from '../series/seriesBook.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { knownSides } from './storedSides.ts';

export { HISTORY_WINDOW_MS };

/** An asset's stored history, as features, charts and changes are made from it. */
export type AssetHistory = AssetSeries;

/** What of an asset to read, and by what is known today. */
export interface HistoryRead {
  readonly source: DataSource;
  readonly asset: Asset;
  readonly nowMs: number;
  /** They say how the exchanges count open interest. */
  readonly adapters: readonly Pick<ExchangeAdapter, 'id' | 'openInterestSides'>[];
  /** The levels that stored rows are held against; absent where nothing is known beside them. */
  readonly beside?: Beside | undefined;
}

/** Returns an asset's history up to `nowMs`, as far as it may be counted; see `AssetSeries`. Rejects where the store cannot be read. */
export async function readAssetHistory(
  book: SeriesBook,
  { source, asset, nowMs, adapters, beside }: HistoryRead,
): Promise<AssetHistory> {
  const verdicts = knownSides(adapters);
  const sidesOf = (exchange: ExchangeId): OpenInterest['sides'] | undefined => verdicts.get(exchange);
  return book.read(source, asset, nowMs, { sidesOf, ...(beside === undefined ? {} : { beside }) });
}
