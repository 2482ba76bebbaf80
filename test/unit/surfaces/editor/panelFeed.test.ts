import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../../src/core/emitter.ts';
import type { ChartsWish } from '../../../../src/market/charts.ts';
import type { ExchangeSnapshot, MarketState } from '../../../../src/market/snapshot.ts';
import { newestNumbers } from '../../../../src/surfaces/editor/panels/newestNumbers.ts';
import { PanelFeed, type FeedSession } from '../../../../src/surfaces/editor/panels/panelFeed.ts';
import type { PanelQuery } from '../../../../src/surfaces/protocol/messages.ts';
import type { NewestNumbers, PanelSnapshot } from '../../../../src/surfaces/protocol/payloads.ts';
import { candleRow, hoursBack, openInterestRow, THIS_HOUR } from '../../analysis/regime/history.ts';
import { exchangeWith, historyWith, observe } from '../../market/builders.ts';
import { IDLE, NOW, readyState } from './states.ts';
import { assetCharts } from '../../../support/allCharts.ts';

const hours = (exchange: string, sides: 'one' | 'both' | 'unverified') =>
  hoursBack(168, THIS_HOUR, (atMs) => openInterestRow(exchange, atMs, 10, { sides }));
const charts = assetCharts(
  historyWith({ openInterest: [...hours('okx', 'one'), ...hours('bybit', 'both')] }),
  ['okx', 'bybit'].map((id) => ({ id, displayName: id })),
);

const reading = (
  id: string,
  base: number,
  sides: 'one' | 'both' | 'unverified' = 'one',
  changes: Partial<ExchangeSnapshot> = {},
): ExchangeSnapshot =>
  exchangeWith(
    id,
    [
      observe(id, 'open-interest', { openInterestBase: base, sides, atMs: NOW - 3_000 }),
      observe(id, 'mark-price', { markPriceQuote: 100 }),
    ],
    changes,
  );
const newestOf = (exchanges: readonly ExchangeSnapshot[]) =>
  newestNumbers({ version: 4, asset: 'BTC', state: readyState('live', exchanges), charts });

describe('the newest readings of a panel', () => {
  it('continue each line, counted as the line is, and the aggregate where all of its exchanges do', () => {
    const newest = newestOf([reading('okx', 12), reading('bybit', 40, 'both')]);
    assert.deepEqual(newest.openInterest, [
      { id: 'aggregate', atMs: NOW - 3_000, base: 32, usd: 3_200 },
      { id: 'okx', atMs: NOW - 3_000, base: 12, usd: 1_200 },
      { id: 'bybit', atMs: NOW - 3_000, base: 20, usd: 2_000 },
    ]);
    assert.equal(newest.version, 4);
    assert.deepEqual(newest.coverage, { fresh: 2, of: 2 });
  });

  it('never continue a line by a number that counts sides in another way, nor by one that is not fresh', () => {
    for (const other of [
      reading('bybit', 20, 'one'),
      reading('bybit', 40, 'unverified'),
      reading('bybit', 40, 'both', { status: 'stale' }),
      reading('bybit', 40, 'both', { status: 'failed' }),
    ])
      assert.deepEqual(
        newestOf([reading('okx', 12), other]).openInterest.map(({ id }) => id),
        ['okx'],
      );
  });

  it('never go back: a reading from before the last hour adds nothing', () => {
    const old = exchangeWith('okx', [
      observe('okx', 'open-interest', { openInterestBase: 12, sides: 'one', atMs: THIS_HOUR }),
    ]);
    assert.deepEqual(newestOf([old]).openInterest, []);
  });

  it('name the newest price of the exchange and kind that the heatmap draws', () => {
    const openInterest = hoursBack(120, THIS_HOUR, (atMs, index) =>
      openInterestRow('okx', atMs, 1_120 - index),
    );
    const bars = hoursBack(100, THIS_HOUR - 3_600_000, (atMs, index) =>
      candleRow('okx', atMs, 100, { highQuote: 101 + (index % 3), lowQuote: 99 }),
    );
    const priceWith = (rows: object) =>
      newestNumbers({
        version: 1,
        asset: 'BTC',
        state: readyState('live', [
          exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 103 })]),
        ]),
        charts: assetCharts(historyWith({ openInterest, ...rows })),
      }).price;
    const marks = bars.map((bar) => ({ ...bar, priceType: 'mark' as const }));
    assert.deepEqual(priceWith({ markCandles: marks }), { atMs: NOW - 10_000, quote: 103 });
    assert.equal(priceWith({ candles: bars }), undefined, 'a mark price is no last price');
  });
});

