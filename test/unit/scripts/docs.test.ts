import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'mocha';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { FAULT_NAMES } from '../../support/faults/requestFaults.ts';
import { SOCKET_FAULT_NAMES } from '../../support/faults/socketFaults.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPT = join(ROOT, 'scripts/docs.mjs');

describe('documentation made from the code', () => {
  let generated: Readonly<Record<string, string>>;

  before(async () => {
    const script = (await import(SCRIPT)) as { generatedDocs(): Readonly<Record<string, string>> };
    generated = script.generatedDocs();
  });

  const FILES = [
    ...['README.md', 'docs/backfill.md', 'docs/coverage.md', 'docs/data-dictionary.md'],
    ...['media/mine.perpscope-rules.json', 'media/perpscope-rules.schema.json'],
  ];
  for (const file of FILES) {
    it(`is up to date in ${file}; if not, run npm run docs`, () => {
      assert.equal(readFileSync(join(ROOT, file), 'utf8'), generated[file]);
    });
  }

  it('is checked whole: no generated file is left out here', () => {
    assert.deepEqual(Object.keys(generated).sort(), FILES);
  });

  it('names every exchange and the unit of every metric', () => {
    for (const { displayName } of exchangeAdapters)
      assert.ok(generated['README.md']?.includes(` ${displayName} |`), displayName);
    const sections = (generated['docs/data-dictionary.md'] ?? '').split('\n## ').slice(1);
    assert.ok(sections.length >= 10);
    for (const section of sections) assert.match(section, /^- Unit: \w/m);
  });
});

describe('the documents', () => {
  const inRoot = { cwd: ROOT, exclude: (name: string) => name === 'node_modules' };
  const files = globSync(['*.mjs', '{src,webview,test,scripts,bench,python}/**/*.*'], inRoot).map((file) => file.replaceAll('\\', '/'));
  const names = new Set(files.map((file) => basename(file)));
  const isThere = (named: string): boolean =>
    named.includes('/') ? files.some((file) => `/${file}`.endsWith(`/${named}`)) : names.has(named);

  for (const document of ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', inRoot)])
    it(`name files that exist: ${document}`, () => {
      const text = readFileSync(join(ROOT, document), 'utf8');
      const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mts|mjs|py))`/g)].map(([, name = '']) => name);
      assert.deepEqual(
        named.filter((name) => !isThere(name)),
        [],
      );
    });
}); // prettier-ignore

describe('the table of faults', () => {
  const text = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8');

  it('names tests that exist, at least one per fault', () => {
    for (const id of ['F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F10', 'F11', 'F13']) {
      const row = text.split('\n').find((line) => line.startsWith(`| ${id} `)) ?? '';
      const tests = [...row.matchAll(/`([\w/]+)\.test\.ts` "([^"]+)"/g)];
      assert.ok(tests.length > 0, id);
      for (const [, file = '', name = ''] of tests)
        assert.ok(
          readFileSync(join(ROOT, `test/${file}.test.ts`), 'utf8').includes(name),
          `${file}: ${name}`,
        );
    }
  });

  it('names a test for every bound', () => {
    const rows = (text.split('## Bounds')[1] ?? '').split('\n## ')[0]?.split('\n') ?? [];
    const bounds = rows.filter((line) => /test\.ts|the same \|$/.test(line));
    assert.ok(bounds.length >= 14);
    for (const [, file = '', name = ''] of bounds
      .join('\n')
      .matchAll(/`([\w/]+)\.test\.ts`(?: "([^"]+)")?/g)) {
      const path = file.includes('/') ? file : `unit/sources/transport/${file}`;
      assert.ok(readFileSync(join(ROOT, `test/${path}.test.ts`), 'utf8').includes(name), `${path}: ${name}`);
    }
  });

  it('names every fault of the simulator', () => {
    for (const name of [...FAULT_NAMES, ...SOCKET_FAULT_NAMES]) assert.ok(text.includes(`\`${name}\``), name);
  });
});

describe('the settings', () => {
  it('name every exchange that can be asked', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { items?: { enum?: string[] } }> } };
    };
    assert.deepEqual(
      manifest.contributes.configuration.properties['perpscope.exchanges']?.items?.enum,
      exchangeAdapters.map(({ id }) => id),
    );
  });
});
