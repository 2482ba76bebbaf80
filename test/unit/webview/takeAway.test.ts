import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PerpscopeError } from '../../../src/core/errors.ts';
import { createTakeAway } from '../../../webview/views/takeAway.ts';

const PICTURE = { asset: 'BTC', chart: 'price', source: 'live' } as const;
const TABLE = { ...PICTURE, columns: [{ title: 'Time (UTC)', type: 'time' }], rows: [[1]] } as const;

/** A panel whose editor answers so; what was asked of it. */
function asking(answer: () => unknown): {
  readonly asked: unknown[];
  readonly takeAway: ReturnType<typeof createTakeAway>;
} {
  const asked: unknown[] = [];
  const call = async (method: string, params: unknown): Promise<never> => {
    asked.push({ method, params });
    return answer() as never;
  };
  return { asked, takeAway: createTakeAway({ call }) };
}

describe('taking numbers and pictures away', () => {
  it('hands over what was drawn when it was asked for, and says under which name it is kept', async () => {
    const { asked, takeAway } = asking(() => ({ file: 'a.png' }));
    let seen = 1;
    const saving = takeAway.savePicture(PICTURE, () => Promise.resolve(Uint8Array.of(seen)));
    seen = 2;
    assert.equal(await saving, 'Saved as a.png.');
    assert.deepEqual(asked, [{ method: 'savePicture', params: { ...PICTURE, png: Uint8Array.of(1) } }]);
  });

  it('says nothing where the user thought better of it', async () => {
    const { takeAway } = asking(() => ({}));
    assert.equal(await takeAway.savePicture(PICTURE, () => Promise.resolve(new Uint8Array())), undefined);
    assert.equal(await takeAway.exportTable('save', TABLE), undefined);
  });

  it('counts what was copied', async () => {
    const { takeAway } = asking(() => ({ rows: 1 }));
    assert.equal(await takeAway.exportTable('copy', TABLE), '1 row copied.');
  });

  it('says in words why something was not taken, and asks for nothing where there is no picture', async () => {
    const refuse = (): never => {
      throw new PerpscopeError('store', 'the folder is read-only');
    };
    const { asked, takeAway } = asking(refuse);
    const png = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array());
    assert.equal(await takeAway.savePicture(PICTURE, png), 'Not saved: the folder is read-only.');
    assert.equal(await takeAway.exportTable('copy', TABLE), 'Not copied: the folder is read-only.');
    const asks = asked.length;
    const none = (): never => {
      throw new Error('the chart is not drawn');
    };
    assert.equal(await takeAway.savePicture(PICTURE, none), 'Not saved: the chart is not drawn.');
    assert.equal(asked.length, asks);
  });
});
