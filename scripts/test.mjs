/**
 * `npm test`: everything that CI runs, in one command. Installs what is missing, checks types, lint and format, packs the extension, then runs the
 * test layers. Flags: `--layer unit` (repeatable, leaves the checks out) and `--grep TEXT`.
 */
import { parseArgs } from 'node:util';
import { ensureInstalled, exitWith, reexecUnderNode24, SetupError } from './bootstrap.mjs';
import { layers } from './testing/layers.mjs';
import { measurePace } from './testing/pace.mjs';
import { compareSubjects } from './testing/requestSuite.mjs';
import { runChecks, runStage, stagesOf } from './testing/steps.mjs';
import { lastLine, skippedLines, table } from './testing/summary.mjs';

/** @returns {{ chosen: readonly string[], grep: string | undefined }} */
function options() {
  const { values } = parseArgs({
    options: { layer: { type: 'string', multiple: true }, grep: { type: 'string' } },
  });
  const known = layers.map(({ name }) => name);
  for (const name of values.layer ?? []) {
    if (!known.includes(name)) throw new SetupError(`USAGE: no layer ${name}, there are ${known.join(' ')}`);
  }
  return { chosen: values.layer ?? [], grep: values.grep };
}

try {
  const { chosen, grep } = options();
  ensureInstalled();
  await reexecUnderNode24();

  // Measured while nothing else of the run computes yet; whoever it starts reads it.
  process.env['PERPSCOPE_PACE'] ??= measurePace().toFixed(1);
  process.stdout.write(`limits of time x ${process.env['PERPSCOPE_PACE']}\n`);

  const onBuilt = layers.filter(
    ({ name, subject }) => subject !== undefined || /^(browser|host)$/.test(name),
  );
  const needsBuild = chosen.length === 0 || onBuilt.some(({ name }) => chosen.includes(name));
  const rows = await runChecks(
    chosen.length > 0 || grep !== undefined ? (needsBuild ? ['package'] : []) : undefined,
  );
  const wanted = layers.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  for (const stage of stagesOf(wanted)) rows.push(...(await runStage(stage, grep)));

  const subjects = compareSubjects(rows);
  if (subjects?.problem !== undefined) rows.push(subjects.problem);
  const subjectsLine = subjects === undefined ? '' : `${subjects.line}\n`;
  process.stdout.write(`\n${table(rows)}${skippedLines(rows)}\n${subjectsLine}${lastLine(rows)}\n`);
  process.exitCode = rows.some(({ result }) => result.failed > 0) ? 1 : 0;
} catch (error) {
  exitWith(error);
}
