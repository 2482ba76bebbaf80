import type { Asset } from '../../../core/ids.ts';
import type { AssetCharts } from '../../../market/charts.ts';
import { newestReadings } from '../../../market/newestReadings.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import type { NewestNumbers } from '../../protocol/payloads.ts';

/** Time, coverage and clock of a panel's numbers; each is absent where it is not known. */
export function headOf(
  state: MarketState,
  asset: Asset,
): Pick<NewestNumbers, 'asOfMs' | 'coverage' | 'clockBehindMs'> {
  const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const times = snapshot?.exchanges.flatMap((one) => one.newestAtMs ?? []) ?? [];
  const machineClock = state.snapshot?.machineClock;
  return {
    ...(times.length === 0 ? {} : { asOfMs: Math.max(...times) }),
    ...(machineClock === undefined ? {} : { clockBehindMs: machineClock.behindMs }),
    ...(snapshot === undefined ? {} : { coverage: snapshot.aggregate.coverage }),
  };
}

/** Returns what a panel is told between two snapshots, for the charts that it shows. Pure. */
export function newestNumbers(input: {
  readonly version: number;
  readonly asset: Asset;
  readonly state: MarketState;
  readonly charts: Partial<AssetCharts>;
}): NewestNumbers {
  const { version, asset, state, charts } = input;
  const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  return { version, ...headOf(state, asset), ...newestReadings(snapshot, charts) };
}
