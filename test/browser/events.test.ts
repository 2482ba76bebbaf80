import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { DEMO_AS_OF_MS } from './demoData.ts';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';

const HOUR = 3_600_000;
const KINDS = ['open-interest', 'funding-heatmap', 'liquidation-heatmap', 'price'] as const;
const AT = DEMO_AS_OF_MS - 60 * HOUR - 17 * 60_000;
const EVENTS = {
  events: [
    { atMs: DEMO_AS_OF_MS - 90_000 * HOUR, text: 'Long ago' },
    { atMs: AT, text: 'FOMC' },
    { atMs: AT + 30 * HOUR, text: 'A listing of which much can be said' },
  ],
  faults: ['events.csv, line 7: a text is missing'],
};
const SAID = 'Event, 2026-11-19 16:13 UTC: FOMC';
const STATE = { asset: 'BTC', chart: 'all', cards: ['price'], timeWindow: { spanMs: 168 * HOUR } };

const sums = (page: Page): Promise<number[]> =>
  page.evaluate(
    (kinds) => kinds.map((kind) => window.perpscopePage.colours(`[data-kind="${kind}"] .plot canvas`).sum),
    KINDS,
  );

describe('events over the charts of a panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('are lines on the one time of all charts, with a short label, and are read there by pointer', async () => {
    const bare = await harness.open({ state: STATE });
    await bare.page.locator('[data-kind="price"] .legend-entry').first().waitFor();
    await settle(bare.page);
    const without = await sums(bare.page);
    assert.equal(await bare.page.locator('.events details').isVisible(), false);
    await bare.close();
    const opened = await harness.open({ state: STATE, events: EVENTS });
    const { page } = opened;
    await page.locator('[data-kind="price"] .legend-entry').first().waitFor();
    await settle(page);
    (await sums(page)).forEach((sum, at) => assert.notEqual(sum, without[at], KINDS[at]));
    const [, toMs = 0] = (await page.locator('.time-range').innerText()).split(' to ').map((text) => Date.parse(`${text.replace(' UTC', '').replace(' ', 'T')}Z`));
    for (const kind of KINDS) {
      const texts = await page.evaluate((one) => window.perpscopePage.canvasTexts(one), kind);
      const label = texts.find(({ text }) => text === 'FOMC') ?? assert.fail(`${kind}: ${texts.map(({ text }) => text).join(', ')}`);
      assert.ok(texts.some(({ text }) => text === 'A listing of whic…'), kind);
      assert.ok(!texts.some(({ text }) => text === 'Long ago'), kind);
      const plot = page.locator(`[data-kind="${kind}"] .plot`);
      const box = (await plot.boundingBox()) ?? assert.fail(kind);
      await plot.hover({ position: { x: label.left - 4, y: box.height / 3 } });
      await page.locator(`[data-kind="${kind}"] .hover`, { hasText: SAID }).waitFor();
      // Two moments state the scale of the axis, by which the newest moment must be at its right end.
      const other = texts.find(({ text }) => text.startsWith('A listing')) ?? assert.fail(kind);
      const perMs = (other.left - label.left) / (30 * HOUR);
      const right = label.left - 4 + perMs * (toMs - AT);
      assert.ok(Math.abs(right - (box.width - 14)) < 5, `${kind}: the axis would end at ${right} of ${box.width}`);
      await plot.hover({ position: { x: label.left + 60, y: box.height / 3 } });
      assert.doesNotMatch(await page.locator(`[data-kind="${kind}"] .hover`).innerText(), /Event/);
    }
    await shoot(page, 'events-dark');
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('say why they are not there', async () => {
    const opened = await harness.open({ events: 'failure' });
    await opened.page.locator('.events', { hasText: 'Events: not read: out of order' }).waitFor();
    await assertClean(opened);
    await opened.close();
  });

  it('are said by keyboard as they are passed, and listed in words with what is wrong with the file', async () => {
    const opened = await harness.open({ theme: 'light', chart: 'open-interest', state: STATE, events: EVENTS });
    const { page } = opened;
    const summary = page.locator('.events summary');
    await page.waitForFunction(() => document.querySelector('.events summary')?.textContent === '2 events in the time shown');
    assert.equal(await page.locator('.events [aria-label="Faults in the file of events"]').innerText(), 'Events: events.csv, line 7: a text is missing');
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.locator('.events details li').first().waitFor();
    assert.deepEqual(await page.locator('.events details li').allTextContents(), [
      '2026-11-20 22:13 UTC: A listing of which much can be said',
      '2026-11-19 16:13 UTC: FOMC',
    ]);
    await page.locator('.plot').focus();
    const said: string[] = [];
    for (let step = 0; step < 75; step++) {
      await page.keyboard.press('Shift+ArrowLeft');
      said.push((await page.locator('.visually-hidden[role="status"]').first().textContent()) ?? '');
    }
    assert.equal(said.filter((words) => words.includes(SAID)).length, 1, said.join('\n'));
    await page.getByRole('button', { name: 'Show the last 4 h', exact: true }).click();
    await settle(page);
    assert.equal(await summary.innerText(), '0 events in the time shown');
    assert.equal(await page.locator('.events details li').count(), 0);
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore
});
