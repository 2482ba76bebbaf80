import type { Asset, DataSource, ExchangeId, InstrumentKey } from '../core/ids.ts';
import {
  seriesLines,
  type LinesWish,
  type SeriesLine,
  type SeriesLines,
} from '../series/range/seriesLines.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { withTurns } from '../store/withTurns.ts';
import type { MarketState } from './snapshot.ts';
import { knownSides } from './storedSides.ts';

export type { RangeSeriesId } from '../series/range/rangeSeries.ts';
export type { LinesWish } from '../series/range/seriesLines.ts';

/** A line, with the currency that its instrument is priced in as the spelling of its symbol says it. */
export interface ShownLine extends SeriesLine {
  readonly quoteAsset?: string;
}

/** Lines with the source they came from: the two must not part on the way to a view. */
export interface SourcedLines extends Omit<SeriesLines, 'lines'> {
  readonly source: DataSource;
  readonly lines: readonly ShownLine[];
}

type Adapter = Pick<ExchangeAdapter, 'id' | 'openInterestSides' | 'parseSymbol'>;

interface Shown {
  readonly market: { readonly state: MarketState; nowMs(): number };
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly adapters: readonly Adapter[];
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
  const { lines, ...rest } = await seriesLines(store, wish, judged, signal);
  const named = lines.map((line): ShownLine => {
    const quoteAsset = line.instrument && quoteOf(adapters, line.instrument);
    return quoteAsset === undefined ? line : { ...line, quoteAsset };
  });
  return { source, ...rest, lines: named };
}

function quoteOf(adapters: readonly Adapter[], instrument: InstrumentKey): string | undefined {
  const adapter = adapters.find(({ id }) => instrument.startsWith(`${id}:`));
  const symbol = instrument.slice(instrument.indexOf(':') + 1).replace(/^spot\//, '');
  return adapter?.parseSymbol(symbol)?.quoteAsset;
}

function exchangesOf({ snapshot }: MarketState, asset: Asset): readonly ExchangeId[] | undefined {
  return snapshot?.assets.find((one) => one.asset === asset)?.exchanges.map(({ exchange }) => exchange);
}
