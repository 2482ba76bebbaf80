import type { ExchangeId } from '../../core/ids.ts';
import type { StreamGap } from '../../core/streamGap.ts';
import type { DumpReport } from './dumpReport.ts';

/** Returns the holes of a file as gap rows for the store, one stream for each instrument (and band) of an endpoint. */
export function gapsOf(exchange: ExchangeId, { endpoint, series }: DumpReport): StreamGap[] {
  return series.flatMap((one) =>
    one.holes.map(({ fromMs, toMs, cause }) => ({
      exchange,
      stream: [endpoint, one.venueSymbol, one.series].filter((part) => part !== '').join(' '),
      ...{ fromMs, toMs, backfilled: false },
      cause: cause === 'missing' || cause === 'known' ? ('missing' as const) : ('unusable' as const),
    })),
  );
}
