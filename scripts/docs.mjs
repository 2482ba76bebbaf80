// Writes what comes from the code beside it: coverage table, data dictionary, the form of a rules file and a copy of the built-in rules.
// `--check` writes nothing and fails where a file is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverageOf } from '../src/sources/exchanges/coverage.ts';
import { coverageMarkdown, evidenceMarkdown } from '../src/sources/exchanges/coverageTables.ts';
import { BUILT_IN_RULES } from '../src/analysis/regime/rules.ts';
import { ruleSchema } from '../src/analysis/regime/ruleSchema.ts';
import { backfillMarkdown } from '../src/sources/backfill/sourcesTable.ts';
import { exchangeAdapters } from '../src/sources/exchanges/registry.ts';
import { dataDictionaryMarkdown } from '../src/surfaces/reports/dataDictionary.ts';
import { fixturePayloads } from './payloads.mjs';

const ROOT = join(import.meta.dirname, '..');

/** Puts a table between the markers of its name. */
function between(file, name, table) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const [first, last] = [`<!-- ${name}: made by npm run docs -->`, `<!-- /${name} -->`];
  const start = text.indexOf(first);
  const end = text.indexOf(last);
  if (start < 0 || end < 0) throw new Error(`${file} has lost its markers of ${name}`);
  return `${text.slice(0, start + first.length)}\n${table}\n${text.slice(end)}`;
}

/** Every generated file with its content, for this script and for the test that holds it. */
export function generatedDocs() {
  const entries = exchangeAdapters.flatMap((adapter) => coverageOf(adapter, fixturePayloads(adapter.id)));
  return {
    'README.md': between('README.md', 'coverage', coverageMarkdown(exchangeAdapters, entries)),
    'docs/backfill.md': between('docs/backfill.md', 'sources', backfillMarkdown()),
    'docs/coverage.md': evidenceMarkdown(exchangeAdapters, entries),
    'docs/data-dictionary.md': dataDictionaryMarkdown(),
    'media/perpscope-rules.schema.json': `${JSON.stringify(ruleSchema(), undefined, 2)}\n`,
    'media/mine.perpscope-rules.json': rulesCopy(),
  };
}

/** The built-in rules as a file of somebody's own, who changes what he likes. */
function rulesCopy() {
  const { version, ...rules } = BUILT_IN_RULES;
  const head = [
    `// The built-in rules of Perpscope (${version}) as a file of your own. docs/rules.md says what each number means.`,
    '// To keep what you do not change as it is built in, put "extends": "built-in" below the version and delete the rest.',
  ];
  return `${head.join('\n')}\n${JSON.stringify({ version: 'mine/1', ...rules }, undefined, 2)}\n`;
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
