/** The first thing that `npm start` shows: one regime report, from live exchanges where one answers, else from the simulated market. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24, root, SetupError } from './bootstrap.mjs';

const liveSeconds = 5;
const graceMs = 1500;
const simulatedTimeoutMs = 30_000;
/** 0 is done, 3 is partial: some exchange failed and the report says which. */
const usable = [0, 3];

/**
 * Prints the report.
 * @param {{ simulated: boolean, asset?: string }} options
 * @returns {Promise<'live' | 'simulated'>} where its numbers come from
 */
export async function printFirstReport({ simulated, asset = 'BTC' }) {
  if (!simulated) {
    const live = await runCli(
      ['regime', '--asset', asset, '--timeout', String(liveSeconds)],
      liveSeconds * 1000 + graceMs,
    );
    if (usable.includes(live.code) && live.stdout.trim() !== '') {
      process.stdout.write(`${live.stdout.trimEnd()}\n`);
      return 'live';
    }
    process.stdout.write(
      'No exchange could be reached: using the simulated market, labelled SIMULATED wherever a number is shown.\n',
    );
  }
  const result = await runCli(['regime', '--asset', asset, '--simulated'], simulatedTimeoutMs);
  if (!usable.includes(result.code)) {
    throw new SetupError(
      `REPORT: the simulated market gave no report (exit code ${result.code}): ${result.stderr.trim()}`,
    );
  }
  process.stdout.write(`${result.stdout.trimEnd()}\n`);
  return 'simulated';
}

/** @param {readonly string[]} args @param {number} timeout @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
function runCli(args, timeout) {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const child = spawn(node24(), [join(root, 'dist', 'cli.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('error', (error) => resolve({ code: 1, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
