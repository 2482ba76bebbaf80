import type { MarketState } from '../market/snapshot.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import { formatAgo } from '../surfaces/reports/format.ts';
import { coverageWords } from '../surfaces/reports/regimeWords.ts';

/** What there is beside the state of the market. */
export interface CollectLive {
  readonly streams: readonly Pick<StreamStatus, 'state'>[];
  /** Whether this process is the one that collects. */
  readonly isHere: boolean;
  readonly nowMs: number;
}

/** Returns a round as one JSON object: what was collected, how complete it is, and who did. */
export function collectLine(state: MarketState, { streams, isHere }: CollectLive): object {
  const { source, snapshot, regimes } = state;
  return {
    schema: 'perpscope.collect/1',
    asOfMs: snapshot?.asOfMs,
    source,
    isHere,
    assets: (snapshot?.assets ?? []).map(({ asset, aggregate, exchanges }) => ({
      asset,
      coverage: aggregate.coverage,
      label: regimes.get(asset)?.label,
      exchanges: exchanges.map(({ exchange, status, reason }) => ({ exchange, status, ...(reason === undefined ? {} : { reason }) })), // prettier-ignore
    })),
    ...(isHere ? { streams: { live: liveOf(streams), of: streams.length } } : {}),
  };
}

/** Returns in one line what is collected, for a terminal. */
export function collectStatus(state: MarketState, { streams, isHere, nowMs }: CollectLive): string {
  const { source, snapshot, regimes, phase, isRefreshing } = state;
  const mark = source === 'simulated' ? 'SIMULATED ' : '';
  if (snapshot === undefined)
    return `${mark}${phase === 'offline' ? 'no exchange answers' : 'asking the exchanges'}`;
  const assets = snapshot.assets.map(({ asset, aggregate: { coverage } }) => {
    const label = regimes.get(asset)?.label;
    return `${asset} ${coverageWords(coverage)} fresh${label === undefined ? '' : `, ${label}`}`;
  });
  const parts = [
    ...assets,
    ...(streams.length === 0 ? [] : [`${liveOf(streams)} of ${streams.length} streams live`]),
    isRefreshing ? 'asking' : `as of ${formatAgo(snapshot.asOfMs, nowMs)}`,
    ...(isHere ? [] : ['another process collects']),
  ];
  return `${mark}${parts.join(' · ')}`;
}

const liveOf = (streams: CollectLive['streams']): number =>
  streams.filter(({ state }) => state === 'live').length;
