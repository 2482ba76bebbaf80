import type { AssetChange, Change, ChangeBasis, ChangeEnds } from '../../analysis/metrics/changes.ts';
import { FRESH_LIMIT_MS, HOURLY_FRESH_LIMIT_MS } from '../../analysis/metrics/freshness.ts';
import { windowSuffix } from '../../analysis/metrics/metricIds.ts';
import { exchangeName, inShownOrder } from '../../core/exchangeNames.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { formatAge, formatDuration, formatOld, formatPointsPerYear, formatRate } from './format.ts';

export type ChangeKind = 'price' | 'openInterest' | 'fundingPerYear';

/** One change as text. */
export interface ChangeRow {
  /** For example `change-price-24h`. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly windowMs: number;
  /** Price change 24 h. */
  readonly label: string;
  /** 24h price: where there is little room. */
  readonly shortLabel: string;
  readonly value: string;
  /** Ids of the exchanges that it is of, in the shown order. */
  readonly exchanges: readonly string[];
  /** The oldest of its newer ends, epoch ms. */
  readonly asOfMs: number;
  /** Its newer end no longer speaks of now. */
  readonly isStale: boolean;
  /** What is compared with what, when both ends were, and of which exchanges. */
  readonly detail: string;
}

const NAMES: Readonly<Record<ChangeKind, readonly [id: string, long: string, short: string]>> = {
  price: ['price', 'Price change', 'price'],
  openInterest: ['open-interest', 'Open interest change', 'OI'],
  fundingPerYear: ['funding', 'Funding change', 'fund'],
};
const MEANINGS: Readonly<Record<ChangeKind, string>> = {
  price: 'price now / price then - 1, median over exchanges',
  openInterest: 'coins now / coins then - 1',
  fundingPerYear:
    'running yearly rate now - yearly rate then, weighted by open interest, in percentage points',
};
/** What the ends of some of the exchanges are, where it must be said. */
const BASES: Readonly<Record<ChangeBasis, string>> = {
  mark: 'mark prices',
  last: 'last prices, not mark prices, at both ends',
  reading: 'current readings at both ends',
  hourly: 'hourly history at both ends',
  running: 'running rates at both ends',
  settled: 'running rate now, rate settled for its interval then',
};

export const UNKNOWN_CHANGES = 'Changes are not known: too few exchanges have numbers at both ends.';
export const CHANGE_HEAD = ['Change', '1 h', '24 h', '7 d', 'Of', 'Age', 'What'];

/** Returns the changes of an asset, by kind and then by window; those that are not known have no row. */
export function changeRows({ changes = [] }: AssetSnapshot, nowMs: number): ChangeRow[] {
  return (Object.keys(NAMES) as ChangeKind[]).flatMap((kind) =>
    changes.flatMap((one) => {
      const change = one[kind];
      return change === undefined ? [] : [rowOf(kind, one, change, nowMs)];
    }),
  );
}

/**
 * Returns one line for each kind, with all windows: `Price +0.120 % 1 h, +1.50 % 24 h, −3.20 % 7 d`; with the age of a
 * newer end that is no longer fresh for a reading.
 */
export function changeLines(snapshot: AssetSnapshot, nowMs: number): string[] {
  return [...Map.groupBy(changeRows(snapshot, nowMs), ({ kind }) => kind).values()].map((rows) => {
    const parts = rows.map(({ value, windowMs, asOfMs }) => {
      const old = nowMs - asOfMs > FRESH_LIMIT_MS ? ` (${formatOld(asOfMs, nowMs)})` : '';
      return `${value} ${windowText(windowMs)}${old}`;
    });
    return `${rows[0]?.label.replace(/ change.*$/, '') ?? ''} ${parts.join(', ')}`;
  });
}

/**
 * Returns the rows of the report's table, by kind: a cell for each window, whom they are of, the age of the oldest newer
 * end, and what is compared. Empty where nothing is known.
 */
