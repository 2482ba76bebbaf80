import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../src/surfaces/protocol/panelHtml.ts';
import type { ChartKind } from '../../src/surfaces/protocol/payloads.ts';
import { pace } from '../../scripts/testing/pace.mjs';
import { launchBrowser } from '../support/browser.ts';
import { DEMO_AS_OF_MS } from './demoData.ts';
import type { PageStart, PageTools } from './pageScript.ts';

const ROOT = join(import.meta.dirname, '../..');
/** How long a page may take for one thing, on a usual machine. */
const PATIENCE_MS = 30_000;
const SHOTS = join(ROOT, 'test-results/browser');

declare global {
  interface Window {
    perpscopePage: PageTools;
    perpscopeStart: PageStart;
  }
}

export interface OpenOptions extends Partial<PageStart> {
  readonly chart?: ChartKind | 'all';
  readonly width?: number;
  readonly height?: number;
  readonly pixelRatio?: number;
  /** The page's clock goes on, for who measures by it. */
  readonly isClockRunning?: boolean;
}

/** A page with the shipped bundle in it, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export interface Harness {
  open(options?: OpenOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

async function serve(): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = join(ROOT, 'dist', url.pathname.slice(1));
    if (url.pathname === '/') {
      const origin = `http://${request.headers.host ?? ''}`;
      const chart = url.searchParams.get('chart') as ChartKind | null;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        panelHtml({
          cspSource: origin,
          nonce: randomBytes(24).toString('base64'),
          scriptUri: `${origin}/webview.js`,
          styleUri: `${origin}/webview.css`,
          title: 'Perpscope',
          language: 'en',
          asset: 'BTC',
          ...(chart === null ? {} : { chart }),
        }),
      );
    } else if (/^\/webview\.(js|css)$/.test(url.pathname) && existsSync(file)) {
      response.setHeader('content-type', url.pathname.endsWith('js') ? 'text/javascript' : 'text/css');
      response.end(readFileSync(file));
    } else {
      response.statusCode = url.pathname === '/favicon.ico' ? 204 : 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Starts a browser and a server for the built bundle. */
export async function startHarness(): Promise<Harness> {
  for (const file of ['webview.js', 'webview.css'])
    assert.ok(existsSync(join(ROOT, 'dist', file)), `dist/${file} is missing: run npm run build`);
  const script = await build({
    entryPoints: [join(import.meta.dirname, 'pageScript.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  const pageScript = script.outputFiles[0]?.text ?? '';
  const { server, origin } = await serve();
  const browser: Browser = await launchBrowser();

  return {
    open: async ({
      chart,
      width = 1200,
      height = 900,
      pixelRatio = 1,
      isClockRunning = false,
      ...start
    }: OpenOptions = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        deviceScaleFactor: pixelRatio,
      });
      context.setDefaultTimeout(PATIENCE_MS * pace());
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      if (!isClockRunning) await page.clock.setFixedTime(DEMO_AS_OF_MS + 3 * 60_000);
      const settings: PageStart = { theme: 'dark', demo: {}, answer: 'snapshot', ...start };
      await page.addInitScript(`window.perpscopeStart = ${JSON.stringify(settings)};\n${pageScript}`);
      await page.goto(chart === undefined ? origin : `${origin}/?chart=${chart}`);
      await page.waitForSelector('.panel');
      if (settings.answer === 'snapshot') await page.waitForSelector('.chart');
      await settle(page);
      return { page, problems, close: () => context.close() };
    },
    close: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until answers have come and two frames have been drawn. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Fails where the page logged, threw or was refused something. */
export async function assertClean({ page, problems }: OpenedPage): Promise<void> {
  assert.deepEqual(problems, [], 'console and page errors');
  assert.deepEqual(await page.evaluate(() => window.perpscopePage.violations), [], 'CSP violations');
  const sent = await page.evaluate(() => window.perpscopePage.host.received);
  const errors = sent.filter((message) => (message as { method?: string }).method === 'error');
  assert.deepEqual(errors, [], 'errors reported to the host');
}

/** Saves a picture for a person to look at: of the whole page, or of one part of it. */
export async function shoot(page: Page, name: string, selector?: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  const path = join(SHOTS, `${name}.png`);
  if (selector === undefined) await page.screenshot({ path, fullPage: true });
  else await page.locator(selector).screenshot({ path });
}
