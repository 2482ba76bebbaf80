/**
 * From the command until the charts of a panel stand on the screen, in a real VS Code over a history of a year (of as many days as
 * PERPSCOPE_BENCH_DAYS says), whose numbers of now are there: as on any day but the first minute of it. Beside it a page of another
 * extension that draws one word, by the same editor.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/bootstrap.mjs';
import { installVsix } from '../scripts/editorServer.mjs';
import { openWorkbench } from '../scripts/workbench.mjs';
import { until } from '../test/support/until.ts';
import { median, rounded, runFresh } from './measure.mjs';
import { packProbe } from './packProbe.mjs';

const limitMs = 400;
const [windows, rounds] = [4, 3];
/** What opens them, and the canvas on which their first words stand. */
const pages = /** @type {const} */ ({
  own: ['/run?command=perpscope.openCharts', '.chart .plot canvas'],
  bare: ['/page', '#bare'],
});
const days = Number(process.env['PERPSCOPE_BENCH_DAYS'] ?? 365);
/** What the editor does after it has started is not measured. */
const settleMs = 8_000;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @typedef {{ pageMs: number, readyMs: number, toldMs: number, drawnMs: number }} Opened ms after the command; NaN where a page listens to nobody */

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-bench-paint-'));
  try {
    const probe = await packProbe(folder);
    const storage = join(folder, 'storage');
    await fillYear(storage);
    /** @type {Record<'own' | 'bare', { first: Opened[], later: Opened[] }>} */
    const seen = { own: { first: [], later: [] }, bare: { first: [], later: [] } };
    for (let window = 0; window < windows; window++)
      await inWindow(folder, probe, storage, async (open) => {
        // By turns the first: what the editor loads for its first page of a window is not ours.
        const order =
          window % 2 === 0 ? /** @type {const} */ (['own', 'bare']) : /** @type {const} */ (['bare', 'own']);
        for (let round = 0; round < rounds; round++)
          for (const which of order) {
            const isFirst = round === 0 && which === order[0];
            seen[which][isFirst ? 'first' : 'later'].push(await open(...pages[which]));
          }
      });
    const of = (/** @type {Opened[]} */ list, /** @type {keyof Opened} */ what) =>
      median(list.map((one) => one[what]));
    const row = (/** @type {string} */ which, /** @type {Opened[]} */ own, /** @type {Opened[]} */ bare) => ({
      what: `from the command to the charts of a panel, ${days === 365 ? 'a year' : `${days} days`} kept, ${which}`,
      value: rounded(of(own, 'drawnMs'), 0), unit: 'ms',
      beside: `its page begins after ${rounded(of(own, 'pageMs'), 0)} ms, asks after ${rounded(of(own, 'readyMs'), 0)} ms, has the numbers after ${rounded(of(own, 'toldMs'), 0)} ms; a page of one word ${rounded(of(bare, 'drawnMs'), 0)} ms`,
      samples: own.map(({ drawnMs }) => Math.round(drawnMs)),
    }); // prettier-ignore
    return [
      { ...row('the first page of a window', seen.own.first, seen.bare.first), limit: limitMs },
      { ...row('a later one', seen.own.later, seen.bare.later), limit: limitMs },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Fills what becomes the extension's storage, by the back-fill, of the market that the editor simulates. @param {string} storage */
async function fillYear(storage) {
  mkdirSync(storage, { recursive: true });
  const asked = ['--asset', 'BTC', '--since', `${days}d`, '--metrics', 'open-interest,funding,price'];
  await runFresh([
    join(root, 'src', 'cliMain.ts'),
    ...['backfill', '--simulated', ...asked, '--store', join(storage, 'history.sqlite')],
  ]);
}

/**
 * Opens an editor with Perpscope and the probe, waits for the numbers, and lets pages be opened and closed in it.
 * @param {string} folder @param {string} probe @param {string} storage
 * @param {(open: (path: string, canvas: string) => Promise<Opened>) => Promise<void>} work
 */
async function inWindow(folder, probe, storage, work) {
  const address = join(folder, `probe-${performance.now()}`);
  const workbench = await openWorkbench({
    settings: { 'perpscope.assets': ['BTC'], 'perpscope.refreshSeconds': 600 },
    env: { PERPSCOPE_PROBE: address },
    storage,
    prepare: (extensionsDir) => installVsix(probe, extensionsDir),
  });
  try {
    await until('the probe’s address', () => existsSync(address), Boolean, 120_000);
    const url = readFileSync(address, 'utf8');
    const ask = async (/** @type {string} */ path) => {
      const response = await fetch(`${url}${path}`, { headers: { connection: 'close' } });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    };
    await workbench.page.addInitScript(noteDrawing);
    await ask('/run?command=perpscope.refresh');
    await sleep(settleMs);
    await work(async (path, canvas) => {
      const atMs = Date.now();
      await ask(path);
      const found = await drawn(workbench.page, canvas);
      await ask('/run?command=workbench.action.closeAllEditors');
      await sleep(1_000);
      const { pageMs, readyMs, toldMs, drawnMs } = found;
      return {
        pageMs: pageMs - atMs,
        readyMs: readyMs - atMs,
        toldMs: toldMs - atMs,
        drawnMs: drawnMs - atMs,
      };
    });
  } finally {
    await workbench.close();
  }
}

/** Runs in every frame: notes when it began, listened, was last told something before its first words on a canvas, and stood on the screen with them. */
function noteDrawing() {
  const nowMs = () => performance.timeOrigin + performance.now();
  const noted = { pageMs: nowMs(), readyMs: NaN, toldMs: NaN, drawnMs: NaN };
  Object.assign(window, { perpscopeNoted: noted });
  // The editor writes the page into its frame, by which listeners that were there before are gone.
  const listen = window.addEventListener;
  window.addEventListener = /** @type {typeof listen} */ (
    function note(
      /** @type {string} */ type,
      /** @type {EventListener} */ listener,
      /** @type {boolean | undefined} */ options,
    ) {
      if (type !== 'message') return listen.call(window, type, listener, options);
      noted.readyMs = nowMs();
      const told = (/** @type {Event} */ event) => {
        if (isDue) noted.toldMs = nowMs();
        listener.call(window, event);
      };
      return listen.call(window, type, told, options);
    }
  );
  const write = window.CanvasRenderingContext2D.prototype.fillText;
  let isDue = true;
  window.CanvasRenderingContext2D.prototype.fillText = function noteFirst(...args) {
    if (isDue && this.canvas.isConnected) {
      isDue = false;
      // After the frame that shows it.
      window.requestAnimationFrame(() => setTimeout(() => (noted.drawnMs = nowMs())));
    }
    return write.apply(this, args);
  };
}

/** Waits until a frame with that canvas has drawn. @param {import('playwright-core').Page} page @param {string} canvas @returns {Promise<Opened>} */
async function drawn(page, canvas) {
  const read = async () => {
    for (const frame of page.frames()) {
      const found = await frame
        .evaluate((selector) => {
          const noted = /** @type {{ perpscopeNoted?: Opened }} */ (/** @type {unknown} */ (window))
            .perpscopeNoted;
          return document.querySelector(selector) && noted && noted.drawnMs > 0 ? noted : undefined;
        }, canvas)
        .catch(() => undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = await until(`words on ${canvas}`, read, (noted) => noted !== undefined);
  return /** @type {Opened} */ (found);
}
