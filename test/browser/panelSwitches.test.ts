import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { assertClean, settle, shoot, startHarness, type Harness } from './harness.ts';

const HOUR = 3_600_000;
interface Said {
  readonly method?: string;
  readonly params?: unknown;
}

describe('the switches of a panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  const said = (page: Page, method: string): Promise<unknown[]> =>
    page.evaluate(
      (name) =>
        (window.perpscopePage.host.received as Said[])
          .filter((message) => message.method === name)
          .map(({ params }) => params),
      method,
    );
  const press = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    await settle(page);
  };
  const tell = async (page: Page, method: string, params: unknown): Promise<void> => {
    await page.evaluate((message) => window.perpscopePage.host.send({ type: 'event', ...message }), {
      method,
      params,
    });
    await settle(page);
  };
  const range = (page: Page): Promise<string> => page.locator('.time-range').innerText();

  it('link its range with other panels: it goes where they go, and says where it goes itself', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await tell(page, 'range', { spanMs: 24 * HOUR });
    const all = await range(page);
    await press(page, 'Show the last 7 d');
    assert.notEqual(await range(page), all);
    assert.deepEqual(await said(page, 'range'), [], 'who is not linked tells nobody, and is told nothing');

    await press(page, 'Link range');
    assert.deepEqual(await said(page, 'link'), [{ spanMs: 168 * HOUR }]);
    await tell(page, 'range', { spanMs: 24 * HOUR });
    const day = await range(page);
    assert.match(day, /^2026-11-21 04:33 to 2026-11-22 04:33 UTC$/);
    assert.deepEqual(await said(page, 'range'), [], 'what it was told it does not say again');
    await press(page, 'Show the last 30 d');
    assert.deepEqual(await said(page, 'range'), [{ spanMs: 720 * HOUR }]);
    await shoot(page, 'switches');

    await press(page, 'Link range');
    assert.equal((await said(page, 'unlink')).length, 1);
    const before = await range(page);
    await tell(page, 'range', { spanMs: HOUR });
    assert.equal(await range(page), before);
    await assertClean(opened);
    await opened.close();
  });

  it('come back as they were left', async () => {
    const opened = await harness.open({ state: { isLinked: true, isFollowing: true } });
    const { page } = opened;
    for (const name of ['Link range', 'Follow editor'])
      assert.equal(
        await page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed'),
        'true',
        name,
      );
    assert.equal((await said(page, 'link')).length, 1);
    assert.deepEqual(await said(page, 'follow'), [{ isOn: true }]);
    await press(page, 'Follow editor');
    assert.deepEqual(await said(page, 'follow'), [{ isOn: true }, { isOn: false }]);
    await assertClean(opened);
    await opened.close();
  });

  it('go with the editor to another asset: charts and cards are of that one, in words and in what is asked', async () => {
    const opened = await harness.open({ state: { isFollowing: true, cards: ['price'] } });
    const { page } = opened;
    await page.evaluate(() => {
      const { charts, ...whole } = window.perpscopePage.demo({ version: 60 });
      window.perpscopePage.send({
        ...whole,
        asset: 'ETH',
        charts: charts.map((chart) => ({ ...chart, asset: 'ETH' })),
      });
    });
    await settle(page);
    assert.match(await page.locator('h1').innerText(), /ETH/);
    const asked = (await said(page, 'card')) as { asset: string }[];
    assert.equal(asked.at(-1)?.asset, 'ETH');
    const kept = await page.evaluate(() => window.perpscopePage.host.state as { asset: string });
    assert.equal(kept.asset, 'ETH');
    for (const kind of ['open-interest', 'price'])
      assert.match(await page.locator(`[data-kind="${kind}"] .meta`).first().innerText(), /^ETH ·/, kind);
    await assertClean(opened);
    await opened.close();
  });
});
