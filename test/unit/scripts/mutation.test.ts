import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { plantListed, readListed } from '../../../scripts/mutation/listed.mjs';
import { mutantsOf } from '../../../scripts/mutation/operators.mjs';
import { filesOfEditor, testsReaching } from '../../../scripts/mutation/reach.mjs';
import { sampleOf } from '../../../scripts/mutation/sample.mjs';

const root = join(import.meta.dirname, '../../..');

const plantedIn = (text: string): string[] => mutantsOf('src/x.ts', text).map((mutant) => mutant.text);

describe('faults of general kinds', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['a < b', ['a >= b']],
    ['a === b', ['a !== b']],
    ['a - b', ['a + b']],
    ['a * b', ['a / b']],
    ['a && b', ['a || b']],
    ['a ?? b', ['(a)', '(b)']],
    ['f(0)', ['f(1)']],
    ['f(60_000)', ['f((2 * 60_000))']],
    ['f(true)', ['f(false)']],
    ['-a', ['(a)']],
    ['!a', ['(a)']],
    ['Math.abs(a)', ['(a)']],
    ['Math.max(a)', ['Math.min(a)']],
    ['a.filter(f)', ['a']],
    ['a.some(f)', ['a.every(f)']],
    ['a.find(f)', ['a.findLast(f)']],
    ['a.find((x) => x.id === id)', ['a.find((x) => x.id !== id)']],
    ['a[0]', ['a.at(-1)']],
    ['a.at(-1)', ['a.at(0)']],
    ['a.at(0)', ['a.at(-1)']],
    [
      'a.sort((b, c) => (b === c ? 0 : -1))',
      [
        'a.sort((b, c) => (b !== c ? 0 : -1))',
        'a.sort((b, c) => (b === c ? 1 : -1))',
        'a.sort((b, c) => (b === c ? 0 : (1)))',
      ],
    ],
  ];
  for (const [text, expected] of cases)
    it(`turn ${text} into ${expected.join(' and into ')}`, () => assert.deepEqual(plantedIn(text), expected));

  it('are not planted where they would only spoil a text, a type or a name', () => {
    for (const text of ["'a' + b", "a + 'b' + c", 'type A = 1 | true', 'const a = { 1: b }', "import 'x'"])
      assert.deepEqual(plantedIn(text), [], text);
  });

  it('say where they stand', () => {
    const [mutant] = mutantsOf('src/x.ts', 'const a = b;\nconst c = a < 1;\n');
    assert.equal(mutant?.file, 'src/x.ts');
    assert.equal(mutant.line, 2);
    assert.equal(mutant.kind, 'comparison');
    assert.equal(mutant.from, '<');
  });
});

describe('faults planted by hand', () => {
  const entry = { file: 'src/x.ts', from: 'a > b', to: 'a >= b', why: 'equal ages count twice' };

  it('replace the one place that they name, dollar signs as they are', () => {
    const planted = plantListed({ ...entry, to: "`$&${'$1'}`" }, 'x();\nif (a > b) y();\n');
    assert.ok(typeof planted !== 'string');
    assert.equal(planted.text, "x();\nif (`$&${'$1'}`) y();\n");
    assert.equal(planted.line, 2);
  });

  it('are refused where the text is gone, stands twice, or the file is gone', () => {
    assert.match(String(plantListed(entry, 'a < b')), /src\/x\.ts: "a > b" stands there 0 times, not once/);
    assert.match(String(plantListed(entry, 'a > b; a > b')), /2 times/);
    assert.match(String(plantListed(entry, undefined)), /no such file/);
  });

  it('all have their place in the sources', () => {
    const { mutants, problems } = readListed(root);
    assert.deepEqual(problems, []);
    assert.ok(mutants.length >= 16);
  });
});

describe('the tests of a faulty file', () => {
  const importers = new Map([
    ['src/a.ts', ['src/b.ts', 'test/unit/a.test.ts', 'test/browser/a.test.ts']],
    ['src/b.ts', ['test/unit/b.test.ts', 'src/a.ts']],
  ]);

  it('are those that reach it through imports, nearest first', () => {
    assert.deepEqual(testsReaching(importers, 'src/a.ts', 'test/unit/**/*.test.ts'), [
      { test: 'test/unit/a.test.ts', steps: 1 },
      { test: 'test/unit/b.test.ts', steps: 2 },
    ]);
  });

  it('are none where nothing imports it', () => {
    assert.deepEqual(testsReaching(importers, 'src/c.ts', 'test/unit/**/*.test.ts'), []);
  });
});

describe('the files that load in the editor only', () => {
  it('import vscode, themselves or through others', () => {
    const importers = new Map([
      ['vscode', ['src/item.ts']],
      ['src/item.ts', ['src/tree.ts']],
      ['src/model.ts', ['src/tree.ts', 'test/unit/model.test.ts']],
    ]);
    assert.deepEqual([...filesOfEditor(importers)].sort(), ['src/item.ts', 'src/tree.ts']);
  });
});

describe('a sample of faults', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);

  it('is the same for the same seed, another for another, in order and without repeats', () => {
    const sample = sampleOf(items, 20, 7);
    assert.deepEqual(sampleOf(items, 20, 7), sample);
    assert.notDeepEqual(sampleOf(items, 20, 8), sample);
    assert.equal(new Set(sample).size, 20);
    assert.deepEqual(
      sample,
      [...sample].sort((a, b) => a - b),
    );
  });

  it('is everything where more is asked for', () => {
    assert.deepEqual(sampleOf(items, 1000, 1), items);
  });
});