export function changeTable(snapshot: AssetSnapshot, nowMs: number): string[][] {
  const rows = changeRows(snapshot, nowMs);
  if (rows.length === 0) return [];
  return (Object.keys(NAMES) as ChangeKind[]).map((kind) => {
    const own = rows.filter((one) => one.kind === kind);
    const cells = [HOUR_MS, DAY_MS, 7 * DAY_MS].map(
      (windowMs) => own.find((one) => one.windowMs === windowMs)?.value ?? 'not known',
    );
    const oldest = own.length === 0 ? undefined : Math.min(...own.map(({ asOfMs }) => asOfMs));
    return [NAMES[kind][1], ...cells, ofWords(own), formatAge(oldest, nowMs), MEANINGS[kind]];
  });
}

/** Whom a kind's changes are of: once where all windows are of the same exchanges, else for each. */
function ofWords(rows: readonly ChangeRow[]): string {
  const words = rows.map(({ exchanges }) => `${exchangesWords(exchanges.length)}: ${namesOf(exchanges)}`);
  if (new Set(words).size < 2) return words[0] ?? 'none';
  return rows.map(({ windowMs }, at) => `${windowText(windowMs)}: ${words[at] ?? ''}`).join('; ');
}

function rowOf(kind: ChangeKind, { windowMs }: AssetChange, change: Change, nowMs: number): ChangeRow {
  const [id, long, short] = NAMES[kind];
  const window = windowText(windowMs);
  const exchanges = inShownOrder(change.exchanges);
  const asOfMs = Math.min(...change.ends.map(({ nowAtMs }) => nowAtMs));
  const isHourly = change.ends.some(({ basis }) => basis === 'hourly');
  const limitMs = isHourly ? HOURLY_FRESH_LIMIT_MS : FRESH_LIMIT_MS;
  return {
    id: `change-${id}-${windowSuffix(windowMs) ?? windowMs}`,
    kind,
    windowMs,
    label: `${long} ${window}`,
    shortLabel: `${windowSuffix(windowMs) ?? window} ${short}`,
    exchanges,
    asOfMs,
    isStale: nowMs - asOfMs > limitMs,
    value: kind === 'fundingPerYear' ? formatPointsPerYear(change.value) : formatRate(change.value),
    detail: [
      `${MEANINGS[kind]}, now and ${window} ago`,
      `then: ${spanWords(change.ends, 'thenAtMs', nowMs)}; now: ${spanWords(change.ends, 'nowAtMs', nowMs)}`,
      `the same ${exchangesWords(exchanges.length, true)} at both ends: ${namesOf(exchanges)}`,
      ...basisLines(change.ends),
      ...(change.leftOut === undefined
        ? []
        : [`left out, without a number of the same kind then: ${namesOf(change.leftOut)}`]),
    ].join('\n'),
  };
}

/** 23 h 40 min ago; of several moments the oldest and the newest. */
function spanWords(ends: readonly ChangeEnds[], end: 'nowAtMs' | 'thenAtMs', nowMs: number): string {
  const times = ends.map((one) => one[end]);
  const [oldest, newest] = [Math.min(...times), Math.max(...times)].map((atMs) => formatAge(atMs, nowMs));
  return oldest === newest ? `${oldest ?? ''} ago` : `${newest ?? ''} to ${oldest ?? ''} ago`;
}

/** What the ends are, by exchange; mark prices are what is expected. */
function basisLines(ends: readonly ChangeEnds[]): string[] {
  return [...Map.groupBy(ends, ({ basis }) => basis)].flatMap(([basis, own]) =>
    basis === 'mark' ? [] : [`${BASES[basis]}: ${namesOf(own.map(({ exchange }) => exchange))}`],
  );
}

const namesOf = (ids: readonly string[]): string => inShownOrder(ids).map(exchangeName).join(', ');

function exchangesWords(count: number, isBare = false): string {
  return count === 1 ? `${isBare ? '' : '1 '}exchange` : `${count} exchanges`;
}

/** Returns of how many exchanges a change is: of 6 exchanges. */
export function countWords({ exchanges }: Pick<ChangeRow, 'exchanges'>): string {
  return `of ${exchangesWords(exchanges.length)}`;
}

/** 1 h, 24 h, 7 d: a day is called 24 h, since it is no calendar day. */
const windowText = (windowMs: number): string => formatDuration(windowMs);
