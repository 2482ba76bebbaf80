import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { flipsOf, staysOf } from '../../../evaluate/flicker.ts';
import { reliabilityTest, withheld, type Guess } from '../../../evaluate/reliability.ts';
import { shuffledSeries } from '../../../evaluate/shuffledSeries.ts';
import { table } from '../../../evaluate/words.ts';
import { noiseMarket } from '../analysis/noise/markets.ts';

describe('a shuffled series', () => {
  const track = noiseMarket(3, 200);
  const shuffled = shuffledSeries(track, 1);

  it('has the same hours in another order, what belongs together together', () => {
    const pairs = (of: typeof track): string[] =>
      [...of.volumeBase].map((volume, hour) => `${volume} ${of.takerBuyBase[hour]}`);
    assert.deepEqual(pairs(shuffled).sort(), pairs(track).sort());
    assert.notDeepEqual(pairs(shuffled), pairs(track));
    assert.deepEqual([...shuffled.longLiquidatedUsd].sort(), [...track.longLiquidatedUsd].sort());
  });

  it('has no drift, and another order for each seed', () => {
    assert.ok(Math.abs(shuffled.close.at(-1)! / track.close[0]! - 1) < 1e-9);
    assert.notDeepEqual(shuffledSeries(track, 2).close, shuffled.close);
    assert.deepEqual(shuffledSeries(track, 1).close, shuffled.close);
  });
});

describe('restlessness', () => {
  it('counts a label that stands three hours between two stays of another, and no change of more', () => {
    const stays = staysOf([...'aaaabbbaaaabbbbaac']);
    assert.deepEqual(
      stays.map(({ label, hours }) => `${label}${hours}`),
      ['a4', 'b3', 'a4', 'b4', 'a2', 'c1'],
    );
    assert.equal(flipsOf(stays), 1);
  });
});

describe('hide and see', () => {
  const guesses = (confidence: number, right: number, wrong: number): Guess[] => [
    ...Array<Guess>(right).fill({ confidence, isRight: true }),
    ...Array<Guess>(wrong).fill({ confidence, isRight: false }),
  ];
  const kept = (list: readonly Guess[]): boolean[] => reliabilityTest(list).bars.map(({ isMet }) => isMet);

  it('is passed by who says how often it will be right, and not by who says the same of everything', () => {
    assert.deepEqual(kept([...guesses(0.95, 190, 10), ...guesses(0.15, 30, 170)]), [true, true]);
    assert.deepEqual(kept([...guesses(0.95, 100, 100), ...guesses(0.15, 30, 170)]), [false, false]);
    assert.deepEqual(kept(guesses(0.5, 100, 100)), [true, false]);
  });

  it('does not judge a tenth by a few guesses', () => {
    assert.match(
      reliabilityTest([...guesses(0.95, 190, 10), ...guesses(0.15, 40, 0)]).bars[0]!.what,
      /of 1 tenths/,
    );
  });

  it('withholds all that is made of one input, and says so', () => {
    const features = {
      values: { asset: 'BTC', openInterestZ: 1, openInterestChangePct: 2, returnPct: 3 },
      origins: {},
      absent: {},
    };
    const { values, absent } = withheld(features, [/^openInterest/]);
    assert.deepEqual(values, { asset: 'BTC', returnPct: 3 });
    assert.deepEqual(Object.keys(absent), ['openInterestZ', 'openInterestChangePct']);
  });
});

describe('a table', () => {
  it('is Markdown', () =>
    assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |'));
});
