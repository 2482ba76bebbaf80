import type { Asset } from '../../core/ids.ts';
import { instrumentKey } from '../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import { unitOfInstrument } from '../../core/scaledUnit.ts';
import type { ExchangeAdapter } from '../exchanges/contract.ts';

/** Returns whether an instrument is one that snapshots follow: a trading perpetual, linear, settled in USDT. */
function isTracked(instrument: Instrument): boolean {
  return (
    instrument.kind === 'perpetual' &&
    instrument.margin === 'linear' &&
    instrument.settleAsset.toUpperCase() === 'USDT' &&
    instrument.quoteAsset.toUpperCase() === 'USDT' &&
    instrument.status === 'trading'
  );
}

/** What is followed for one asset on one exchange; `isProvisional`: by its usual symbol, without a contract size. */
export interface TrackedInstrument {
  readonly asset: Asset;
  readonly instrument: Instrument;
  readonly isProvisional: boolean;
}

/** Dated futures that are followed per asset and exchange. */
const MAX_DATED = 12;

/**
 * Returns the instruments to ask for: per asset the perpetuals, then dated futures and the spot pair where the adapter
 * has polls or channels about them. Where the list could not be had, the usual symbol stands in: enough to ask and to
 * name the answer, but its contract size stays unknown, so that nothing is converted by a guess.
 */
export function trackedInstruments(
  adapter: ExchangeAdapter,
  known: ReadonlyMap<string, Instrument> | undefined,
  assets: readonly Asset[],
): TrackedInstrument[] {
  const tracks = adapter.tracks ?? isTracked;
  const all = [...(known?.values() ?? [])];
  const hasList = all.some((one) => one.kind === 'perpetual');
  const readsDated = isAbout(adapter, 'dated-future');
  const readsSpot = isAbout(adapter, 'spot');
  return assets.flatMap((asset): TrackedInstrument[] => {
    const trading = all.filter((one) => one.status === 'trading');
    const own = trading.filter((one) => one.baseAsset === asset && unitOfInstrument(one) === undefined);
    const single = own.filter((one) => one.kind === 'perpetual' && tracks(one));
    // A contract of thousands is the exchange's market on the coin where it lists none on single coins.
    const listed = single.length > 0 ? single : inUnitsOf(asset, trading).filter(tracks).slice(0, 1);
    const perpetuals: TrackedInstrument[] =
      listed.length > 0
        ? listed.map((instrument) => ({ asset, instrument, isProvisional: false }))
        : hasList
          ? []
          : [{ asset, instrument: provisional(adapter, asset), isProvisional: true }];
    if (perpetuals.length === 0) return [];
    const futures = own.filter((one) => one.kind === 'dated-future' && readsDated);
    const dated = followedFutures(futures, perpetuals[0]?.instrument.settleAsset).map((instrument) => ({
      asset,
      instrument,
      isProvisional: false,
    }));
    // The spot pair is found by its ticker alone, and many a share has the ticker of a coin.
    const isCoin = (perpetuals[0]?.instrument.assetClass ?? 'crypto') === 'crypto';
    const spot = readsSpot && isCoin ? spotOf(adapter, asset) : undefined;
    return [
      ...perpetuals,
      ...dated,
      ...(spot === undefined ? [] : [{ asset, instrument: spot, isProvisional: false }]),
    ];
  });
}

/** The perpetuals whose unit is thousands of an asset, smallest unit first, as contracts on that asset. */
function inUnitsOf(asset: Asset, trading: readonly Instrument[]): Instrument[] {
  return trading
    .flatMap((one): (Instrument & { readonly coinsPerUnit: number })[] => {
      const unit = one.kind === 'perpetual' ? unitOfInstrument(one) : undefined;
      return unit?.asset === asset ? [{ ...one, baseAsset: asset, coinsPerUnit: unit.coinsPerUnit }] : [];
    })
    .sort((a, b) => a.coinsPerUnit - b.coinsPerUnit || (a.key < b.key ? -1 : 1));
}

/** Returns whether an adapter asks or streams anything about a kind of instrument. */
function isAbout(adapter: ExchangeAdapter, kind: InstrumentKind): boolean {
  const channels = (adapter.streams ?? []).flatMap((stream) => stream.channels);
  return [...adapter.polls, ...channels].some((one) => one.about === kind);
}

/**
 * Returns the dated futures to follow, nearest expiry first. Each expiry is followed once before any is twice: several
 * exchanges list weeks and quarters in two or three currencies, and the nearest alone would end before the quarter.
 */
function followedFutures(futures: readonly Instrument[], settleAsset: string | undefined): Instrument[] {
  const expiryOf = ({ expiresAtMs = 0 }: Instrument): number => expiresAtMs;
  const isLike = (one: Instrument): number => (one.settleAsset === settleAsset ? 0 : 1);
  const byKey = (a: Instrument, b: Instrument): number => (a.key < b.key ? -1 : 1);
  const ranked = [...Map.groupBy(futures, expiryOf).values()].flatMap((same) =>
    same
      .toSorted((a, b) => isLike(a) - isLike(b) || byKey(a, b))
      .map((instrument, rank) => ({ instrument, rank })),
  );
  return ranked
    .sort((a, b) => a.rank - b.rank || expiryOf(a.instrument) - expiryOf(b.instrument))
    .slice(0, MAX_DATED)
    .map(({ instrument }) => instrument)
    .sort((a, b) => expiryOf(a) - expiryOf(b) || byKey(a, b));
}

function provisional(adapter: ExchangeAdapter, asset: Asset): Instrument {
  const venueSymbol = adapter.perpetualSymbol(asset);
  return {
    key: instrumentKey(adapter.id, venueSymbol),
    exchange: adapter.id,
    venueSymbol,
    baseAsset: asset,
    quoteAsset: 'USDT',
    settleAsset: 'USDT',
    kind: 'perpetual',
    margin: 'linear',
    contractSize: { amount: Number.NaN, unit: 'base' },
    status: 'trading',
  };
}

/** A spot pair needs no list: its sizes are coins. Whether it exists, the exchange says when it is asked. */
function spotOf(adapter: ExchangeAdapter, asset: Asset): Instrument | undefined {
  const venueSymbol = adapter.spotSymbol?.(asset);
  if (venueSymbol === undefined) return undefined;
  const quoteAsset = /USDT$/i.test(venueSymbol) ? 'USDT' : /USDC$/i.test(venueSymbol) ? 'USDC' : 'USD';
  return {
    key: instrumentKey(adapter.id, venueSymbol, 'spot'),
    exchange: adapter.id,
    venueSymbol,
    baseAsset: asset,
    quoteAsset,
    settleAsset: quoteAsset,
    kind: 'spot',
    margin: 'linear',
    contractSize: { amount: 1, unit: 'base' },
    status: 'trading',
  };
}
