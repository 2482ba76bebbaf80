import assert from 'node:assert/strict';
import Mocha, { describe, it } from 'mocha';
import { measurePace, stretchLimits } from '../../../scripts/testing/pace.mjs';

describe('limits of time on a slow machine', () => {
  it('are as many times longer for every test and hook, inner suites and own limits included', () => {
    const mocha = new Mocha({ timeout: 1_000 });
    const inner = Mocha.Suite.create(mocha.suite, 'inner');
    inner.timeout(5_000);
    inner.beforeAll(() => undefined);
    inner.addTest(new Mocha.Test('inherits', () => undefined));
    const own = new Mocha.Test('its own', () => undefined);
    inner.addTest(own);
    own.timeout(20);
    mocha.suite.afterEach(() => undefined);
    stretchLimits(mocha.suite, 2.5);
    assert.deepEqual(
      inner.tests.map((test) => test.timeout()),
      [12_500, 50],
    );
    const hooks = (suite: Mocha.Suite, when: string): number[] =>
      (suite as unknown as { getHooks(when: string): Mocha.Hook[] })
        .getHooks(when)
        .map((hook) => hook.timeout());
    assert.deepEqual([hooks(inner, 'beforeAll'), hooks(mocha.suite, 'afterEach')], [[12_500], [2_500]]);
  });

  it('are never shorter than chosen, and never more than eighteen times as long', () => {
    const measured = measurePace();
    assert.ok(measured >= 6 && measured <= 18, String(measured));
  });
});
