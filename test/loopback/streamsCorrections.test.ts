import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ListCorrections } from '../../src/sources/exchanges/listCorrections.ts';
import { createRig } from '../support/streamRig.ts';

describe('streams and the list of instruments', () => {
  it('put the list in doubt for whoever reads it, where a frame contradicts it', async () => {
    const corrections = new ListCorrections();
    const rig = await createRig({
      corrections,
      exchange: {
        channels: ['price'],
        price: {
          map(row, context) {
            const listed = { instrument: `fake:${row.s}`, field: 'status' } as const;
            context.report({ code: 'contradiction', path: '', message: 'it is halted', listed });
            return [];
          },
        },
      },
    });
    try {
      assert.equal(corrections.isListInDoubt('fake'), false);
      await rig.run(3);
      assert.ok(corrections.isListInDoubt('fake'));
    } finally {
      await rig.close();
    }
  });
});
