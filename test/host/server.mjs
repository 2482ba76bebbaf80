/** The editor as VS Code server, opened by a headless browser that also reports how the tests ended. */
import { join } from 'node:path';
import { startEditorServer, writeMachineSettings } from '../../scripts/editorServer.mjs';
import { pace } from '../../scripts/testing/pace.mjs';
import { launchBrowser } from '../support/browser.ts';

const timeoutMs = 240_000 * pace();

/**
 * @param {import('./job.d.mts').HostJob} job
 * @returns {Promise<import('./job.d.mts').HostOutcome>}
 */
export async function runInEditor(job) {
  const serverDataDir = join(job.folder, 'server');
  writeMachineSettings(serverDataDir, job.settings);
  let log = '';
  /** @type {string[]} */
  const popups = [];
  const server = await startEditorServer({
    extensionsDir: join(job.folder, 'extensions'),
    serverDataDir,
    smokeTest: true,
    port: 0,
    env: job.env,
    log: (text) => (log += text),
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(timeoutMs);
    /** @type {Promise<void>} */
    const finished = new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the editor gave no result in ${timeoutMs / 1000} s\n${log}`)),
        timeoutMs,
      );
      timer.unref();
      void page.exposeFunction('codeAutomationExit', () => resolve());
      page.on('crash', () => reject(new Error('the page of the editor crashed')));
      void server.ended.then(() => reject(new Error(`the editor's server ended\n${log}`)));
    });
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        log += `[${type}] ${args.map(String).join(' ')}\n`;
      },
    );
    const remote = (/** @type {string} */ path) => `vscode-remote://${server.authority}${path}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(job.extension)],
      ['extensionTestsPath', remote(job.tests)],
    ]);
    const query = new URLSearchParams({ folder: job.workspace, payload });
    await page.goto(`${server.url}?${query}`, { waitUntil: 'commit' });
    await watchPopups(page, popups);
    await finished;
    return { log, popups };
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * Notes every message that the editor pops up; some go away by themselves before a test could look.
 * @param {import('playwright-core').Page} page
 * @param {string[]} popups
 */
async function watchPopups(page, popups) {
  await page.exposeFunction('perpscopePopup', (/** @type {string} */ text) => void popups.push(text));
  await page.locator('.monaco-workbench').waitFor();
  await page.evaluate(() => {
    const seen = new WeakSet();
    const look = () => {
      for (const one of document.querySelectorAll('.notification-list-item-message')) {
        if (seen.has(one) || !one.textContent) continue;
        seen.add(one);
        Reflect.get(window, 'perpscopePopup')(one.textContent);
      }
    };
    new window.MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
  });
}
