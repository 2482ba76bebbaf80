/**
 * `npm run bench [-- --only NAME]`: measures what a user waits for and writes the figures to out/bench.json and, complete runs only, into
 * the table of docs/performance.md. Ends with an error where a limit is not kept.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitWith, root, SetupError } from '../scripts/bootstrap.mjs';
import { ensureEditorServer } from '../scripts/editorServer.mjs';
import { ensurePackaged } from '../scripts/package.mjs';
import { writeFigures } from '../scripts/writtenFigures.mjs';

const names = [
  ...['sizes', 'load', 'decode', 'store', 'statistics', 'recompute', 'levels'],
  ...['files', 'drawing', 'refresh', 'isolation', 'activation', 'firstPaint', 'host'],
];
const page = join(root, 'docs', 'performance.md');

/** @typedef {import('./measure.mjs').Row & { bench: string }} Figure */

/** @param {Figure} figure */
function verdict({ value, limit }) {
  if (limit === undefined) return '';
  return value <= limit ? 'kept' : 'NOT KEPT';
}

/** @param {number} value @param {string} unit */
const withUnit = (value, unit) => (unit === 'x' ? `${value}x` : `${value} ${unit}`.trim());

/** What else the machine was doing: above its number of cores, times in ms are too long. */
const startLoad = (loadavg()[0] ?? 0).toFixed(1);

function machine() {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpus().length} cores (${first?.model.trim() || 'unknown'}), ${memory} memory, ${process.platform} ${process.arch}, Node ${process.version}, load ${startLoad} before the start`;
}

/** @param {readonly Figure[]} figures */
function table(figures) {
  const lines = figures.map((figure) => {
    const limit = figure.limit === undefined ? '' : withUnit(figure.limit, figure.unit);
    return `| ${figure.what} | ${withUnit(figure.value, figure.unit)} | ${limit} | ${verdict(figure)} | ${figure.beside} |`;
  });
  return ['| What | Measured | Limit | | Beside it, in the same run |', '| --- | --- | --- | --- | --- |', ...lines].join('\n'); // prettier-ignore
}

try {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  for (const name of values.only ?? [])
    if (!names.includes(name)) throw new SetupError(`USAGE: no bench ${name}, there are ${names.join(' ')}`);
  // The store and files are measured from their sources.
  if (values.only?.every((name) => name === 'store' || name === 'files') !== true) {
    await ensurePackaged();
    await ensureEditorServer();
  }
  /** @type {Figure[]} */
  const figures = [];
  const startedAt = performance.now();
  for (const name of names) {
    if (values.only !== undefined && !values.only.includes(name)) continue;
    const { run } = await import(`./${name}.mjs`);
    for (const row of await run()) {
      const figure = { bench: name, ...row };
      figures.push(figure);
      process.stdout.write(
        `${verdict(figure).padEnd(8)}  ${row.what}: ${withUnit(row.value, row.unit)} (${row.beside})\n`,
      );
    }
  }
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(join(root, 'out', 'bench.json'), `${JSON.stringify({ at, machine: machine(), seconds, figures }, undefined, 2)}\n`); // prettier-ignore
  if (values.only === undefined)
    await writeFigures(
      page,
      'npm run bench',
      `Measured ${at} UTC in ${seconds} s on ${machine()}.\n\n${table(figures)}`,
    );
  process.stdout.write(`${figures.length} figures in ${seconds} s, all of them in out/bench.json\n`);
  if (figures.some((figure) => verdict(figure) === 'NOT KEPT')) process.exitCode = 1;
} catch (error) {
  exitWith(error);
}
