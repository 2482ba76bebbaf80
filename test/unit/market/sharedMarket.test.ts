import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/core/units.ts';
import { type SharedWindow } from '../../support/sharedMarkets.ts';
import { hoursBack, LAST_FULL_HOUR, liquidationRow } from '../analysis/regime/history.ts';
import { observe } from './builders.ts';
import { BTC, TIMED, NINE, windows, snapshotOf } from './sharedWindows.ts';

describe('windows that share a history', () => {
  it('see the same snapshot, label and health, of which one alone has asked', async () => {
    const { opened, during, advance, roundsOf } = await windows(['a', 'b', 'c']);
    const [a, b, c] = opened as [SharedWindow, SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(Promise.all([b.market.refresh(TIMED), c.market.refresh(TIMED)]));
    assert.deepEqual(roundsOf(), [1, 0, 0]);
    for (const other of [b, c]) {
      assert.deepEqual(snapshotOf(other), snapshotOf(a));
      assert.deepEqual(other.market.state.regimes, a.market.state.regimes);
      assert.deepEqual(other.market.listedAssets(), ['BTC', 'ETH']);
      const { collecting, ...health } = other.market.health();
      const { collecting: own, ...told } = a.market.health();
      assert.deepEqual(
        [own, collecting],
        [
          { isHere: true, by: 'a' },
          { isHere: false, by: 'a' },
        ],
      );
      assert.deepEqual({ ...health, asOfMs: 0 }, { ...told, asOfMs: 0 });
    }
    assert.notEqual(b.market.state.regimes.get('BTC'), undefined);
    const htx = b.market.state.snapshot?.assets[0]?.exchanges.find(({ exchange }) => exchange === 'htx');
    assert.equal(htx?.instruments[0]?.contractSize, undefined, 'what is not known stays so');
    // Timers of all three go on for ten minutes: the rounds are those of one.
    for (let minute = 0; minute < 10; minute += 1) {
      await advance(20 * SECOND_MS);
      for (const one of opened) await during(one.market.refresh(TIMED));
      await advance(40 * SECOND_MS);
    }
    const [own = 0, ...others] = roundsOf();
    assert.ok(own >= 9 && own <= 11, `${own} rounds in ten minutes`);
    assert.deepEqual(others, [0, 0]);
    assert.deepEqual(snapshotOf(b), snapshotOf(a));
  });

  it('follow within two seconds what is pushed, while they are watched', async () => {
    const { opened, during, advance, stores } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    b.market.watch();
    await advance(SECOND_MS);
    assert.ok(a.market.isFollowed && !b.market.isFollowed);
    const row = observe('okx', 'mark-price', { markPriceQuote: 101.5, atMs: a.clock.nowMs(), receivedAtMs: a.clock.nowMs() }); // prettier-ignore
    await stores.live.noteNewest([row]);
    await advance(2 * SECOND_MS);
    const okx = b.market.state.snapshot?.assets[0]?.exchanges.find(({ exchange }) => exchange === 'okx');
    const price = okx?.instruments[0]?.observations.find((one) => one.kind === 'mark-price');
    assert.equal(price?.markPriceQuote, 101.5);
    assert.equal(b.market.state.isPushed, true);
  });

  it('get a round of now for Refresh Now in any of them, and share its answer', async () => {
    const { opened, during, advance, roundsOf } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    await advance(5 * SECOND_MS);
    const beforeMs = b.clock.nowMs();
    const snapshot = await during(b.market.refresh(BTC));
    assert.deepEqual(roundsOf(), [2, 0]);
    const newest = snapshot.assets[0]?.exchanges[0]?.newestAtMs ?? 0;
    assert.ok(newest > beforeMs - SECOND_MS, 'its numbers are of now');
    assert.ok(b.clock.nowMs() - beforeMs < 5 * SECOND_MS);
    assert.deepEqual(snapshotOf(b), snapshotOf(a));
    assert.equal(b.market.state.isRefreshing, false);
  });

  it('say in words that who collects does not answer', async () => {
    const { opened, during, advance } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    a.held.gate = new Promise(() => undefined);
    await advance(SECOND_MS);
    await assert.rejects(during(b.market.refresh(BTC)), { code: 'timeout', message: /Another window collects and has not answered within 35 s; its last numbers are shown/ }); // prettier-ignore
    assert.equal(b.market.state.phase, 'ready');
    assert.equal(b.market.state.snapshot?.assets[0]?.aggregate.coverage.fresh, 9, 'its last numbers stand');
  });

  it('show what was stored since they have read the history, with the next round', async () => {
    const { opened, during, advance, stores } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    const daysOf = ({ market }: SharedWindow) => market.state.snapshot?.assets[0]?.liquidations?.map(({ windowMs, longUsd }) => [windowMs / HOUR_MS, longUsd]); // prettier-ignore
    assert.equal(daysOf(b), undefined);
    a.onRound = (store) =>
      store.append(hoursBack(24, LAST_FULL_HOUR, (atMs) => liquidationRow('okx', atMs, 100, 10)));
    await during(a.market.refresh(BTC));
    await advance(2 * SECOND_MS);
    assert.deepEqual(daysOf(a), [
      [24, 2_400],
      [1, 100],
    ]);
    assert.deepEqual(daysOf(b), daysOf(a));
    const hours = async ({ market }: SharedWindow) => (await market.history('BTC')).history;
    assert.deepEqual(await hours(b), await hours(a));
    assert.equal((await stores.live.query({ kind: 'liquidation-volume' })).length, 24);
  });

  it('wait for the round that runs when they are opened, and have none run after it', async () => {
    const { opened, during, advance, roundsOf } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    const gate = Promise.withResolvers<void>();
    a.held.gate = gate.promise;
    const [first, second] = [a.market.refresh(TIMED), b.market.refresh(TIMED)];
    await advance(6 * SECOND_MS);
    gate.resolve();
    await during(Promise.all([first, second]));
    await advance(5 * SECOND_MS);
    assert.deepEqual(roundsOf(), [1, 0]);
    assert.deepEqual(snapshotOf(b), snapshotOf(a));
    assert.equal(b.market.state.regimes.size, 1);
  });

  it('judge another choice at once, although a round that ran lately holds its numbers', async () => {
    const { opened, during } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(a.market.refresh(TIMED));
    assert.equal(a.asked.length, 1, 'the same is served');
    const narrow = { ...TIMED, exchanges: ['okx', 'gate'] };
    await during(a.market.refresh(narrow));
    assert.deepEqual([a.asked.length, a.market.state.regimes.get('BTC')?.coverage.of], [2, 2]);
    await during(b.market.refresh(narrow));
    assert.deepEqual([a.asked.length, b.asked.length], [2, 0], 'and is served to the others');
    assert.deepEqual(b.market.state.regimes, a.market.state.regimes);
    await during(b.market.refresh({ ...TIMED, exchanges: ['okx'] }));
    assert.deepEqual([a.asked.length, b.market.state.regimes.get('BTC')?.coverage.of], [3, 1]);
    assert.equal(b.asked.length, 0);
  });

  it('show no part of a bar as the bar, although it is over by now', async () => {
    const { open, opened, during, advance } = await windows(['a']);
    const [a] = opened as [SharedWindow];
    await during(a.market.refresh(BTC));
    a.clock.skip(35 * MINUTE_MS);
    const b = open('b');
    await during(b.market.refresh({ ...BTC, servedByMs: HOUR_MS }));
    await advance(SECOND_MS);
    const barsOf = ({ market }: SharedWindow) =>
      market.state.snapshot?.assets[0]?.exchanges[0]?.instruments[0]?.observations
        .filter(({ kind }) => kind === 'candle')
        .map(({ atMs }) => atMs);
    assert.deepEqual([barsOf(b)?.length, barsOf(b)], [1, barsOf(a)]);
    assert.equal(a.asked.length, 1);
  });

  it('are each shown their own choice of what is collected for all', async () => {
    const { opened, during, advance } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh({ ...BTC, exchanges: ['okx', 'gate'] }));
    const wanted = { assets: ['ETH'], exchanges: ['okx', 'bybit'] };
    const snapshot = await during(b.market.refresh({ ...wanted, servedByMs: HOUR_MS }));
    const { assets, exchanges } = a.asked.at(-1)!;
    assert.deepEqual(
      [assets, [...(exchanges ?? [])].sort()],
      [
        ['BTC', 'ETH'],
        ['bybit', 'gate', 'okx'],
      ],
    );
    const shown = (one: SharedWindow) => one.market.state.snapshot?.assets.map(({ asset, exchanges: of }) => [asset, of.map(({ exchange }) => exchange)]); // prettier-ignore
    assert.deepEqual(shown(a), [['BTC', ['okx', 'gate'].sort((x, y) => NINE.indexOf(x) - NINE.indexOf(y))]]);
    assert.deepEqual(
      snapshot.assets.map(({ asset }) => asset),
      ['ETH'],
    );
    assert.deepEqual(shown(b), [['ETH', ['okx', 'bybit'].sort((x, y) => NINE.indexOf(x) - NINE.indexOf(y))]]);
    await advance(2 * SECOND_MS);
    const label = b.market.state.regimes.get('ETH');
    assert.deepEqual([label?.baseAsset, label?.coverage.of], ['ETH', 2], 'judged on its own choice');
    assert.equal(b.asked.length, 0);
    assert.equal(a.market.state.regimes.get('BTC')?.coverage.of, 2);
  });

  it('go on within 15 s where the one that collected is killed, with the same label from the same time', async () => {
    const { opened, during, advance, roundsOf } = await windows(['a', 'b', 'c']);
    const [a, b, c] = opened as [SharedWindow, SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(Promise.all([b.market.refresh(TIMED), c.market.refresh(TIMED)]));
    await advance(SECOND_MS);
    const before = a.market.state.regimes.get('BTC');
    await advance(15 * SECOND_MS, [b, c]);
    assert.deepEqual([b.lease.role, c.lease.role], ['holder', 'follower']);
    assert.deepEqual(roundsOf(), [1, 1, 0], 'it asks at once');
    await advance(2 * SECOND_MS, [b, c]);
    assert.deepEqual(snapshotOf(c), snapshotOf(b));
    const after = c.market.state.regimes.get('BTC');
    assert.deepEqual([after?.label, after?.sinceMs, after?.watchedSinceMs], [before?.label, before?.sinceMs, before?.watchedSinceMs]); // prettier-ignore
    assert.ok((after?.asOfMs ?? 0) > (before?.asOfMs ?? 0));
    // The one that was stopped wakes up: it reads, and asks nothing.
    await advance(2 * SECOND_MS);
    assert.equal(a.lease.role, 'follower');
    await during(a.market.refresh(TIMED));
    assert.deepEqual([roundsOf(), a.market.health().collecting], [[1, 1, 0], { isHere: false, by: 'b' }]);
    assert.deepEqual(snapshotOf(a), snapshotOf(b));
  });

  it('write nothing of a round through which the one that ran it slept', async () => {
    const { opened, during, advance, stores } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    const gate = Promise.withResolvers<void>();
    a.held.gate = gate.promise;
    const asleep = a.market.refresh(BTC);
    await advance(500);
    await advance(30 * SECOND_MS, [b]);
    assert.equal(b.lease.role, 'holder');
    gate.resolve();
    await during(asleep);
    // Its question went to the other one, whose rounds are the only ones since.
    const rounds = await stores.live.journal({ topic: 'round', key: 'okx' });
    assert.deepEqual([rounds.length, a.asked.length, b.asked.length], [3, 2, 2]);
    assert.deepEqual([a.lease.role, b.lease.role], ['follower', 'holder']);
    assert.deepEqual(snapshotOf(a), snapshotOf(b), 'and it shows what the other one has');
  });

  it('give the lease up when they are closed: the next one takes it at once', async () => {
    const { opened, during, advance } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    await during(a.desk.dispose());
    await advance(2 * SECOND_MS, [b]);
    assert.equal(b.lease.role, 'holder');
    assert.equal(b.asked.length, 1);
  });

  it('each collect for themselves where the store fails, and share again once it works', async () => {
    const { opened, during, advance, stores } = await windows(['a', 'b']);
    const [a, b] = opened as [SharedWindow, SharedWindow];
    await during(a.market.refresh(BTC));
    await during(b.market.refresh(TIMED));
    const { lease, beatLease } = stores.live;
    stores.live.lease = () => Promise.reject(new Error('disk full'));
    stores.live.beatLease = () => Promise.reject(new Error('disk full'));
    await advance(20 * SECOND_MS);
    assert.deepEqual([a.lease.role, b.lease.role], ['alone', 'alone']);
    await during(b.market.refresh(BTC));
    assert.ok(b.asked.length >= 1);
    assert.equal(b.market.state.phase, 'ready');
    Object.assign(stores.live, { lease, beatLease });
    await advance(20 * SECOND_MS);
    assert.deepEqual([a.lease.role, b.lease.role], ['holder', 'follower']);
  });
});

describe('a window that lives a second time under its name', () => {
  it('asks anew: what its earlier life was answered answers nothing, though the clock was set back', async () => {
    for (const backMs of [0, HOUR_MS]) {
      const { opened, open, during, advance } = await windows(['a', 'b']);
      const [a, b] = opened as [SharedWindow, SharedWindow];
      await during(a.market.refresh(BTC));
      for (let turn = 0; turn < 4; turn += 1) await during(b.market.refresh(BTC));
      const before = a.asked.length;
      // It dies without a word, and the next one begins with its name.
      const next = open('b');
      next.clock.jumpWall(-backMs);
      const awake = [a, next];
      await advance(3 * SECOND_MS, awake);
      const more = { assets: ['BTC', 'ETH'] };
      const shown = await during(next.market.refresh(more), awake);
      assert.equal(a.asked.length, before + 1);
      assert.deepEqual(a.asked.at(-1)?.assets, ['BTC', 'ETH']);
      assert.deepEqual(
        shown.assets.map(({ asset }) => asset),
        ['BTC', 'ETH'],
      );
      assert.deepEqual([...next.market.state.regimes.keys()], ['BTC', 'ETH']);
    }
  });
});
