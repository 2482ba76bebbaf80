import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { THEMES } from './themes.ts';

const LEVELS = '[data-kind="liquidation-heatmap"]';

describe('liquidation levels in a browser', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  it('show sides in colours of their own, in every theme', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const { page } = opened;
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await page.evaluate((name) => window.perpscopePage.setTheme(name), theme);
      await settle(page);
      const found = await page.evaluate(() => {
        const read = window.perpscopePage.pixels('[data-kind="liquidation-heatmap"] .plot canvas');
        let [longs, shorts] = [0, 0];
        for (let at = 0; at < (read?.data.length ?? 0); at += 4) {
          const [red = 0, , blue = 0] = read?.data.subarray(at, at + 3) ?? [];
          if (blue > red + 80) longs += 1;
          if (red > blue + 80) shorts += 1;
        }
        return { longs, shorts };
      });
      assert.ok(found.longs > 500 && found.shorts > 500, `${theme}: ${JSON.stringify(found)}`);
      await shoot(page, `liquidation-levels-${theme}`);
    }
    await assertClean(opened);
    await opened.close();
  });

  it('name the largest with side, distance and how sure they are, and what is placed', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const { page } = opened;
    const list = await page.locator(`${LEVELS} [aria-label="Largest modelled levels"] li`).allInnerTexts();
    assert.equal(list.length, 3);
    assert.match(list[0] ?? '', /^Shorts \+1\.25 to \+1\.50 %: [\d,]+ to [\d,]+ USDT, \$41\.0M \(\$24\.6M to \$61\.5M with other leverage\)$/);
    assert.match(list[1] ?? '', /^Longs −1\.75 to −2\.00 %/);
    const text = await page.locator(LEVELS).innerText();
    assert.match(text, /Price [\d,]+ USDT · placed of open interest: longs 62\.0 %, shorts 58\.0 %/);
    await opened.close();
  }); // prettier-ignore

  it('say on their face whether they foretold anything, in the chart, beside it and in the picture of it', async () => {
    for (const [isBlind, words] of [
      [false, /^Levels foretold liquidations better than chance on 264 h of this history: lift 1\.41 \(placebo 1\.03\)/],
      [true, /^On this history these levels foretold nothing that chance would not: lift 1\.02 \(placebo 1\.03\)/],
    ] as const) {
      const opened = await harness.open({ chart: 'liquidation-heatmap', demo: { isBlind } });
      const { page } = opened;
      const face = page.locator(`${LEVELS} .verdict`);
      assert.ok(await face.isVisible());
      assert.match(await face.innerText(), words);
      const inChart = await page.evaluate(() => window.perpscopePage.canvasTexts('liquidation-heatmap').map(({ text }) => text));
      assert.equal(inChart.includes('MODELLED · FORETOLD NOTHING'), isBlind);
      const above = await page.evaluate(() => {
        const topOf = (selector: string): number => document.querySelector(selector)?.getBoundingClientRect().top ?? NaN;
        return topOf('.verdict') < topOf('.plot');
      });
      assert.ok(above, 'it is read before the picture');
      const save = page.getByRole('button', { name: 'Save picture…: Liquidation levels' });
      await save.click();
      await page.locator(`${LEVELS} .picture-outcome`, { hasText: 'Saved as' }).waitFor();
      const written = await page.evaluate(() => window.perpscopePage.pictureTexts().map(({ text }) => text));
      assert.match(written.join(' '), isBlind ? /foretold nothing/ : /better than chance/);
      if (isBlind)
        for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
          await page.evaluate((name) => window.perpscopePage.setTheme(name), theme);
          await page.evaluate(() => window.scrollTo(0, 0));
          await settle(page);
          await shoot(page, `liquidation-levels-blind-${theme}`);
        }
      await assertClean(opened);
      await opened.close();
    }
  }); // prettier-ignore

  it('have what was liquidated marked over them, which can be switched off and stays so', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const { page } = opened;
    const entry = page.locator(`${LEVELS} .legend-entry`);
    assert.equal(await entry.innerText(), 'Liquidated, measured: ▼ longs, ▲ shorts (Gate, OKX, at least)');
    /** Pixels as white as marks are: they and the price line. */
    const white = () =>
      page.evaluate(() => {
        const { data = [] } = window.perpscopePage.pixels('[data-kind="liquidation-heatmap"] .plot canvas') ?? {};
        let count = 0;
        for (let at = 0; at < data.length; at += 4)
          if ((data[at] ?? 0) > 253 && (data[at + 1] ?? 0) > 253 && (data[at + 2] ?? 0) > 253) count += 1;
        return count;
      });
    const marked = await white();
    await entry.focus();
    await page.keyboard.press('Enter');
    await settle(page);
    const bare = await white();
    assert.ok(marked > bare + 300, `${marked} and ${bare}`);
    assert.equal(await entry.getAttribute('aria-pressed'), 'false');
    const kept = await page.evaluate(() => window.perpscopePage.host.state);
    assert.deepEqual((kept as { hiddenLines?: string[] }).hiddenLines, ['realised']);
    const again = await harness.open({ chart: 'liquidation-heatmap', state: kept });
    assert.equal(await again.page.locator(`${LEVELS} .legend-entry`).getAttribute('aria-pressed'), 'false');
    await again.close();
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await white(), marked);
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('say where nothing is known of what was liquidated', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap', demo: { isQuiet: true } });
    const entry = opened.page.locator(`${LEVELS} .legend-entry`);
    assert.equal(await entry.innerText(), 'Liquidated, measured: none in the history');
    assert.deepEqual([await entry.getAttribute('aria-disabled'), await entry.getAttribute('aria-pressed')], ['true', 'false']);
    await entry.click({ force: true });
    await settle(opened.page);
    const kept = await opened.page.evaluate(() => window.perpscopePage.host.state as { hiddenLines?: string[] });
    assert.deepEqual(kept.hiddenLines ?? [], []);
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore

  it('are asked for of one exchange, which is kept, and of all again', async () => {
    const opened = await harness.open({ chart: 'liquidation-heatmap' });
    const { page } = opened;
    const choice = page.getByRole('group', { name: 'Levels of' });
    const pressed = () => choice.locator('[aria-pressed="true"]').innerText();
    assert.equal(await pressed(), 'All');
    const asked = () =>
      page.evaluate(() =>
        window.perpscopePage.host.received.flatMap((message) => {
          const { method, params } = message as { method?: string; params?: { levelsOf?: string } };
          return method === 'ready' ? [params?.levelsOf] : [];
        }),
      );
    await choice.getByRole('button', { name: 'OKX' }).focus();
    await page.keyboard.press('Enter');
    await settle(page);
    assert.deepEqual([await pressed(), await asked()], ['OKX', [undefined, 'okx']]);
    const kept = await page.evaluate(
      () => (window.perpscopePage.host.state as { levelsOf?: string }).levelsOf,
    );
    assert.equal(kept, 'okx');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'OKX', 'the focus stays');
    await choice.getByRole('button', { name: 'All' }).click();
    await settle(page);
    assert.deepEqual([await pressed(), await asked()], ['All', [undefined, 'okx', undefined]]);
    await assertClean(opened);
    await opened.close();
  });
});
