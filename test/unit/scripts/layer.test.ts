import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { layers } from '../../../scripts/testing/layers.mjs';
import { runLayer, runStage, stagesOf } from '../../../scripts/testing/steps.mjs';

/** Runs scripts that stand in for a layer, to see what becomes of one that ends badly. */
describe('a layer that ends badly', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-layer-'));
  });

  after(() => rmSync(folder, { recursive: true }));

  const outcome = async (code: string, silenceMs = 10_000) => {
    const script = join(folder, 'layer.mjs');
    writeFileSync(script, code);
    const layer = {
      name: 'made-up',
      glob: '',
      script,
      network: 'refused',
      timeoutMs: 1000,
      silenceMs,
    } as const;
    const { result } = await runLayer(layer, undefined);
    return result;
  };

  it('fails when it ends without a result', async () => {
    assert.deepEqual((await outcome('process.exit(0);')).failedNames, [
      'made-up: ended without a result (exit code 0)',
    ]);
  });

  it('fails when it crashes after a good result', async () => {
    const good = '{ passed: 2, failed: 0, skipped: 0, failedNames: [], skippedNames: [] }';
    assert.equal((await outcome(`process.send(${good}, () => process.exit(9));`)).failed, 1);
  });

  it('fails when it hangs', async () => {
    assert.match((await outcome('setInterval(() => {}, 1000);', 500)).failedNames[0] ?? '', /SIGTERM/);
  });

  it('may take long where tests of it go on ending', async () => {
    const code = `
      let left = 8;
      const timer = setInterval(() => {
        process.send('alive');
        if (--left > 0) return;
        clearInterval(timer);
        process.send({ passed: 8, failed: 0, skipped: 0, failedNames: [], skippedNames: [] }, () => process.exit());
      }, 250);`;
    assert.equal((await outcome(code, 1_000)).passed, 8);
  });

  it('keeps the counts of one that ends well', async () => {
    const good = "{ passed: 2, failed: 0, skipped: 1, failedNames: [], skippedNames: ['a'] }";
    assert.equal((await outcome(`process.send(${good});`)).passed, 2);
  });
});

describe('the stages of a run', () => {
  it('hold every layer once, in lanes, and begin anew with one that needs the machine alone', () => {
    const names = stagesOf(layers).map((lanes) => lanes.map((lane) => lane.map(({ name }) => name)));
    assert.deepEqual(names, [
      [
        ['unit', 'conformance', 'browser'],
        ['host', 'requests-dist', 'requests-vsix'],
        ['loopback', 'processes'],
      ],
      [['floods'], [], []],
    ]);
  });

  it('go on where a layer ends badly', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perpscope-layer-'));
    const script = join(folder, 'ends.mjs');
    writeFileSync(script, 'process.exit(3);');
    const broken = { name: 'broken', glob: '', script, network: 'refused', timeoutMs: 1, silenceMs: 5_000 } as const; // prettier-ignore
    const [beside, third] = [{ ...broken, name: 'beside' }, { ...broken, name: 'third' }]; // prettier-ignore
    const rows = await runStage([[broken], [beside], [third, third]], undefined);
    rmSync(folder, { recursive: true });
    assert.deepEqual(
      rows.map(({ name, result }) => [name, result.failed]),
      [
        ['broken', 1],
        ['beside', 1],
        ['third', 1],
        ['third', 1],
      ],
    );
  });
});
