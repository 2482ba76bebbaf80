import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/core/logger.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { exchangesOf, historyOf, switchedOff } from '../../../src/market/chosenExchanges.ts';
import { Market } from '../../../src/market/market.ts';
import { storedHistoryOf } from '../../../src/market/storedHistory.ts';
import type { CollectRequest, Collector } from '../../../src/sources/collect/collector.ts';
import { catalogue, type JoinedSeriesId, type SeriesId } from '../../../src/series/catalogue.ts';
import { adapterOf } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { hoursBack, openInterestRow, THIS_HOUR } from '../analysis/regime/history.ts';
import { everything, exchangeWith, historyWith, NOW, observe, resultOf } from './builders.ts';

const IDS = ['okx', 'bybit'];

/** A market of two exchanges with 200 stored hours each; Bybit's open interest has doubled, OKX's stands still. */
async function marketWith() {
  const clock = new FakeClock(NOW);
  const store = createMemoryStore('live');
  await store.append([
    ...hoursBack(200, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 100)),
    ...hoursBack(200, THIS_HOUR, (atMs, index) => openInterestRow('bybit', atMs, 100 + index)),
  ]);
  const heard: (readonly string[] | undefined)[] = [];
  const refresh = ({ exchanges = IDS }: CollectRequest) =>
    Promise.resolve({
      source: 'live' as const,
      results: exchanges.map((id) =>
        resultOf(id, [observe(id, 'open-interest', { openInterestBase: 100, atMs: clock.nowMs() })]),
      ),
    });
  const market = new Market({
    collector: { refresh } as unknown as Collector,
    adapters: IDS.map((id) => adapterOf(id)!),
    storeOf: () => Promise.resolve(store),
    clock,
    logger: silentLogger,
    expectedSource: 'live',
    onChosen: (exchanges) => void heard.push(exchanges),
  });
  const read = async (exchanges?: string[]) => {
    const { assets } = await market.refresh({
      assets: ['BTC'],
      ...(exchanges === undefined ? {} : { exchanges }),
    });
    const { history } = await market.history('BTC');
    const regime = market.state.regimes.get('BTC');
    return {
      counted: assets[0]?.aggregate.coverage,
      charted: [...history.column('open-interest').keys()],
      behind: [...new Set(regime?.evidence.flatMap((one) => one.sources))].sort(),
      sinceMs: regime?.sinceMs,
      health: market.health().exchanges.map((one) => one.state),
    };
  };
  return { market, clock, heard, read };
}

describe('an exchange that is not chosen', () => {
  it('has no part in counts, charts and evidence, is switched off in health, and is back at once', async () => {
    const { read } = await marketWith();
    const all = { counted: { fresh: 2, of: 2 }, charted: ['bybit', 'okx'], behind: ['bybit', 'okx'] };
    const one = { counted: { fresh: 1, of: 1 }, charted: ['okx'], behind: ['okx'] };
    assert.deepEqual(await read(), { ...all, sinceMs: NOW, health: ['fresh', 'fresh'] });
    assert.deepEqual(await read(['okx']), { ...one, sinceMs: NOW, health: ['fresh', 'switched-off'] });
    assert.deepEqual(await read(), { ...all, sinceMs: NOW, health: ['fresh', 'fresh'] });
  });

  it('is switched off, not stale, however long ago it answered', async () => {
    const { read, clock } = await marketWith();
    await read();
    await clock.advance(6 * MINUTE_MS);
    assert.deepEqual((await read(['okx'])).health, ['fresh', 'switched-off']);
  });

  it('leaves no label behind: another choice of exchanges starts anew', async () => {
    const { read, clock } = await marketWith();
    await read();
    await clock.advance(MINUTE_MS);
    assert.equal((await read()).sinceMs, NOW);
    await clock.advance(MINUTE_MS);
    assert.equal((await read(['okx'])).sinceMs, NOW + 2 * MINUTE_MS);
  });

  it('is known to the streams before the exchanges have answered', async () => {
    const { market, heard } = await marketWith();
    const asked = market.refresh({ assets: ['BTC'], exchanges: ['okx'] });
    assert.deepEqual(heard, [['okx']]);
    await asked;
    await market.refresh({ assets: ['BTC'] });
    assert.deepEqual(heard, [['okx'], undefined]);
  });

  it('is left out of every series that a history holds', () => {
    const history = historyWith({ candles: everything('okx').concat(everything('bybit')) as never });
    const left = historyOf(history, ['okx']);
    assert.equal(left.asset, 'BTC');
    const exchangesIn = (own: typeof history) => {
      const ids = Object.keys(catalogue) as SeriesId[];
      const joined = ids.filter((id): id is JoinedSeriesId => !('isByFeed' in catalogue[id]));
      const { prices, runningFunding, openInterest } = own.readings;
      return [
        ...joined.map((id) => [...own.column(id).keys()]),
        ...ids.map((id) => own.parts(id).map(({ exchange }) => exchange)),
        ...[prices, runningFunding, openInterest, own.settledFunding].map((list) =>
          list.map(({ exchange }) => exchange),
        ),
      ].map((list) => [...new Set(list)].sort());
    };
    for (const exchanges of exchangesIn(history)) assert.deepEqual(exchanges, ['bybit', 'okx']);
    for (const exchanges of exchangesIn(left)) assert.deepEqual(exchanges, ['okx']);
    assert.deepEqual([left.sidesOf('okx'), left.sidesOf('bybit')], ['one', undefined]);
    assert.deepEqual(
      [left.toldUntilMs('okx'), left.toldUntilMs('bybit')],
      [history.toldUntilMs('okx'), undefined],
    );
    assert.equal(historyOf(history, undefined), history);
  });
});

