/** Two million wide rows in the history file, beside better-sqlite3 with a plain table in the same process. */
import { ensureInstalled } from '../scripts/bootstrap.mjs';
import { benchFile, ratio, rounded, runFresh } from './measure.mjs';

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  ensureInstalled(benchFile('storePeer'));
  const { stdout } = await runFresh([benchFile('storeOnce.mjs')]);
  const seen = JSON.parse(stdout);
  const perRow = (/** @type {number} */ ms) => (1_000 * ms) / seen.rows;
  const [own, peer] = [perRow(seen.ownMs + seen.tidyMs), perRow(seen.peerMs)];
  const [ownBytes, peerBytes] = seen.bytes.map((/** @type {number} */ bytes) => bytes / seen.rows);
  const times = (
    /** @type {string} */ name,
    /** @type {string} */ what,
    /** @type {number} */ limit,
    extra = '',
  ) => {
    const { own: ownMs, peer: peerMs } = seen.answers[name];
    const beside = `${rounded(ownMs, 3)} ms, better-sqlite3 ${rounded(peerMs, 2)} ms${extra}`;
    return { what, value: rounded(ownMs / peerMs, 4), unit: 'x', limit, beside };
  };
  return [
    { what: 'Store, insert a row of 12 numbers (roll-ups included)', value: rounded(own / peer, 3), unit: 'x', limit: 0.35,
      beside: `${rounded(own, 2)} us, better-sqlite3 ${rounded(peer, 2)} us; longest page of 1,000 ${rounded(seen.longestMs)} ms` },
    { what: 'Store, bytes a row', value: rounded(ownBytes / peerBytes, 3), unit: 'x', limit: 0.5,
      beside: `${rounded(ownBytes)} B, better-sqlite3 ${rounded(peerBytes)} B (${ratio(ownBytes, 104)} of the numbers alone)` },
    times('days', 'Store, 30 days of one series', 0.08, `; ${seen.differing} of 8,640 values differ`),
    times('hours', 'Store, ten exchanges, a year by the hour', 0.01),
    times('latest', 'Store, newest row of 200 series', 1.3, `; first after opening ${rounded(seen.firstLatestMs)} ms`),
    times('high', 'Store, all-time highs and lows of 200 series', 0.005, `; first after opening ${rounded(seen.firstExtremesMs)} ms`),
    { what: 'Store, open', value: rounded(seen.openMs), unit: 'ms', limit: 500, beside: `${Math.round(seen.bytes[0] / 1e6)} MB` },
  ]; // prettier-ignore
}
