/** The words at the end of a test run. */

/** @typedef {{ name: string, seconds: number, result: import('./report.d.mts').LayerResult }} Row */

/** @param {readonly Row[]} rows */
export function table(rows) {
  const cells = rows.map(({ name, seconds, result }) => [
    name,
    String(result.passed),
    String(result.failed),
    String(result.skipped),
    seconds.toFixed(1),
  ]);
  const lines = [['layer', 'passed', 'failed', 'skipped', 'seconds'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return `${text.map((line) => line.join('  ')).join('\n')}\n`;
}

/** @param {readonly Row[]} rows */
export function skippedLines(rows) {
  const skipped = rows.flatMap(({ result }) => result.skippedNames.map((name) => `skipped  ${name}\n`));
  const failed = rows.flatMap(({ result }) => result.failedNames.map((name) => `FAILED   ${name}\n`));
  return [...skipped, ...failed].join('');
}

/** @param {readonly Row[]} rows */
export function lastLine(rows) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { result } of rows) {
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped;
  }
  return `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
}
