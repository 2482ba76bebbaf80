// Builds everything that is shipped. Options: --watch (rebuild on change), --sourcemap (off by default).
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { evaluated } from './scripts/evaluated.mjs';
import { leanAdapters } from './scripts/leanAdapters.mjs';
import { leanMetrics } from './scripts/leanMetrics.mjs';
import { leanUndici, PARSER_FILE } from './scripts/leanPackages.mjs';
import { leanSql } from './scripts/leanSql.mjs';
import { noticesOf } from './scripts/notices.mjs';

const ROOT = dirname(fileURLToPath(import.meta.url));
/** What the editor may load while it reads the exchanges, and with the simulated market besides. */
const LIVE_LIMIT_BYTES = 1e6;
const HOST_LIMIT_BYTES = 1.14e6;

const known = new Set(['--watch', '--sourcemap']);
const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (known.has(flag)) continue;
  process.stderr.write(`esbuild.mjs: unknown option ${flag} (known: ${[...known].join(', ')})\n`);
  process.exit(2);
}

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  sourcemap: flags.has('--sourcemap'),
  // The notices stand in a file of their own, whole.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** For Node: modules reached only by `import()` stay unevaluated until that import runs. */
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': '__fileUrl',
    // undici's own word for "leave the experimental parser out", which is off unless asked for.
    esbuildDetection: 'true',
  },
  banner: { js: "const __fileUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * What the extension loads at first use becomes a file of its own: compiling a megabyte that does not run yet would be
 * most of the activation time (docs/performance.md).
 */
const ENGINE = 'src/engine.ts';
const HOST_ENGINE = 'src/compose/hostEngine.ts';
const WORKER = 'src/compose/engineWorker.ts';
const PANELS = 'src/surfaces/editor/panels/chartPanels.ts';
const SIMULATOR = 'src/sources/simulator/server.ts';
/** The simulated public files: the command line alone serves them. */
const SIMULATED_FILES = 'src/sources/simulator/dumps/dumpServer.ts';
/** Three of the host's files speak by it: it is loaded once, from a file of its own. */
const RPC = 'src/surfaces/protocol/rpc.ts';
/**
 * Loaded by who chooses rules or an asset, asks for a file of rules, wants a cell, older history, a look at it, a table to take away or
 * events of their own over the charts: none of it by a window that only looks at the newest days.
 */
const CHOSEN_RULES = 'src/market/chosenRules.ts';
const CREATE_RULES = 'src/surfaces/editor/createRulesFile.ts';
const ASSET_PICKER = 'src/surfaces/editor/assetPicker.ts';
const NOTEBOOK_CELL = 'src/surfaces/editor/notebookCell.ts';
const BACKFILL = 'src/surfaces/editor/backfillHistory.ts';
const LINES = 'src/market/shownLines.ts';
const LEVELS = 'src/market/shownLevels.ts';
const CARDS = 'src/surfaces/editor/panels/cardPayload.ts';
const HEATMAPS = 'src/surfaces/editor/panels/heatmapPayload.ts';
const TABLES = 'src/surfaces/editor/panels/tableActions.ts';
const EVENTS = 'src/market/eventsFile.ts';
const EDITOR_ASSET = 'src/surfaces/editor/panels/editorAsset.ts';
const SELDOM = [
  ...[CHOSEN_RULES, CREATE_RULES, ASSET_PICKER, NOTEBOOK_CELL, BACKFILL],
  ...[LINES, LEVELS, CARDS, HEATMAPS, TABLES, EVENTS, EDITOR_ASSET],
];
const LAZY = new Map([
  [ENGINE, 'engine.cjs'],
  [HOST_ENGINE, 'hostEngine.cjs'],
  [PANELS, 'chartPanels.cjs'],
  [SIMULATOR, 'simulator.cjs'],
  [SIMULATED_FILES, 'simulatedFiles.cjs'],
  [RPC, 'rpc.cjs'],
  [CHOSEN_RULES, 'chosenRules.cjs'],
  [CREATE_RULES, 'createRulesFile.cjs'],
  [ASSET_PICKER, 'assetPicker.cjs'],
  [NOTEBOOK_CELL, 'notebookCell.cjs'],
  [BACKFILL, 'backfillHistory.cjs'],
  [LINES, 'shownLines.cjs'],
  [LEVELS, 'shownLevels.cjs'],
  [CARDS, 'cardPayload.cjs'],
  [HEATMAPS, 'heatmapPayload.cjs'],
  [TABLES, 'tableActions.cjs'],
  [EVENTS, 'eventsFile.cjs'],
  [EDITOR_ASSET, 'editorAsset.cjs'],
]);
/** Of these also what imports them outright takes the file. */
const SHARED = new Set([ENGINE, RPC]);
/** The entry of the engine's thread: it loads the engine's file, and so does the command line in its own thread. */
const WORKER_FILE = 'engineWorker.cjs';
const splitLazy = {
  name: 'split-lazy',
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
      const source = relative(ROOT, join(resolveDir, path)).replaceAll('\\', '/');
      const file = LAZY.get(source);
      // The command line and the engine's thread import the engine outright, and get the very same file.
      const isApart = kind === 'dynamic-import' || (kind === 'import-statement' && SHARED.has(source));
      if (file === undefined || !isApart) return undefined;
      return { path: `./${file}`, external: true };
    });
  },
};
// Node reads its files as UTF-8: signs such as − and × need no escape of six bytes.
const host = { ...node, external: ['vscode'], supported: { 'dynamic-import': false }, charset: 'utf8' };

