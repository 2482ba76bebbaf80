import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { openWorkbench, type Workbench } from '../../../scripts/workbench.mjs';

const SHOTS = join(import.meta.dirname, '../../../test-results/journeys');

describe('a journey to older history', () => {
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    workbench = await openWorkbench({
      settings: {
        'perpscope.dataSource': 'simulated',
        'perpscope.assets': ['BTC'],
        'perpscope.exchanges': ['okx', 'deribit', 'kraken-futures'],
      },
    });
    page = workbench.page;
  });
  after(async () => {
    await page.screenshot({ path: join(SHOTS, 'backfill-end.png') });
    await workbench.close();
  });

  it('says what it takes, fetches it after a yes, and shows what came', async function () {
    this.timeout(180_000);
    // Before the extension is there the palette does not have its commands.
    await page
      .locator('[id="perpscope.perpscope.perpscope.regime"]')
      .filter({ hasText: 'SIMULATED BTC' })
      .waitFor();
    const period = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'The last 30 days' });
    await workbench.chooseCommand('Perpscope: Backfill History', period);
    await page.screenshot({ path: join(SHOTS, 'backfill-period.png') });
    await period.click();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const words = await dialog.innerText();
    assert.match(
      words,
      /SIMULATED market: \d+ requests, about [\d.]+ MB, about [\d,]+ rows, about .+\. \d+ parts are not to be had\./,
    );
    await page.screenshot({ path: join(SHOTS, 'backfill-plan.png') });
    await dialog.getByRole('button', { name: 'Fetch' }).click();
    const toast = page.locator('.notification-toast').filter({ hasText: 'new rows' });
    // A toast goes after ten seconds, unless the pointer rests on it.
    await toast.hover();
    const outcome = await toast.innerText();
    assert.match(outcome, /Perpscope: [\d,]{4,} new rows\./);
    assert.match(outcome, /SIMULATED market\./);
    await toast.getByRole('button', { name: 'Show Report' }).click();
    const lines = page.locator('.view-lines').filter({ hasText: 'SIMULATED' });
    await lines.waitFor();
    assert.match(
      (await lines.innerText()).replaceAll('\u00a0', ' '),
      /Kraken Futures, BTC PF_XBTUSD, kraken-futures\/deep-open-interest/,
    );
    await page.screenshot({ path: join(SHOTS, 'backfill-report.png') });
  });
});
