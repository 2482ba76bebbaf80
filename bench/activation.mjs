/**
 * Activation of the packaged extension in a real VS Code, in the editor's own words (Developer: Startup Performance), beside the
 * extension for git that comes with VS Code: same window, same table.
 */
import { openWorkbench } from '../scripts/workbench.mjs';
import { startWatchedExchanges } from '../test/host/exchanges.mjs';
import { median, ratio, rounded } from './measure.mjs';

const rounds = 3;
const own = 'perpscope.perpscope';
const peer = 'vscode.git';

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const exchanges = await startWatchedExchanges();
  try {
    /** @type {Record<string, number[]>} */
    const samples = { [own]: [], [peer]: [] };
    for (let round = 0; round < rounds; round++) {
      const times = await oneWindow(exchanges.endpoints);
      for (const [id, values] of Object.entries(samples)) values.push(times.get(id) ?? Number.NaN);
    }
    const { requests } = /** @type {{ requests: number }} */ (
      await (await fetch(exchanges.countUrl, { headers: { connection: 'close' } })).json()
    );
    const [mine, git] = [median(samples[own] ?? []), median(samples[peer] ?? [])];
    return [
      {
        what: 'activation in VS Code: load code + call activate',
        value: rounded(mine),
        unit: 'ms',
        limit: 60,
        beside: `${peer} ${rounded(git)} ms: ${ratio(mine, git)}`,
        ...(samples[own] === undefined ? {} : { samples: samples[own] }),
      },
      {
        what: 'requests to exchanges before first use',
        value: requests,
        unit: '',
        limit: 0,
        beside: `${rounds} windows, counted by the exchanges`,
      },
    ];
  } finally {
    await exchanges.close();
  }
}

/**
 * @param {unknown} endpoints
 * @returns {Promise<Map<string, number>>} load code + call activate in ms, by extension
 */
async function oneWindow(endpoints) {
  const settings = { 'perpscope.dataSource': 'live', 'perpscope.endpoints': endpoints };
  const workbench = await openWorkbench({ settings, viewport: { width: 1600, height: 1600 } });
  try {
    const { page } = workbench;
    await page.locator('[id="perpscope.perpscope.perpscope.regime"]').waitFor();
    await workbench.runCommand('Developer: Startup Performance');
    const lines = page.locator('.view-line');
    await lines.filter({ hasText: 'System Info' }).first().waitFor();
    // The table stands below the first screen, and only what is on the screen can be read.
    for (const line of ['60', '75', '90']) {
      await page.keyboard.press('Control+G');
      await page.locator('.quick-input-widget input').first().fill(`:${line}`);
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      const row = lines.filter({ hasText: new RegExp(`\\|\\s${own.replace('.', '\\.')}\\s`) });
      const isThere = await row.first().waitFor({ timeout: 2_000 }).then(() => true, () => false); // prettier-ignore
      if (isThere) return readTable(await lines.allInnerTexts());
    }
    throw new Error('Developer: Startup Performance does not name the extension');
  } finally {
    await workbench.close();
  }
}

/** @param {readonly string[]} lines of `| Extension | Eager | Load Code | Call Activate | …` */
function readTable(lines) {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const line of lines) {
    const [, id, eager, load, call] = line.replaceAll('\u00a0', ' ').split('|').map((cell) => cell.trim()); // prettier-ignore
    if (id === undefined || !/^(true|false)$/.test(eager ?? '')) continue;
    times.set(id, Number(load) + Number(call));
  }
  return times;
}
