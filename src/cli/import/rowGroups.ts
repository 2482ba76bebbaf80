import type { ExchangeId } from '../../core/ids.ts';
import type { SharedFields } from '../../core/chunk.ts';
import type { ColumnPlan, Layout } from './layouts.ts';
import { targetOf, type Target } from './targets.ts';

/** Columns that make one observation of each row: of one kind, at one moment. */
export interface RowGroup {
  readonly kind: Target['kind'];
  readonly when: Target['when'];
  readonly at: NonNullable<ColumnPlan['at']>;
  readonly plusMs: number;
  readonly columns: readonly ColumnPlan[];
  /** What all its rows share beside names and receipt. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Returns the groups of a layout: what one row of the file becomes. */
export function groupsOf(layout: Layout): RowGroup[] {
  const keyed = Map.groupBy(layout.columns, ({ to, at = 'row', plusMs = 0 }) => {
    const { kind, when } = targetOf(to);
    return JSON.stringify([kind, when, when === 'reading' ? at : 'bar', plusMs]);
  });
  return [...keyed.values()].flatMap((columns): RowGroup[] => {
    const [first] = columns;
    if (first === undefined) return [];
    const { kind, when } = targetOf(first.to);
    return [
      {
        kind,
        when,
        at: first.at ?? 'row',
        plusMs: first.plusMs ?? 0,
        columns,
        fields: fieldsOf(kind, layout),
      },
    ];
  });
}

function fieldsOf(kind: Target['kind'], layout: Layout): Readonly<Record<string, unknown>> {
  const { barMs, sides, population = 'unstated', priceType, bandFraction, interval } = layout;
  const bar = barMs === undefined ? {} : { barMs };
  switch (kind) {
    case 'open-interest':
      return { sides, ...bar };
    case 'candle':
      return { priceType, ...bar };
    case 'long-short-ratio':
      return { population, ...bar };
    case 'liquidation-volume':
      return { coverage: 'unverified', ...bar };
    case 'volume':
      return { windowMs: barMs };
    case 'basis':
      return { contractType: 'perpetual', ...bar };
    case 'depth':
      return { bandFraction };
    case 'funding-rate':
      return {
        phase: 'settled',
        intervalBasis: interval !== undefined && 'column' in interval ? 'payload' : 'instrument',
      };
    default:
      return {};
  }
}

/** The moments of a row: as written, and start and end of its bar; NaN where rows are no bars. */
export interface Moments {
  readonly rowMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Returns the moments of a row that is labelled at `rowMs`. */
export function momentsOf(rowMs: number, { barMs = Number.NaN, label, jitterMs = 0 }: Layout): Moments {
  const labelMs = jitterMs === 0 ? rowMs : Math.round(rowMs / jitterMs) * jitterMs;
  const startMs = label === 'end' ? labelMs - barMs : labelMs;
  return { rowMs, startMs, endMs: startMs + barMs };
}

/** Returns of which moment a group's row is. */
export function momentOf({ when, at, plusMs }: RowGroup, moments: Moments): number {
  if (when === 'bar') return moments.startMs;
  if (when === 'window') return moments.endMs;
  return { start: moments.startMs, end: moments.endMs, row: moments.rowMs }[at] + plusMs;
}

/** Returns what the rows of one instrument and group share. */
export function sharedOf(
  group: RowGroup,
  names: { exchange: ExchangeId; symbol: string; asset: string; market: 'spot' | undefined },
  receipt: { receivedAtMs: number; endpoint: string },
): SharedFields {
  const { exchange, symbol, asset, market } = names;
  return {
    kind: group.kind as SharedFields['kind'],
    exchange,
    venueSymbol: symbol,
    baseAsset: asset,
    instrument: `${exchange}:${market === undefined ? '' : 'spot/'}${symbol}`,
    ...(market === undefined ? {} : { market }),
    // By name: who calls holds more than these.
    receivedAtMs: receipt.receivedAtMs,
    endpoint: receipt.endpoint,
    ...group.fields,
  };
}
