import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { assertClean, settle, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/webview.js');
const OPEN_INTEREST = '[data-kind="open-interest"]';

describe('the panel in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('is small and carries no schema library', () => {
    assert.ok(statSync(BUNDLE).size <= 240_000, `${statSync(BUNDLE).size} bytes`);
    assert.doesNotMatch(readFileSync(BUNDLE, 'utf8'), /ZodError|zod/);
  });

  it('asks for everything once and keeps selection and layout only', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const requests = await page.evaluate(() => window.perpscopePage.host.received);
    const methods = requests.map((message) => (message as { method?: string }).method);
    assert.deepEqual(methods, ['ready', 'events']);
    const asked = { asset: 'BTC', chart: 'open-interest', hours: 168 };
    assert.deepEqual((requests[0] as { params: unknown }).params, asked);
    assert.equal(await page.locator('.chart').count(), 1);
    await page.locator('.toggle', { hasText: 'USD' }).click();
    await page.locator('.legend-entry', { hasText: 'OKX' }).click();
    assert.deepEqual(await page.evaluate(() => window.perpscopePage.host.state), {
      chart: 'open-interest',
      asset: 'BTC',
      openInterestUnit: 'usd',
      hiddenLines: ['okx'],
      heatmapScale: 'log',
      levelsOf: '',
      timeWindow: {},
      valueScales: {},
      openTables: [],
      cards: [],
      summedUp: [],
      compared: {},
      cardHeights: {},
      palette: '',
      isLinked: false,
      isFollowing: false,
      scrollPx: 0,
    });
    await assertClean(opened);
    await opened.close();
  });

  it('comes back with the layout that was kept', async () => {
    const state = { asset: 'BTC', chart: 'all', openInterestUnit: 'usd', hiddenLines: ['okx'] };
    const opened = await harness.open({ state });
    const { page } = opened;
    assert.equal(await page.locator('.toggle', { hasText: 'USD' }).getAttribute('aria-pressed'), 'true');
    const okx = page.locator('[data-kind="open-interest"] .legend-entry', { hasText: 'OKX' });
    assert.equal(await okx.getAttribute('aria-pressed'), 'false');
    await opened.close();
  });

  it('keeps the legend in the order of the exchanges, in whatever order they answer', async () => {
    const opened = await harness.open({ chart: 'open-interest' });
    const { page } = opened;
    const names = () => page.locator('[data-kind="open-interest"] .legend-entry').allTextContents();
    const whole = await names();
    for (const [version, lacking] of [[60, 'okx'], [61, undefined]] as const) {
      await page.evaluate(([number, id]) => {
        const full = window.perpscopePage.demo({ version: number as number });
        const charts = full.charts
          .filter(({ kind }) => kind === 'open-interest')
          .map((chart) => ('lines' in chart ? { ...chart, lines: chart.lines.filter((line) => line.id !== id) } : chart));
        window.perpscopePage.send({ ...full, charts });
      }, [version, lacking]);
      await settle(page);
      assert.deepEqual(await names(), lacking === undefined ? whole : whole.filter((name) => name !== 'OKX'));
    }
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('is usable by keyboard: units, lines, numbers', async () => {
    const opened = await harness.open();
    const { page } = opened;
    const titles = () =>
      page.evaluate(() => window.perpscopePage.canvasTexts('open-interest').map(({ text }) => text));
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: active } = document;
        return active?.tagName === 'SELECT' ? active.getAttribute('aria-label') : (active?.textContent ?? '');
      });
    const seen: (string | null)[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
      if (seen.at(-1) === 'USD') break;
    }
    assert.deepEqual(seen, ['Refresh', 'All', 'Link range', 'Follow editor', 'Colours', 'BTC', 'USD']);
    await page.keyboard.press('Enter');
    assert.ok((await titles()).includes('Open interest (USD)'));
    assert.equal(await focused(), 'USD', 'the focus stays where it was');
    // The scale of values, the chart itself and the regime under it come before its legend.
    for (let press = 0; press < 6; press++) await page.keyboard.press('Tab');
    assert.equal(await focused(), 'All exchanges');
    const before = await page.evaluate(() => window.perpscopePage.colours('.plot canvas').sum);
    await page.keyboard.press('Space');
    assert.equal(await focused(), 'All exchanges');
    assert.notEqual(await page.evaluate(() => window.perpscopePage.colours('.plot canvas').sum), before);
    await page.locator(`${OPEN_INTEREST} .twin > button`).first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(`${OPEN_INTEREST} table`).count(), 1);
    await assertClean(opened);
    await opened.close();
  });

  it('draws what is below the screen after the frame that shows what is above', async () => {
    const opened = await harness.open({ answer: 'loading' });
    const { page } = opened;
    const atOnce = await page.evaluate(() => {
      const tools = window.perpscopePage;
      tools.send({ ...tools.demo({}), version: 5 });
      return ['open-interest', 'liquidation-heatmap'].map((kind) => tools.canvasTexts(kind).length > 0);
    });
    assert.deepEqual(atOnce, [true, false]);
    await page.waitForFunction(() => window.perpscopePage.canvasTexts('liquidation-heatmap').length > 0);
    await assertClean(opened);
    await opened.close();
  });

  it('has a summary for each picture', async () => {
    const opened = await harness.open();
    const pictures = opened.page.getByRole('img');
    assert.equal(await pictures.count(), 3);
    for (const picture of await pictures.all())
      assert.match((await picture.getAttribute('aria-label')) ?? '', /BTC .*UTC/);
    await opened.close();
  });

  it('wears SIMULATED in the head, on each chart and in each picture, and only when simulated', async () => {
    for (const source of ['simulated', 'live'] as const) {
      const opened = await harness.open({ demo: { source } });
      const { page } = opened;
      const isSimulated = source === 'simulated';
      assert.equal(await page.locator('.badge-simulated').count(), isSimulated ? 4 : 0);
      assert.equal((await page.locator('body').innerText()).includes('SIMULATED'), isSimulated);
      for (const kind of ['open-interest', 'funding-heatmap', 'liquidation-heatmap']) {
        const words = await page.evaluate((each) => window.perpscopePage.canvasTexts(each), kind);
        assert.equal(
          words.some(({ text }) => text.includes('SIMULATED')),
          isSimulated,
          kind,
        );
      }
      await opened.close();
    }
    const unavailable = await harness.open({ answer: 'unavailable', demo: { source: 'simulated' } });
    assert.equal(await unavailable.page.locator('.badge-simulated').count(), 4);
    await unavailable.close();
  });

  it('labels modelled levels and lists their assumptions', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const text = await opened.page.locator('.chart').innerText();
    assert.match(text, /MODELLED/);
    assert.match(text, /Assumptions of the model\nIsolated margin; /);
    await opened.close();
  });

  it('says in words what it is waiting for, what is missing and what failed', async () => {
    const loading = await harness.open({ answer: 'loading' });
    assert.match(await loading.page.locator('.message').innerText(), /Loading BTC data…/);
    await loading.page.evaluate(() => window.perpscopePage.notify({ version: 2 }));
    await settle(loading.page);
    assert.equal(await loading.page.locator('.message').isVisible(), false);
    assert.equal(await loading.page.locator('.chart').count(), 3);
    await loading.close();

    const unavailable = await harness.open({ answer: 'unavailable' });
    assert.match(await unavailable.page.locator('.unavailable').innerText(), /Needs 24 h of open interest/);
    assert.equal(await unavailable.page.locator('.chart canvas[role=img]').count(), 2);
    await unavailable.page.evaluate(() => window.perpscopePage.notify({ version: 2 }));
    await settle(unavailable.page);
    assert.equal(await unavailable.page.locator('.chart canvas[role=img]').count(), 3);
    const order = await unavailable.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.chart')].map(({ dataset }) => dataset['kind']),
    );
    assert.deepEqual(order, ['open-interest', 'funding-heatmap', 'liquidation-heatmap']);
    await assertClean(unavailable);
    await unavailable.close();

    const failure = await harness.open({ answer: 'failure' });
    assert.equal(
      await failure.page.getByRole('alert').innerText(),
      'The charts could not be loaded: no exchange could be reached.',
    );
    await failure.close();
  });

  it('keeps the other charts when one payload cannot be drawn, and tells the host', async () => {
    const opened = await harness.open({ answer: 'broken' });
    const { page } = opened;
    assert.match(await page.locator('.unavailable').innerText(), /cannot be drawn: .*wrong size/);
    assert.equal(await page.locator('.chart canvas[role=img]').count(), 1);
    const sent = await page.evaluate(() => window.perpscopePage.host.received);
    assert.ok(sent.some((message) => (message as { method?: string }).method === 'error'));
    await opened.close();
  });

  it('takes a snapshot in place and ignores an older one', async () => {
    const opened = await harness.open({ demo: { version: 5 } });
    const { page } = opened;
    await page.evaluate(() => {
      document.querySelector('.plot canvas')?.setAttribute('data-same', 'yes');
    });
    const sum = () => page.evaluate(() => window.perpscopePage.colours('.plot canvas').sum);
    const first = await sum();
    await page.evaluate(() => window.perpscopePage.notify({ seed: 9, version: 6 }));
    await settle(page);
    const second = await sum();
    assert.notEqual(second, first);
    assert.equal(await page.locator('[data-same=yes]').count(), 1, 'the same canvas');
    await page.evaluate(() => window.perpscopePage.notify({ seed: 3, version: 4 }));
    await settle(page);
    assert.equal(await sum(), second);
    await assertClean(opened);
    await opened.close();
  });

  it('refreshes on request, and on failure keeps what it shows', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Refresh' }).click();
    await settle(page);
    const methods = await page.evaluate(() =>
      window.perpscopePage.host.received.map((message) => (message as { method?: string }).method),
    );
    assert.deepEqual(methods, ['ready', 'events', 'refresh', 'events']);
    assert.match(
      (await page.locator('.visually-hidden[role=status]').textContent()) ?? '',
      /BTC derivatives updated/,
    );
    await page.evaluate(() => {
      const snapshot = window.perpscopePage.demo({ version: 60 });
      window.perpscopePage.send({ ...snapshot, problem: 'OKX asked to wait 30 s.' });
    });
    await settle(page);
    assert.equal(await page.getByRole('alert').innerText(), 'OKX asked to wait 30 s.');
    assert.equal(await page.locator('.chart').count(), 3);
    await assertClean(opened);
    await opened.close();
  });

  it('shows text of the data as text, never as markup', async () => {
    const opened = await harness.open();
    const { page } = opened;
    await page.evaluate(() => {
      const snapshot = window.perpscopePage.demo({ version: 2 });
      const markup = '<img src=x onerror="document.title=1">';
      const charts = snapshot.charts.map((chart) =>
        'lines' in chart
          ? { ...chart, notes: [markup], lines: chart.lines.map((line) => ({ ...line, label: markup })) }
          : chart,
      );
      window.perpscopePage.send({ ...snapshot, charts, regime: { label: markup, confidence: 1, asOfMs: 0 } });
    });
    await settle(page);
    assert.equal(await page.locator('img').count(), 0);
    assert.ok((await page.locator('.regime').innerText()).includes('<img src=x'));
    await assertClean(opened);
    await opened.close();
  });
});
