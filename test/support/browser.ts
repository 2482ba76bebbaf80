import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { pace } from '../../scripts/testing/pace.mjs';

/** A Chromium that can be started here, and what its process needs in its environment. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it comes from, for messages. */
  readonly origin: 'PERPSCOPE_CHROMIUM' | 'system' | 'npm package';
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page that is still gliding to one place does not rest at the next.
  '--disable-smooth-scrolling',
];
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const START_MS = 30_000;
const CACHE = join(import.meta.dirname, '../../.cache');

/**
 * Returns the browser for tests: the program named by `PERPSCOPE_CHROMIUM`, else a system Chromium or Chrome, else
 * the one inside the npm package `@sparticuz/chromium` (unpacked once into `.cache/`). The value `npm` asks for the
 * package even where a system browser exists.
 */
export async function findBrowser(): Promise<FoundBrowser> {
  const wanted = process.env['PERPSCOPE_CHROMIUM'] ?? '';
  if (wanted === 'npm') return unpackedBrowser();
  if (wanted !== '') {
    if (!isProgram(wanted)) throw new Error(`PERPSCOPE_CHROMIUM names ${wanted}, which is not a program`);
    return { executablePath: wanted, env: {}, origin: 'PERPSCOPE_CHROMIUM' };
  }
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const name of SYSTEM_NAMES)
    for (const folder of folders)
      if (folder !== '' && isProgram(join(folder, name)))
        return { executablePath: join(folder, name), env: {}, origin: 'system' };
  return unpackedBrowser();
}

/** Starts a headless Chromium. `flags` are added to those that every test here needs. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, env, origin } = await findBrowser();
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      timeout: START_MS * pace(),
      args: [...FLAGS, ...flags],
      env: { ...(process.env as Record<string, string>), ...env },
    });
  } catch (cause) {
    throw new Error(`the browser ${executablePath} (${origin}) does not start`, { cause });
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacks the package's browser beside its libraries and fonts; safe when two processes do it at once. */
async function unpackedBrowser(): Promise<FoundBrowser> {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const packageFolder = join(entry, '../..');
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = join(CACHE, `chromium-${version}`);
  if (!existsSync(join(home, 'chromium'))) {
    mkdirSync(CACHE, { recursive: true });
    const staging = mkdtempSync(join(CACHE, 'chromium-unpacking-'));
    const before = process.env['TMPDIR'];
    try {
      process.env['TMPDIR'] = staging; // the package unpacks into os.tmpdir()
      const { default: packed, inflate } = await import('@sparticuz/chromium');
      await packed.executablePath();
      await inflate(join(packageFolder, 'bin/al2023.tar.br'));
      renameSync(staging, home);
    } catch (error) {
      if (!existsSync(join(home, 'chromium'))) throw error;
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(staging, { recursive: true, force: true });
    }
  }
  const executablePath = join(home, 'chromium');
  const env: Record<string, string> = {};
  if (lacksLibraries(executablePath)) env['LD_LIBRARY_PATH'] = join(home, 'al2023/lib');
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_FILE'] = ownFontSettings(home);
  return { executablePath, env, origin: 'npm package' };
}

/** The package's own settings name folders that are not there: without fonts, text has no width. */
function ownFontSettings(home: string): string {
  const file = join(home, 'perpscope-fonts.conf');
  const folders = `<dir>${join(home, 'fonts')}</dir><cachedir>${join(home, 'fonts-cache')}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?>\n<fontconfig>${folders}</fontconfig>\n`);
  return file;
}

/** Returns whether the machine is without a library that the browser links (nss and friends on a bare Debian). */
function lacksLibraries(program: string): boolean {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');
  } catch {
    return false;
  }
}
