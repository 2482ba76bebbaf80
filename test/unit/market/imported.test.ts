import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { silentLogger } from '../../../src/core/logger.ts';
import type { ContextValue } from '../../../src/core/contextValue.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { DAY_MS } from '../../../src/core/units.ts';
import { Market } from '../../../src/market/market.ts';
import { SeriesBook } from '../../../src/series/seriesBook.ts';
import type { Collector } from '../../../src/sources/collect/collector.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { openSqliteStore } from '../../../src/store/sqliteStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { madeUp } from '../analysis/regime/madeUpRows.ts';
import { contentOf } from '../series/seriesOfRows.ts';
import { observe, resultOf } from './builders.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-imported-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const IDS = ['okx', 'binance', 'gate', 'bybit'];

/** The same market as a user's own rows would state it: other values, newer, of an instrument of their own. */
function asImported(rows: readonly Observation[]): Observation[] {
  return rows.map((row) => {
    const scaled = Object.entries(row).map(([name, value]) => [
      name,
      /(?:Base|Usd|Quote)$/.test(name) && typeof value === 'number' ? value * 3 : value,
    ]);
    const own = Object.fromEntries(scaled) as unknown as Observation;
    return {
      ...own,
      exchange: 'import:mine',
      venueSymbol: 'BTC',
      instrument: 'import:mine:BTC',
      endpoint: 'FILE a.csv',
    };
  });
}

const score = (provider: string, value: number, atMs: number): ContextValue => ({
  ...{ kind: 'context', provider, metric: 'fear-greed', unit: 'score', value, atMs, receivedAtMs: atMs },
  endpoint: 'FILE a.csv',
});

/** What a market and all general reads say of a history. */
async function saysOf(store: HistoryStore, seed: number): Promise<Record<string, unknown>> {
  const { nowMs } = madeUp(seed);
  const clock = new FakeClock(nowMs);
  const book = new SeriesBook(() => Promise.resolve(store));
  const results = IDS.map((id) =>
    resultOf(id, [
      observe(id, 'mark-price', { markPriceQuote: 100, atMs: nowMs }),
      observe(id, 'open-interest', { openInterestBase: 1_000, sides: 'one', atMs: nowMs }),
    ]),
  );
  const market = new Market({
    collector: { refresh: () => Promise.resolve({ source: 'live', results }) } as unknown as Collector,
    adapters: IDS.map((id) => adapterOf(id)!),
    ...{
      storeOf: () => Promise.resolve(store),
      book,
      clock,
      logger: silentLogger,
      expectedSource: 'live' as const,
    },
  });
  const snapshot = await market.refresh({ assets: ['BTC'] });
  const { rows } = await store.feed();
  return structuredClone({
    snapshot,
    regime: market.state.regimes.get('BTC'),
    content: contentOf(await book.read('live', 'BTC', nowMs)),
    latest: await store.latest({ kind: 'open-interest', baseAsset: 'BTC' }),
    extremes: await store.extremes({ kind: 'open-interest', baseAsset: 'BTC' }),
    context: await store.queryContext({ metric: 'fear-greed' }),
    feed: rows.length,
    exchanges: [...new Set(rows.map(({ exchange }) => exchange))],
  });
}

describe('imported rows', () => {
  const stores = {
    memory: async () => createMemoryStore('live'),
    file: (name: string) => openSqliteStore(join(folder, name), { source: 'live' }),
  };
  for (const [kind, open] of Object.entries(stores))
    for (const seed of [1, 2, 3])
      it(`never mix with those of exchanges: snapshot, regime, history and reads are the same (${kind}, ${seed})`, async function () {
        this.timeout(60_000);
        const { history, nowMs } = madeUp(seed);
        const rows = Object.values(history).flat() as Observation[];
        const context = [score('alternative-me', 40, nowMs - DAY_MS)];
        const [plain, mixed] = [await open(`p${seed}`), await open(`m${seed}`)];
        const own = asImported(rows);
        for (const store of [plain, mixed]) await store.append(rows);
        for (const store of [plain, mixed]) await store.appendContext(context);
        await mixed.append(own);
        await mixed.appendContext([score('import:mine', 90, nowMs)]);
        const [mixedIn, without] = [await saysOf(mixed, seed), await saysOf(plain, seed)];
        // By part: a difference of two whole histories is too long to be printed.
        for (const [part, said] of Object.entries(mixedIn))
          assert.ok(isDeepStrictEqual(said, without[part]), `${part} is another with imported rows`);
        const named = await mixed.query({ kind: 'candle', exchange: 'import:mine' });
        assert.ok(named.length > 0);
        assert.deepEqual(await mixed.query({ kind: 'candle', instrument: 'import:mine:BTC' }), named);
        assert.equal((await mixed.queryContext({ provider: 'import:mine' }))[0]?.value, 90);
        await plain.close();
        await mixed.close();
      });
});
