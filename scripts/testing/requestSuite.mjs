/** Holds the request suite's runs on sources, build and installed VSIX against each other. */
import { matchesGlob } from 'node:path';
import { requestSuite } from './layers.mjs';
import { failedResult } from './report.mjs';

/** @typedef {import('./summary.d.mts').Row} Row */

const subjects = [
  { layer: 'loopback', words: 'on sources' },
  { layer: 'requests-dist', words: 'on dist' },
  { layer: 'requests-vsix', words: 'on the installed VSIX' },
];

/**
 * @param {readonly Row[]} rows
 * @returns {import('./requestSuite.d.mts').Comparison | undefined} undefined unless the suite ran on all three
 */
export function compareSubjects(rows) {
  const runs = subjects.flatMap(({ layer, words }) => {
    const row = rows.find(({ name }) => name === layer);
    return row === undefined ? [] : [{ words, passed: row.result.passedNames.filter(isOfSuite) }];
  });
  if (runs.length < subjects.length) return undefined;
  const line = `Request suite: ${runs.map(({ words, passed }) => `${passed.length} ${words}`).join(', ')}`;
  const all = [...new Set(runs.flatMap(({ passed }) => passed))];
  const missing = runs.flatMap(({ words, passed }) => {
    const has = new Set(passed);
    return all.filter((name) => !has.has(name)).map((name) => `did not pass ${words}: ${name}`);
  });
  if (missing.length === 0 && all.length > 0) return { line };
  const result = { ...failedResult('request suite', missing[0] ?? 'it holds no test'), failedNames: missing };
  return { line, problem: { name: 'request suite', seconds: 0, result } };
}

/** @param {string} name `file: full title` */
function isOfSuite(name) {
  const [file = ''] = name.split(': ', 1);
  return matchesGlob(file.replaceAll('\\', '/'), requestSuite.glob) && !requestSuite.leftOut.test(name);
}
