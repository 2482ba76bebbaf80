/** One exchange is hostile in every way there is: when the other eight are on screen, against the same eight with all well. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { node24 } from '../scripts/bootstrap.mjs';
import { DOOR_WAYS, FAULT_WAYS } from './hostileWays.mjs';
import { benchFile, median, rounded, runFresh } from './measure.mjs';

const latencyMs = 300;
const rounds = 3;
const hostile = 'bybit';
const limit = 1.05;

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const market = await startMarket();
  try {
    const ways = [...FAULT_WAYS, ...Object.keys(DOOR_WAYS)];
    /** @type {{ way: string, sick: number, well: number, regimeMs: number, samples: number[] }[]} */
    const seen = [];
    for (const way of ways) {
      /** @type {Record<'sick' | 'well' | 'regime', number[]>} */
      const samples = { sick: [], well: [], regime: [] };
      const endpoints = Object.hasOwn(DOOR_WAYS, way) ? market.door : market.well;
      // In turn, so that both meet the same machine.
      for (let round = 0; round < rounds; round++) {
        await market.become('well');
        samples.well.push((await shown(market.well)).eightMs);
        await market.become(way);
        const sick = await shown(endpoints);
        samples.sick.push(sick.eightMs);
        samples.regime.push(sick.regimeMs);
      }
      // The best of each: a busy machine only adds.
      seen.push({
        way,
        sick: Math.min(...samples.sick),
        well: Math.min(...samples.well),
        regimeMs: median(samples.regime),
        samples: samples.sick.map((value) => rounded(value, 0)),
      });
    }
    return seen.map(({ way, sick, well, regimeMs, samples }) => ({
      what: `one exchange hostile (${way}): the other eight on screen, against all well`,
      value: rounded(sick / well, 2),
      unit: 'x',
      limit,
      beside: `${rounded(sick, 0)} ms against ${rounded(well, 0)} ms; regime after ${rounded(regimeMs / 1_000, 1)} s`,
      samples,
    }));
  } finally {
    await market.close();
  }
}

/** @param {unknown} endpoints @returns {Promise<{ eightMs: number, regimeMs: number }>} */
async function shown(endpoints) {
  const { stdout } = await runFresh([benchFile('shownOnce.mjs'), JSON.stringify(endpoints), hostile]);
  const { missing, ...times } = JSON.parse(stdout);
  if (missing.length > 0) throw new Error(`never shown as fresh: ${missing.join(', ')}`);
  return times;
}

/** The exchanges in a process of their own, so that their work is not counted. */
async function startMarket() {
  const child = spawn(
    node24(),
    ['--disable-warning=ExperimentalWarning', benchFile('hostileExchange.mjs'), String(latencyMs), hostile],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the simulated exchanges have ended');
    return String(value);
  };
  const { well, door } = JSON.parse(await next());
  return {
    well,
    door,
    /** @param {string} way */
    async become(way) {
      child.stdin.write(`${way}\n`);
      await next();
    },
    async close() {
      child.stdin.end();
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}
