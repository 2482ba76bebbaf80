/**
 * Scores of a column of a million values against the 2,016 before each, whole and value by value, beside the least that can be done with
 * such a column (read, take a root, write); and an hour more in the metrics of hourly sums beside making them anew.
 */
import { LiveInputs } from '../src/analysis/metrics/kit/liveInputs.ts';
import { METRICS } from '../src/analysis/metrics/registry.ts';
import { RollingZ, rollingZ } from '../src/analysis/metrics/rolling/rollingZ.ts';
import { zScore } from '../src/analysis/metrics/statistics.ts';
import { catalogue, seriesOf } from '../src/series/catalogue.ts';
import { median, ratio, rounded } from './measure.mjs';

const points = 1_000_000;
const windowPoints = 2_016;
const rounds = 9;
const [HOUR, DAY] = [3_600_000, 86_400_000];

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  return [...scores(), ...hourMore()];
}

/** @param {() => unknown} work @returns {number} processor time in ns */
function spent(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}

/** @param {number} step */
const walk = (step) => 3e10 + 1e7 * Math.sin(step / 370) + 3e6 * Math.sin(step / 7) + 1e5 * (step % 13);

/** @returns {import('./measure.mjs').Row[]} */
function scores() {
  const values = Float64Array.from({ length: points }, (_, step) => walk(step));
  const least = () => {
    const roots = new Float64Array(points);
    for (let at = 0; at < points; at += 1) roots[at] = Math.sqrt(values[at] ?? 0);
    return roots;
  };
  const byValue = () => {
    const rolling = new RollingZ(windowPoints);
    const found = new Float64Array(points);
    for (let at = 0; at < points; at += 1) {
      const value = values[at] ?? 0;
      found[at] = rolling.scoreOf(value)?.z ?? Number.NaN;
      rolling.push(value);
    }
    return found;
  };
  const some = 500;
  const twoPasses = () => {
    for (let at = points - some; at < points; at += 1)
      zScore(values.subarray(at - windowPoints, at), values[at] ?? 0, { windowPoints });
  };
  /** @type {Record<'limit' | 'whole' | 'stepped' | 'passes', number[]>} */
  const ns = { limit: [], whole: [], stepped: [], passes: [] };
  for (let round = 0; round < rounds; round += 1) {
    ns.limit.push(spent(least) / points);
    ns.whole.push(spent(() => rollingZ(values, windowPoints)) / points);
    ns.stepped.push(spent(byValue) / points);
    ns.passes.push(spent(twoPasses) / some);
  }
  const [limit, whole, stepped, passes] = [ns.limit, ns.whole, ns.stepped, ns.passes].map(median);
  const beside = `${rounded(limit, 1)} ns to read, take a root and write; two passes over each window take ${rounded(passes, 0)} ns`;
  return [
    {
      what: `scores of a column of ${points / 1e6} million values against ${windowPoints} before, per value`,
      value: rounded(whole / limit, 1),
      unit: 'x',
      limit: 6,
      beside: `${rounded(whole, 1)} ns against ${beside} (${ratio(whole, passes)})`,
    },
    {
      what: 'the same value by value',
      value: rounded(stepped / limit, 1),
      unit: 'x',
      limit: 9,
      beside: `${rounded(stepped, 1)} ns against ${beside}`,
    },
  ];
}

/** @returns {import('./measure.mjs').Row[]} */
function hourMore() {
  const ids = [
    'binance',
    'bitget',
    'bybit',
    'deribit',
    'gate',
    'htx',
    'hyperliquid',
    'kraken-futures',
    'okx',
  ];
  const start = Date.UTC(2026, 8, 1);
  const live = new LiveInputs();
  const series = /** @type {import('../src/series/catalogue.ts').SeriesId[]} */ (Object.keys(catalogue));
  /** @type {readonly import('../src/analysis/metrics/kit/metric.ts').Metric[]} */
  const all = METRICS;
  const ofHours = all.filter(({ inputs }) =>
    inputs.every((input) => input in catalogue && seriesOf(/** @type {never} */ (input)).kind === 'adds-up' && !input.includes('liquidations') && !input.includes('daily')),
  ); // prettier-ignore
  const computations = ofHours.flatMap(({ computation }) => (computation === undefined ? [] : [computation]));
  const runs = computations.map(({ start: begin }) => begin(live));
  const batches = computations.map(({ batch }) => batch);
  /** @param {number} hour */
  const tell = (hour) => {
    for (const id of series)
      for (const [place, exchange] of ids.entries()) {
        const { stepMs, label } = seriesOf(id);
        const atMs = start + hour * HOUR - (label === 'end' ? HOUR : 0);
        if (atMs % stepMs !== 0) continue;
        const value = 1e6 + 1e5 * Math.sin(hour / 9 + place) + 1e4 * Math.sin(hour);
        const feed = { exchange, instrument: /** @type {const} */ (`${exchange}:X`), endpoint: 'GET /x', shared: { coverage: 'complete' } }; // prettier-ignore
        if (id.includes('liquidations')) live.take({ kind: 'feed', series: id, ...feed, atMs, value });
        else live.take({ kind: 'value', series: /** @type {import('../src/series/catalogue.ts').JoinedSeriesId} */ (id), exchange, atMs, value }); // prettier-ignore
      }
  };
  let hour = 0;
  for (; hour < (31 * DAY) / HOUR; hour += 1) tell(hour);
  /** @type {number[]} */
  const [steps, anew] = [[], []];
  for (let round = 0; round < 40; round += 1, hour += 1) {
    tell(hour);
    const nowMs = start + hour * HOUR + 60_000;
    steps.push(spent(() => runs.forEach((run) => run(nowMs))) / 1e6);
    const inputs = live.inputs(nowMs);
    anew.push(spent(() => batches.forEach((batch) => batch(inputs))) / 1e6);
  }
  const [step, whole] = [median(steps.slice(10)), median(anew.slice(10))];
  return [
    {
      what: `an hour more in ${runs.length} metrics of hourly sums over nine exchanges`,
      value: rounded(step, 2),
      unit: 'ms',
      beside: `${rounded(whole, 2)} ms to make them anew from their columns: ${ratio(step, whole)}`,
    },
  ];
}
