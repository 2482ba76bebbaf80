/** What the benches share: medians, child processes, and the shape of a result. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { node24 } from '../scripts/bootstrap.mjs';

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {number} value the median, where it was measured more than once
 * @property {string} unit
 * @property {number} [limit] the largest value that is good
 * @property {string} beside what it is to be compared with, measured in the same run
 * @property {readonly number[]} [samples]
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** @param {number} value @param {number} [digits] */
export const rounded = (value, digits = 1) => Number(value.toFixed(digits));

/** @param {number} value @param {number} other */
export const ratio = (value, other) => `${(value / other).toFixed(2)}x`;

/** @param {string} file relative to bench/ */
export const benchFile = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Runs a file in a fresh process under Node 24.
 * @param {readonly string[]} args
 * @returns {Promise<{ stdout: string, ms: number }>} what it wrote and how long the process lived
 */
export function runFresh(args) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve({ stdout, ms: performance.now() - startedAt });
      else reject(new Error(`${args.join(' ')} ended with exit code ${code}`));
    });
  });
}

/**
 * Starts the simulated exchanges in a process of their own, so that their work is not counted.
 * @param {number} latencyMs @param {string} [stalled] an exchange that takes requests and never answers
 * @returns {Promise<{ endpoints: Record<string, { rest: string }>, close: () => Promise<void> }>}
 */
export async function startExchanges(latencyMs, stalled = '') {
  const child = spawn(
    node24(),
    ['--disable-warning=ExperimentalWarning', benchFile('exchanges.mjs'), String(latencyMs), stalled],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const line = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the exchanges ended with exit code ${code}`)));
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
  });
  return {
    endpoints: JSON.parse(line),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
