/** Everything that a refresh recomputes, with a month and with a year of history: in fresh processes, without the network. */
import { benchFile, median, rounded, runFresh } from './measure.mjs';

const [month, year] = [30, 365];
/** The first refreshes run code that the engine has not compiled yet. */
const warm = 5;

/** @param {number} days */
async function measure(days) {
  const { stdout } = await runFresh([benchFile('recomputeOnce.mjs'), String(days)]);
  /** @type {{ rowsStored: number, bytes: number, firstReadMs: number, samples: number[], used: number[], charts: number[] }} */
  const measured = JSON.parse(stdout);
  const typical = (/** @type {number[]} */ values) => median(values.slice(warm));
  const { samples, used, charts } = measured;
  return { ...measured, ms: typical(used), wallMs: typical(samples), chartsMs: typical(charts) };
}

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const [young, old] = [await measure(month), await measure(year)];
  const growth = Math.log(old.ms / young.ms) / Math.log(year / month);
  const rows = (/** @type {number} */ count) => `${rounded(count / 1e6)} million rows`;
  return [
    {
      // Of the thread's own time: whatever else the machine does, it holds up nobody for longer.
      what: 'everything a refresh recomputes, two assets, nine exchanges, a year at five minutes',
      value: rounded(old.ms),
      unit: 'ms',
      limit: 30,
      beside: `by the clock ${rounded(old.wallMs)} ms; with a month ${rounded(young.ms)} ms; stored ${rows(old.rowsStored)} and ${rows(young.rowsStored)}; first read ${rounded(old.firstReadMs)} and ${rounded(young.firstReadMs)} ms`,
      samples: old.used.map((value) => rounded(value)),
    },
    {
      what: 'its growth with the history, as an exponent',
      value: rounded(Math.max(0, growth), 2),
      unit: '',
      limit: 0.1,
      beside: `${year} days against ${month}`,
    },
    {
      what: 'all three charts of both assets, a year at five minutes',
      value: rounded(old.chartsMs),
      unit: 'ms',
      beside: `with a month ${rounded(young.chartsMs)} ms; in the first refresh of an hour, which runs the liquidation levels anew, ${rounded(Math.max(...old.charts))} ms`,
      samples: old.charts.map((value) => rounded(value)),
    },
  ];
}
