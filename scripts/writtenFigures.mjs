/** Figures that a command measures and a page of docs shows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'oxfmt';
import { root, SetupError } from './bootstrap.mjs';

const END = '<!-- end of figures -->';

/**
 * Puts figures between the marks of a page, laid out as the formatter wants them.
 *
 * @param {string} page
 * @param {string} command that measures them, as the first mark names it: `npm run bench`
 * @param {string} figures Markdown
 * @returns {Promise<void>} throws SetupError, and leaves the page as it is, where the marks are missing or in the wrong order
 */
export async function writeFigures(page, command, figures) {
  const from = `<!-- figures: ${command} -->`;
  const before = readFileSync(page, 'utf8');
  const [start, end] = [before.indexOf(from), before.indexOf(END)];
  if (start < 0 || end < start)
    throw new SetupError(`FIGURES: ${page} has lost its marks ${from} and ${END}`);
  const after = `${before.slice(0, start + from.length)}\n\n${figures}\n\n${before.slice(end)}`;
  // Which files are left alone says the file of options, and is none of them.
  const { ignorePatterns: _, ...options } = JSON.parse(readFileSync(join(root, '.oxfmtrc.json'), 'utf8'));
  writeFileSync(page, (await format(page, after, options)).code);
}
