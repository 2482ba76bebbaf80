import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { makeFolder } from '../../../src/store/makeFolder.ts';

describe('making a folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'perpscope-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('makes those above it, too, and leaves one that is there', () => {
    const folder = join(root, 'a', 'b', 'c');
    for (let times = 0; times < 2; times += 1) makeFolder(folder);
    assert.ok(statSync(folder).isDirectory());
    makeFolder(parse(root).root);
  });

  it('fails where a file is in the way, and makes nothing', () => {
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => makeFolder(join(root, 'file', 'below')));
    assert.throws(() => makeFolder(join(root, 'file', 'below', 'more')));
  });

  it('fails at once where the system lets nobody make a folder', function () {
    if (!existsSync('/proc/self')) return this.skip();
    assert.throws(() => makeFolder('/proc/no/such/folder'), { code: 'ENOENT' });
    symlinkSync('/proc', join(root, 'link'));
    assert.throws(() => makeFolder(join(root, 'link', 'no', 'such')), { code: 'ENOENT' });
  });
});
