// Writes the parts of the documentation that come from the code: coverage table and data dictionary.
// `--check` writes nothing and fails where a file is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverageOf } from '../src/sources/exchanges/coverage.ts';
import { coverageMarkdown, evidenceMarkdown } from '../src/sources/exchanges/coverageTables.ts';
import { exchangeAdapters } from '../src/sources/exchanges/registry.ts';
import { dataDictionaryMarkdown } from '../src/surfaces/reports/dataDictionary.ts';
import { fixturePayloads } from './payloads.mjs';

const ROOT = join(import.meta.dirname, '..');
const START = '<!-- coverage: made by npm run docs -->';
const END = '<!-- /coverage -->';

function between(text, table) {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < 0) throw new Error('README.md has lost its coverage markers');
  return `${text.slice(0, start + START.length)}\n${table}\n${text.slice(end)}`;
}

/** Every generated file with its content, for this script and for the test that holds it. */
export function generatedDocs() {
  const entries = exchangeAdapters.flatMap((adapter) => coverageOf(adapter, fixturePayloads(adapter.id)));
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return {
    'README.md': between(readme, coverageMarkdown(exchangeAdapters, entries)),
    'docs/coverage.md': evidenceMarkdown(exchangeAdapters, entries),
    'docs/data-dictionary.md': dataDictionaryMarkdown(),
  };
}

if (process.argv[1] === import.meta.filename) {
  const isCheck = process.argv.includes('--check');
  for (const [file, content] of Object.entries(generatedDocs())) {
    const path = join(ROOT, file);
    let before = '';
    try {
      before = readFileSync(path, 'utf8');
    } catch {
      // The file is made for the first time.
    }
    if (before === content) continue;
    if (isCheck) {
      process.stderr.write(`${file} is out of date; run npm run docs\n`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, content);
      process.stdout.write(`written  ${file}\n`);
    }
  }
}
