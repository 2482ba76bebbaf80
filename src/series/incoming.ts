import { facetOfChunk, isChunk, type Chunk, type Rows } from '../core/chunk.ts';
import type { Asset, ExchangeId, InstrumentKey } from '../core/ids.ts';
import { facetOf, type Observation, type Provenance } from '../core/observation.ts';
import { isColumn, sharedOf } from '../store/columnsOfRows.ts';
import type { StoredColumns } from '../store/historyStore.ts';
import { listName } from './lists.ts';

/** Rows of one stored series, as they were stored or are about to be: on no grid, in any order. */
export interface Incoming extends StoredColumns {
  /** Tells the series from others of the same kind and facet. */
  readonly key: string;
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
}

/** Returns stored columns with the key of their series. */
export function incomingOf(stored: StoredColumns): Incoming {
  const { exchange, instrument, endpoint } = stored.shared as unknown as Provenance;
  return { ...stored, key: keyOf(stored.shared), exchange, instrument, endpoint };
}

/** Returns rows by asset and list, as far as `isKept` says that the list is kept. */
export function sortRows(
  parts: Rows,
  isKept: (asset: Asset, list: string) => boolean,
): Map<Asset, Map<string, Incoming[]>> {
  const sorted = new Map<Asset, Map<string, Incoming[]>>();
  const note = (asset: Asset, list: string, make: () => StoredColumns): void => {
    if (!isKept(asset, list)) return;
    const lists = sorted.get(asset) ?? new Map<string, Incoming[]>();
    sorted.set(asset, lists);
    const own = lists.get(list) ?? [];
    lists.set(list, own);
    own.push(incomingOf(make()));
  };
  for (const part of parts)
    if (isChunk(part))
      note(part.shared.baseAsset, listName(part.shared.kind, facetOfChunk(part)), () => ofChunk(part));
    else note(part.baseAsset, listName(part.kind, facetOf(part)), () => ofRow(part));
  return sorted;
}

function ofRow(row: Observation): StoredColumns {
  const columns: Record<string, Float64Array> = {};
  for (const [name, value] of Object.entries(row) as [string, unknown][])
    if (isColumn(name, value)) columns[name] = Float64Array.of(value as number);
  return {
    shared: sharedOf(row),
    atMs: Float64Array.of(row.atMs),
    receivedAtMs: Float64Array.of(row.receivedAtMs),
    columns,
  };
}

/** A number that all rows of a chunk share is a column of the stored series like any other. */
function ofChunk({ shared, atMs, columns }: Chunk): StoredColumns {
  const constant = Object.entries(shared).filter(([name, value]) => isColumn(name, value));
  const filled = constant.map(([name, value]) => [name, new Float64Array(atMs.length).fill(value as number)]);
  return {
    shared: sharedOf(shared as unknown as Observation),
    atMs,
    receivedAtMs: new Float64Array(atMs.length).fill(shared.receivedAtMs),
    columns: { ...columns, ...(Object.fromEntries(filled) as Record<string, Float64Array>) },
  };
}

function keyOf(shared: StoredColumns['shared']): string {
  const entries = Object.entries(shared) as [string, unknown][];
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(' ');
}
