import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPT = join(ROOT, 'scripts/docs.mjs');

describe('documentation made from the code', () => {
  let generated: Readonly<Record<string, string>>;

  before(async () => {
    const script = (await import(SCRIPT)) as { generatedDocs(): Readonly<Record<string, string>> };
    generated = script.generatedDocs();
  });

  for (const file of ['README.md', 'docs/coverage.md', 'docs/data-dictionary.md']) {
    it(`is up to date in ${file}; if not, run npm run docs`, () => {
      assert.equal(readFileSync(join(ROOT, file), 'utf8'), generated[file]);
    });
  }

  it('is checked whole: no generated file is left out here', () => {
    assert.deepEqual(Object.keys(generated).sort(), [
      'README.md',
      'docs/coverage.md',
      'docs/data-dictionary.md',
    ]);
  });

  it('names every exchange and the unit of every metric', () => {
    for (const { displayName } of exchangeAdapters)
      assert.ok(generated['README.md']?.includes(` ${displayName} |`), displayName);
    const sections = (generated['docs/data-dictionary.md'] ?? '').split('\n## ').slice(1);
    assert.ok(sections.length >= 10);
    for (const section of sections) assert.match(section, /^- Unit: \w/m);
  });
});

describe('the settings', () => {
  it('name every exchange that can be asked', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { markdownDescription: string }> } };
    };
    const text =
      manifest.contributes.configuration.properties['perpscope.exchanges']?.markdownDescription ?? '';
    const named = [...(text.split('Empty means all:')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id);
    assert.deepEqual(
      named,
      exchangeAdapters.map(({ id }) => id),
    );
  });
});
