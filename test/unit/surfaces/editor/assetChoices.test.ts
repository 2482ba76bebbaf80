import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assetChoices, type AssetChoice } from '../../../../src/surfaces/editor/assetChoices.ts';

const LISTED = ['BTC', 'ETH', 'PEPE', 'SOL', 'XYZ'];
const choices = (typed: string, listed: readonly string[] = LISTED): AssetChoice[] =>
  assetChoices({ typed, current: 'BTC', followed: ['BTC', 'ETH'], listed });
const answers = (typed: string, listed?: readonly string[]) =>
  choices(typed, listed).filter(({ isAnswer }) => isAnswer);

describe('the choice of an asset', () => {
  it('offers what is followed first, then all that is listed, each once', () => {
    assert.deepEqual(choices('').map(({ asset }) => asset), ['BTC', 'ETH', 'PEPE', 'SOL', 'XYZ']);
    assert.equal(choices('')[0]?.description, 'shown now, followed');
    assert.deepEqual(answers('sol'), [], 'the editor finds it by itself');
  }); // prettier-ignore

  it('finds a coin by the names of its scaled contracts', () => {
    for (const typed of ['1000PEPE', 'kPEPE']) {
      const [found] = answers(typed);
      assert.deepEqual([found?.asset, found?.description], ['PEPE', `${typed} is counted in single PEPE`]);
    }
  });

  it('refuses what no exchange lists, and offers the nearest names', () => {
    const [refusal, ...near] = answers('XYZQ');
    assert.deepEqual([refusal?.label, refusal?.asset], ['No exchange that was read lists XYZQ', undefined]);
    assert.deepEqual(near.map(({ asset }) => asset), ['XYZ']);
    assert.deepEqual(answers('BTCUSDT').map(({ label, asset }) => asset ?? label), ['No exchange that was read lists BTCUSDT', 'BTC']);
    assert.equal(answers('BTCUSDT')[1]?.description, 'BTC?');
    assert.deepEqual(answers('QQQQQ').map(({ description }) => description), ['and no listed name is like it']);
  }); // prettier-ignore

  it('refuses what is no name at all, and takes the coin out of a pair', () => {
    assert.deepEqual(answers('ETH/USDT').map(({ asset }) => asset), ['ETH', undefined]);
    assert.deepEqual(answers('<b>').map(({ asset }) => asset), [undefined]);
  }); // prettier-ignore

  it('takes a ticker as it is before any list was read, and says so', () => {
    const [taken] = answers('XYZQ', []);
    assert.equal(taken?.asset, 'XYZQ');
    assert.match(taken.description ?? '', /have not been read yet, so it is not checked/);
  });

  it('does not offer again what is followed and listed by nobody', () => {
    const all = assetChoices({ typed: '', current: 'XYZQ', followed: ['XYZQ'], listed: LISTED });
    assert.deepEqual([all[0]?.asset, all[0]?.description], [undefined, 'shown now, followed, listed by no exchange that was read']);
  }); // prettier-ignore
});
