/** Which test files reach a source file through imports that run, and over how many of them. */
import { posix } from 'node:path';
import { readSources, resolveImport } from '../../test/unit/architecture/sources.ts';

/** The module that only the editor has. */
const EDITOR = 'vscode';

/**
 * @param {string} root
 * @returns {Map<string, string[]>} to each file, and to `vscode`, the files that import it
 */
export function readImporters(root) {
  /** @type {Map<string, string[]>} */
  const importers = new Map();
  for (const folder of ['src', 'webview', 'test', 'scripts'])
    for (const { file, imports } of readSources(root, folder))
      for (const { specifier, typesOnly } of imports) {
        if (typesOnly || !(specifier.startsWith('.') || specifier === EDITOR)) continue;
        const imported = specifier === EDITOR ? EDITOR : resolveImport(file, specifier);
        importers.set(imported, [...(importers.get(imported) ?? []), file]);
      }
  return importers;
}

/**
 * @param {ReadonlyMap<string, readonly string[]>} importers
 * @param {string} file
 * @param {string} glob of the test files that count
 * @returns {{ test: string; steps: number }[]} nearest first
 */
export function testsReaching(importers, file, glob) {
  const steps = stepsFrom(importers, file);
  return [...steps]
    .filter(([reached]) => posix.matchesGlob(reached, glob))
    .map(([test, distance]) => ({ test, steps: distance }))
    .sort((a, b) => a.steps - b.steps || a.test.localeCompare(b.test));
}

/**
 * Files that import `vscode`, themselves or through others: they load in the editor only, where the host layer tries them, and no
 * fault planted there says anything about the tests that are run here.
 * @param {ReadonlyMap<string, readonly string[]>} importers
 * @returns {Set<string>}
 */
export function filesOfEditor(importers) {
  return new Set([...stepsFrom(importers, EDITOR).keys()].filter((file) => file !== EDITOR));
}

function stepsFrom(importers, file) {
  const steps = new Map([[file, 0]]);
  for (const [at, distance] of steps)
    for (const importer of importers.get(at) ?? [])
      if (!steps.has(importer)) steps.set(importer, distance + 1);
  return steps;
}
