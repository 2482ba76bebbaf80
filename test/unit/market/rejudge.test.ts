import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeAssessment } from '../../../src/analysis/regime/assessment.ts';
import { BUILT_IN_RULES } from '../../../src/analysis/regime/rules.ts';
import { MINUTE_MS } from '../../../src/core/units.ts';
import type { MarketDeps } from '../../../src/market/market.ts';
import { rulesWords } from '../../../src/surfaces/reports/rulesWords.ts';
import type { SharedWindow } from '../../support/sharedMarkets.ts';
import { BTC, windows } from './sharedWindows.ts';

type Rules = { -readonly [K in keyof NonNullable<MarketDeps['rules']>]: NonNullable<MarketDeps['rules']>[K] };

const named = (version: string, digest?: string): Rules => {
  const of = digest === undefined ? {} : { digest };
  return { rules: { ...BUILT_IN_RULES, version, ...of }, standing: { version, ...of } };
};
const regimeOf = ({ market }: SharedWindow): RegimeAssessment => market.state.regimes.get('BTC')!;
const wordsOf = (window: SharedWindow): string[] => rulesWords(window.market.state, regimeOf(window));

describe('rules that change while a market stands', () => {
  it('judge at once, from the numbers that stand, and take over nothing that others have judged', async () => {
    const rig = await windows([]);
    const rules = named('mine/1');
    const window = rig.open('a', rules);
    await rig.during(window.market.refresh(BTC));
    await rig.advance(5 * MINUTE_MS);
    await rig.during(window.market.refresh(BTC));
    const before = regimeOf(window);
    assert.equal(before.rulesVersion, 'mine/1');
    assert.ok(before.sinceMs < before.asOfMs, 'it stands since the first round');

    const { snapshot } = window.market.state;
    await rig.advance(MINUTE_MS);
    Object.assign(rules, named('mine/1', 'changed'));
    window.market.rejudge();
    const after = regimeOf(window);
    assert.deepEqual([after.rulesVersion, after.rulesDigest], ['mine/1', 'changed']);
    assert.equal(after.asOfMs, before.asOfMs, 'of the numbers that stand');
    assert.equal(after.sinceMs, after.asOfMs, 'what other rules called so is not since when it stands');
    assert.equal(window.market.state.snapshot, snapshot);
    assert.deepEqual(window.market.state.rules, rules.standing);
    assert.deepEqual(wordsOf(window), []);
    assert.equal(window.asked.length, 2, 'nobody was asked');
    await rig.advance(MINUTE_MS);
    const stored = await rig.stores.live.journal({ topic: 'assessment', key: 'BTC' });
    assert.deepEqual(stored.map(({ body }) => (body as RegimeAssessment).rulesDigest), [undefined, undefined, 'changed']); // prettier-ignore
    const rounds = await rig.stores.live.journal({ topic: 'round', key: 'okx' });
    assert.equal(rounds.length, 2, 'what is judged anew is no round');
    await rig.during(window.market.refresh(BTC));
    assert.equal(regimeOf(window).sinceMs, after.sinceMs, 'from then on it goes on');
  });

  it('judge at once while a round runs, and its end by them', async () => {
    const rig = await windows([]);
    const rules = named('mine/1');
    const window = rig.open('a', rules);
    await rig.during(window.market.refresh(BTC));
    const gate = Promise.withResolvers<void>();
    window.held.gate = gate.promise;
    const running = window.market.refresh(BTC);
    await rig.advance(MINUTE_MS);
    Object.assign(rules, named('mine/2'));
    window.market.rejudge();
    assert.equal(regimeOf(window).rulesVersion, 'mine/2');
    assert.equal(window.market.state.isRefreshing, true);
    await rig.advance(1_000);
    const stored = async () => (await rig.stores.live.journal({ topic: 'assessment', key: 'BTC' })).length;
    assert.equal(await stored(), 1, 'the round writes what it comes to');
    gate.resolve();
    await rig.during(running);
    assert.deepEqual([regimeOf(window).rulesVersion, await stored()], ['mine/2', 2]);
  });

  it('are those of the window that collects: who follows shows what it judged, and says by whose', async () => {
    const rig = await windows([]);
    const [ofFirst, ofSecond] = [named('mine/1'), named('other/1')];
    const first = rig.open('a', ofFirst);
    await rig.during(first.market.refresh(BTC));
    const second = rig.open('b', ofSecond);
    await rig.during(second.market.refresh(BTC));
    assert.deepEqual([regimeOf(second).rulesVersion, second.market.state.isFollowing], ['mine/1', true]);
    assert.deepEqual(wordsOf(second), [
      'Judged by rules mine/1 of the window that collects, not by other/1 of this one.',
    ]);
    assert.deepEqual(wordsOf(first), []);

    const rounds = first.asked.length;
    Object.assign(ofFirst, named('mine/2'));
    first.market.rejudge();
    await rig.advance(5_000);
    assert.equal(regimeOf(second).rulesVersion, 'mine/2', 'it hears what was judged anew');
    assert.equal(first.asked.length, rounds, 'without a round');

    Object.assign(ofSecond, named('other/2'));
    second.market.rejudge();
    await rig.advance(5_000);
    assert.equal(regimeOf(second).rulesVersion, 'mine/2', 'its own rules judge nothing');
    assert.deepEqual(wordsOf(second), [
      'Judged by rules mine/2 of the window that collects, not by other/2 of this one.',
    ]);

    await rig.during(first.desk.dispose());
    await rig.advance(MINUTE_MS, [second]);
    const own = regimeOf(second);
    assert.deepEqual([own.rulesVersion, second.market.state.isFollowing], ['other/2', undefined]);
    assert.equal(own.sinceMs, own.asOfMs, 'what the other rules had judged is no start');
    assert.deepEqual(wordsOf(second), []);
  });

  it('judge nothing in a window that has collected and follows now', async () => {
    const rig = await windows([]);
    const ofFirst = named('mine/1');
    const first = rig.open('a', ofFirst);
    await rig.during(first.market.refresh(BTC));
    const second = rig.open('b', named('other/1'));
    await rig.during(second.market.refresh(BTC));
    // The first sleeps; when it wakes the second has taken its place.
    await rig.advance(MINUTE_MS, [second]);
    await rig.during(second.market.refresh(BTC), [second]);
    await rig.during(first.market.refresh(BTC));
    assert.deepEqual([regimeOf(first).rulesVersion, first.market.state.isFollowing], ['other/1', true]);
    Object.assign(ofFirst, named('mine/2'));
    first.market.rejudge();
    await rig.advance(5_000);
    assert.equal(regimeOf(first).rulesVersion, 'other/1');
    assert.equal(first.market.state.rules?.version, 'mine/2');
  });
});
