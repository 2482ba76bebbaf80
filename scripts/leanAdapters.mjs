/** What the build leaves out of the engine's file: where exchanges document what is asked of them, which docs/coverage.md alone shows. */
import { readFile } from 'node:fs/promises';

/** A link of a line of its own, without a condition in it. */
const LINK = /^ +docsUrl: (?:`[^`\n]*`|[A-Z]+),$/gm;

/** @type {import('esbuild').Plugin} */
export const leanAdapters = {
  name: 'lean-adapters',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]sources[\\/]exchanges[\\/]\w+[\\/]\w+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(LINK, ''),
      loader: 'ts',
    }));
  },
};
