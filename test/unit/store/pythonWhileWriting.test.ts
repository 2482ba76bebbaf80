import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { readWhileWriting } from '../../../scripts/readWhileWriting.mjs';
import { skipWithoutPython } from './python.ts';

describe('reading in Python while the history is written', () => {
  before(skipWithoutPython);

  it('meets no lock, no wrong row and no row that is gone, while rows move into blocks', async function () {
    this.timeout(60_000);
    const { looks, rows, written, blocks, errors } = await readWhileWriting(4, 3);
    assert.deepEqual(errors, []);
    assert.ok(
      looks >= 3 && blocks > 0 && written > 3_000,
      `${looks} looks, ${blocks} blocks, ${written} written`,
    );
    assert.ok(rows > 3_000, 'what is written meanwhile is seen');
  });
});
