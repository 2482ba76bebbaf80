/**
 * How long Perpscope holds up the extension host, measured inside a real one by an extension beside the installed VSIX, and the same
 * host without Perpscope. The longest delay and the share of time in stalls of more than 50 ms: a median would hide a freeze.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { node24 } from '../scripts/bootstrap.mjs';
import { installVsix } from '../scripts/editorServer.mjs';
import { openWorkbench } from '../scripts/workbench.mjs';
import { benchFile, rounded, runFresh } from './measure.mjs';
import { packProbe } from './packProbe.mjs';

const latencyMs = 40;
const longestMs = 50;
const perSecond = 5_000;
const days = Number(process.env['PERPSCOPE_BENCH_DAYS'] ?? 180);
const floodSeconds = Number(process.env['PERPSCOPE_BENCH_FLOOD_SECONDS'] ?? 60);
const steadyRounds = 3;
/** What the editor does after it has started is not measured. */
const settleMs = 8_000;

/** @typedef {{ ms: number, longestMs: number, stalledMs: number, stalls: number[], ownLongestMs: number, ownStalls: number[] }} Measured */
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-bench-host-'));
  const exchanges = await startFloodExchanges();
  try {
    const probe = await packProbe(folder);
    const without = await inHost(folder, probe, exchanges, undefined, async (host) => {
      await host.measure(() => sleep(1_000));
      return host.measure(() => sleep(20_000));
    });
    const beside = `without Perpscope: longest ${rounded(without.longestMs)} ms (computed by itself ${rounded(without.ownLongestMs)} ms), ${share(without)} % in stalls, over ${rounded(without.ms / 1_000, 0)} s`;
    /** @type {import('./measure.mjs').Row[]} */
    const rows = [];
    for (const stored of [0, days]) {
      const history = join(folder, `history-${stored}`, 'history.sqlite');
      mkdirSync(join(history, '..'), { recursive: true });
      const made = stored === 0 ? undefined : await makeHistory(exchanges.endpoints, stored, history);
      const words = stored === 0 ? 'empty history' : `${stored} days by the minute`;
      const size = made === undefined ? '' : `; ${rounded(made.rows / 1e6)} million rows, ${rounded(made.bytes / 1e6, 0)} MB`; // prettier-ignore
      await inHost(folder, probe, exchanges, join(history, '..'), async (host) => {
        const add = (/** @type {string} */ what, /** @type {Measured} */ measured, more = '') =>
          rows.push(...figures(`${words}, ${what}`, measured, `${beside}${size}${more}`));
        add('cold refresh of BTC and ETH', await host.measure(() => host.run('perpscope.refresh')));
        await host.run('perpscope.openCharts');
        await host.seesCharts();
        const steady = await host.measure(async () => {
          for (let round = 0; round < steadyRounds; round++) {
            await host.run('perpscope.refresh');
            await sleep(2_000);
          }
        });
        add(`${steadyRounds} steady refreshes with a panel in sight`, steady);
        const flooded = await host.measure(async () => {
          exchanges.flood(perSecond);
          await sleep(floodSeconds * 1_000);
        });
        const { sent, seconds } = await exchanges.calm();
        const rate = Math.round(sent / seconds);
        add(`${perSecond} messages a second for ${floodSeconds} s`, flooded, `; ${rate} a second were sent`);
      });
    }
    return rows;
  } finally {
    await exchanges.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** @param {Measured} measured */
const share = ({ stalledMs, ms }) => rounded((100 * stalledMs) / ms, 2);

/** @param {string} what @param {Measured} measured @param {string} beside */
function figures(what, measured, beside) {
  return [
    // A machine that does something else holds a thread up as well; what the thread itself computed is its own doing.
    { what: `host, ${what}: longest the thread computed in one go`, value: rounded(measured.ownLongestMs), unit: 'ms', limit: longestMs, beside, samples: measured.ownStalls }, // prettier-ignore
    { what: `host, ${what}: longest delay`, value: rounded(measured.longestMs), unit: 'ms', limit: longestMs, beside, samples: measured.stalls }, // prettier-ignore
    { what: `host, ${what}: time in stalls over ${longestMs} ms`, value: share(measured), unit: '%', limit: 0, beside }, // prettier-ignore
  ];
}

/**
 * Opens an editor with the probe and, where there is a history, with Perpscope.
 * @template T
 * @param {string} folder @param {string} probe the probe's VSIX @param {FloodExchanges} exchanges
 * @param {string | undefined} history the folder that becomes the extension's storage; undefined without Perpscope
 * @param {(host: Host) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inHost(folder, probe, exchanges, history, work) {
  const address = join(folder, `probe-${performance.now()}`);
  const workbench = await openWorkbench({
    settings: {
      'perpscope.dataSource': 'live',
      'perpscope.endpoints': exchanges.endpoints,
      'perpscope.assets': ['BTC', 'ETH'],
      // Refreshes are those that are measured, and no others.
      'perpscope.refreshSeconds': 600,
    },
    env: { PERPSCOPE_PROBE: address },
    ...(history === undefined ? { vsix: probe } : { storage: history }),
    prepare: (extensionsDir) =>
      history === undefined ? Promise.resolve() : installVsix(probe, extensionsDir),
  });
  try {
    const deadlineMs = Date.now() + 30_000;
    while (!existsSync(address)) {
      if (Date.now() > deadlineMs) throw new Error(`the probe does not answer\n${workbench.log()}`);
      await sleep(100);
    }
    const url = readFileSync(address, 'utf8');
    await sleep(settleMs);
    const ask = async (/** @type {string} */ path) => {
      const response = await fetch(`${url}${path}`, { headers: { connection: 'close' } });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return response.json();
    };
    return await work({
      run: (command) => ask(`/run?command=${command}`),
      measure: async (during) => {
        await ask('/start');
        await during();
        return /** @type {Measured} */ (await ask('/stop'));
      },
      seesCharts: () => workbench.waitForText('MODELLED'),
    });
  } finally {
    await workbench.close();
  }
}

/**
 * @typedef {object} Host
 * @property {(command: string) => Promise<unknown>} run
 * @property {(during: () => Promise<unknown>) => Promise<Measured>} measure
 * @property {() => Promise<unknown>} seesCharts
 *
 * @typedef {object} FloodExchanges
 * @property {Record<string, { rest: string }>} endpoints
 * @property {(perSecond: number) => void} flood
 * @property {() => Promise<{ sent: number, seconds: number }>} calm
 * @property {() => Promise<void>} close
 */

/** @param {unknown} endpoints @param {number} stored @param {string} file @returns {Promise<{ rows: number, bytes: number }>} */
async function makeHistory(endpoints, stored, file) {
  const args = [benchFile('longHistory.mjs'), JSON.stringify(endpoints), String(stored), file];
  return JSON.parse((await runFresh(args)).stdout);
}

/** @returns {Promise<FloodExchanges>} in a process of their own, so that their work is not counted */
async function startFloodExchanges() {
  const args = ['--disable-warning=ExperimentalWarning', benchFile('floodExchanges.mjs'), String(latencyMs)];
  const child = spawn(node24(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the exchanges ended');
    return JSON.parse(value);
  };
  return {
    endpoints: await next(),
    flood: (count) => void child.stdin.write(`flood ${count}\n`),
    calm: () => {
      child.stdin.write('calm\n');
      return next();
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
