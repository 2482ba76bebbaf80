import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ruleSchema } from '../../../../src/analysis/regime/ruleSchema.ts';
import { BUILT_IN_RULES } from '../../../../src/analysis/regime/rules.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Contributed {
  readonly jsonValidation: readonly { readonly fileMatch: string; readonly url: string }[];
  readonly languages: readonly { readonly id: string; readonly filenamePatterns: readonly string[] }[];
  readonly configuration: { readonly properties: Readonly<Record<string, Record<string, unknown>>> };
}

describe('a rules file in the editor', () => {
  const { contributes } = JSON.parse(textOf('package.json')) as { contributes: Contributed };

  it('is completed and explained by the schema that ships, with comments', () => {
    const [{ fileMatch, url } = { fileMatch: '', url: '' }, ...others] = contributes.jsonValidation;
    assert.deepEqual([fileMatch, others.length], ['*.perpscope-rules.json', 0]);
    assert.deepEqual(JSON.parse(textOf(url)), JSON.parse(JSON.stringify(ruleSchema())));
    assert.deepEqual(contributes.languages, [{ id: 'jsonc', filenamePatterns: [fileMatch] }]);
  });

  it('ships with what reads it, and with the copy that the command writes', () => {
    const shipped = textOf('.vscodeignore').split('\n');
    for (const file of ['media/**', 'dist/chosenRules.cjs', 'dist/createRulesFile.cjs'])
      assert.ok(shipped.includes(`!${file}`), file);
    const command = textOf('src/surfaces/editor/createRulesFile.ts');
    const name = /const NAME = '([^']+)'/.exec(command)?.[1] ?? '';
    assert.ok(name.endsWith('.perpscope-rules.json') && existsSync(join(ROOT, 'media', name)), name);
  });

  it('has settings beside it whose words say what the built-in rules do', () => {
    const said = (key: string): unknown => contributes.configuration.properties[key]?.['markdownDescription'];
    const { level, margin } = BUILT_IN_RULES.reject;
    assert.match(String(said('perpscope.regime.level')), new RegExp(`, ${level} in the built-in ones\\.$`));
    assert.match(String(said('perpscope.regime.margin')), new RegExp(`, ${margin} in the built-in ones\\.$`));
  });
});
