import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One import of a file, as written. */
export interface ImportOf {
  readonly specifier: string;
  readonly typesOnly: boolean;
  readonly line: number;
}

/** What the rules need to know about a file. Paths are relative to the repository, with forward slashes. */
export interface SourceFacts {
  readonly file: string;
  readonly lines: number;
  readonly imports: readonly ImportOf[];
  readonly defaultExportLine: number | undefined;
  readonly consoleLine: number | undefined;
  /** Every string literal, for ids that are registered in code. */
  readonly strings: ReadonlySet<string>;
  /** Literals that only look like ids of the manifest: keys of a memento and ids of status bar items. */
  readonly privateStrings: ReadonlySet<string>;
  /** Members of named objects (`Date.now`), called functions (`fetch`) and bare constructions (`Date()`). */
  readonly globals: readonly { readonly name: string; readonly line: number }[];
}

/** Reads the TypeScript files under a folder. */
export function readSources(root: string, folder: string): SourceFacts[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith('.ts') && !/fixtures|node_modules/.test(entry.parentPath),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => factsOf(path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')));
}

export function factsOf(file: string, text: string): SourceFacts {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const imports: ImportOf[] = [];
  const strings = new Set<string>();
  const privateStrings = new Set<string>();
  const globals: { name: string; line: number }[] = [];
  let defaultExportLine: number | undefined;
  let consoleLine: number | undefined;
  const lineOf = (node: ts.Node): number =>
    source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const add = (node: ts.Node, specifier: ts.Node | undefined, typesOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      imports.push({ specifier: specifier.text, typesOnly, line: lineOf(node) });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.add(node.text);
    const privateId = privateIdOf(node);
    if (privateId !== undefined) privateStrings.add(privateId);
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsTypesOnly(node.importClause));
    if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, exportsTypesOnly(node));
      if (exportsDefault(node)) defaultExportLine ??= lineOf(node);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node, node.moduleReference.expression, node.isTypeOnly);
    if (ts.isCallExpression(node)) {
      const { expression } = node;
      const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
      if (expression.kind === ts.SyntaxKind.ImportKeyword || isRequire) add(node, node.arguments[0], false);
    }
    if (ts.isExportAssignment(node) || isDefaultDeclaration(node)) defaultExportLine ??= lineOf(node);
    if (ts.isPropertyAccessExpression(node)) {
      const name = ownerOf(node.expression);
      if (name !== undefined) {
        globals.push({ name: `${name}.${node.name.text}`, line: lineOf(node) });
        if (name === 'console') consoleLine ??= lineOf(node);
      }
    }
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression)) {
      const bare = ts.isNewExpression(node) && (node.arguments?.length ?? 0) === 0;
      globals.push({ name: `${node.expression.text}${bare ? '()' : ''}`, line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const lines = text.endsWith('\n') ? text.split('\n').length - 1 : text.split('\n').length;
  return { file, lines, imports, defaultExportLine, consoleLine, strings, privateStrings, globals };
}

/** The file that a relative specifier means. */
export function resolveImport(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function exportsTypesOnly(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  if (clause === undefined || !ts.isNamedExports(clause)) return false;
  return clause.elements.length > 0 && clause.elements.every((element) => element.isTypeOnly);
}

function exportsDefault(node: ts.ExportDeclaration): boolean {
  const clause = node.exportClause;
  return (
    clause !== undefined &&
    ts.isNamedExports(clause) &&
    clause.elements.some(({ name }) => name.text === 'default')
  );
}

function isDefaultDeclaration(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

/** The literal in `const USED_KEY = '…'` and in `createStatusBarItem('…')`. */
function privateIdOf(node: ts.Node): string | undefined {
  const named =
    ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && /(_KEY|Key)$/.test(node.name.text);
  if (named && node.initializer !== undefined && ts.isStringLiteralLike(node.initializer))
    return node.initializer.text;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [first] = node.arguments;
  const creates = node.expression.name.text === 'createStatusBarItem';
  return creates && first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
}

/** `console` of `console.log` and of `globalThis.console.log`. */
function ownerOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  const ofGlobal = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression);
  if (!ofGlobal || node.expression.text !== 'globalThis') return undefined;
  return node.name.text;
}
