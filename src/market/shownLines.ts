import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import { seriesLines, type LinesWish, type SeriesLines } from '../series/range/seriesLines.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { withTurns } from '../store/withTurns.ts';
import type { MarketState } from './snapshot.ts';
import { knownSides } from './storedSides.ts';

export type { SeriesId } from '../series/catalogue.ts';
export type { LinesWish, SeriesLine } from '../series/range/seriesLines.ts';

/** Lines with the source they came from: the two must not part on the way to a view. */
export interface SourcedLines extends SeriesLines {
  readonly source: DataSource;
}

interface Shown {
  readonly market: { readonly state: MarketState; nowMs(): number };
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly adapters: readonly Pick<ExchangeAdapter, 'id' | 'openInterestSides'>[];
}

/**
 * Returns series of an asset over any time, of the exchanges of the snapshot that stands beside them, and of no others; before
 * the first snapshot of all that the history holds. Errors as `seriesLines`.
 */
export async function shownLines(
  { market, storeOf, adapters }: Shown,
  wish: LinesWish,
  signal: AbortSignal,
): Promise<SourcedLines> {
  const { source } = market.state;
  const sides = knownSides(adapters);
  const exchanges = exchangesOf(market.state, wish.asset);
  const judged = {
    nowMs: market.nowMs(),
    sidesOf: (id: ExchangeId) => sides.get(id),
    ...(exchanges === undefined ? {} : { exchanges }),
  };
  const store = withTurns(await storeOf(source), signal);
  return { source, ...(await seriesLines(store, wish, judged, signal)) };
}

function exchangesOf({ snapshot }: MarketState, asset: Asset): readonly ExchangeId[] | undefined {
  return snapshot?.assets.find((one) => one.asset === asset)?.exchanges.map(({ exchange }) => exchange);
}
