import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Frame } from 'playwright-core';
import { openWorkbench, type Workbench } from '../../../scripts/workbench.mjs';
import { until } from '../../support/until.ts';

/** What a message of the editor holds for a page. */
interface Told {
  readonly method: string;
  readonly charts: readonly string[];
  /** Columns that are typed arrays. */
  readonly columns: number;
}

/** Notes every snapshot that the page is sent from now on. */
async function listen(panel: Frame): Promise<void> {
  await panel.evaluate(() => {
    const told: unknown[] = [];
    Reflect.set(window, 'perpscopeTold', told);
    const columnsIn = (value: unknown): number => {
      if (typeof value !== 'object' || value === null) return 0;
      if (ArrayBuffer.isView(value)) return 1;
      return Object.values(value).reduce<number>((sum, one) => sum + columnsIn(one), 0);
    };
    window.addEventListener('message', ({ data }) => {
      const { type, method, params } = data as { type?: string; method?: string; params?: { charts?: { kind: string }[] } }; // prettier-ignore
      if (type === 'event')
        told.push({
          method,
          charts: (params?.charts ?? []).map(({ kind }) => kind),
          columns: columnsIn(params),
        });
    });
  });
}
const toldTo = (panel: Frame): Promise<readonly Told[]> =>
  panel.evaluate(() => Reflect.get(window, 'perpscopeTold') as Told[]);

const SHOTS = join(import.meta.dirname, '../../../test-results/journeys');

describe('a panel', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'perpscope.assets': ['BTC', 'ETH'] } });
    // The commands are there once the extension is.
    await workbench.page.locator('[id="perpscope.perpscope.perpscope.regime"]').waitFor();
  });
  after(() => workbench.close());

  const snapshots = (panel: Frame, least: number): Promise<readonly Told[]> =>
    until(
      'snapshots',
      async () => (await toldTo(panel)).filter(({ method }) => method === 'snapshot'),
      (told) => told.length >= least,
    );

  it('of one chart is sent that one, as columns, and no other', async () => {
    await workbench.runCommand('Perpscope: Open Funding Heatmap');
    const panel = await workbench.waitForText(/Settled funding, annualised/);
    await listen(panel);
    await workbench.runCommand('Perpscope: Refresh Now');
    for (const { charts, columns } of await snapshots(panel, 1)) {
      assert.deepEqual(charts, ['funding-heatmap']);
      assert.equal(columns, 2, 'the times of the columns, and the cells');
    }
    const words = await panel.locator('body').innerText();
    assert.doesNotMatch(words, /Open interest \(|MODELLED/);
  });

  it('goes with the editor where it is asked to, and another one stays', async () => {
    const { page } = workbench;
    await workbench.openFile('bot.py');
    await workbench.runCommand('Perpscope: Open Charts Beside');
    const panel = await workbench.waitForText(/^BTC derivatives$/);
    await panel.getByRole('button', { name: 'Follow editor' }).click();
    const watched = page.locator('.view-line').filter({ hasText: 'WATCHED = [' });
    for (const [named, other] of [
      ['ETH', 'BTC'],
      ['BTC', 'ETH'],
    ] as const) {
      await watched.getByText(`"${named}"`).click();
      await panel
        .locator('h1')
        .filter({ hasText: `${named} derivatives` })
        .waitFor();
      await page
        .locator('.tab')
        .filter({ hasText: `${named} Charts` })
        .waitFor();
      assert.equal(
        await page
          .locator('.tab')
          .filter({ hasText: `${other} Charts` })
          .count(),
        0,
      );
      await page.locator('.tab').filter({ hasText: 'BTC Funding heatmap' }).waitFor();
    }
    await page.screenshot({ path: join(SHOTS, 'panel-follows.png') });
  });
});
