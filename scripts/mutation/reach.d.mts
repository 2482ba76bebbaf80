export function readImporters(root: string): Map<string, string[]>;
export function testsReaching(
  importers: ReadonlyMap<string, readonly string[]>,
  file: string,
  glob: string,
): { test: string; steps: number }[];
export function filesOfEditor(importers: ReadonlyMap<string, readonly string[]>): Set<string>;
