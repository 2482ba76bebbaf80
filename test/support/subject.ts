import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/**
 * What the tests of requests are run on. `PERPSCOPE_SUBJECT` is the folder that holds the built files: `dist`, or that
 * of an installed VSIX; without it the sources are tested. Types come from the sources, errors are told by their code.
 */
const folder = process.env['PERPSCOPE_SUBJECT'];
const ROOT = join(import.meta.dirname, '../..');

const engine =
  folder === undefined
    ? await import('../../src/engine.ts')
    : (createRequire(import.meta.url)(
        resolve(ROOT, folder, 'engine.cjs'),
      ) as typeof import('../../src/engine.ts'));

export const { createEngine, createHttpClient, createWebSocketClient } = engine;

/** The command line's own file. */
export const cliEntry = folder === undefined ? join(ROOT, 'src/cliMain.ts') : resolve(ROOT, folder, 'cli.js');
