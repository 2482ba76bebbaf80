/** A cold refresh of nine exchanges that take 300 ms for every answer, and the same with one of them silent. */
import { get } from 'node:http';
import { benchFile, median, ratio, rounded, runFresh, startExchanges } from './measure.mjs';

const latencyMs = 300;
const limitsMs = { one: 1_600, two: 2_500, cpu: 700 };
const rounds = 5;
const stalled = 'gate';
const stallTimeoutMs = 4_000;

/** @typedef {{ ms: number, shownMs: number, threadMs: number, cpuMs: number, exchanges: { exchange: string, status: string, latencyMs: number }[] }} Once */

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const well = await startExchanges(latencyMs);
  const sick = await startExchanges(latencyMs, stalled);
  try {
    /** @type {Record<'trip' | 'one' | 'two' | 'others' | 'othersSick' | 'shown' | 'shownSick' | 'cpu' | 'thread', number[]>} */
    const samples = {
      trip: [],
      one: [],
      two: [],
      others: [],
      othersSick: [],
      shown: [],
      shownSick: [],
      cpu: [],
      thread: [],
    };
    /** @type {string[]} */
    const slowest = [];
    for (let round = 0; round < rounds; round++) {
      samples.trip.push(await roundTrip(well.endpoints['binance']?.rest ?? ''));
      const one = await once(well.endpoints, 'BTC');
      samples.one.push(one.ms);
      samples.cpu.push(one.cpuMs);
      samples.thread.push(one.threadMs);
      samples.others.push(slowestOther(one));
      samples.shown.push(one.shownMs);
      const two = await once(well.endpoints, 'BTC,ETH');
      samples.two.push(two.ms);
      slowest.push(slowestName(two));
      const lame = await once(sick.endpoints, 'BTC', stallTimeoutMs);
      samples.othersSick.push(slowestOther(lame));
      samples.shownSick.push(lame.shownMs);
    }
    const trip = median(samples.trip);
    const others = median(samples.others);
    const row = (
      /** @type {string} */ what,
      /** @type {readonly number[]} */ values,
      /** @type {number} */ limit,
    ) => ({
      what,
      value: rounded(median(values), 0),
      unit: 'ms',
      limit,
      beside: `one bare round trip ${rounded(trip, 0)} ms: ${ratio(median(values), trip)}`,
      samples: values.map((value) => rounded(value, 0)),
    });
    const withEth = row('cold refresh of 9 exchanges at 300 ms, BTC and ETH', samples.two, limitsMs.two);
    return [
      row('cold refresh of 9 exchanges at 300 ms, BTC', samples.one, limitsMs.one),
      {
        ...withEth,
        beside: `${withEth.beside}; last to finish: ${[...new Set(slowest)].join(', ')}`,
      },
      {
        what: 'processor time of the cold refresh, BTC',
        value: rounded(median(samples.cpu), 0),
        unit: 'ms',
        limit: limitsMs.cpu,
        beside: `its wall time ${rounded(median(samples.one), 0)} ms; the engine's own thread ${rounded(median(samples.thread), 0)} ms, the rest compiles and clears up`,
        samples: samples.cpu.map((value) => rounded(value, 0)),
      },
      {
        what: 'one silent exchange: the slowest of the other eight, against the same eight with all well',
        value: rounded(median(samples.othersSick) / others, 2),
        unit: 'x',
        limit: 1.05,
        beside: `${rounded(median(samples.othersSick), 0)} ms against ${rounded(others, 0)} ms`,
        samples: samples.othersSick.map((value) => rounded(value, 0)),
      },
      {
        what: 'one silent exchange: until the other eight are shown, against the same eight with all well',
        value: rounded(median(samples.shownSick) / median(samples.shown), 2),
        unit: 'x',
        limit: 1.05,
        beside: `${rounded(median(samples.shownSick), 0)} ms against ${rounded(median(samples.shown), 0)} ms`,
        samples: samples.shownSick.map((value) => rounded(value, 0)),
      },
    ];
  } finally {
    await well.close();
    await sick.close();
  }
}

/** @param {unknown} endpoints @param {string} assets @param {number} [timeoutMs] @returns {Promise<Once>} */
async function once(endpoints, assets, timeoutMs = 20_000) {
  const args = [benchFile('refreshOnce.mjs'), JSON.stringify(endpoints), assets, String(timeoutMs), stalled];
  return JSON.parse((await runFresh(args)).stdout);
}

/** @param {Once} read */
function slowestOther({ exchanges }) {
  const others = exchanges.filter(({ exchange }) => exchange !== stalled);
  const unwell = others.filter(({ status }) => status !== 'fresh');
  if (others.length !== 8 || unwell.length > 0) throw new Error(`not fresh: ${JSON.stringify(unwell)}`);
  return Math.max(...others.map((one) => one.latencyMs));
}

/** @param {Once} read */
function slowestName({ exchanges }) {
  return [...exchanges].sort((a, b) => b.latencyMs - a.latencyMs)[0]?.exchange ?? 'none';
}

/** @param {string} url @returns {Promise<number>} a request over a connection of its own, with Node's own client */
function roundTrip(url) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    get(`${url}/fapi/v1/ping`, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(performance.now() - startedAt));
    }).once('error', reject);
  });
}
