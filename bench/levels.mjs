/**
 * The level model over a year of bars of five minutes, five leverages, both sides: beside the additions that no way of counting avoids,
 * beside a loop over all bins in every bar, and one bar more beside making everything anew.
 */
import { ASSUMED_MARGIN } from '../src/analysis/heatmap/assumedMargin.ts';
import { BIN_LOG, pathOf } from '../src/analysis/heatmap/barPath.ts';
import { ExchangeLevels } from '../src/analysis/heatmap/exchangeLevels.ts';
import { LEVERAGES } from '../src/analysis/heatmap/leveragePriors.ts';
import { leverageBands } from '../src/analysis/heatmap/marginBands.ts';
import { normalFrom, seededRandom } from '../src/analysis/noise/random.ts';
import { median, rounded } from './measure.mjs';

const [bars, barMs] = [105_120, 300_000];
const rounds = 5;
/** A price row of 600 as a dense model keeps it. */
const denseBins = 600;

/** @param {() => unknown} work @returns {number} processor time in ns */
function spent(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}

function yearOfBars() {
  const random = seededRandom(7);
  const normal = normalFrom(random);
  let [close, openInterestBase] = [60_000, 80_000];
  return Array.from({ length: bars }, (_, at) => {
    const openQuote = close;
    close *= Math.exp(0.001_2 * normal());
    openInterestBase *= Math.exp(0.000_6 * normal());
    const highQuote = Math.max(openQuote, close) * (1 + 0.000_6 * random());
    const lowQuote = Math.min(openQuote, close) * (1 - 0.000_6 * random());
    return {
      atMs: at * barMs,
      barMs,
      openQuote,
      highQuote,
      lowQuote,
      closeQuote: close,
      openInterestBase,
      volumeBase: 700 * random(),
    };
  });
}

/** @param {ReturnType<typeof yearOfBars>} year @param {number} count */
function modelOf(year, count) {
  const levels = new ExchangeLevels('', ASSUMED_MARGIN, LEVERAGES, 60_000);
  for (let at = 0; at < count; at += 1) levels.step(/** @type {(typeof year)[number]} */ (year[at]));
  return levels;
}

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const year = yearOfBars();
  // Three scattered levels for each band, both sides, as bins away from the entry.
  const away = Float64Array.from(
    leverageBands(ASSUMED_MARGIN, LEVERAGES, 60_000).flatMap(({ long, short }) =>
      [...long, ...short].flatMap(({ ratio: of = 1 }) =>
        [0.85, 1, 1.15].map((part) => (part * Math.log(of)) / BIN_LOG),
      ),
    ),
  );
  const entries = Float64Array.from(
    year.flatMap((bar) => {
      const { stops, shares } = pathOf(bar);
      return [...stops].filter((_, at) => (shares[at] ?? 0) > 0);
    }),
  );
  const touches = entries.length * away.length;
  const bare = () => {
    const row = new Float64Array(32_768);
    for (let entry = 0; entry < entries.length; entry += 1)
      for (let part = 0; part < away.length; part += 1) {
        const bin = Math.floor((entries[entry] ?? 0) + (away[part] ?? 0));
        row[bin] = (row[bin] ?? 0) + 1e-3 * (part & 7);
      }
    return row;
  };
  const dense = () => {
    const rows = new Float64Array(denseBins * LEVERAGES.length * 2);
    for (let bar = 0; bar < bars; bar += 1)
      for (let bin = 0; bin < rows.length; bin += 1) rows[bin] = (rows[bin] ?? 0) * 0.999 + 1e-3;
    return rows;
  };
  const samples = Array.from({ length: rounds }, () => ({
    model: spent(() => modelOf(year, bars)),
    bare: spent(bare),
    dense: spent(dense),
  }));
  const levels = modelOf(year, bars - 2_000);
  const rest = year.slice(-2_000);
  const perBar = spent(() => rest.forEach((bar) => levels.step(bar))) / rest.length;
  const [model, least, all] = /** @type {const} */ (['model', 'bare', 'dense']).map((key) =>
    median(samples.map((sample) => sample[key])),
  );
  return [
    {
      what: 'liquidation levels of a year of bars of five minutes, beside their additions alone',
      value: rounded((model ?? 0) / (least ?? 0), 2),
      unit: 'x',
      limit: 6,
      beside: `${rounded((model ?? 0) / 1e6)} ms; ${rounded(touches / 1e6)} million additions ${rounded((least ?? 0) / 1e6)} ms; a loop over ${denseBins} bins in each bar ${rounded((all ?? 0) / 1e6)} ms`,
      samples: samples.map((sample) => rounded(sample.model / sample.bare, 2)),
    },
    {
      what: 'one bar more, beside the year anew',
      value: rounded(perBar / (model ?? 0), 7),
      unit: 'x',
      limit: 1 / 2_000,
      beside: `${rounded(perBar / 1e3)} us a bar`,
    },
  ];
}
