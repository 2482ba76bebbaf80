import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { engineThreads, reportText, set, setting } from './probe.ts';

const refresh = (): Thenable<unknown> => vscode.commands.executeCommand('perpscope.refresh');

describe('the thread of the engine', () => {
  before(async () => {
    await set('dataSource', 'simulated');
    await until('source', () => setting('dataSource'), (value) => value === 'simulated'); // prettier-ignore
    await refresh();
  });
  after(() => set('dataSource', undefined));

  it('is there once, and once more after it was killed, without a word from the user', async () => {
    await until('report', reportText, (text) => text.includes('9 of 9 exchanges'));
    const [first, ...others] = engineThreads();
    assert.ok(first !== undefined && others.length === 0);
    const running = refresh();
    await first.terminate();
    await running;
    assert.match(await reportText(), /9 of 9 exchanges/, 'what was read stays');
    const again = await until('threads', engineThreads, (threads) => threads.length === 1 && threads[0] !== first); // prettier-ignore
    await refresh();
    assert.match(await reportText(), /9 of 9 exchanges/);
    assert.equal(engineThreads().length, again.length);
  });

  it('is ended and started anew with other settings, and never runs twice', async () => {
    const [before] = engineThreads();
    await set('simulator.seed', 21);
    try {
      await until('threads', engineThreads, (threads) => threads.length === 1 && threads[0] !== before); // prettier-ignore
      await until('report', reportText, (text) => text.includes('9 of 9 exchanges'));
    } finally {
      await set('simulator.seed', undefined);
    }
    await until('threads', engineThreads, (threads) => threads.length === 1);
  });
});
