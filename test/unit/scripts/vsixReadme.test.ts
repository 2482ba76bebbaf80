import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { noticesOf, packagesOf } from '../../../scripts/notices.mjs';
import { commandsNotInstalled, vsixReadme } from '../../../scripts/vsixReadme.mjs';

describe('the README of the VSIX', () => {
  it('leaves out what only a checkout has', () => {
    const readme =
      'A\n\n<!-- checkout: why -->\n[x](docs/x.md)\n<!-- /checkout -->\n\nB\n<!-- checkout -->\nC\n<!-- /checkout -->\n';
    assert.equal(vsixReadme(readme), 'A\n\nB\n');
  });

  it('refuses a mark without its other half', () => {
    assert.throws(() => vsixReadme('A\n<!-- checkout -->\nB\n'), /other half/);
    assert.throws(() => vsixReadme('A\n<!-- /checkout -->\n'), /other half/);
  });

  it('is told where it names a command that is not installed, over the end of a line too', () => {
    const text = 'Type `perpscope query\n  --asset BTC` or npm run bench; `perpscope query` states it.';
    assert.deepEqual(commandsNotInstalled(text), ['perpscope query\n  --', 'npm run']);
  });

  it('names no command that is not installed, nor does the list of changes', () => {
    const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../..', name), 'utf8');
    assert.deepEqual(commandsNotInstalled(vsixReadme(page('README.md'))), []);
    assert.deepEqual(commandsNotInstalled(page('CHANGELOG.md')), []);
  });
});

describe('the notices of other people’s code', () => {
  it('name a package once, scoped or nested', () => {
    const inputs = [
      'src/a.ts',
      'node_modules/zod/v4/a.js',
      'node_modules/zod/v4/b.js',
      'x/node_modules/@kurkle/color/c.js',
    ];
    assert.deepEqual(packagesOf(inputs), ['@kurkle/color', 'zod']);
  });

  it('hold the whole licence, and refuse a package that has none', () => {
    assert.match(
      noticesOf(['node_modules/zod/v4/a.js']),
      /^zod [\d.]+ \(MIT\)$[^]*Copyright \(c\) 2025[^]*Permission is hereby granted/m,
    );
    assert.throws(() => noticesOf(['node_modules/no-such-package/index.js']));
  });
});
