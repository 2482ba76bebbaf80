import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PromptPause } from '../../../../src/surfaces/editor/promptPause.ts';

describe('the rest of the trees while a list of choices opens', () => {
  let pause: PromptPause;
  let drawn: string[];
  const markets = (): void => void drawn.push('markets');
  const health = (): void => void drawn.push('health');

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    pause = new PromptPause();
    drawn = [];
  });
  afterEach(() => {
    pause.dispose();
    mock.timers.reset();
  });

  it('draws at once where no list opens', () => {
    pause.draw(markets);
    assert.deepEqual(drawn, ['markets']);
  });

  it('draws nothing for a second, then each tree once, and at once again', () => {
    pause.begin();
    for (const tree of [markets, health, markets]) pause.draw(tree);
    mock.timers.tick(999);
    assert.deepEqual(drawn, []);
    mock.timers.tick(1);
    assert.deepEqual(drawn, ['markets', 'health']);
    pause.draw(markets);
    assert.deepEqual(drawn, ['markets', 'health', 'markets']);
  });

  it('counts from the newest list, and draws nothing of a window that closes', () => {
    pause.begin();
    mock.timers.tick(600);
    pause.begin();
    pause.draw(markets);
    mock.timers.tick(600);
    assert.deepEqual(drawn, []);
    pause.dispose();
    mock.timers.tick(10_000);
    assert.deepEqual(drawn, []);
  });
});
