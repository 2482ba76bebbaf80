import { NoiseBook } from '../analysis/noise/noiseBook.ts';
import { VenueBook } from '../analysis/regime/venues/venueHours.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { Beside } from '../core/beside.ts';
import type { ContextSnapshot, ContextValue } from '../core/contextValue.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { KnownToday } from '../series/assetSeries.ts';
import { SeriesBook } from '../series/seriesBook.ts';
import type { SeriesStore } from '../series/points.ts';
import type { StoreOf } from '../sources/collect/collector.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { withTurns } from '../store/withTurns.ts';
import { assessAsset, type AssessedWith } from './assessAsset.ts';
import { assetExtras, withExtras, type AssetExtra } from './assetExtras.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { historyOf } from './chosenExchanges.ts';
import { countedHistory } from './countedHistory.ts';
import type { AssetSnapshot } from './snapshot.ts';
import { knownSides } from './storedSides.ts';

/** What the end of a round makes of current numbers and of what was read for it. */

export interface HistorySource {
  /** They say how the exchanges count open interest. */
  readonly adapters: readonly ExchangeAdapter[];
  readonly storeOf: StoreOf;
  /** The levels that stored rows are held against; absent where nothing is known beside them. */
  readonly levelsOf?: (source: DataSource) => Beside;
  /** What is kept of the history in memory; where nobody keeps it, all of it is read each time. */
  readonly book?: SeriesBook;
}

/** The same where a history is only looked at. */
interface LookedAt extends Omit<HistorySource, 'storeOf'> {
  readonly storeOf: (source: DataSource) => Promise<SeriesStore>;
}

/** Returns an asset's history up to `nowMs`, as far as what is known today lets it stand; see `AssetSeries`. Rejects where it cannot be read. */
export async function storedHistory(
  { adapters, storeOf, levelsOf, book = new SeriesBook(storeOf) }: LookedAt,
  asset: Asset,
  source: DataSource,
  nowMs: number,
): Promise<AssetSeries> {
  const verdicts = knownSides(adapters);
  const beside = levelsOf?.(source);
  const sidesOf: KnownToday['sidesOf'] = (exchange) => verdicts.get(exchange);
  return book.read(source, asset, nowMs, { sidesOf, ...(beside === undefined ? {} : { beside }) });
}

const NEVER = new AbortController().signal;

/**
 * As `storedHistory`, up to a moment of the past: what is known today of the exchanges' way of counting holds there too. Between its
 * reads whatever else the thread does has its turn.
 */
export function pastHistory(
  { adapters, storeOf }: Pick<LookedAt, 'adapters' | 'storeOf'>,
  asset: Asset,
  source: DataSource,
  atMs: number,
): Promise<AssetSeries> {
  const paced: LookedAt['storeOf'] = async (own) => withTurns(await storeOf(own), NEVER);
  return storedHistory({ adapters, storeOf: paced }, asset, source, atMs);
}

/** Returns the stored histories of the assets on the exchanges. Rejects where they cannot be read. */
export async function storedHistories(
  from: HistorySource,
  { source, assets, exchanges }: ReadScope,
  nowMs: number,
): Promise<ReadonlyMap<Asset, AssetSeries>> {
  const histories = new Map<Asset, AssetSeries>();
  for (const asset of assets)
    histories.set(asset, historyOf(await storedHistory(from, asset, source, nowMs), exchanges));
  return histories;
}

interface ReadScope {
  readonly source: DataSource;
  readonly assets: readonly Asset[];
  readonly exchanges: readonly ExchangeId[];
}

/** What was read beside current numbers. */
export interface RoundRead {
  readonly histories: ReadonlyMap<Asset, AssetSeries>;
  readonly context: readonly ContextSnapshot[];
  /** Daily levels of each traditional series. */
  readonly series: readonly (readonly ContextValue[])[];
}

/** An asset at the end of a round, with the history that counts beside its numbers. */
export interface EndedAsset {
  readonly asset: AssetSnapshot;
  readonly history: AssetSeries;
  readonly extras: readonly AssetExtra[];
}

/** Lays what was read over the assets as they stand at `nowMs`. Pure; assets without a history are left out. */
export function endOfRound(
  { histories, context, series }: RoundRead,
  assets: readonly AssetSnapshot[],
  nowMs: number,
): EndedAsset[] {
  return assets.flatMap((asset): EndedAsset[] => {
    const stored = histories.get(asset.asset);
    if (stored === undefined) return [];
    const history = countedHistory(stored, asset, nowMs);
    const extras = assetExtras({ read: asset, history, context, series, nowMs });
    return [{ asset: withExtras(asset, extras, nowMs), history, extras }];
  });
}

/** What is judged with beside the numbers: what is drawn once a day or computed once an hour, and the rules. */
export type JudgedWith = Pick<AssessedWith, 'noise' | 'venues' | 'rules'>;

/** Returns what one market keeps for judging between rounds, empty. */
export function keptForJudging(): Omit<JudgedWith, 'rules'> {
  return { noise: new NoiseBook(), venues: new VenueBook() };
}

/**
 * Returns the assessments at the end of a round; `before` are those that stand. Silence says nothing about the market:
 * where nobody answered the last assessment stands, and its age tells.
 */
export function assessments(
  ended: readonly EndedAsset[],
  before: ReadonlyMap<Asset, RegimeAssessment>,
  {
    source,
    isOffline,
    nowMs,
  }: { readonly source: DataSource; readonly isOffline: boolean; readonly nowMs: number },
  judgedWith: JudgedWith,
): ReadonlyMap<Asset, RegimeAssessment> {
  const regimes = new Map(before);
  for (const { asset, history } of ended) {
    if (isOffline && regimes.has(asset.asset)) continue;
    const previous = before.get(asset.asset);
    regimes.set(asset.asset, assessAsset(asset, history, { source, nowMs, previous, ...judgedWith }));
  }
  return regimes;
}
