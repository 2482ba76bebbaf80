import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import type { ObservationKind } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { HistoryStore, StoredColumns } from '../../store/historyStore.ts';
import { disagreement, type Disagreement } from '../dumps/disagreement.ts';

/** How two sources of one number of one instrument differ where both state it. */
export interface Comparison {
  readonly exchange: ExchangeId;
  readonly venueSymbol: string;
  /** The field, and the length of its bars. */
  readonly what: string;
  /** Endpoints. */
  readonly first: string;
  readonly second: string;
  readonly found: Disagreement;
}

/** The number that two sources of a kind are compared by. */
const FIELDS: Readonly<Partial<Record<ObservationKind, readonly string[]>>> = {
  'open-interest': ['openInterestBase', 'openInterestUsd'],
  'funding-rate': ['fundingRatePerInterval'],
  'long-short-ratio': ['longShortRatio'],
  candle: ['closeQuote', 'volumeBase'],
  'taker-volume': ['takerBuyBase', 'takerSellBase'],
};
/** Fields of a series that two sources must share to be about the same number. */
const SAME = ['barMs', 'sides', 'population', 'priceType', 'phase'] as const;
/** Settlements are stated some ms apart. */
const TOLERANCE_MS = 1_000;

/**
 * Compares what the endpoints of an instrument say of the same number at the same times. Of bars of a shorter step the ones at
 * the longer one's labels count, of levels alone: a sum of an hour is no five minutes of it.
 */
export async function compareSources(
  store: HistoryStore,
  instruments: readonly InstrumentKey[],
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<Comparison[]> {
  const found: Comparison[] = [];
  for (const instrument of instruments)
    for (const [kind, fields] of Object.entries(FIELDS) as [ObservationKind, readonly string[]][]) {
      const series = await store.columns({ kind, instrument, ...range, fields });
      found.push(
        ...pairsOf(series).flatMap(([a, b]) => fields.flatMap((field) => compared(kind, field, a, b))),
      );
    }
  return found;
}

function pairsOf(series: readonly StoredColumns[]): [StoredColumns, StoredColumns][] {
  return series.flatMap((a, index) =>
    series
      .slice(index + 1)
      .flatMap((b): [StoredColumns, StoredColumns][] => (isSameNumber(a, b) ? [[a, b]] : [])),
  );
}

function isSameNumber({ shared: a }: StoredColumns, { shared: b }: StoredColumns): boolean {
  return (
    a.endpoint !== b.endpoint &&
    SAME.every((name) => a[name] === b[name] || a[name] === undefined || b[name] === undefined) &&
    a['barMs'] === b['barMs']
  );
}

function compared(kind: ObservationKind, field: string, a: StoredColumns, b: StoredColumns): Comparison[] {
  const [first, second] = [a.columns[field], b.columns[field]];
  if (first === undefined || second === undefined) return [];
  const toleranceMs = kind === 'funding-rate' ? TOLERANCE_MS : 0;
  const found = disagreement({ atMs: a.atMs, values: first }, { atMs: b.atMs, values: second }, toleranceMs);
  if (found.overlaps === 0) return [];
  const barMs = a.shared['barMs'];
  const bars =
    typeof barMs === 'number'
      ? ` of ${barMs >= HOUR_MS ? `${barMs / HOUR_MS} h` : `${barMs / 60_000} min`}`
      : '';
  const { exchange, venueSymbol } = a.shared;
  return [
    {
      exchange,
      venueSymbol,
      what: `${field}${bars}`,
      first: a.shared.endpoint,
      second: b.shared.endpoint,
      found,
    },
  ];
}