describe('the exchanges that a snapshot is of', () => {
  it('are those of its assets, answered or not, and not known without one', () => {
    const asset = (...ids: string[]) => ({ exchanges: ids.map((id) => exchangeWith(id, [])) });
    assert.deepEqual(exchangesOf({ assets: [asset('okx', 'gate'), asset('okx', 'gate')] } as never), ['okx', 'gate']);
    assert.deepEqual([exchangesOf({ assets: [] } as never), exchangesOf(undefined)], [undefined, undefined]);
  });

  it('have a health without a single count while they are switched off', () => {
    const { answered, failed, streams } = switchedOff('okx', 'OKX');
    assert.deepEqual([answered, failed, streams], [0, 0, []]);
  });
}); // prettier-ignore

describe('what rests on stored history', () => {
  const evidence = [{ sources: ['okx', 'bybit'] }] as never;
  const both = [exchangeWith('okx', []), exchangeWith('bybit', [], { status: 'failed' })];
  const snapshot = { asset: 'BTC', exchanges: both } as never;
  const bar = observe('bybit', 'taker-volume', { atMs: THIS_HOUR - 3 * HOUR_MS, barMs: HOUR_MS });

  it('names the exchanges without a current reading and until when their rows tell', () => {
    const history = historyWith({
      takerVolume: [bar, observe('okx', 'taker-volume', {})],
      openInterest: [observe('bybit', 'open-interest', { atMs: THIS_HOUR - 5 * HOUR_MS, barMs: HOUR_MS })],
    });
    assert.deepEqual(storedHistoryOf({ evidence }, snapshot, history), {
      exchanges: ['bybit'],
      newestAtMs: THIS_HOUR - 2 * HOUR_MS,
    });
  });

  it('is nothing where every exchange behind the evidence is fresh, or has no rows', () => {
    assert.equal(storedHistoryOf({ evidence }, snapshot, historyWith({})), undefined);
    const own = [{ sources: ['okx'] }] as never;
    assert.equal(
      storedHistoryOf({ evidence: own }, snapshot, historyWith({ takerVolume: [bar] })),
      undefined,
    );
  });

  it('tells of candles and liquidations to the end of their bar, of ratios at their own time', () => {
    const at = { atMs: THIS_HOUR - 3 * HOUR_MS, barMs: HOUR_MS };
    const told = (rows: Parameters<typeof historyWith>[0]) =>
      THIS_HOUR - (storedHistoryOf({ evidence }, snapshot, historyWith(rows))?.newestAtMs ?? 0);
    assert.equal(told({ candles: [observe('bybit', 'candle', { ...at, priceType: 'last' })] }), 2 * HOUR_MS);
    assert.equal(told({ liquidationVolume: [observe('bybit', 'liquidation-volume', at)] }), 2 * HOUR_MS);
    assert.equal(told({ longShort: [observe('bybit', 'long-short-ratio', at)] }), 3 * HOUR_MS);
  });

  it('tells of a bar that was seen while it ran no longer than it was seen', () => {
    const seen = { ...bar, receivedAtMs: bar.atMs + 10 * MINUTE_MS };
    assert.equal(
      storedHistoryOf({ evidence }, snapshot, historyWith({ takerVolume: [seen] }))?.newestAtMs,
      seen.receivedAtMs,
    );
  });
});
