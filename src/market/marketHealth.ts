import type { MachineClock } from '../core/clock.ts';
import type { Asset, ExchangeId } from '../core/ids.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import type { Way } from '../sources/collect/ways.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { switchedOff } from './chosenExchanges.ts';
import type { Collecting, MarketHealth } from './health.ts';
import type { MarketView } from './marketView.ts';
import type { MarketSnapshot } from './snapshot.ts';

export interface HealthInput {
  readonly view: MarketView;
  readonly adapters: readonly Pick<ExchangeAdapter, 'id' | 'displayName'>[];
  /** By the exchanges' clocks. */
  readonly nowMs: number;
  /** What must be added to a time of the clock here. */
  readonly offsetMs: number;
  readonly machineClock: MachineClock | undefined;
  /** With times of the clock here. */
  readonly streams: readonly StreamStatus[];
  readonly waysOf?: (exchange: ExchangeId) => readonly Way[];
  /** Absent where windows do not share. */
  readonly collecting?: Collecting;
}

/** Returns how every exchange answers, as of `nowMs`. */
export function marketHealth(input: HealthInput): MarketHealth {
  const { view, adapters, nowMs, offsetMs, machineClock, waysOf, collecting } = input;
  const status = input.streams.map((one) => inTime(one, offsetMs));
  const streams = Map.groupBy(status, (one) => one.exchange);
  return {
    asOfMs: nowMs,
    source: view.state.source,
    ...(machineClock === undefined ? {} : { machineClock }),
    ...(collecting === undefined ? {} : { collecting }),
    exchanges: adapters.map(({ id, displayName }) => {
      if (!view.isChosen(id)) return switchedOff(id, displayName);
      const leftOut = leftOutOf(view.state.snapshot, id);
      const ways = waysOf?.(id);
      return {
        ...view.health.of(id, displayName, streams.get(id) ?? [], nowMs),
        ...(ways === undefined ? {} : { ways }),
        ...(leftOut.length === 0 ? {} : { leftOut }),
      };
    }),
  };
}

function leftOutOf(
  snapshot: MarketSnapshot | undefined,
  exchange: ExchangeId,
): { readonly asset: Asset; readonly reason: string }[] {
  return (snapshot?.assets ?? []).flatMap(({ asset, aggregate }) =>
    (aggregate.leftOut ?? []).flatMap((one) =>
      one.exchange === exchange ? [{ asset, reason: one.reason }] : [],
    ),
  );
}

/** Streams keep the time of the clock here. */
function inTime(status: StreamStatus, offsetMs: number): StreamStatus {
  if (offsetMs === 0) return status;
  const { sinceMs, lastDataAtMs, nextAttemptAtMs } = status;
  return {
    ...status,
    sinceMs: sinceMs + offsetMs,
    ...(lastDataAtMs === undefined ? {} : { lastDataAtMs: lastDataAtMs + offsetMs }),
    ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs: nextAttemptAtMs + offsetMs }),
  };
}
