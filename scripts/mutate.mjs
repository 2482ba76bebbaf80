/**
 * `npm run mutate`: plants faults one by one into a copy of the project, runs the tests that reach the faulty file, nearest first, and
 * prints which faults no test noticed. Faults come from `test/mutations/*.json` and from general kinds (`scripts/mutation/operators.mjs`).
 *
 *   --list           only the faults planted by hand
 *   --files GLOB     only faults in these files
 *   --sample N       how many faults of general kinds, or `all` (default 200; 0 with --list)
 *   --seed S         which of them (default: the time; printed)
 *   --layers A,B     whose tests are run (default unit)
 *   --jobs N         processes at a time (default 2)
 *   --minimum P      exit 1 below this percentage of caught faults (default 90)
 *   --quiet          survivors and sums only
 *
 * Files that need `vscode` are left out of the general kinds: they load in the editor only, where the host layer tries them. A fault
 * that makes the program hang or a test file fail to load counts as caught, because the tests fail; a text that does not parse says nothing
 * about the tests and is an error of the list.
 */
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './bootstrap.mjs';
import { readListed } from './mutation/listed.mjs';
import { mutantsOf } from './mutation/operators.mjs';
import { filesOfEditor, readImporters, testsReaching } from './mutation/reach.mjs';
import { baseline, runMutants } from './mutation/run.mjs';
import { sampleOf } from './mutation/sample.mjs';
import { layers } from './testing/layers.mjs';

/** The floors between the store and the screen, where a fault is a wrong number and not a crash. */
const middleFloor = ['src/series', 'src/market', 'src/analysis', 'src/surfaces', 'webview/models'].map(
  (folder) => `${folder}/**/*.ts`,
);
const notCopied = new Set(['.git', '.cache', 'node_modules', 'dist', 'out', 'test-results']);

const { values } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    files: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    layers: { type: 'string', default: 'unit' },
    jobs: { type: 'string', default: '2' },
    minimum: { type: 'string', default: '90' },
    quiet: { type: 'boolean', default: false },
  },
});

const copy = copyOfProject();
try {
  process.exitCode = await mutate(copy);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function mutate(folder) {
  const importers = readImporters(folder);
  const { mutants, problems } = chosenMutants(folder, filesOfEditor(importers));
  for (const problem of problems) console.log(`cannot be planted: ${problem}`);
  const chosenLayers = values.layers.split(',').map((name) => layers.find((layer) => layer.name === name));
  if (chosenLayers.includes(undefined)) throw new Error(`no such layer: ${values.layers}`);

  const tests = new Map();
  const testsOf = (file) => {
    const found = () =>
      chosenLayers.flatMap(({ glob }) => testsReaching(importers, file, glob)).map(({ test }) => test);
    if (!tests.has(file)) tests.set(file, found());
    return tests.get(file);
  };
  const timeoutMs = Math.max(...chosenLayers.map((layer) => layer.timeoutMs));
  const shared = { root: folder, cacheFolder: join(folder, '.cache/compiled'), timeoutMs };
  const needed = [...new Set(mutants.flatMap(({ file }) => testsOf(file)))];
  console.log(`${mutants.length} faults, ${needed.length} test files; first without a fault`);
  const milliseconds = await baseline({ ...shared, tests: needed });

  const outcomes = [];
  const onOutcome = (outcome) => {
    outcomes.push(outcome);
    if (!values.quiet || outcome.verdict !== 'caught') console.log(lineOf(outcome));
  };
  await runMutants({ ...shared, mutants, testsOf, milliseconds, jobs: numberIn('jobs'), onOutcome });
  return summarise(outcomes, problems.length);
}

/** The faults to plant, and those of the list that have lost their place. */
function chosenMutants(folder, ofEditor) {
  const wanted = ({ file }) => values.files === undefined || matchesGlob(file, values.files);
  const listed = readListed(folder);
  const sample = values.sample ?? (values.list ? '0' : '200');
  const files = globSync(middleFloor, { cwd: folder }).map((file) => file.replaceAll('\\', '/'));
  const meant = files.sort().filter((file) => wanted({ file }));
  const left = meant.filter((file) => ofEditor.has(file));
  if (left.length > 0)
    console.log(`${left.length} files run in the editor only and are left out; the host layer tries them`);
  const general = meant
    .filter((file) => !ofEditor.has(file))
    .flatMap((file) => mutantsOf(file, readFileSync(join(folder, file), 'utf8')));
  const count = sample === 'all' ? general.length : numberFrom('sample', sample);
  console.log(
    `seed ${values.seed}: ${Math.min(count, general.length)} of ${general.length} faults of general kinds`,
  );
  const mutants = [...listed.mutants.filter(wanted), ...sampleOf(general, count, numberIn('seed'))];
  return { mutants, problems: listed.problems };
}

function summarise(outcomes, lost) {
  const with_ = (verdict) => outcomes.filter((outcome) => outcome.verdict === verdict);
  const [caught, survived, unusable] = [with_('caught'), with_('survived'), with_('unusable')];
  if (survived.length > 0) console.log('\nNo test noticed:');
  for (const outcome of survived.sort((a, b) => placeOf(a).localeCompare(placeOf(b))))
    console.log(lineOf(outcome));
  const judged = caught.length + survived.length;
  const percent = judged === 0 ? 0 : (100 * caught.length) / judged;
  console.log(
    `\n${caught.length} of ${judged} caught (${percent.toFixed(1)} %), ${unusable.length} unusable, ${lost} without a place, seed ${values.seed}`,
  );
  const broken = unusable.length + lost > 0;
  return broken || percent < numberIn('minimum') ? 1 : 0;
}

function placeOf({ mutant }) {
  return `${mutant.file}:${mutant.line}`;
}

function lineOf(outcome) {
  const { kind, from, to, why } = outcome.mutant;
  const short = (text) => text.replaceAll(/\s+/g, ' ').slice(-100);
  const reason = why === undefined ? '' : ` (${why})`;
  return `${outcome.verdict.padEnd(8)}  ${placeOf(outcome)}  ${kind}: ${short(from)} -> ${short(to)}${reason}  [${short(outcome.by)}]`;
}

/** Faults are planted here and nowhere else; a run is not disturbed by edits made meanwhile. */
function copyOfProject() {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-mutate-'));
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => path === root || !notCopied.has(basename(path)),
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

function numberIn(name) {
  return numberFrom(name, values[name]);
}

function numberFrom(name, text) {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is not a whole number: ${text}`);
  return Number.parseInt(text, 10);
}
