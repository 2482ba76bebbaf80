/**
 * The workbench of a real VS Code in a headless browser, with the packaged extension installed: for pictures of what a user sees and for
 * looking at a view before calling it done. Needs Node 24 and a built extension.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './bootstrap.mjs';
import { installVsix, startEditorServer, writeMachineSettings } from './editorServer.mjs';
import { ensurePackaged } from './package.mjs';
import { pace } from './testing/pace.mjs';

const waitMs = 60_000 * pace();

/** Names as the editor's theme picker shows them to settings. */
export const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

/** Settings that keep the editor's own welcome pages and side bars out of the way. */
export const calmSettings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @param {import('./workbench.d.mts').WorkbenchOptions} [options]
 * @returns {Promise<import('./workbench.d.mts').Workbench>}
 */
export async function openWorkbench(options = {}) {
  const { launchBrowser } = await import('../test/support/browser.ts');
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-workbench-'));
  const workspace = join(folder, 'workspace');
  const serverDataDir = join(folder, 'server');
  const extensionsDir = join(folder, 'extensions');
  cpSync(options.workspace ?? join(root, 'sample'), workspace, { recursive: true });
  await installVsix(options.vsix ?? (await ensurePackaged()), extensionsDir);
  await options.prepare?.(extensionsDir);
  if (options.storage !== undefined)
    cpSync(options.storage, join(serverDataDir, 'data', 'User', 'globalStorage', 'perpscope.perpscope'), {
      recursive: true,
    });
  const settings = { ...calmSettings, 'perpscope.dataSource': 'simulated', ...options.settings };
  writeMachineSettings(serverDataDir, { ...settings, ...options.machineSettings });
  writeUserSettings(join(serverDataDir, 'data'), {
    ...settings,
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
  });
  let log = '';
  const server = await startEditorServer({
    extensionsDir,
    serverDataDir,
    port: 0,
    env: options.env ?? {},
    log: (text) => (log += text),
  });
  const browser = await launchBrowser();
  const close = async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1440, height: 900 } });
    page.setDefaultTimeout(waitMs);
    await page.goto(`${server.url}?${new URLSearchParams({ folder: workspace })}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return { page, url: server.url, workspace, log: () => log, close, ...workbenchActions(page) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {string} userDataDir @param {Record<string, unknown>} settings */
function writeUserSettings(userDataDir, settings) {
  const file = join(userDataDir, 'User', 'settings.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, undefined, 2));
}

/** What a user does in an open workbench. @param {import('playwright-core').Page} page */
export function workbenchActions(page) {
  /**
   * Goes through a prompt of the editor, from the key that opens it to its end. A part of the workbench that is ready late takes the
   * focus, and the prompt closes under whoever uses it: then all of it is gone through anew.
   * @template T @param {(limits: { timeout: number }) => Promise<T>} go its steps, each with these limits @returns {Promise<T>}
   */
  const throughPrompt = async (go) => {
    for (let tries = 1; ; tries++) {
      try {
        return await go({ timeout: waitMs / 8 });
      } catch (error) {
        if (tries === 4) throw error;
        await page.keyboard.press('Escape');
      }
    }
  };

  /** @param {string} key @param {string} text @param {{ timeout: number }} limits */
  const fillPrompt = async (key, text, limits) => {
    const input = page.locator('.quick-input-widget input').first();
    await page.keyboard.press(key);
    await input.fill(text, limits);
    return input;
  };

  /** @param {string} text of a row of the prompt; the top row need not be the one that was asked for */
  const promptRow = (text) =>
    page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();

  /**
   * Chooses a command that goes on to ask something in the prompt.
   * @param {string} title as the palette shows it, with its category: `Perpscope: Show Regime Report`
   * @param {import('playwright-core').Locator} [asked] what it shows when it asks
   */
  const chooseCommand = (title, asked) =>
    throughPrompt(async (limits) => {
      await fillPrompt('F1', `>${title}`, limits);
      await promptRow(title).click(limits);
      await asked?.waitFor(limits);
    });

  /** @param {string} title of a command that asks nothing */
  const runCommand = async (title) => {
    await chooseCommand(title);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };

  /** @param {string | RegExp} text anywhere in the workbench or in one of its webviews */
  const waitForText = async (text, timeoutMs = waitMs) => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      for (const frame of page.frames()) {
        const found = await frame
          .getByText(text)
          .filter({ visible: true })
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      if (Date.now() > deadline) throw new Error(`no ${text} in the workbench after ${timeoutMs / 1000} s`);
      await page.waitForTimeout(150);
    }
  };

  /** @param {string} path opened by name from the workspace */
  const openFile = (path) =>
    throughPrompt(async (limits) => {
      const input = await fillPrompt('Control+P', path, limits);
      await promptRow(path).waitFor(limits);
      await input.press('Enter');
      await page.locator('.tab').filter({ hasText: path }).first().waitFor(limits);
    });

  /** @param {string} file @param {{ keepPointer?: boolean }} [options] */
  const screenshot = async (file, { keepPointer = false } = {}) => {
    mkdirSync(dirname(file), { recursive: true });
    // A moment without a change: list rows and charts animate after their text is there.
    await page.getByText('Activating Extensions').waitFor({ state: 'hidden' });
    if (!keepPointer) await page.mouse.move(0, 0);
    await page.waitForTimeout(600);
    await page.screenshot({ path: file });
  };

  /** The innermost document of the newest webview. */
  const webview = () => page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');

  return { throughPrompt, chooseCommand, runCommand, waitForText, openFile, screenshot, webview };
}
