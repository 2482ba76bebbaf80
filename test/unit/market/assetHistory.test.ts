import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Beside } from '../../../src/core/beside.ts';
import { instrumentKey } from '../../../src/core/ids.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { storedHistory } from '../../../src/market/roundEnd.ts';
import { catalogue, type SeriesId } from '../../../src/series/catalogue.ts';
import type { StepColumn } from '../../../src/series/hours.ts';
import type { ExchangeAdapter, OpenInterestSides } from '../../../src/sources/exchanges/contract.ts';
import type { HistoryStore } from '../../../src/store/historyStore.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { everything, NOW, observe } from './builders.ts';

const readWith = (store: HistoryStore, adapters: readonly ExchangeAdapter[] = [], beside?: Beside) => {
  const levelsOf = beside === undefined ? {} : { levelsOf: () => beside };
  return storedHistory({ adapters, storeOf: () => Promise.resolve(store), ...levelsOf }, 'BTC', 'live', NOW);
};
/** The values of a column without its gaps. */
const known = (column: StepColumn | undefined): number[] =>
  [...(column?.values ?? [])].filter((value) => !Number.isNaN(value));

describe('the history of an asset', () => {
  it('is that of perpetuals: spot pairs and dated futures beside them are left out', async () => {
    const store = createMemoryStore('live');
    const perpetual = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS };
    const spot = {
      ...perpetual,
      market: 'spot',
      instrument: instrumentKey('one', 'BTCUSDT', 'spot'),
    } as const;
    const dated = { market: 'dated-future', instrument: instrumentKey('one', 'BTCUSDT_261225') } as const;
    await store.append([
      observe('one', 'taker-volume', { ...perpetual, takerBuyBase: 5, takerSellBase: 4 }),
      observe('one', 'taker-volume', { ...spot, takerBuyBase: 50, takerSellBase: 40 }),
      observe('one', 'open-interest', { openInterestBase: 1_000 }),
      observe('one', 'open-interest', { ...dated, openInterestBase: 7 }),
    ]);
    const history = await readWith(store);
    assert.deepEqual(known(history.column('taker-buy').get('one')), [5]);
    assert.deepEqual(known(history.column('open-interest').get('one')), [1_000]);
  });

  it('has no readings of an instrument whose exchange publishes bars: two series would be one', async () => {
    const store = createMemoryStore('live');
    const bar = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS };
    await store.append([
      observe('one', 'open-interest', { ...bar, openInterestBase: 1_000 }),
      observe('one', 'open-interest', { openInterestBase: 1_001 }),
      observe('two', 'open-interest', { openInterestBase: 7 }),
    ]);
    const column = (await readWith(store)).column('open-interest');
    assert.deepEqual(
      [...column].map(([id, own]) => [id, known(own)]),
      [
        ['one', [1_000]],
        ['two', [7]],
      ],
    );
  });

  it('leaves out a bar that is over and was last seen while it ran; the running one stays', async () => {
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    const bar = (atMs: number, receivedAtMs: number) =>
      observe('one', 'candle', {
        ...{ priceType: 'last', barMs: HOUR_MS, atMs, receivedAtMs },
        ...{ openQuote: 1, highQuote: 2, lowQuote: 1, closeQuote: 2 },
      });
    const store = createMemoryStore('live');
    await store.append([
      bar(hour - 2 * HOUR_MS, hour),
      bar(hour - HOUR_MS, hour - 60_000),
      bar(hour, hour + 60_000),
    ]);
    const history = await readWith(store);
    const labels = (id: 'last-open' | 'last-close') => {
      const column = history.column(id).get('one');
      return [...(column?.values ?? [])].flatMap((value, at) =>
        Number.isNaN(value) ? [] : [(column?.firstMs ?? 0) + at * HOUR_MS],
      );
    };
    assert.deepEqual(labels('last-open'), [hour - 2 * HOUR_MS, hour]);
    assert.deepEqual(labels('last-close'), [hour - 2 * HOUR_MS], 'a bar that runs has no close yet');
  });

  it('leaves out old rows that their neighbours or the current level contradict, and counts them', async () => {
    const store = createMemoryStore('live');
    const values = [91_000, 91_100, 0, 91e6, 91_200, 91_150, 0, 0];
    await store.append(
      values.map((openInterestBase, index) =>
        observe('one', 'open-interest', {
          ...{ barMs: HOUR_MS, openInterestBase },
          atMs: NOW - (values.length - index) * HOUR_MS,
        }),
      ),
    );
    const kept = async (beside?: Beside): Promise<[(number | undefined)[], number]> => {
      const history = await readWith(store, [], beside);
      return [known(history.column('open-interest').get('one')), history.apart];
    };
    const level = (value: number): Beside => ({
      levelOf: (_, quantity) => (quantity === 'open-interest-base' ? { value, atMs: NOW } : undefined),
      isEmpty: () => undefined,
    });
    assert.deepEqual(await kept(), [[91_000, 91_100, 91_200, 91_150], 4]);
    assert.deepEqual(await kept(level(91_000)), [[91_000, 91_100, 91_200, 91_150], 4]);
    assert.deepEqual(await kept(level(91e6)), [[91e6], 7]);
    // A zero at the end stands where the market is known to have emptied, and only there.
    const end = async (isEmpty: boolean | undefined) =>
      (await kept({ levelOf: () => undefined, isEmpty: () => isEmpty }))[0].at(-1);
    assert.deepEqual([await end(true), await end(false), await end(undefined)], [0, 91_150, 91_150]);
    const contested: Beside = { levelOf: () => 'contested', isEmpty: () => undefined };
    assert.deepEqual(await kept(contested), [[], 8]);
  });

  it('has readings of about an hour, a day and a week ago beside hourly history, with the sides known today', async () => {
    const store = createMemoryStore('live');
    const hours = [0.2, 0.6, 1, 1.4, 2, 24, 168, 200];
    await store.append([
      observe('one', 'open-interest', { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS, openInterestBase: 10 }),
      ...hours.flatMap((ago) => [
        observe('one', 'open-interest', { atMs: NOW - ago * HOUR_MS, openInterestBase: 10, sides: 'unverified' }),
        observe('one', 'mark-price', { atMs: NOW - ago * HOUR_MS, markPriceQuote: 5 }),
      ]),
    ]);
    const sides = { sides: 'both', fields: '', certainty: 'measured', sources: [], reason: '', date: '' } as unknown as OpenInterestSides;
    const adapter = { id: 'one', openInterestSides: [sides] } as unknown as ExchangeAdapter;
    const history = await readWith(store, [adapter]);
    const { openInterest, prices } = history.readings;
    const ages = (points: readonly { atMs: Float64Array }[]) => points.flatMap(({ atMs }) => [...atMs].map((at) => (NOW - at) / HOUR_MS));
    assert.deepEqual(known(history.column('open-interest').get('one')), [10]);
    assert.deepEqual(ages(openInterest), [168, 24, 1.4, 1, 0.6]);
    assert.deepEqual(ages(prices), [1.4, 1, 0.6]);
    assert.ok(openInterest.every(({ shared }) => shared['sides'] === 'both'));
  }); // prettier-ignore

  it('keeps every series to perpetuals, and the flow of spot pairs apart', async () => {
    const store = createMemoryStore('live');
    const dated = { market: 'dated-future', instrument: instrumentKey('one', 'BTCUSDT_261225') } as const;
    await store.append([...everything('one'), ...everything('one', dated)]);
    const history = await readWith(store);
    for (const id of Object.keys(catalogue) as SeriesId[]) {
      const markets = history.parts(id).map(({ shared }) => shared['market']);
      assert.deepEqual(markets, [id.startsWith('spot-') ? 'spot' : undefined], id);
    }
    const { prices, runningFunding, openInterest } = history.readings;
    for (const points of [prices, runningFunding, openInterest])
      assert.deepEqual(points.map(({ shared }) => shared['market']), [undefined]);
    assert.deepEqual(history.settledFunding.map(({ instrument }) => instrument), ['one:BTCUSDT']);
  }); // prettier-ignore
});
