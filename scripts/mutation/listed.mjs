/** The faults planted by hand: `test/mutations/*.json` says which text of which file is replaced by what, and what would be wrong then. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./operators.d.mts').Mutant} Mutant */

/**
 * @param {string} root
 * @returns {{ mutants: Mutant[]; problems: string[] }} a problem is a fault that can no longer be planted: its text is not there exactly once.
 */
export function readListed(root) {
  const entries = globSync('test/mutations/*.json', { cwd: root })
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(join(root, file), 'utf8')));
  const placed = entries.map((entry) => plantListed(entry, textOf(root, entry.file)));
  return {
    mutants: placed.filter((one) => typeof one !== 'string'),
    problems: placed.filter((one) => typeof one === 'string'),
  };
}

/**
 * @param {import('./listed.d.mts').Listed} entry
 * @param {string | undefined} text of its file; undefined where there is no such file
 * @returns {Mutant | string} the fault, or why it cannot be planted
 */
export function plantListed(entry, text) {
  const { file, from, to, why } = entry;
  if (text === undefined) return `${file}: no such file (${why})`;
  const found = text.split(from).length - 1;
  if (found !== 1) return `${file}: ${JSON.stringify(from)} stands there ${found} times, not once (${why})`;
  const start = text.indexOf(from);
  const line = text.slice(0, start).split('\n').length;
  return {
    file,
    line,
    kind: 'listed',
    from,
    to,
    why,
    text: text.slice(0, start) + to + text.slice(start + from.length),
  };
}

function textOf(root, file) {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
