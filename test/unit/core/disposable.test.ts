import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DisposableStore } from '../../../src/core/disposable.ts';

function recorder(): { log: string[]; named(name: string): { dispose(): void } } {
  const log: string[] = [];
  return { log, named: (name) => ({ dispose: () => void log.push(name) }) };
}

describe('a disposable store', () => {
  it('releases last in first out', () => {
    const { log, named } = recorder();
    const store = new DisposableStore();
    for (const name of ['first', 'second', 'third']) store.add(named(name));
    assert.deepEqual(log, [], 'nothing is released before dispose');
    store.dispose();
    assert.deepEqual(log, ['third', 'second', 'first']);
  });

  it('hands back what it takes', () => {
    const { named } = recorder();
    const item = named('one');
    assert.equal(new DisposableStore().add(item), item);
  });

  it('releases at once what is added after it was disposed', () => {
    const { log, named } = recorder();
    const store = new DisposableStore();
    store.dispose();
    store.add(named('late'));
    assert.deepEqual(log, ['late']);
  });

  it('releases at once what an item adds while it is being released', () => {
    const { log, named } = recorder();
    const store = new DisposableStore();
    store.add({ dispose: () => void store.add(named('from within')) });
    store.dispose();
    assert.deepEqual(log, ['from within']);
  });

  it('releases everything once, however often it is disposed', () => {
    const { log, named } = recorder();
    const store = new DisposableStore();
    store.add(named('one'));
    store.dispose();
    store.dispose();
    assert.deepEqual(log, ['one']);
  });

  it('releases the rest where one fails, and then reports every failure', () => {
    const { log, named } = recorder();
    const store = new DisposableStore();
    const [early, late] = [new Error('early'), new Error('late')];
    const failing = (error: Error) => ({
      dispose: () => {
        throw error;
      },
    });
    store.add(failing(early));
    store.add(named('kept'));
    store.add(failing(late));
    assert.throws(
      () => store.dispose(),
      (thrown: unknown) => {
        assert.ok(thrown instanceof AggregateError);
        assert.deepEqual(thrown.errors, [late, early]);
        return true;
      },
    );
    assert.deepEqual(log, ['kept']);
  });
});
