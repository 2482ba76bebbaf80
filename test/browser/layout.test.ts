import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { assertClean, settle, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import type { Box } from './pageScript.ts';
import type { ThemeName } from './themes.ts';

const SLACK_PX = 1.5;

function overlaps(boxes: readonly Box[]): string[] {
  const found: string[] = [];
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > SLACK_PX && high > SLACK_PX) found.push(`"${one.text}" over "${other.text}"`);
    }
  });
  return found;
}

/** Boxes of every visible text of the page, by line. */
function domTexts(page: Page): Promise<Box[]> {
  return page.evaluate(() => {
    const boxes: Box[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (!parentElement || (textContent ?? '').trim() === '') continue;
      if (parentElement.closest('.visually-hidden, script, .scroller') || !parentElement.checkVisibility())
        continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const { left, top, right, bottom } of range.getClientRects())
        boxes.push({ text: textContent ?? '', left, top, right, bottom });
    }
    return boxes;
  });
}

async function assertLaidOut(page: Page, name: string): Promise<void> {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, `${name}: ${scroll} px of content in ${client} px`);
  const texts = await domTexts(page);
  assert.ok(texts.length > 10, name);
  assert.deepEqual(overlaps(texts), [], name);
  for (const box of texts)
    assert.ok(box.left >= 0 && box.right <= client, `${name}: "${box.text}" is cut off`);
  for (const kind of ['open-interest', 'funding-heatmap', 'liquidation-heatmap']) {
    const drawn = await page.evaluate((each) => {
      const canvas = document.querySelector(`[data-kind="${each}"] .plot canvas`);
      return {
        boxes: window.perpscopePage.canvasTexts(each),
        width: canvas?.clientWidth ?? 0,
        height: canvas?.clientHeight ?? 0,
      };
    }, kind);
    if (drawn.boxes.length === 0) continue;
    assert.deepEqual(overlaps(drawn.boxes), [], `${name} ${kind}`);
    for (const { text, left, right, top, bottom } of drawn.boxes)
      assert.ok(
        left >= -1 && top >= -1 && right <= drawn.width + 1 && bottom <= drawn.height + 1,
        `${name} ${kind}: "${text}" is cut off`,
      );
  }
}

describe('the layout of the panel', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  for (const theme of ['dark', 'light', 'hc-black', 'hc-light'] satisfies ThemeName[])
    for (const width of [480, 1200])
      it(`fits without overlaps: ${theme}, ${width} px`, async () => {
        const source = width === 480 ? 'simulated' : 'live';
        const opened = await harness.open({ theme, width, demo: { source } });
        await assertLaidOut(opened.page, `${theme} ${width}`);
        await shoot(opened.page, `${theme}-${width}`);
        await assertClean(opened);
        await opened.close();
      });

  it('fits in a very narrow column', async () => {
    const opened = await harness.open({ width: 320 });
    await assertLaidOut(opened.page, '320');
    await opened.close();
  });

  it('fits with the numbers open and with words in place of charts', async () => {
    const opened = await harness.open({ width: 480, theme: 'light' });
    const { page } = opened;
    for (const twin of await page.locator('.twin > button').all()) await twin.click();
    await page.locator('[data-kind="open-interest"] .plot').hover({ position: { x: 300, y: 90 } });
    await settle(page);
    await shoot(page, 'numbers-and-hover', '[data-kind="open-interest"]');
    await page.mouse.move(1, 1);
    // The choice of the range stays in view: what is scrolled under it is under it.
    await page.evaluate(() => window.scrollTo(0, 0));
    await assertLaidOut(page, 'numbers');
    await opened.close();
    for (const answer of ['loading', 'unavailable', 'failure'] as const) {
      const other = await harness.open({ answer, width: 600, theme: 'dark', demo: { source: 'simulated' } });
      await shoot(other.page, `state-${answer}`);
      const { scroll, client } = await other.page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client);
      assert.deepEqual(overlaps(await domTexts(other.page)), []);
      await other.close();
    }
  });
});
