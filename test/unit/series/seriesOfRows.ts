import type { Rows } from '../../../src/core/chunk.ts';
import { AssetBook } from '../../../src/series/assetBook.ts';
import type { AssetSeries, KnownToday } from '../../../src/series/assetSeries.ts';
import { assetView } from '../../../src/series/assetView.ts';
import { catalogue, type JoinedSeriesId, type SeriesId } from '../../../src/series/catalogue.ts';
import { sortRows } from '../../../src/series/incoming.ts';

/** An asset's history out of rows alone, as a book holds it that has seen them all: for worked examples. */
export function seriesOfRows(rows: Rows, nowMs: number, known: KnownToday = {}, asset = 'BTC'): AssetSeries {
  const book = new AssetBook(asset);
  book.begin(nowMs);
  const own = sortRows(rows, (one) => one === asset).get(asset);
  if (own !== undefined) book.take(own);
  return assetView(book, asset, nowMs, known);
}

/** Everything that a history states, as plain data. */
export function contentOf(series: AssetSeries): unknown {
  const columns = (Object.keys(catalogue) as SeriesId[]).map((id) => {
    const joined = 'isByFeed' in catalogue[id] ? [] : [...series.column(id as JoinedSeriesId)];
    return [id, joined, series.parts(id).map((part) => [part, part.receivedAtMs, part.awayMs])];
  });
  const { readings, settledFunding, apart } = series;
  return structuredClone({ columns, readings, settledFunding, apart });
}
