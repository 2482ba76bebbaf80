import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { manifestViolations } from './architecture/manifest.ts';
import type { Manifest } from './architecture/manifest.ts';
import { cycles, fileViolations, importViolations } from './architecture/rules.ts';
import { factsOf, readSources } from './architecture/sources.ts';
import type { SourceFacts } from './architecture/sources.ts';

const root = join(import.meta.dirname, '../..');

describe('the architecture', () => {
  let product: SourceFacts[] = [];
  let tests: SourceFacts[] = [];
  let manifest: Manifest = {};

  before(() => {
    product = [...readSources(root, 'src'), ...readSources(root, 'webview')];
    tests = readSources(root, 'test');
    manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    assert.ok(product.length > 20, 'the sources were not found');
  });

  it('keeps to the import table', () => {
    assert.deepEqual(importViolations(product), []);
  });

  it('has no import cycles', () => {
    assert.deepEqual(cycles([...product, ...tests]), []);
  });

  it('keeps files short, exports names, leaves the console alone and keeps the clock out of pure folders', () => {
    assert.deepEqual(fileViolations([...product, ...tests]), []);
  });

  it('implements what package.json declares and declares what it implements', () => {
    assert.ok((manifest.contributes?.commands ?? []).length > 0, 'package.json declares no commands');
    assert.deepEqual(manifestViolations(manifest, product), []);
  });
});

describe('the architecture rules', () => {
  const importing = (file: string, ...lines: string[]): string[] =>
    importViolations([factsOf(file, lines.join('\n'))]);

  it('finds an import of a folder above', () => {
    const found = importing('src/core/units.ts', '', "import { x } from '../store/historyStore.ts';");
    assert.deepEqual(found, [
      'src/core/units.ts:2: src/core may not import src/store (src/store/historyStore.ts)',
    ]);
  });

  it('finds every way to write an import', () => {
    const forbidden = [
      "import type { X } from '../market/snapshot.ts';",
      "export { x } from '../market/snapshot.ts';",
      "export * from '../market/snapshot.ts';",
      "export const load = () => import('../market/snapshot.ts');",
      "export type X = import('../market/snapshot.ts').X;",
      "import '../market/snapshot.ts';",
    ];
    for (const line of forbidden) assert.equal(importing('src/core/units.ts', line).length, 1, line);
  });

  it('finds a package that a folder may not use, and allows the ones it may', () => {
    assert.match(
      importing('src/market/market.ts', "import * as vscode from 'vscode';")[0] ?? '',
      /package vscode/,
    );
    assert.match(importing('src/cliMain.ts', "import * as vscode from 'vscode';")[0] ?? '', /package vscode/);
    assert.match(
      importing('webview/models/funding.ts', "import { Chart } from 'chart.js';")[0] ?? '',
      /chart\.js/,
    );
    assert.deepEqual(importing('webview/charts/line.ts', "import { Chart } from 'chart.js/auto';"), []);
    assert.deepEqual(importing('src/store/sqlite.ts', "import { DatabaseSync } from 'node:sqlite';"), []);
  });

  it('lets the webview have types of core and nothing else of it', () => {
    const types = [
      "import type { Asset } from '../../src/core/ids.ts';",
      "import { type Asset } from '../../src/core/ids.ts';",
    ];
    for (const line of types) assert.deepEqual(importing('webview/models/line.ts', line), []);
    const [found = ''] = importing(
      'webview/models/line.ts',
      "import { asset } from '../../src/core/ids.ts';",
    );
    assert.match(found, /types alone from src\/core/);
  });

  it('keeps the command line away from the editor', () => {
    const [found = ''] = importing(
      'src/cli/report.ts',
      "import { x } from '../surfaces/editor/commands.ts';",
    );
    assert.match(found, /src\/cli may not import src\/surfaces\/editor/);
  });

  it('reports a file that no row covers', () => {
    assert.match(importing('src/helpers/any.ts', '')[0] ?? '', /no row of the import table/);
  });

  it('finds a cycle and names its files', () => {
    const facts = [
      factsOf('src/core/a.ts', "import { b } from './b.ts';"),
      factsOf('src/core/b.ts', "import type { C } from './c.ts';"),
      factsOf('src/core/c.ts', "import { a } from './a.ts';"),
    ];
    assert.deepEqual(cycles(facts), [
      'import cycle: src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts',
    ]);
    assert.deepEqual(cycles(facts.slice(0, 2)), []);
  });

  it('finds long files, default exports, console and clocks', () => {
    const broken = (file: string, text: string): string => fileViolations([factsOf(file, text)]).join('\n');
    assert.match(broken('src/core/a.ts', '\n'.repeat(401)), /401 lines, 400 are allowed/);
    assert.equal(broken('src/core/a.ts', '\n'.repeat(400)), '');
    assert.match(broken('src/core/a.ts', 'export default 1;'), /no default exports/);
    assert.match(broken('src/core/a.ts', 'export default function f() {}'), /no default exports/);
    assert.match(broken('src/core/a.ts', 'const a = 1; export { a as default };'), /no default exports/);
    assert.match(broken('webview/main.ts', 'globalThis.console.log(1);'), /no console/);
    assert.match(broken('src/analysis/regime/rules.ts', 'const now = Date.now();'), /Date\.now/);
    assert.match(broken('src/analysis/regime/rules.ts', 'const now = new Date();'), /Date\(\)/);
    assert.equal(broken('src/analysis/regime/rules.ts', 'const day = new Date(atMs);'), '');
  });

  it('compares the manifest with the code both ways', () => {
    const manifest: Manifest = {
      contributes: {
        commands: [{ command: 'perpscope.refresh' }, { command: 'perpscope.forgotten' }],
        configuration: { properties: { 'perpscope.statusBar.asset': {} } },
      },
    };
    const code = factsOf(
      'src/surfaces/editor/commands.ts',
      "const ids = ['perpscope.refresh', 'perpscope.extra', 'statusBar.asset'];",
    );
    assert.deepEqual(manifestViolations(manifest, [code]), [
      'package.json: the command perpscope.forgotten is declared, no file implements it',
      'src/surfaces/editor/commands.ts: perpscope.extra is used here, package.json does not declare it',
    ]);
  });

  it('does not take the key of a memento or the id of a status bar item for an undeclared id', () => {
    const text = "const USED_KEY = 'perpscope.used'; vscode.window.createStatusBarItem('perpscope.regime');";
    assert.deepEqual(manifestViolations({}, [factsOf('src/surfaces/editor/statusBar.ts', text)]), []);
  });

  it('does not take words elsewhere for an implementation', () => {
    const manifest: Manifest = { contributes: { commands: [{ command: 'perpscope.refresh' }] } };
    const elsewhere = factsOf('src/market/market.ts', "export const name = 'perpscope.refresh';");
    assert.equal(manifestViolations(manifest, [elsewhere]).length, 1);
  });
});
