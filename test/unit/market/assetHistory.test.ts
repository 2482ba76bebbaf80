import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Beside } from '../../../src/core/beside.ts';
import { instrumentKey } from '../../../src/core/ids.ts';
import { HOUR_MS } from '../../../src/core/units.ts';
import { readAssetHistory } from '../../../src/market/assetHistory.ts';
import type { ExchangeAdapter, OpenInterestSides } from '../../../src/sources/exchanges/contract.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { NOW, observe } from './builders.ts';

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
    const history = await readAssetHistory(store, 'BTC', NOW, []);
    assert.deepEqual(
      history.takerVolume.map(({ takerBuyBase }) => takerBuyBase),
      [5],
    );
    assert.deepEqual(
      history.openInterest.map(({ openInterestBase }) => openInterestBase),
      [1_000],
    );
  });

  it('has no readings of an instrument whose exchange publishes bars: two series would be one', async () => {
    const store = createMemoryStore('live');
    const bar = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS };
    await store.append([
      observe('one', 'open-interest', { ...bar, openInterestBase: 1_000 }),
      observe('one', 'open-interest', { openInterestBase: 1_001 }),
      observe('two', 'open-interest', { openInterestBase: 7 }),
    ]);
    const { openInterest } = await readAssetHistory(store, 'BTC', NOW, []);
    assert.deepEqual(
      openInterest.map(({ openInterestBase }) => openInterestBase),
      [1_000, 7],
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
    const { candles } = await readAssetHistory(store, 'BTC', NOW, []);
    assert.deepEqual(
      candles.map(({ atMs }) => atMs),
      [hour - 2 * HOUR_MS, hour],
    );
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
      const { openInterest, apart } = await readAssetHistory(store, 'BTC', NOW, [], beside);
      return [openInterest.map((row) => row.openInterestBase), apart];
    };
    const known = (level: number): Beside => ({
      levelOf: (_, quantity) => (quantity === 'open-interest-base' ? { value: level, atMs: NOW } : undefined),
      isEmpty: () => undefined,
    });
    assert.deepEqual(await kept(), [[91_000, 91_100, 91_200, 91_150], 4]);
    assert.deepEqual(await kept(known(91_000)), [[91_000, 91_100, 91_200, 91_150], 4]);
    assert.deepEqual(await kept(known(91e6)), [[91e6], 7]);
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
    const known = { id: 'one', openInterestSides: [sides] } as unknown as ExchangeAdapter;
    const { openInterest, openInterestReadings, priceReadings } = await readAssetHistory(store, 'BTC', NOW, [known]);
    const ages = (rows: readonly { atMs: number }[]) => rows.map(({ atMs }) => (NOW - atMs) / HOUR_MS);
    assert.deepEqual(ages(openInterest), [2]);
    assert.deepEqual(ages(openInterestReadings), [168, 24, 1.4, 1, 0.6]);
    assert.deepEqual(ages(priceReadings), [1.4, 1, 0.6]);
    assert.ok(openInterestReadings.every((row) => row.sides === 'both'));
  }); // prettier-ignore

  it('keeps every series to perpetuals, and the flow of spot pairs apart', async () => {
    const store = createMemoryStore('live');
    const bar = { barMs: HOUR_MS, atMs: NOW - 2 * HOUR_MS, receivedAtMs: NOW - HOUR_MS };
    const quotes = { openQuote: 1, highQuote: 2, lowQuote: 1, closeQuote: 2 };
    const beside = { market: 'dated-future', instrument: instrumentKey('one', 'BTCUSDT_261225') } as const;
    const spot = { market: 'spot', instrument: instrumentKey('one', 'BTCUSDT', 'spot') } as const;
    const rows = [{}, beside].flatMap((one) => [
      observe('one', 'open-interest', { ...bar, ...one, openInterestBase: 5 }),
      observe('one', 'open-interest', { ...bar, ...one, barMs: 24 * HOUR_MS, atMs: NOW - 400 * 24 * HOUR_MS, openInterestBase: 5 }),
      observe('one', 'candle', { ...bar, ...quotes, ...one, priceType: 'last' }),
      observe('one', 'candle', { ...bar, ...quotes, ...one, priceType: 'mark' }),
      observe('one', 'long-short-ratio', { ...bar, ...one, longShortRatio: 1 }),
      observe('one', 'funding-rate', { ...bar, ...one, phase: 'settled', fundingRatePerInterval: 0.0001 }),
      observe('one', 'funding-rate', { ...one, atMs: NOW - HOUR_MS, fundingRatePerInterval: 0.0001 }),
      observe('one', 'mark-price', { ...one, atMs: NOW - HOUR_MS, markPriceQuote: 5 }),
      observe('one', 'open-interest', { ...one, atMs: NOW - HOUR_MS, openInterestBase: 5 }),
      observe('one', 'depth', { ...one, bidUsd: 1, askUsd: 1 }),
      observe('one', 'liquidation-volume', { ...bar, ...one, coverage: 'complete', longLiquidatedUsd: 1, shortLiquidatedUsd: 1 }),
    ]);
    const flow = { takerBuyBase: 5, takerSellBase: 4 };
    await store.append([
      ...rows,
      ...[{}, beside, spot].map((one) => observe('one', 'taker-volume', { ...bar, ...one, ...flow })),
    ]);
    const history = await readAssetHistory(store, 'BTC', NOW, []);
    assert.equal(history.fromMs, NOW - 30 * 24 * HOUR_MS);
    const { spotTakerVolume, ...series } = history;
    assert.deepEqual(spotTakerVolume.map(({ market }) => market), ['spot']);
    for (const [name, own] of Object.entries(series))
      if (Array.isArray(own)) assert.deepEqual(own.map((row: { market?: string }) => row.market), [undefined], name);
  }); // prettier-ignore
});
