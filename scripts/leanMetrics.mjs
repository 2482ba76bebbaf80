/** What the build leaves out of the engine's file: the prose of metrics, which the surfaces alone show, from files of their own. */
import { readFile } from 'node:fs/promises';

/** A metric's formula, sources and caveats, each one string. */
const PROSE = /^ {2}(?:formula|sources|caveats):\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"),$/gm;

/** @type {import('esbuild').Plugin} */
export const leanMetrics = {
  name: 'lean-metrics',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]analysis[\\/]metrics[\\/][A-Za-z0-9]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('defineMetric({')) return undefined;
      const contents = text.replace(PROSE, '');
      if (contents === text) throw new Error(`${path}: the prose of the metric was not found`);
      return { contents, loader: 'ts' };
    });
  },
};
