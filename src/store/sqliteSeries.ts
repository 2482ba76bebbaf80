import type { DatabaseSync } from 'node:sqlite';
import type { DamageBook } from './damage.ts';
import { seriesKey, type AnyIdentity } from './row.ts';
import { sealOf } from './seal.ts';

export type KnownSeries = AnyIdentity & { readonly id: number };

interface StoredSeries extends AnyIdentity {
  readonly id: number;
  readonly copy: string | null;
  readonly seal: number | null;
}

/**
 * The series of a file, all of them in memory. Each is written twice, once with a checksum: one changed letter would give
 * all rows of a series to another instrument.
 */
export class SqliteSeries {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #damage: DamageBook;
  readonly #byKey = new Map<string, KnownSeries>();
  readonly #byId = new Map<number, KnownSeries>();
  readonly #byKind = new Map<string, KnownSeries[]>();
  #lacksCopies = false;
  /** What the file's own count of changes was when they were read; undefined: not read yet. */
  #version: number | undefined;

  readonly #onAdded: (series: KnownSeries) => void;

  constructor(db: DatabaseSync, damage: DamageBook, onAdded: (series: KnownSeries) => void) {
    this.#sql = prepareAll(db);
    this.#damage = damage;
    this.#onAdded = onAdded;
  }

  /** Reads them again where another process, or a roll-back, has changed them. Returns whether it had. */
  refresh(): boolean {
    const version = Number(this.#sql.version.get()?.['value'] ?? 0);
    if (version === this.#version) return false;
    this.#byKey.clear();
    this.#byId.clear();
    this.#byKind.clear();
    for (const stored of this.#sql.all.all() as unknown as StoredSeries[]) this.#know(this.#sound(stored));
    this.#version = version;
    return true;
  }

  /** Lets every process read series and newest rows again. */
  touch(): void {
    this.#sql.count.get();
  }

  /** After a roll-back: what is in memory may never have been written. */
  forget(): void {
    this.#version = undefined;
  }

  all(): KnownSeries[] {
    return [...this.#byId.values()];
  }

  ofKind(kind: string): KnownSeries[] {
    let known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, (known = this.all().filter((one) => one.kind === kind)));
    return known;
  }

  byId(id: number): KnownSeries | undefined {
    return this.#byId.get(id);
  }

  /** Returns the series of that name, made where there is none; what it says of the instrument is taken over. */
  named(identity: AnyIdentity): KnownSeries {
    const { kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset } = identity;
    const known = this.#byKey.get(seriesKey(identity));
    if (known?.exchange === exchange && known.venueSymbol === venueSymbol && known.baseAsset === baseAsset)
      return known;
    const names = [exchange, venueSymbol, baseAsset] as const;
    if (known !== undefined) this.#sql.describe.run(...names, known.id);
    const id =
      known?.id ?? Number(this.#sql.add.run(kind, instrument, facet, endpoint, ...names).lastInsertRowid);
    const series = { ...identity, id };
    this.#copy(series);
    this.#version = Number(this.#sql.count.get()?.['value']);
    if (known === undefined) this.#onAdded(series);
    return this.#know(series);
  }

  /** Whether the file is of an earlier version, which had no copies. */
  lacksCopies(): boolean {
    return this.#lacksCopies;
  }

  /** Writes those copies. */
  copyAll(): void {
    for (const series of this.#byId.values()) this.#copy(series);
    this.#lacksCopies = false;
  }

  #copy(series: KnownSeries): void {
    const text = textOf(series);
    this.#sql.copy.run(series.id, text, sealOf(text));
  }

  #know(series: KnownSeries): KnownSeries {
    this.#byKey.set(seriesKey(series), series);
    this.#byId.set(series.id, series);
    this.#byKind.delete(series.kind);
    return series;
  }

  /** The series as it was written, whichever of its two texts is sound. */
  #sound({ copy, seal, ...series }: StoredSeries): KnownSeries {
    if (copy === null) this.#lacksCopies = true;
    if (copy === null || copy === textOf(series) || sealOf(copy) !== seal) return { ...series };
    const sound = seriesOfText(copy);
    this.#damage.noteRow(sound.instrument, `series ${sound.id}`);
    return { ...sound, id: series.id };
  }
}

/** Returns the series of a file of which parts cannot be read, each from whichever of its two texts can. */
export function readableSeries(db: DatabaseSync): KnownSeries[] {
  const found = new Map<number, KnownSeries>();
  for (const series of readable<KnownSeries>(db, `SELECT ${COLUMNS} FROM series s`))
    found.set(series.id, series);
  const copies = 'SELECT id, text AS copy, seal FROM series_copy';
  for (const { copy, seal } of readable<StoredSeries>(db, copies)) {
    if (copy === null || sealOf(copy) !== seal) continue;
    const series = seriesOfText(copy);
    found.set(series.id, series);
  }
  return [...found.values()];
}

/** Rows from the first on, as far as they can be read, and then from the last. */
function* readable<T>(db: DatabaseSync, select: string): Generator<T> {
  for (const order of ['ASC', 'DESC'])
    try {
      yield* db.prepare(`${select} ORDER BY id ${order}`).iterate() as Iterable<T>;
      return;
    } catch {
      // What lies behind the damage may be found from the other end.
    }
}

function textOf(series: KnownSeries): string {
  const { id, kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset } = series;
  return JSON.stringify([id, kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset]);
}

function seriesOfText(text: string): KnownSeries {
  const [id, kind = '', instrument = '', facet = '', endpoint = '', ...rest] = JSON.parse(text) as [
    number,
    ...string[],
  ];
  const [exchange = '', venueSymbol = '', baseAsset = ''] = rest;
  return { id, kind, instrument, facet, endpoint, exchange, venueSymbol, baseAsset };
}

const COLUMNS = `s.id, s.kind, s.instrument, s.facet, s.endpoint, s.exchange, s.venue_symbol AS venueSymbol,
  s.base_asset AS baseAsset`;

function prepareAll(db: DatabaseSync) {
  return {
    version: db.prepare("SELECT value FROM counter WHERE name = 'series'"),
    count: db.prepare("UPDATE counter SET value = value + 1 WHERE name = 'series' RETURNING value"),
    all: db.prepare(
      `SELECT ${COLUMNS}, c.text AS copy, c.seal FROM series s LEFT JOIN series_copy c ON c.id = s.id`,
    ),
    add: db.prepare(
      `INSERT INTO series (kind, instrument, facet, endpoint, exchange, venue_symbol, base_asset)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    describe: db.prepare('UPDATE series SET exchange = ?, venue_symbol = ?, base_asset = ? WHERE id = ?'),
    copy: db.prepare('INSERT OR REPLACE INTO series_copy VALUES (?, ?, ?)'),
  };
}
