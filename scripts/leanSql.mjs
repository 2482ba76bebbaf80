/** What the build leaves out of the SQL of the history store: a template literal keeps every byte of its text. */
import { readFileSync } from 'node:fs';

/** @type {import('esbuild').Plugin} */
export const leanSql = {
  name: 'lean-sql',
  setup(build) {
    // Comments of SQL, and what stands before a line: outside of SQL nothing, inside of it white space.
    build.onLoad({ filter: /[\\/]src[\\/]store[\\/]sqlite\w+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^ *(?:-- .*)?/gm, ''),
      loader: 'ts',
    }));
  },
};
