import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inTurn } from '../../../src/core/inTurn.ts';

describe('inTurn', () => {
  it('takes every step after the one before, although some fail, and rejects with the first failure', async () => {
    const taken: string[] = [];
    const step = (name: string, error?: Error) => async () => {
      taken.push(`${name} begins`);
      await new Promise(setImmediate);
      taken.push(`${name} ends`);
      if (error !== undefined) throw error;
    };
    const thrown = (): undefined => {
      throw new Error('second');
    };
    const all = inTurn([step('a'), step('b', new Error('first')), thrown, step('c')]);
    await assert.rejects(all, { message: 'first' });
    assert.deepEqual(taken, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('resolves where no step fails', async () => {
    await inTurn([() => undefined, () => Promise.resolve(1)]);
  });
});
