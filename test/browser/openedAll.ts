import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NodeResult } from 'axe-core';
import type { Page } from 'playwright-core';
import { DEMO_AS_OF_MS } from './demoData.ts';
import { settle, type Harness, type OpenedPage, type OpenOptions } from './harness.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const CARDS = ['price', 'taker-delta', 'liquidations'];
const EVENTS = {
  events: [{ atMs: DEMO_AS_OF_MS - 86_400_000, text: 'Listing on OKX' }],
  faults: ['line 3: no time'],
};
/** 7 to 1 is more than the editor's own themes give: the descriptions of its light high contrast one have 5.5. */
const MORE_THAN_THE_EDITOR = 'color-contrast-enhanced';

/** A panel with all that one page can show: charts, cards, a table, events and their faults, a line that is switched off. */
export async function openAll(harness: Harness, options: OpenOptions): Promise<OpenedPage> {
  const state = { timeWindow: {}, cards: CARDS, openTables: ['open-interest'], hiddenLines: ['okx'] };
  const opened = await harness.open({ state, events: EVENTS, ...options });
  await opened.page.locator('[data-kind="liquidations"] .legend-entry').first().waitFor();
  await opened.page.locator('.events summary').click();
  await settle(opened.page);
  return opened;
}

/**
 * Returns what breaks a rule of axe, one line for each part of the page. All rules that it has, those beyond WCAG AA and those on
 * trial as well, but one. Of a table the first rows are looked at, for the others are made as they are.
 */
export async function brokenRules(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(async (left) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const ids = axe.getRules().map(({ ruleId }) => ruleId);
    const rules = Object.fromEntries(ids.map((id) => [id, { enabled: id !== left }]));
    return axe.run({ exclude: ['tbody tr:nth-child(n + 4)'] }, { rules });
  }, MORE_THAN_THE_EDITOR);
  if (passes.length < 20) return [`${passes.length} rules found anything to look at`];
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => lineOf(id, node)));
}

const lineOf = (id: string, { target, failureSummary = '' }: NodeResult): string =>
  `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`;
