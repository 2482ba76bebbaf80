import type { Rows } from '../core/chunk.ts';
import type { Asset, DataSource } from '../core/ids.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { AssetBook } from './assetBook.ts';
import type { AssetSeries, KnownToday } from './assetSeries.ts';
import { assetView } from './assetView.ts';
import { sortRows } from './incoming.ts';
import type { SeriesStore } from './points.ts';

/** More assets than are looked at at once, of about 4 MB each; the one not asked for longest is read again when it is. */
const MAX_ASSETS = 64;

interface Entry {
  readonly book: AssetBook;
  /** The reads of one asset wait for each other. */
  reading: Promise<unknown>;
}

/**
 * The history of the assets that are looked at, as columns in memory: by source, asset and stored series. A read takes
 * from the store what is not held yet, at first 30 days, then next to nothing; so what a refresh recomputes does not
 * depend on how much is stored. Everything that this process appends must be told by `take`.
 */
export class SeriesBook {
  readonly #storeOf: (source: DataSource) => Promise<SeriesStore>;
  /** In the order in which they were last asked for. */
  readonly #entries = new Map<string, Entry>();

  constructor(storeOf: (source: DataSource) => Promise<SeriesStore>) {
    this.#storeOf = storeOf;
  }

  /** Returns an asset's history as it may be counted at `nowMs`. Rejects where the store cannot be read. */
  async read(source: DataSource, asset: Asset, nowMs: number, known: KnownToday = {}): Promise<AssetSeries> {
    const entry = this.#entry(source, asset);
    const loaded = entry.reading
      .catch(() => undefined)
      .then(async () => entry.book.load(await this.#storeOf(source), nowMs));
    entry.reading = loaded;
    await loaded;
    return assetView(entry.book, asset, nowMs, known);
  }

  /** Takes in rows that were appended to the store of a source. Those of assets that nobody has read are not kept. */
  take(source: DataSource, rows: Rows): void {
    const sorted = sortRows(rows, (asset) => this.#entries.has(keyOf(source, asset)));
    for (const [asset, lists] of sorted) this.#entries.get(keyOf(source, asset))?.book.take(lists);
  }

  /** Another process has appended to the store of a source: the next read takes what has come since. */
  fallBehind(source: DataSource): void {
    for (const [key, { book }] of this.#entries) if (key.startsWith(`${source} `)) book.fallBehind();
  }

  #entry(source: DataSource, asset: Asset): Entry {
    const key = keyOf(source, asset);
    const entry = this.#entries.get(key) ?? { book: new AssetBook(asset), reading: Promise.resolve() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ASSETS && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }
}

const keyOf = (source: DataSource, asset: Asset): string => `${source} ${asset}`;

/** Returns a store whose appends are told to the book, once they are done. */
export function followedStore(store: HistoryStore, book: SeriesBook): HistoryStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append')
        return async (rows: Rows) => {
          const result = await target.append(rows);
          book.take(target.source, rows);
          return result;
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
