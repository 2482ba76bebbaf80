import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { factsOf, resolveImport } from './sources.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** What is wired here needs no import of its own. */
const WIRING = 'src/engine.ts';

interface Walk {
  readonly title: string;
  /** As the heading states it. */
  readonly count: number;
  readonly files: readonly string[];
}

/** `a/{b,c}.ts` names two files. */
function spelledOut(path: string): string[] {
  const [, before = '', names = '', after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  return names === '' ? [path] : names.split(',').map((name) => `${before}${name}${after}`);
}

/** The walks of the text: each has a heading that ends with how many files it has. */
function walksOf(text: string): Walk[] {
  const section = text.split('\n## ').find((one) => one.startsWith('Two walks\n')) ?? '';
  return section
    .split('\n### ')
    .slice(1)
    .map((one) => {
      const [title = ''] = one.split('\n');
      const files = [...one.matchAll(/`((?:src|webview)\/[^`]+\.ts)`/g)].flatMap(([, path = '']) =>
        spelledOut(path),
      );
      return { title, count: Number(/: (\d+) files/.exec(title)?.[1]), files };
    });
}

/** Files that no chain of imports, in whichever direction, leads to from the first. */
function unreached(files: readonly string[], importsOf: (file: string) => readonly string[]): string[] {
  const all = [...files, WIRING];
  const links = all.flatMap((file) => importsOf(file).map((target) => [file, target] as const));
  const reached = new Set(files.slice(0, 1));
  for (const file of reached)
    for (const [from, to] of links) {
      if (from === file && all.includes(to)) reached.add(to);
      if (to === file) reached.add(from);
    }
  return files.filter((file) => !reached.has(file));
}

const importsIn = (file: string): string[] =>
  factsOf(file, readFileSync(join(ROOT, file), 'utf8'))
    .imports.filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => resolveImport(file, specifier));

describe('the walks of docs/architecture.md', () => {
  const walks = walksOf(readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8'));

  it('are two, each file named once', () => {
    assert.equal(walks.length, 2);
    for (const { title, count, files } of walks) assert.deepEqual([files.length, new Set(files).size], [count, count], title); // prettier-ignore
  });

  for (const { title, files } of walks)
    it(`leads along files that exist and know each other: ${title}`, () => {
      assert.deepEqual(
        files.filter((file) => !existsSync(join(ROOT, file))),
        [],
      );
      assert.deepEqual(unreached(files, importsIn), []);
    });

  it('a walk is broken by a file that nobody on it imports', () => {
    const imports: Readonly<Record<string, readonly string[]>> = { a: ['b'], b: [], c: ['d'], d: [] };
    assert.deepEqual(
      unreached(['a', 'b', 'c', 'd'], (file) => imports[file] ?? []),
      ['c', 'd'],
    );
  });
});
