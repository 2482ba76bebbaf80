import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, SECOND_MS } from '../../../src/core/units.ts';
import { regimeKey, type WishBody } from '../../../src/market/collectorNote.ts';
import { readReport, reportOf } from '../../../src/market/exchangeReport.ts';
import { covers, together, Wishes, WISH_LIVES_MS } from '../../../src/market/wishes.ts';
import type { JournalEntry } from '../../../src/store/journal.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { NOW, observe, resultOf } from './builders.ts';

const ALL = ['binance', 'okx', 'gate'];

function wish(window: string, atMs: number, changes: Partial<WishBody> = {}): JournalEntry {
  const body: WishBody = { form: 1, assets: ['BTC'], ask: 0, beat: 1, ...changes };
  return { topic: 'wish', key: window, atMs, body };
}

describe('the wishes of other windows', () => {
  const rig = () => {
    const clock = new FakeClock(NOW);
    return { clock, wishes: new Wishes(clock, 'own') };
  };
  const livingOf = (wishes: Wishes) => [...wishes.living().keys()];

  it('count while the windows live, by their beats, and not for the window itself', async () => {
    const { clock, wishes } = rig();
    for (let second = 0; second < 40; second += 1) {
      // One goes on, the other was killed.
      wishes.hear([wish('own', NOW), wish('b', clock.nowMs(), { beat: second }), wish('c', NOW)]);
      const isGone = second * SECOND_MS >= WISH_LIVES_MS;
      assert.deepEqual(livingOf(wishes), isGone ? ['b'] : ['b', 'c'], `after ${second} s`);
      await clock.advance(SECOND_MS);
    }
  });

  it('of long ago count once their window is seen to live', async () => {
    const { clock, wishes } = rig();
    wishes.hear([wish('b', NOW - HOUR_MS)]);
    assert.deepEqual(livingOf(wishes), []);
    await clock.advance(SECOND_MS);
    wishes.hear([wish('b', NOW - HOUR_MS, { beat: 2 })]);
    assert.deepEqual(livingOf(wishes), ['b']);
  });

  it('outlive a sleep of this process: nobody was silent that it could not hear', () => {
    const { clock, wishes } = rig();
    wishes.hear([wish('b', NOW)]);
    clock.skip(8 * HOUR_MS);
    wishes.hear([wish('b', NOW)]);
    assert.deepEqual(livingOf(wishes), ['b']);
  });

  it('are heard of no more than fifty windows', () => {
    const { wishes } = rig();
    wishes.hear(Array.from({ length: 500 }, (_, index) => wish(`w${index}`, NOW)));
    assert.deepEqual([livingOf(wishes).length, livingOf(wishes)[0]], [50, 'w450']);
  });

  it('that were taken back or are of another version say nothing', () => {
    const { wishes } = rig();
    const entries = [{ ...wish('b', NOW), body: null }, wish('c', NOW, { form: 2 as never })];
    wishes.hear(entries);
    assert.deepEqual(livingOf(wishes), []);
  });

  it('are collected together, all exchanges where one wants all', () => {
    const [btc, eth] = [
      { assets: ['BTC'], exchanges: ['okx'] },
      { assets: ['ETH', 'BTC'], exchanges: ['gate', 'okx'] },
    ];
    assert.deepEqual(together(btc, [eth]), { assets: ['BTC', 'ETH'], exchanges: ['okx', 'gate'] });
    assert.deepEqual(together(btc, [eth, { assets: ['SOL'] }]), { assets: ['BTC', 'ETH', 'SOL'] });
    assert.deepEqual(together(btc, []), btc);
  });

  it('are served by a round that was about all of it', () => {
    const round = { assets: ['BTC', 'ETH'], asked: ['okx', 'gate'] };
    assert.ok(covers(round, ['ETH'], ['okx']));
    assert.ok(!covers(round, ['SOL'], ['okx']) && !covers(round, ['ETH'], ['okx', 'binance']));
    assert.ok(!covers(undefined, [], []));
  });
});

describe('the key of an assessment', () => {
  it('is the asset, with the exchanges where these are not all, in whatever order they were chosen', () => {
    assert.equal(regimeKey('BTC', undefined, ALL), 'BTC');
    assert.equal(regimeKey('BTC', ['gate', 'okx', 'binance'], ALL), 'BTC');
    assert.equal(regimeKey('BTC', ['okx', 'gate'], ALL), regimeKey('BTC', ['gate', 'okx'], ALL));
    assert.notEqual(regimeKey('BTC', ['okx'], ALL), regimeKey('BTC', ['gate'], ALL));
  });
});

describe('the report of an exchange', () => {
  const input = {
    source: 'live' as const,
    assets: ['BTC'],
    result: resultOf('okx', [observe('okx', 'mark-price', { markPriceQuote: 1 })]),
    endedBars: [],
    health: { drops: new Map([['decode', 3]]), newestAtMs: NOW },
  };
  const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('says all of an answer but its rows, after a way through JSON', () => {
    const read = readReport('okx', sent(reportOf(input)));
    assert.deepEqual(read, { ...input, result: { ...input.result, observations: [] } });
  });

  it('is not read where it is of another exchange, of another form, or damaged', () => {
    const report = reportOf(input);
    assert.equal(readReport('gate', sent(report)), undefined);
    for (const body of [
      null,
      'x',
      [],
      { ...report, form: 2 },
      { ...report, answer: {} },
      { ...report, answer: { exchange: 'okx' } },
      { ...report, health: undefined },
    ])
      // prettier-ignore
      assert.equal(readReport('okx', sent(body)), undefined, JSON.stringify(body)?.slice(0, 80));
  });
});
