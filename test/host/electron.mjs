/** The editor as a desktop VS Code, downloaded by @vscode/test-electron: for machines where that download is reachable. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { cacheFolder } from '../../scripts/cache.mjs';

/**
 * @param {import('./job.d.mts').HostJob} job
 * @returns {Promise<import('./job.d.mts').HostOutcome>} without pop-ups: nothing looks at the window of a desktop editor
 */
export async function runInEditor(job) {
  const cachePath = join(cacheFolder(), 'vscode-test');
  mkdirSync(cachePath, { recursive: true });
  const version = process.env['PERPSCOPE_TEST_ELECTRON_VERSION'] ?? 'stable';
  const vscodeExecutablePath = await downloadAndUnzipVSCode({ version, cachePath });
  const userDataDir = join(job.folder, 'user-data');
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  writeFileSync(join(userDataDir, 'User', 'settings.json'), JSON.stringify(job.settings));
  const stopDisplay = startDisplay();
  try {
    const exitCode = await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: job.extension,
      extensionTestsPath: job.tests,
      extensionTestsEnv: job.env,
      launchArgs: [
        job.workspace,
        `--user-data-dir=${userDataDir}`,
        `--extensions-dir=${join(job.folder, 'extensions')}`,
        '--disable-workspace-trust',
        '--disable-telemetry',
        '--disable-updates',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
    return { log: `VS Code ended with exit code ${exitCode}`, popups: [] };
  } finally {
    stopDisplay();
  }
}

/** A machine without a screen needs a virtual one; Debian has it as the package xvfb. */
function startDisplay() {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])
    return () => {};
  const display = `:${100 + (process.pid % 400)}`;
  const script = `command -v Xvfb >/dev/null || exit 3; Xvfb ${display} -screen 0 1400x900x24 >/dev/null 2>&1 & echo $!; sleep 1`;
  const { status, stdout } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0)
    throw new Error(
      'this machine has no display and no Xvfb: install xvfb or leave PERPSCOPE_TEST_ELECTRON unset',
    );
  process.env['DISPLAY'] = display;
  return () => {
    delete process.env['DISPLAY'];
    process.kill(Number(stdout.trim()));
  };
}
