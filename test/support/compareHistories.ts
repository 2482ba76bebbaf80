import { createHash, type Hash } from 'node:crypto';
import type { DataSource } from '../../src/core/ids.ts';
import { facetOf, type ObservationKind } from '../../src/core/observation.ts';
import { DAY_MS } from '../../src/core/units.ts';
import { openSqliteStore } from '../../src/store/sqliteStore.ts';

const KINDS: readonly ObservationKind[] = [
  ...(['open-interest', 'funding-rate', 'mark-price', 'candle', 'long-short-ratio'] as const),
  ...(['taker-volume', 'depth', 'liquidation', 'liquidation-volume', 'basis'] as const),
];

/** How two histories that were filled in at different times differ. */
export interface HistoryDifference {
  /** Rows of the first. */
  readonly rows: number;
  readonly gaps: number;
  /** Series that begin later in one of them, and by how much at most: exchanges that keep the newest rows alone forget meanwhile. */
  readonly laterSeries: number;
  readonly latestMs: number;
  /** Series whose rows differ from the later of their two beginnings on. */
  readonly different: readonly string[];
  readonly hasSameGaps: boolean;
}

interface SeriesDigest {
  readonly firstMs: number;
  readonly rows: number;
  readonly sha256: string;
}

/** Compares two histories row by row, without the times of receipt; of any length, for a month is held at a time. */
export async function compareHistories(
  files: readonly [first: string, second: string],
  source: DataSource,
): Promise<HistoryDifference> {
  const [first, second] = [await digestsOf(files[0], source), await digestsOf(files[1], source)];
  const keys = new Set([...first.series.keys(), ...second.series.keys()]);
  const unlike = [...keys].filter((key) => first.series.get(key)?.sha256 !== second.series.get(key)?.sha256);
  const beginnings = (key: string): number[] =>
    [first, second].map(({ series }) => series.get(key)?.firstMs ?? Number.POSITIVE_INFINITY);
  const from = new Map(unlike.map((key) => [key, Math.max(...beginnings(key))]));
  const moved = unlike.map((key) => Math.max(...beginnings(key)) - Math.min(...beginnings(key)));
  const again = [];
  if (unlike.length > 0) for (const file of files) again.push(await digestsOf(file, source, from));
  const [a, b] = again;
  return {
    rows: [...first.series.values()].reduce((sum, { rows }) => sum + rows, 0),
    gaps: first.gaps.length,
    laterSeries: moved.filter((ms) => ms > 0).length,
    latestMs: Math.max(0, ...moved),
    different: unlike.filter((key) => a?.series.get(key)?.sha256 !== b?.series.get(key)?.sha256),
    hasSameGaps: JSON.stringify(first.gaps) === JSON.stringify(second.gaps),
  };
}

/** A digest of each series, of those named alone and from a time on where these are given. */
async function digestsOf(
  file: string,
  source: DataSource,
  from?: ReadonlyMap<string, number>,
): Promise<{ readonly series: Map<string, SeriesDigest>; readonly gaps: readonly string[] }> {
  const store = await openSqliteStore(file, { source });
  try {
    const found = new Map<string, { firstMs: number; rows: number; hash: Hash }>();
    for (let fromMs = Date.UTC(2019, 0, 1); fromMs < Date.now(); fromMs += 30 * DAY_MS)
      for (const kind of KINDS)
        for (const { receivedAtMs: _receipt, ...row } of await store.query({
          kind,
          fromMs,
          toMs: fromMs + 30 * DAY_MS,
        })) {
          const key = `${row.instrument} ${row.endpoint} ${row.kind} ${facetOf(row as never)}`;
          if (from !== undefined && row.atMs < (from.get(key) ?? Number.POSITIVE_INFINITY)) continue;
          const own = found.get(key) ?? { firstMs: row.atMs, rows: 0, hash: createHash('sha256') };
          own.hash.update(JSON.stringify(row));
          own.rows += 1;
          found.set(key, own);
        }
    const series = new Map(
      [...found].map(([key, { hash, ...own }]) => [key, { ...own, sha256: hash.digest('hex') }] as const),
    );
    return { series, gaps: (await store.gaps({})).map((gap) => JSON.stringify(gap)).sort() };
  } finally {
    await store.close();
  }
}
