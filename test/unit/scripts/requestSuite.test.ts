import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { requestSuite } from '../../../scripts/testing/layers.mjs';
import { emptyResult } from '../../../scripts/testing/report.mjs';
import { compareSubjects } from '../../../scripts/testing/requestSuite.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const A = 'test/loopback/transport.test.ts: HTTP client: answers: gives what came';
const B = 'test/loopback/cli.test.ts: the command line prints';
const OTHER = 'test/loopback/market.test.ts: the market is read';
const LEFT_OUT = 'test/loopback/streams.test.ts: streams F7 refused for 24 h: attempts bounded';

const row = (name: string, ...passedNames: string[]) => ({
  name,
  seconds: 1,
  result: { ...emptyResult(), passed: passedNames.length, passedNames },
});

describe('the request suite on sources, build and installed VSIX', () => {
  it('is one line of counts, without other tests and without those that are not repeated', () => {
    const rows = [
      row('unit', A),
      row('loopback', A, B, OTHER, LEFT_OUT),
      row('requests-dist', B, A),
      row('requests-vsix', A, B),
    ];
    assert.deepEqual(compareSubjects(rows), {
      line: 'Request suite: 2 on sources, 2 on dist, 2 on the installed VSIX',
    });
  });

  it('fails where a test did not pass on one of them, by name', () => {
    const rows = [row('loopback', A, B), row('requests-dist', A), row('requests-vsix', A, B)];
    const { line, problem } = compareSubjects(rows) ?? assert.fail();
    assert.equal(line, 'Request suite: 2 on sources, 1 on dist, 2 on the installed VSIX');
    assert.equal(problem?.result.failed, 1);
    assert.deepEqual(problem.result.failedNames, [`did not pass on dist: ${B}`]);
  });

  it('fails where equal counts are different tests, and where there is no test at all', () => {
    const swapped = [row('loopback', A), row('requests-dist', B), row('requests-vsix', A)];
    assert.equal(compareSubjects(swapped)?.problem?.result.failed, 1);
    const empty = [row('loopback', OTHER), row('requests-dist'), row('requests-vsix')];
    assert.equal(compareSubjects(empty)?.problem?.result.failed, 1);
  });

  it('says nothing where not all three ran', () => {
    assert.equal(compareSubjects([row('loopback', A), row('requests-dist', A)]), undefined);
  });

  it('takes its clients from the subject, never from the sources', () => {
    const files = globSync(requestSuite.glob, { cwd: ROOT }).sort();
    assert.ok(files.length >= 12, files.join());
    // What the suite's files import of the test support may hide a client of the sources as well.
    for (const file of [...files, 'test/support/streamRig.ts']) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const imports = text.match(
        /^import(?! type)[^;]*src\/(?:engine|cliMain|sources\/transport\/\w+Client)\.ts';/gm,
      );
      assert.deepEqual(imports ?? [], [], file);
    }
  });
});
