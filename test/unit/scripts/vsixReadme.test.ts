import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { noticesOf, packagesOf } from '../../../scripts/notices.mjs';
import { vsixReadme } from '../../../scripts/vsixReadme.mjs';

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
