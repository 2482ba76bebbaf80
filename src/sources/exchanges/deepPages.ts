import type { ExchangeId } from '../../core/ids.ts';
import type { InstrumentKind } from '../../core/instrument.ts';
import type { HttpRequestSpec, ObservationPoll, RequestScope } from './contract.ts';

/** What a back-fill is asked for; each is one or two kinds of rows, see docs/backfill.md. */
export const BACKFILL_METRICS = [
  'open-interest',
  'funding',
  'long-short',
  'taker',
  'price',
  'mark-price',
  'liquidations',
  'basis',
  'depth',
] as const;
export type BackfillMetric = (typeof BACKFILL_METRICS)[number];

/**
 * How far back an exchange answers, by its documentation. `days`: so many before now. `rows`: the newest so many rows.
 * `since`: from a day on (UTC, `2024-01-01`). `launch`: since the contract's first day.
 */
export type Reach =
  | { readonly days: number }
  | { readonly rows: number }
  | { readonly since: string }
  | 'launch';

/** A time that a page is about: rows with `fromMs <= label < toMs`, epoch ms. */
export interface PageRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a page is asked about, and of which time. */
export type PageScope = RequestScope & { readonly range: PageRange };

/** A history that cannot be asked for page by page, and why: so that nobody waits for it. */
export interface NotByPage {
  readonly exchange: ExchangeId;
  readonly metric: BackfillMetric;
  /** One sentence. */
  readonly reason: string;
}

/** Returns the reasons of an exchange, one for each metric. */
export function reasonsOf(
  exchange: ExchangeId,
  reasons: Readonly<Partial<Record<BackfillMetric, string>>>,
): NotByPage[] {
  return Object.entries(reasons).map(([metric, reason]) => ({
    exchange,
    metric: metric as BackfillMetric,
    reason,
  }));
}

/**
 * A history that an exchange gives page by page without a key: data and pure functions. A page holds everything of its
 * range, so that what is asked for follows from the calendar alone and no cursor has to be kept. It may hold rows beside
 * the range as well, which are cut off: where an exchange does not say whether an end of a range is part of it, a row more
 * is asked for, and settlements are read with their neighbours, which tell how long the interval was.
 */
export interface DeepPages {
  /** Stable id, `exchange/name`, of no other source. */
  readonly id: string;
  /** What it is mainly asked for. */
  readonly metric: BackfillMetric;
  /** What the same answers hold besides, where no other history gives it better. */
  readonly also?: readonly BackfillMetric[];
  /** Reads the answers, and says at which host, under which limits and about which instruments it is asked. */
  readonly poll: ObservationPoll<never>;
  /** What a page costs against the limits of its host, where it differs from the poll's. */
  readonly weight?: number;
  /** What each series of it is: bars of so long, ms; of settlements the shortest interval there is. */
  readonly stepMs: number;
  /** How many rows a page may hold; its span is so many steps. */
  readonly rows: number;
  readonly reach: Reach;
  /** Where the reach is stated; one sentence. */
  readonly reason: string;
  /** Which instruments it is asked for, where they are not the poll's. */
  readonly about?: InstrumentKind;
  /** The exchange takes no range: one request, whatever its range, gives all that there is, up to `rows` of the newest. */
  readonly isWhole?: true;
  /**
   * Undefined where it does not apply to the instrument. Translates the range to what the exchange counts as inclusive.
   * Of every answer the rows of the page are those that `rowsOfPage` keeps.
   */
  request(scope: PageScope): HttpRequestSpec | undefined;
}
