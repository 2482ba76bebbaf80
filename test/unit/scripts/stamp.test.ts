import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cachedFolder } from '../../../scripts/cache.mjs';
import { unlessUnchanged } from '../../../scripts/stamp.mjs';

describe('work that is skipped', () => {
  let folder = '';
  let runs = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-stamp-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/a.ts'), 'one');
    runs = 0;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (): Promise<boolean> =>
    unlessUnchanged({
      stampFile: 'out/build.stamp',
      inputs: ['src', 'missing.json'],
      results: ['result'],
      base: folder,
      work: () => {
        runs += 1;
        writeFileSync(join(folder, 'result'), `built ${runs}`);
        return Promise.resolve();
      },
    });

  it('happens once for the same inputs', async () => {
    assert.equal(await build(), true);
    assert.equal(await build(), false);
    assert.equal(runs, 1);
  });

  it('happens again for a changed input, a new file, a missing result and a result that something else wrote', async () => {
    await build();
    const changes = [
      () => writeFileSync(join(folder, 'src/a.ts'), 'two'),
      () => writeFileSync(join(folder, 'src/b.ts'), 'new'),
      () => rmSync(join(folder, 'result')),
      () => writeFileSync(join(folder, 'result'), 'by hand'),
    ];
    for (const change of changes) {
      change();
      assert.equal(await build(), true);
    }
  });
});

describe('the cache', () => {
  let folder = '';
  let before: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-cache-'));
    before = process.env['PERPSCOPE_CACHE'];
    process.env['PERPSCOPE_CACHE'] = folder;
  });

  afterEach(() => {
    if (before === undefined) delete process.env['PERPSCOPE_CACHE'];
    else process.env['PERPSCOPE_CACHE'] = before;
    rmSync(folder, { recursive: true });
  });

  it('fills a folder once and leaves nothing of a failed attempt', async () => {
    await assert.rejects(
      cachedFolder('thing-1', () => Promise.reject(new Error('no network'))),
      /no network/,
    );
    let fills = 0;
    const fill = (target: string): Promise<void> => {
      fills += 1;
      writeFileSync(join(target, 'file'), 'x');
      return Promise.resolve();
    };
    // Two at a time: each fills a folder of its own, and one of them wins.
    const [first, second] = await Promise.all([cachedFolder('thing-1', fill), cachedFolder('thing-1', fill)]);
    assert.equal(first, join(folder, 'thing-1'));
    assert.equal(second, first);
    assert.equal(await cachedFolder('thing-1', fill), first);
    assert.equal(fills, 2);
  });
});
