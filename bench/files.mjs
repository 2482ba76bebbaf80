/** What comes in and goes out as files: imported dumps, exported Parquet, a year in Python, each beside the least that the same numbers cost. */
import { benchFile, rounded, runFresh } from './measure.mjs';

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const { stdout } = await runFresh([benchFile('filesOnce.mjs')]);
  const { imported, exported, python } = JSON.parse(stdout);
  const times = (/** @type {number} */ own, /** @type {number} */ other) => rounded(own / other, 2);
  const { rows, importMs, readMs, plainMs } = imported;
  const took = `${Math.round(importMs)} ms as a back-fill reads and stores them`;
  /** @type {import('./measure.mjs').Row[]} */
  const figures = [
    { what: `Files, import of ${rows} rows of metrics dumps`, value: times(importMs, plainMs), unit: 'x', limit: 2, beside: `${took}; to expand, split and parse the same files alone, without a check, ${Math.round(plainMs)} ms` },
    { what: `Files, the same import against its own reading and checking`, value: times(importMs, readMs), unit: 'x', beside: `${Math.round(readMs)} ms without storing: ${times(readMs, plainMs)}x the plain parse` },
    { what: `Files, export of ${exported.rows} rows to Parquet`, value: times(exported.ownMs, exported.peerMs), unit: 'x', limit: 3, beside: `${Math.round(exported.ownMs)} ms from the history to the file; DuckDB's COPY of the same rows from memory, one thread, ${Math.round(exported.peerMs)} ms` },
  ]; // prettier-ignore
  // Without numpy there is nothing to stand beside.
  if (python?.rawMs === undefined) {
    process.stdout.write('left out: a year in Python, beside numpy: no python3 of this machine has numpy\n');
    return figures;
  }
  const { plainMs: tableMs, numpyMs, pandasMs, rawMs } = python;
  const frame = pandasMs === undefined ? '' : `, as a frame ${rounded(pandasMs)} ms`;
  figures.push({
    what: `Files, a year of five minutes in Python (${python.rows} values)`,
    ...{ value: times(numpyMs, rawMs), unit: 'x', limit: 3 },
    beside: `${rounded(numpyMs)} ms${frame}, by the standard library alone ${rounded(tableMs)} ms; numpy, the same numbers from a raw file ${rounded(rawMs, 2)} ms`,
  });
  return figures;
}
