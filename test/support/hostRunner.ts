import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { stretchLimits } from '../../scripts/testing/pace.mjs';
import { collect, failedResult } from '../../scripts/testing/report.mjs';
import type { LayerResult } from '../../scripts/testing/report.mjs';

/** What the extension host leaves behind for the process that started it. */
export interface HostReport {
  readonly result: LayerResult;
  /** The text that a terminal would have shown. */
  readonly output: string;
}

/**
 * Runs mocha inside the editor's extension host. The files come as functions because esbuild has bundled them; mocha only
 * has to be told which one is being loaded.
 */
export async function runInHost(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const reportFile = process.env['PERPSCOPE_HOST_REPORT'];
  if (reportFile === undefined) throw new Error('PERPSCOPE_HOST_REPORT names no file');
  const grep = process.env['PERPSCOPE_HOST_GREP'] ?? '';
  const output: string[] = [];
  const finish = (result: LayerResult): void => {
    const report: HostReport = { result, output: output.join('') };
    writeFileSync(reportFile, JSON.stringify(report));
  };
  const mocha = new Mocha({
    timeout: 30_000,
    slow: 30_000,
    forbidOnly: true,
    reporter: function Silent() {} as unknown as Mocha.ReporterConstructor,
    ...(grep === '' ? {} : { grep }),
  });
  for (const [file, load] of Object.entries(files)) {
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    try {
      await load();
    } catch (error) {
      output.push(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      finish(failedResult(file, 'could not be loaded, see above'));
      return;
    }
    mocha.suite.emit('require', undefined, file, mocha);
    mocha.suite.emit('post-require', globalThis, file, mocha);
  }
  stretchLimits(mocha.suite);
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      finish(result);
      resolve();
    });
    const result = collect(Mocha, runner, {
      write: (text) => void output.push(text),
      relative: (file) => file,
    });
  });
}
