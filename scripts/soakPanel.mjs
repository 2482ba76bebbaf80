/**
 * `npm run soak:panel`: a panel with all charts and three cards takes what 30 minutes of live numbers bring, 3,600 readings at 2 Hz and a
 * refresh every minute, wide and narrow. Prints the heap of its page after a collection of garbage and what moved on it; fails beyond
 * 80 MB, or where anything moved by itself. As fast as the page takes them, while its clock goes half a second with each; with
 * `--real` every half a second. `--minutes N`. Needs a build.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { reexecUnderNode24 } from './bootstrap.mjs';

await reexecUnderNode24();
const { startHarness, settle } = await import('../test/browser/harness.ts');
const { DEMO_AS_OF_MS } = await import('../test/browser/demoData.ts');

const MOST_HEAP_BYTES = 80e6;
const EVERY_MS = 500;
const REFRESH_MS = 60_000;
const LINES = ['aggregate', 'binance', 'okx', 'bybit', 'gate', 'hyperliquid'];
const { values } = parseArgs({ options: { real: { type: 'boolean' }, minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? 30);
const updates = (minutes * 60_000) / EVERY_MS;

const harness = await startHarness();
let isGood = true;
try {
  for (const width of [1_200, 380]) {
    const result = await soak(width);
    isGood &&= result.mostHeapMB * 1e6 <= MOST_HEAP_BYTES && result.shifts.length === 0;
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await harness.close();
}
process.exitCode = isGood ? 0 : 1;

/** @param {number} width px */
async function soak(width) {
  const state = { timeWindow: { spanMs: 7 * 86_400_000 }, cards: ['price', 'taker-delta', 'liquidations'] };
  const { page, problems, close } = await harness.open({ width, state });
  try {
    await page.locator('[data-kind="liquidations"] .legend-entry').first().waitFor();
    await settle(page);
    await page.evaluate(watchShifts);
    const session = await page.context().newCDPSession(page);
    const heapBytes = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const heaps = [await heapBytes()];
    const startedAt = performance.now();
    let version = 1;
    for (let update = 1; update <= updates; update++) {
      const atMs = DEMO_AS_OF_MS + 180_000 + update * EVERY_MS;
      await page.clock.setFixedTime(atMs);
      if ((update * EVERY_MS) % REFRESH_MS === 0) version += 1;
      await page.evaluate(takeUpdate, {
        version,
        atMs,
        lines: LINES,
        isRefresh: (update * EVERY_MS) % REFRESH_MS === 0,
      });
      if (values.real === true) await sleep(Math.max(0, startedAt + update * EVERY_MS - performance.now()));
      if (update % Math.ceil(updates / 6) === 0) heaps.push(await heapBytes());
    }
    heaps.push(await heapBytes());
    const shifts = await page.evaluate(() => window.perpscopeShifts);
    return {
      width, updates, seconds: Math.round((performance.now() - startedAt) / 1_000),
      heapMB: heaps.map(inMB), mostHeapMB: inMB(Math.max(...heaps)), shifts, problems,
    }; // prettier-ignore
  } finally {
    await close();
  }
}

/** @param {number} bytes */
function inMB(bytes) {
  return Math.round(bytes / 1e5) / 10;
}

/** In the page: notes what moves without the user, and by how much of the page. */
function watchShifts() {
  /** @type {{ value: number, what: string[] }[]} */
  const shifts = [];
  Object.assign(window, { perpscopeShifts: shifts });
  new window.PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, sources = [] } = /** @type {LayoutShift} */ (/** @type {unknown} */ (entry));
      shifts.push({
        value,
        what: sources.map(({ node }) =>
          node instanceof window.Element ? node.className : String(node?.nodeName),
        ),
      });
    }
  }).observe({ type: 'layout-shift' });
}

/**
 * In the page: one message of the host, and the frame that draws it.
 * @param {{ version: number, atMs: number, lines: readonly string[], isRefresh: boolean }} update
 */
async function takeUpdate({ version, atMs, lines, isRefresh }) {
  const { perpscopePage: tools } = window;
  const base = 90_000 + (atMs % 7_919);
  // Up to a minute and a half old: words of all lengths stand in the head.
  const asOfMs = atMs - (atMs % 97_000);
  if (isRefresh) tools.send({ ...tools.demo({ version }), asOfMs });
  else
    tools.newest({
      version, asOfMs, coverage: { fresh: 4 + (base % 2), of: 5 }, price: { atMs, quote: 90_000 + (atMs % 977) },
      openInterest: lines.map((id) => ({ id, atMs, base, usd: base * 90_000 })),
    }); // prettier-ignore
  await new Promise((resolve) => window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)));
}

/**
 * @typedef {object} LayoutShift
 * @property {number} value
 * @property {{ node?: Node | null }[]} [sources]
 */
