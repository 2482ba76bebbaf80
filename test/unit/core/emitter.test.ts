import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../src/core/emitter.ts';

describe('an emitter', () => {
  it('tells every listener, in order of subscription', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event((value) => void heard.push(`a${value}`));
    emitter.event((value) => void heard.push(`b${value}`));
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, ['a1', 'b1', 'a2', 'b2']);
  });

  it('tells a listener nothing after its subscription has ended', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const subscription = emitter.event((value) => void heard.push(value));
    emitter.fire(1);
    subscription.dispose();
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, [1]);
  });

  it('keeps a throwing listener from silencing the others, and passes on what it threw', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<number>((error) => void errors.push(error));
    const heard: number[] = [];
    const failure = new Error('a view broke');
    emitter.event(() => {
      throw failure;
    });
    emitter.event((value) => void heard.push(value));
    emitter.fire(7);
    assert.deepEqual(heard, [7]);
    assert.deepEqual(errors, [failure]);
  });

  it('does not throw at the one who fires, even without a place for errors', () => {
    const emitter = new Emitter<void>();
    emitter.event(() => {
      throw new Error('unheard');
    });
    assert.doesNotThrow(() => emitter.fire());
  });

  it('lets listeners come and go while it fires: the round under way is the one that was there', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => {
      heard.push(`first ${value}`);
      first.dispose();
      if (value === 1) emitter.event((later) => void heard.push(`new ${later}`));
    });
    emitter.event((value) => void heard.push(`second ${value}`));
    emitter.fire(1);
    assert.deepEqual(heard, ['first 1', 'second 1']);
    emitter.fire(2);
    assert.deepEqual(heard.slice(2), ['second 2', 'new 2']);
  });

  it('is silent once disposed', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.event((value) => void heard.push(value));
    emitter.dispose();
    emitter.fire(1);
    assert.deepEqual(heard, []);
  });
});