const page = { ...shared, platform: 'browser', format: 'iife', target: 'es2022' };

const entries = [
  {
    ...host,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    plugins: [splitLazy, evaluated(/[\\/]metrics[\\/]metricWords\.ts$/)],
  },
  {
    ...host,
    entryPoints: [ENGINE],
    outfile: 'dist/engine.cjs',
    plugins: [leanUndici, leanSql, leanMetrics, leanAdapters, splitLazy],
  },
  { ...host, entryPoints: [RPC], outfile: 'dist/rpc.cjs' },
  { ...host, entryPoints: [HOST_ENGINE], outfile: 'dist/hostEngine.cjs', plugins: [splitLazy] },
  { ...host, entryPoints: [WORKER], outfile: `dist/${WORKER_FILE}`, plugins: [splitLazy] },
  { ...host, entryPoints: [PANELS], outfile: 'dist/chartPanels.cjs', plugins: [splitLazy] },
  { ...host, entryPoints: [SIMULATOR], outfile: 'dist/simulator.cjs' },
  { ...host, entryPoints: [SIMULATED_FILES], outfile: 'dist/simulatedFiles.cjs' },
  ...SELDOM.map((source) => ({ ...host, entryPoints: [source], outfile: `dist/${LAZY.get(source)}` })),
  { ...node, entryPoints: ['src/cliMain.ts'], outfile: 'dist/cliMain.cjs', plugins: [splitLazy] },
  { ...page, entryPoints: ['webview/main.ts'], outfile: 'dist/webview.js' },
  { ...page, entryPoints: ['webview/style.css'], outfile: 'dist/webview.css' },
];
const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt';
const copies = [{ from: 'scripts/cliLauncher.mjs', to: 'dist/cli.js', mode: 0o755 }];

const say = (line) => process.stdout.write(`${line}\n`);
const kilobytes = (file) => `${(statSync(join(ROOT, file)).size / 1000).toFixed(1)} kB`;

/** Leaves nothing behind of an earlier build that this one does not make. */
function discard(file) {
  rmSync(join(ROOT, file), { force: true });
  rmSync(join(ROOT, `${file}.map`), { force: true });
}

function holdLimit(what, names, limitBytes) {
  const bytes = names.reduce((sum, name) => sum + statSync(join(ROOT, 'dist', name)).size, 0);
  const kb = (value) => `${(value / 1000).toFixed(1)} kB`;
  say(`${what}: ${kb(bytes)}, limit ${kb(limitBytes)}`);
  if (bytes > limitBytes) throw new Error(`${what}: over the limit of ${kb(limitBytes)}`);
}

async function build() {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const present = [];
  for (const entry of entries) {
    discard(entry.outfile);
    if (existsSync(join(ROOT, entry.entryPoints[0]))) present.push(entry);
    else say(`skipped  ${entry.outfile}: ${entry.entryPoints[0]} does not exist`);
  }
  // Each entry is built whatever becomes of the others, so that one run shows every failure.
  const results = await Promise.allSettled(present.map((entry) => esbuild.build(entry)));
  const failed = [];
  present.forEach((entry, index) => {
    const isBuilt = results[index].status === 'fulfilled';
    if (!isBuilt) failed.push(entry.outfile);
    say(isBuilt ? `built    ${entry.outfile}  ${kilobytes(entry.outfile)}` : `FAILED   ${entry.outfile}`);
  });

  for (const { from, to, mode } of copies) {
    discard(to);
    if (!existsSync(join(ROOT, from))) {
      say(`skipped  ${to}: ${from} does not exist`);
      continue;
    }
    copyFileSync(join(ROOT, from), join(ROOT, to));
    chmodSync(join(ROOT, to), mode);
    say(`copied   ${to}  ${kilobytes(to)}`);
  }

  if (failed.length > 0) throw new Error(`not built: ${failed.join(', ')} (reasons above)`);
  const seldom = [...SELDOM, SIMULATED_FILES].map((source) => LAZY.get(source));
  const hostFiles = ['extension.cjs', WORKER_FILE, PARSER_FILE, ...LAZY.values()].filter(
    (name) => !seldom.includes(name),
  );
  const liveFiles = hostFiles.filter((name) => name !== LAZY.get(SIMULATOR));
  const inputs = results.flatMap(({ value }) => Object.keys(value.metafile.inputs));
  writeFileSync(join(ROOT, NOTICES), noticesOf(inputs));
  say(`written  ${NOTICES}  ${kilobytes(NOTICES)}`);
  holdLimit('the host loads with live data', liveFiles, LIVE_LIMIT_BYTES);
  holdLimit('the host loads with simulated data', hostFiles, HOST_LIMIT_BYTES);
}

async function watch() {
  const present = entries.filter((entry) => existsSync(join(ROOT, entry.entryPoints[0])));
  for (const entry of present) {
    const context = await esbuild.context({ ...entry, logLevel: 'info' });
    await context.watch();
  }
  say(`watching ${present.map((entry) => entry.entryPoints[0]).join(', ')}`);
}

try {
  await build();
  if (flags.has('--watch')) await watch();
} catch (error) {
  process.stderr.write(`esbuild.mjs: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
