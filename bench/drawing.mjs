/** Drawing in a real browser: the product's page takes snapshots as from its host, beside uPlot and empty axes of Chart.js in the same page. */
import { build } from 'esbuild';
import { ensureInstalled } from '../scripts/bootstrap.mjs';
import { startHarness } from '../test/browser/harness.ts';
import { benchFile, ratio, rounded } from './measure.mjs';

const [points, columns, rows] = [100_000, 1_000, 400];

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  ensureInstalled(benchFile('drawPeer'));
  const script = await pageScript();
  const harness = await startHarness();
  /** Runs one of the page's measurements in a page of its own. @param {'open-interest' | 'liquidation-heatmap'} chart @param {string} call */
  const inPage = async (chart, call) => {
    const opened = await harness.open({ chart, answer: 'loading', width: 1_200, isClockRunning: true });
    try {
      await opened.page.evaluate(script);
      return await opened.page.evaluate(call);
    } finally {
      await opened.close();
    }
  };
  try {
    const lines = await inPage('open-interest', `perpscopeDrawing.drawLines(uPlot, ${points})`);
    const heat = await inPage('liquidation-heatmap', `perpscopeDrawing.drawHeatmap(${columns}, ${rows})`);
    const year = await inPage('open-interest', 'perpscopeDrawing.moveYear(uPlot)');
    return [...lineRows(lines), ...heatRows(heat), ...yearRows(year)];
  } finally {
    await harness.close();
  }
}

/** uPlot as a global, and the measurements. */
async function pageScript() {
  const shared = /** @type {const} */ ({ bundle: true, minify: true, format: 'iife', target: 'es2022', write: false, logLevel: 'warning' }); // prettier-ignore
  const [peer, page] = await Promise.all([
    build({ ...shared, entryPoints: [benchFile('drawPeer/node_modules/uplot/dist/uPlot.esm.js')], globalName: 'uPlotModule' }),
    build({ ...shared, entryPoints: [benchFile('../test/support/drawingPage.ts')] }),
  ]); // prettier-ignore
  // uPlot asks for the language, and a bare machine's is none that a browser knows.
  const language = "Object.defineProperty(navigator, 'language', { value: 'en-US' });";
  return `${language}${peer.outputFiles[0]?.text ?? ''};window.uPlot = uPlotModule.default;${page.outputFiles[0]?.text ?? ''}`;
}

/** @param {number} value */
const ms = (value) => `${rounded(value)} ms`;

/** @param {Record<string, number>} times */
function lineRows(times) {
  const what = `5 lines of ${points} points`;
  const of = (/** @type {string} */ name) => times[name] ?? Number.NaN;
  return [
    {
      what: `drawing ${what} again, a whole snapshot, against uPlot`,
      value: rounded(of('redraw') / of('redraw uPlot'), 2), unit: 'x', limit: 1.5,
      beside: `ours ${ms(of('redraw'))}, uPlot ${ms(of('redraw uPlot'))}, empty axes ${ms(of('axes'))}`,
    },
    {
      what: `drawing ${what}, one of them new, against uPlot`,
      value: rounded(of('point') / of('point uPlot'), 2), unit: 'x', limit: 1.5,
      beside: `ours ${ms(of('point'))}, uPlot ${ms(of('point uPlot'))}`,
    },
  ]; // prettier-ignore
}

/** @param {Record<string, number>} times */
function heatRows(times) {
  const of = (/** @type {string} */ name) => times[name] ?? Number.NaN;
  const what = `${columns * rows} cells`;
  return [
    {
      what: `drawing ${what}, a column of them new, against empty axes`,
      value: rounded(of('column') / of('column axes'), 2), unit: 'x', limit: 2,
      beside: `ours ${ms(of('column'))}, empty axes ${ms(of('column axes'))}`,
    },
    {
      what: `drawing ${what} again, a whole snapshot, against empty axes`,
      value: rounded(of('redraw') / of('axes'), 2), unit: 'x', limit: 2,
      beside: `ours ${ms(of('redraw'))}, empty axes ${ms(of('axes'))}`,
    },
  ]; // prettier-ignore
}

/** A machine under load draws late whatever it draws: the limit is against uPlot, the time beside it. @param {{ own: number[], uplot: number[], axes: number[] }} frames sorted */
function yearRows({ own, uplot, axes }) {
  const at = (/** @type {readonly number[]} */ times, /** @type {number} */ share) =>
    times[Math.floor(times.length * share)] ?? Number.NaN;
  const [mine, peer, empty] = [at(own, 0.95), at(uplot, 0.95), at(axes, 0.95)];
  return [
    {
      what: 'moving six cards of a year at five minutes, p95 of a frame, against uPlot',
      value: rounded(mine / peer, 2), unit: 'x', limit: 1,
      beside: `ours ${ms(mine)} (median ${ms(at(own, 0.5))}), uPlot ${ms(peer)} (${ms(at(uplot, 0.5))}), six empty axes ${ms(empty)} (${ms(at(axes, 0.5))}): ${ratio(mine, empty)}`,
    },
  ]; // prettier-ignore
}
