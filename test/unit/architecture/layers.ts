/**
 * The import table: who may import whom. Folders are relative to the repository; a file belongs to the longest folder that holds it.
 * `types` lists folders from which types alone may come.
 */
export interface Layer {
  /** What other rows call it; its folder without one. */
  readonly name?: string;
  readonly folder: string;
  /** Files of this folder whose names match belong here; all of them without it. */
  readonly files?: RegExp;
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  /** Packages; `node:` stands for every built-in module. */
  readonly packages?: readonly string[];
}

const analysis = [
  'src/analysis/metrics',
  'src/analysis/heatmap',
  'src/analysis/calibration',
  'src/analysis/noise',
  'src/analysis/regime',
  'src/analysis/timeline',
  'src/analysis/study',
];
const sources = [
  'src/sources/exchanges',
  'src/sources/context',
  'src/sources/transport',
  'src/sources/collect',
  'src/sources/simulator',
  'src/sources/dumps',
  'src/sources/backfill',
];
const surfaces = ['src/surfaces/reports', 'src/surfaces/protocol', 'src/surfaces/agents'];
const belowEditor = [
  'src/core',
  ...sources,
  'src/store',
  'src/series',
  ...analysis,
  'src/market',
  ...surfaces,
];

export const layers: readonly Layer[] = [
  { folder: 'src/core', imports: [] },
  { folder: 'src/sources/exchanges', imports: ['src/core'] },
  // Providers report what they cannot read as exchanges do.
  {
    folder: 'src/sources/context',
    imports: ['src/core', 'src/sources/exchanges'],
  },
  { folder: 'src/sources/transport', imports: ['src/core'], packages: ['undici', 'node:'] },
  {
    folder: 'src/sources/collect',
    imports: [
      'src/core',
      'src/sources/exchanges',
      'src/sources/context',
      'src/sources/transport',
      'src/store',
    ],
  },
  { folder: 'src/sources/simulator', imports: ['src/core'], packages: ['node:'] },
  // Dump files have the units and symbols of the exchanges' adapters.
  { folder: 'src/sources/dumps', imports: ['src/core', 'src/sources/exchanges'], packages: ['node:'] },
  // Deep history, from the planner to the store.
  {
    folder: 'src/sources/backfill',
    imports: [
      'src/core',
      'src/sources/exchanges',
      'src/sources/dumps',
      'src/sources/transport',
      'src/sources/collect',
      'src/store',
    ],
    packages: ['node:'],
  },
  { folder: 'src/store', imports: ['src/core'], packages: ['node:'] },
  // Between store and analysis: what is a series, how it is joined, and its columns.
  { folder: 'src/series', imports: ['src/core', 'src/store'] },
  { folder: 'src/analysis/metrics', imports: ['src/core', 'src/series'] },
  // Levels by leverage and margin table, bar by bar; and what they foretold.
  { folder: 'src/analysis/heatmap', imports: ['src/core'] },
  {
    folder: 'src/analysis/calibration',
    imports: ['src/core', 'src/analysis/metrics', 'src/analysis/heatmap'],
  },
  // What is usual for an asset and what noise would show: arithmetic on columns.
  { folder: 'src/analysis/noise', imports: ['src/core'] },
  {
    folder: 'src/analysis/regime',
    imports: ['src/core', 'src/series', 'src/analysis/metrics', 'src/analysis/noise'],
  },
  // The regime hour by hour over a series, as the live market is judged.
  {
    folder: 'src/analysis/timeline',
    imports: ['src/core', 'src/series', 'src/analysis/metrics', 'src/analysis/noise', 'src/analysis/regime'],
  },
  { folder: 'src/analysis/study', imports: ['src/core', 'src/analysis/metrics', 'src/analysis/regime'] },
  { folder: 'src/market', imports: ['src/core', ...sources, 'src/store', 'src/series', ...analysis] },
  {
    folder: 'src/surfaces/reports',
    // Of the protocol the number formats, which panels use too.
    imports: ['src/core', ...analysis, 'src/surfaces/protocol'],
    types: ['src/market'],
  },
  { folder: 'src/surfaces/protocol', imports: ['src/core'], packages: ['zod'] },
  {
    folder: 'src/surfaces/agents',
    imports: ['src/core', 'src/market', 'src/surfaces/reports', 'src/surfaces/protocol'],
    types: analysis,
    packages: ['zod', 'node:'],
  },
  {
    folder: 'src/surfaces/editor',
    imports: ['src/core', 'src/market', ...surfaces],
    types: analysis,
    packages: ['vscode', 'node:'],
  },
  // The composition roots. engine.ts builds the graph that the editor and the command line share.
  {
    name: 'engine',
    folder: 'src',
    files: /^engine\.ts$/,
    imports: ['src/core', ...sources, 'src/store', 'src/series', ...analysis, 'src/market'],
    packages: ['node:'],
  },
  // The engine in a thread of its own: the thread's side, and that of the editor, which loads nothing of the engine.
  {
    name: 'engine side',
    folder: 'src/compose',
    files: /^engine(Service|Worker)\.ts$/,
    imports: ['src/core', 'src/surfaces/protocol', 'src/compose', 'engine'],
    packages: ['node:'],
  },
  {
    folder: 'src/compose',
    imports: ['src/core', 'src/surfaces/protocol'],
    types: ['src/market', 'src/analysis/regime', 'src/sources/context', 'src/sources/transport', 'engine'],
    packages: ['node:'],
  },
  {
    name: 'extension',
    folder: 'src',
    files: /^extension\.ts$/,
    imports: ['src/core', 'src/surfaces/editor', 'src/compose'],
    packages: ['vscode', 'node:'],
  },
  {
    name: 'cli',
    folder: 'src',
    files: /^cli\w*\.ts$/,
    imports: [...belowEditor, 'src/cli', 'engine'],
    packages: ['node:', 'undici', 'zod'],
  },
  {
    folder: 'src/cli',
    imports: [...belowEditor, 'engine'],
    packages: ['node:', 'undici', 'zod', 'hyparquet-writer'],
  },
  { folder: 'webview/models', imports: ['src/surfaces/protocol'], types: ['src/core'] },
  {
    folder: 'webview/charts',
    imports: ['src/surfaces/protocol', 'webview/models', 'webview'],
    types: ['src/core'],
    packages: ['chart.js'],
  },
  {
    folder: 'webview/views',
    imports: ['src/surfaces/protocol', 'webview/models', 'webview/charts', 'webview'],
    types: ['src/core'],
    packages: ['chart.js'],
  },
  {
    folder: 'webview',
    imports: ['src/surfaces/protocol', 'webview/models', 'webview/views', 'webview/charts'],
    types: ['src/core'],
  },
];

/** The name by which other rows call a row. */
export function nameOf(layer: Layer): string {
  return layer.name ?? layer.folder;
}

/** Longest folder first, so that src/cli is not taken for src; returns nothing for a file that no row covers. */
export function layerOf(file: string, table: readonly Layer[] = layers): Layer | undefined {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const name = file.slice(file.lastIndexOf('/') + 1);
  return table
    .filter((layer) =>
      layer.files === undefined
        ? folder === layer.folder || folder.startsWith(`${layer.folder}/`)
        : folder === layer.folder && layer.files.test(name),
    )
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}
