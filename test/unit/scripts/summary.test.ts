import assert from 'node:assert/strict';
import Mocha, { describe, it } from 'mocha';
import { collect, emptyResult, failedResult } from '../../../scripts/testing/report.mjs';
import type { LayerResult } from '../../../scripts/testing/report.mjs';
import { lastLine, skippedLines, table } from '../../../scripts/testing/summary.mjs';

const rows = [
  { name: 'lint', seconds: 7.04, result: { ...emptyResult(), passed: 1 } },
  {
    name: 'unit',
    seconds: 12,
    result: { ...emptyResult(), passed: 120, skipped: 1, skippedNames: ['store: postgres'] },
  },
  {
    name: 'browser',
    seconds: 0,
    result: failedResult('browser', 'no test files match test/browser/**/*.test.ts'),
  },
];

describe('the end of a test run', () => {
  it('is one line of totals', () => {
    assert.equal(lastLine(rows), '121 passed, 1 failed, 1 skipped');
  });

  it('counts a layer that could not run as a failure, by name', () => {
    assert.equal(
      skippedLines(rows),
      'skipped  store: postgres\nFAILED   browser: no test files match test/browser/**/*.test.ts\n',
    );
  });

  it('says why a test failed, in one line', async () => {
    const mocha = new Mocha({ reporter: function Silent() {} as unknown as Mocha.ReporterConstructor });
    const test = new Mocha.Test('adds up', () => {
      throw new Error('expected 4\nand got 5');
    });
    Mocha.Suite.create(mocha.suite, 'sums').addTest(test);
    let printed = '';
    const result = await new Promise<LayerResult>((resolve) => {
      const runner = mocha.run(() => resolve(collected));
      const collected = collect(Mocha, runner, { write: (text) => (printed += text), relative: String });
    });
    assert.deepEqual(result.failedNames, ['(hooks): sums adds up (expected 4)']);
    assert.match(printed, /and got 5/);
  });

  it('shows each layer with its seconds in columns', () => {
    assert.equal(
      table(rows),
      [
        'layer    passed  failed  skipped  seconds',
        'lint          1       0        0      7.0',
        'unit        120       0        1     12.0',
        'browser       0       1        0      0.0',
        '',
      ].join('\n'),
    );
  });
});
