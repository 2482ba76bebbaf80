import { exchangeName } from '../../analysis/regime/exchangeNames.ts';
import { windowSuffix } from '../../analysis/metrics/metricIds.ts';
import type { AssetChange, Change } from '../../analysis/metrics/changes.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { AssetSnapshot } from '../../market/snapshot.ts';
import { formatDuration, formatPointsPerYear, formatRate } from './format.ts';

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
  /** How many exchanges it is of. */
  readonly exchanges: number;
  /** What is compared with what, and of which exchanges. */
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
  fundingPerYear: 'yearly rate now - yearly rate then, weighted by open interest, in percentage points',
};

/** Returns the changes of an asset, by kind and then by window; those that are not known have no row. */
export function changeRows({ changes = [] }: AssetSnapshot): ChangeRow[] {
  return (Object.keys(NAMES) as ChangeKind[]).flatMap((kind) =>
    changes.flatMap((one) => {
      const change = one[kind];
      return change === undefined ? [] : [rowOf(kind, one, change)];
    }),
  );
}

/** Returns one line for each kind, with all windows: `Price +0.120 % 1 h, +1.50 % 24 h, −3.20 % 7 d`. */
export function changeLines(snapshot: AssetSnapshot): string[] {
  return [...Map.groupBy(changeRows(snapshot), ({ kind }) => kind).values()].map((rows) => {
    const parts = rows.map((row) => `${row.value} ${windowText(row.windowMs)}`);
    return `${rows[0]?.label.replace(/ change.*$/, '') ?? ''} ${parts.join(', ')}`;
  });
}

/** Returns a table's rows, by kind, with a cell for each window. */
export function changeTable(snapshot: AssetSnapshot): string[][] {
  const rows = changeRows(snapshot);
  return (Object.keys(NAMES) as ChangeKind[]).map((kind) => {
    const cells = [HOUR_MS, DAY_MS, 7 * DAY_MS].map((windowMs) => {
      const row = rows.find((one) => one.kind === kind && one.windowMs === windowMs);
      return row === undefined ? 'not known' : row.value;
    });
    return [NAMES[kind][1], ...cells, MEANINGS[kind]];
  });
}

function rowOf(kind: ChangeKind, { windowMs }: AssetChange, change: Change): ChangeRow {
  const [id, long, short] = NAMES[kind];
  const window = windowText(windowMs);
  const { length } = change.exchanges;
  return {
    id: `change-${id}-${windowSuffix(windowMs) ?? windowMs}`,
    kind,
    windowMs,
    label: `${long} ${window}`,
    shortLabel: `${windowSuffix(windowMs) ?? window} ${short}`,
    exchanges: length,
    value: kind === 'fundingPerYear' ? formatPointsPerYear(change.value) : formatRate(change.value),
    detail: [
      `${MEANINGS[kind]}, now and ${window} ago`,
      `the same ${length === 1 ? 'exchange' : `${length} exchanges`} at both ends: ${change.exchanges.map(exchangeName).join(', ')}`,
    ].join('\n'),
  };
}

/** Returns of how many exchanges a change is: of 6 exchanges. */
export function countWords({ exchanges }: Pick<ChangeRow, 'exchanges'>): string {
  return exchanges === 1 ? 'of 1 exchange' : `of ${exchanges} exchanges`;
}

/** 1 h, 24 h, 7 d: a day is called 24 h, since it is no calendar day. */
const windowText = (windowMs: number): string => formatDuration(windowMs);
