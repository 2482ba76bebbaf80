import type { Asset } from '../../core/ids.ts';
import { instrumentKey } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
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

/**
 * Returns the instruments to ask for. Where the list could not be had, the usual symbol stands in: enough to ask and
 * to name the answer, but its contract size stays unknown, so that nothing is converted by a guess.
 */
export function trackedInstruments(
  adapter: ExchangeAdapter,
  known: ReadonlyMap<string, Instrument> | undefined,
  assets: readonly Asset[],
): TrackedInstrument[] {
  const tracks = adapter.tracks ?? isTracked;
  return assets.flatMap((asset): TrackedInstrument[] => {
    const listed = [...(known?.values() ?? [])].filter((one) => one.baseAsset === asset && tracks(one));
    if (listed.length > 0) return listed.map((instrument) => ({ asset, instrument, isProvisional: false }));
    const hasList = known !== undefined && [...known.values()].some((one) => one.kind === 'perpetual');
    const venueSymbol = adapter.perpetualSymbol(asset);
    if (hasList) return [];
    const instrument: Instrument = {
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
    return [{ asset, instrument, isProvisional: true }];
  });
}
