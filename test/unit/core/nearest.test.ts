import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearest } from '../../../src/core/nearest.ts';

const COMMANDS = ['snapshot', 'regime', 'report', 'decode', 'simulate'];

describe('the nearest known word', () => {
  const slips: readonly [string, string, string][] = [
    ['snapshto', 'snapshot', 'two letters swapped'],
    ['regme', 'regime', 'a letter left out'],
    ['deecode', 'decode', 'a letter doubled'],
    ['REPORT', 'report', 'another case'],
    ['simulator', 'simulate', 'another ending'],
  ];
  for (const [given, expected, what] of slips) {
    it(`is ${expected} for ${given}: ${what}`, () => assert.equal(nearest(given, COMMANDS), expected));
  }

  it('is the word itself where it is known, the first of equally near ones otherwise', () => {
    assert.equal(nearest('okx', ['okz', 'okx']), 'okx');
    assert.equal(nearest('ab', ['ac', 'ad']), 'ac');
  });

  it('is none where nothing is close enough to be a slip', () => {
    assert.equal(nearest('liquidate', COMMANDS), undefined);
    assert.equal(nearest('', COMMANDS), undefined);
    assert.equal(nearest('anything', []), undefined);
  });

  it('allows two slips in a short word and a third of the letters in a long one', () => {
    assert.equal(nearest('abcd', ['abxy']), 'abxy');
    assert.equal(nearest('abcd', ['axyz']), undefined);
    assert.equal(nearest('openInterestX', ['openInterestXabcd']), 'openInterestXabcd');
    assert.equal(nearest('openInterestX', ['openInterestXabcde']), undefined);
  });
});
