import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('files that are loaded at first use', () => {
  const names = Array.from(
    textOf('esbuild.mjs').matchAll(/^ {2}\[[A-Z_]+, '(\w+\.cjs)'\],$/gm),
    ([, name]) => name ?? '',
  );

  it('are in the package, and a package is made anew where one is not built', () => {
    assert.ok(names.length > 10, 'the list of the build was not found');
    const [shipped, built] = [textOf('.vscodeignore').split('\n'), textOf('scripts/package.mjs')];
    for (const name of names) {
      assert.ok(shipped.includes(`!dist/${name}`), name);
      assert.ok(built.includes(`'dist/${name}'`), name);
    }
  });
});