/** A session whose state the test sets, and a panel that notes what it is sent. */
function feeding(
  first: MarketState = readyState('live', [reading('okx', 12), reading('bybit', 40, 'both')]),
) {
  let state = first;
  const changed = new Emitter<MarketState>((error) => assert.fail(String(error)));
  const counts = { watchers: 0, reads: 0, refreshes: 0 };
  const wishes: object[] = [];
  const held: { gate?: Promise<void> } = {};
  const sent: (PanelSnapshot | NewestNumbers)[] = [];
  let release = (): void => undefined;
  const session: FeedSession = {
    get state() {
      return state;
    },
    onDidChange: changed.event,
    charts: async (wish) => {
      counts.reads += 1;
      wishes.push(wish);
      await held.gate;
      const wanted = Object.fromEntries(wish.charts.map((name) => [name, charts[name]]));
      return { source: state.source, charts: wanted };
    },
    nameOf: (id) => id,
    refresh: () => {
      counts.refreshes += 1;
      return new Promise((resolve) => (release = resolve));
    },
    watch: () => {
      counts.watchers += 1;
      return { dispose: () => void (counts.watchers -= 1) };
    },
  };
  const feed = new PanelFeed({
    session,
    query: { asset: 'BTC', chart: 'all', hours: 168 },
    send: { snapshot: (one) => sent.push(one), newest: (one) => sent.push(one) },
    onError: (error) => assert.fail(String(error)),
  });
  return {
    feed,
    sent,
    counts,
    wishes,
    held,
    release: () => release(),
    become: (next: MarketState) => {
      state = next;
      changed.fire(next);
    },
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pushed = (base: number): MarketState =>
  readyState('live', [reading('okx', base), reading('bybit', 40, 'both')]);

describe('the feed of a panel', () => {
  it('sends what is pushed as newest readings, without reading history again, and nothing twice', async () => {
    const { feed, sent, counts, become } = feeding();
    feed.show(true);
    const { version } = await feed.snapshot();
    for (const base of [13, 14, 14]) become(pushed(base));
    await turn();
    assert.equal(counts.reads, 1);
    assert.deepEqual(
      sent.map((one) => ('openInterest' in one ? [one.version, one.openInterest[1]?.base] : 'snapshot')),
      [
        [version, 13],
        [version, 14],
      ],
    );
  });

  it('asks for the levels of one exchange where its page does, though the same chart is being read', async () => {
    const { feed, wishes } = feeding();
    const query = { asset: 'BTC', chart: 'liquidation-heatmap', hours: 168 } as const;
    void feed.ask(query);
    await feed.ask({ ...query, levelsOf: 'okx' });
    assert.deepEqual(
      wishes.map((wish) => (wish as ChartsWish).levelsOf),
      [undefined, 'okx'],
    );
  });

  it('asks for the chart, asset and range that its page wants, and sends that alone', async () => {
    const { feed, sent, wishes, become } = feeding();
    feed.show(true);
    const query = { asset: 'BTC', chart: 'liquidation-heatmap', hours: 24 } as const;
    const before = feed.snapshot();
    const { charts: shown, newest } = await feed.ask(query);
    assert.deepEqual((await before).charts.length, 3, 'what was asked for before is not what is wanted now');
    assert.deepEqual(shown.map(({ kind }) => kind), ['liquidation-heatmap']); // prettier-ignore
    assert.deepEqual(newest?.openInterest, [], 'no end of a line that is not shown');
    become({ ...pushed(13), isRefreshing: true });
    become(pushed(14));
    await turn();
    const [told] = sent;
    assert.ok(told !== undefined && 'charts' in told);
    assert.deepEqual(told.charts.map(({ kind }) => kind), ['liquidation-heatmap']); // prettier-ignore
    const wish = { asset: 'BTC', hours: 24, charts: ['liquidation'] };
    assert.deepEqual(wishes.slice(1), [wish, wish]);
  });

  it('reads ahead what a new page will ask for, once, and anew what it asks for besides or what has changed', async () => {
    const query = { asset: 'BTC', chart: 'all', hours: 168 } as const;
    const { feed, counts, become } = feeding();
    feed.show(true);
    feed.lookAhead();
    await turn();
    become(pushed(13));
    const { version } = await feed.ask(query);
    assert.deepEqual([version, counts.reads], [1, 1]);
    await feed.ask(query);
    assert.equal(counts.reads, 2, 'what was handed out is not kept');
    feed.lookAhead();
    await turn();
    await feed.ask({ ...query, chart: 'open-interest' });
    assert.equal(counts.reads, 4);
    const changing = feeding();
    changing.feed.lookAhead();
    await turn();
    changing.become({ ...pushed(14), isRefreshing: true });
    changing.become(pushed(15));
    await changing.feed.ask(query);
    assert.equal(changing.counts.reads, 2);
  });

  it('reads what a chart is made of, each once, and nothing else', async () => {
    const wished = async (chart: PanelQuery['chart']) => {
      const { feed, wishes } = feeding();
      await feed.ask({ asset: 'BTC', chart, hours: 168 });
      return (wishes[0] as ChartsWish).charts;
    };
    assert.deepEqual(await wished('open-interest'), ['openInterest', 'regime']);
    assert.deepEqual(await wished('regime-timeline'), ['regime']);
    assert.deepEqual(await wished('all'), ['openInterest', 'regime', 'funding', 'liquidation']);
  });

  it('tells the newest readings of what it shows, while its page waits for another asset and after', async () => {
    const withBoth = (btc: number, eth: number): MarketState => {
      const [state, other] = [pushed(btc), pushed(eth)];
      const assets = [...state.snapshot!.assets, { ...other.snapshot!.assets[0]!, asset: 'ETH' }];
      return { ...state, snapshot: { ...state.snapshot!, assets } };
    };
    const { feed, sent, held, become } = feeding(withBoth(12, 512));
    feed.show(true);
    const { version } = await feed.snapshot();
    const gate = Promise.withResolvers<void>();
    held.gate = gate.promise;
    const asked = feed.ask({ asset: 'ETH', chart: 'all', hours: 168 });
    become(withBoth(13, 513));
    gate.resolve();
    const next = await asked;
    become(withBoth(14, 514));
    assert.deepEqual(
      sent.map((one) => ('openInterest' in one ? [one.version, one.openInterest[1]?.base] : 'snapshot')),
      [
        [version, 13],
        [next.version, 514],
      ],
    );
  });

  it('sends everything after a refresh, and after a change of what stands beside the numbers', async () => {
    const { feed, sent, become } = feeding();
    feed.show(true);
    await feed.snapshot();
    become({ ...pushed(13), isRefreshing: true });
    await turn();
    assert.equal(sent.length, 0, 'the start of a refresh brings nothing');
    become(pushed(14));
    await turn();
    become({ ...pushed(14), lastError: 'disk' });
    await turn();
    assert.deepEqual(
      sent.map((one) => ('charts' in one ? [one.version, one.problem] : one)),
      [
        [2, undefined],
        [3, 'disk'],
      ],
    );
  });

  it('sends everything when the first numbers come while the exchanges are still asked', async () => {
    const { feed, sent, become } = feeding(IDLE);
    feed.show(true);
    become({ ...IDLE, phase: 'loading', isRefreshing: true });
    become({ ...pushed(12), phase: 'loading', isRefreshing: true });
    await turn();
    assert.ok(sent.length > 0 && sent.every((one) => 'charts' in one));
    const last = sent.at(-1);
    assert.ok(last !== undefined && 'charts' in last && last.charts.length === 3);
  });

  it('watches only while the panel is visible, and does and keeps nothing for a hidden one', async () => {
    const { feed, sent, counts, become } = feeding();
    feed.show(true);
    feed.show(true);
    await feed.snapshot();
    assert.equal(counts.watchers, 1);
    feed.show(false);
    assert.equal(counts.watchers, 0);
    for (const base of [13, 14, 15]) become(pushed(base));
    become({ ...pushed(16), isRefreshing: true });
    become(pushed(16));
    await turn();
    assert.deepEqual([sent, counts.reads], [[], 1]);
    feed.show(true);
    await turn();
    assert.deepEqual(sent, [], 'no backlog');
    feed.dispose();
    assert.equal(counts.watchers, 0);
    become(pushed(17));
    await turn();
    assert.deepEqual(sent, []);
  });

  it('joins those who ask while a refresh runs, however many there are', async () => {
    const { feed, counts, release } = feeding();
    const all = Array.from({ length: 1_000 }, () => feed.refresh());
    await turn();
    assert.equal(counts.refreshes, 1);
    release();
    const versions = new Set((await Promise.all(all)).map(({ version }) => version));
    assert.deepEqual([versions.size, counts.reads], [1, 1]);
    const again = feed.refresh();
    release();
    await again;
    assert.equal(counts.refreshes, 2);
  });

  it('reads once for a burst of changes', async () => {
    const { feed, counts, become } = feeding();
    feed.show(true);
    for (let index = 0; index < 50; index++) become({ ...pushed(12), lastError: String(index) });
    for (let rest = 0; rest < 5; rest++) await turn();
    assert.ok(counts.reads <= 2, `${counts.reads} reads`);
  });
});
