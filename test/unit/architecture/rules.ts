import { layerOf, layers, nameOf } from './layers.ts';
import type { Layer } from './layers.ts';
import { resolveImport } from './sources.ts';
import type { SourceFacts } from './sources.ts';

const longestFile = 400;
const longestRoot = 150;

/** Folders whose functions get time and chance as arguments: a result depends on nothing but its inputs. */
const pureFolders = [
  'src/analysis',
  'src/sources/exchanges',
  'src/sources/context',
  'src/surfaces/reports',
  'webview/models',
];
const impure = new Set([
  'Date.now',
  'Date()',
  'Math.random',
  'performance.now',
  'setTimeout',
  'setInterval',
  'fetch',
]);

/** Imports that the table does not allow, one line each. */
export function importViolations(files: readonly SourceFacts[], table: readonly Layer[] = layers): string[] {
  return files.flatMap((facts) => {
    const layer = layerOf(facts.file, table);
    if (layer === undefined) return [`${facts.file}: no row of the import table covers this file`];
    return facts.imports.flatMap(({ specifier, typesOnly, line }) => {
      const reason = refusal(facts.file, specifier, typesOnly, layer, table);
      return reason === undefined ? [] : [`${facts.file}:${line}: ${reason}`];
    });
  });
}

function refusal(
  file: string,
  specifier: string,
  typesOnly: boolean,
  layer: Layer,
  table: readonly Layer[],
): string | undefined {
  const name = nameOf(layer);
  if (!specifier.startsWith('.')) {
    const wanted = packageOf(specifier);
    return layer.packages?.includes(wanted) ? undefined : `${name} may not import the package ${wanted}`;
  }
  const target = resolveImport(file, specifier);
  const owner = layerOf(target, table);
  if (owner === undefined) return `${name} may not import ${target}`;
  const other = nameOf(owner);
  if (owner === layer || layer.imports.includes(other)) return undefined;
  if (layer.types?.includes(other)) {
    return typesOnly ? undefined : `${name} may import types alone from ${other} (${target})`;
  }
  return `${name} may not import ${other} (${target})`;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Cycles between files; types count, because a cycle of types ties two files together all the same. */
export function cycles(files: readonly SourceFacts[]): string[] {
  const targets = new Map(
    files.map(({ file, imports }) => [
      file,
      imports
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => resolveImport(file, specifier)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      found.push(`import cycle: ${[...path.slice(start), file].join(' -> ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const target of targets.get(file) ?? []) follow(target, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) follow(file, []);
  return found;
}

/** Rules about one file at a time. */
export function fileViolations(files: readonly SourceFacts[]): string[] {
  return files.flatMap((facts) => {
    const { file, lines, defaultExportLine, consoleLine } = facts;
    const isRoot = file === 'src/extension.ts' || file === 'src/cliMain.ts';
    const limit = isRoot ? longestRoot : longestFile;
    const found: string[] = [];
    if (lines > limit) found.push(`${file}: ${lines} lines, ${limit} are allowed`);
    if (defaultExportLine !== undefined) found.push(`${file}:${defaultExportLine}: no default exports`);
    if (consoleLine !== undefined) found.push(`${file}:${consoleLine}: no console`);
    if (pureFolders.some((folder) => file.startsWith(`${folder}/`))) {
      for (const { name, line } of facts.globals)
        if (impure.has(name))
          found.push(`${file}:${line}: ${name} in a folder that knows no clock and no chance`);
    }
    return found;
  });
}
