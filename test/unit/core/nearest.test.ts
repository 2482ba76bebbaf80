import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearest, nearestNames } from '../../../src/core/nearest.ts';

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

describe('the names that somebody may have meant', () => {
  const known = ['BTC', 'ETH', 'SOL', '1000PEPE', 'KPEPE', 'PEOPLE', 'DOGE', '龙虾'];
  const meant = (given: string, count = 3): string[] => nearestNames(given, known, count);

  it('are those that hold it or are held in it, then slips of a letter', () => {
    assert.deepEqual(meant('PEPE'), ['KPEPE', '1000PEPE']);
    assert.deepEqual(meant('BTCUSDT'), ['BTC']);
    assert.deepEqual(meant('BTV'), ['BTC']);
    assert.deepEqual(meant('PEOPEL'), ['PEOPLE']);
    assert.deepEqual(meant('龙'), ['龙虾']);
    assert.deepEqual(meant('PEPE', 1), ['KPEPE']);
  });

  it('are none where nothing is near: two slips in a short name are another name', () => {
    for (const given of ['XYZQ', 'BXX', 'A', '']) assert.deepEqual(meant(given), [], given);
  });
});
