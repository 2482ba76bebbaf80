import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { assertClean, settle, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { openAll } from './openedAll.ts';
import { THEMES, type ThemeName } from './themes.ts';

/** More stops than a panel has. */
const MOST_STOPS = 300;

/** Numbers all controls that are there to be used, and returns what they are called. */
function controls(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, summary, a[href], input, select, textarea, [tabindex]',
      ),
    ]
      .filter((one) => one.checkVisibility())
      .map((one, index) => {
        one.dataset['control'] = String(index);
        const card = one.closest<HTMLElement>('[data-kind]')?.dataset['kind'] ?? 'panel';
        return `${card}: ${one.getAttribute('aria-label') ?? one.textContent}`;
      }),
  );
}

/** What has the focus: its number among the controls, and whether that can be seen. Undefined where the page has it. */
function focused(page: Page): Promise<{ index: number; isSeen: boolean } | undefined> {
  return page.evaluate(() => {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || active === document.body) return undefined;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(active);
    const isDrawn = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && !/, 0\)$|transparent/.test(outlineColor); // prettier-ignore
    const { left, top, right, bottom } = active.getBoundingClientRect();
    const isInView = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    return { index: Number(active.dataset['control'] ?? -1), isSeen: isDrawn && isInView };
  });
}

/** Presses a key until the focus leaves the page or stays where it is; returns the stops in their order. */
async function walk(page: Page, key: string, names: readonly string[]): Promise<number[]> {
  const stops: number[] = [];
  for (let press = 0; press < MOST_STOPS; press += 1) {
    await page.keyboard.press(key);
    let now = await focused(page);
    // The page scrolls to it with one of the next frames.
    for (let frame = 0; frame < 40 && now?.isSeen === false; frame += 1) {
      await settle(page);
      now = await focused(page);
    }
    if (now === undefined || now.index === stops.at(-1)) return stops;
    assert.ok(now.index >= 0, `${key} ${press + 1} goes to what is no control`);
    assert.ok(!stops.includes(now.index), `${key} comes back to ${names[now.index]}`);
    assert.ok(now.isSeen, `the focus on ${names[now.index]} cannot be seen`);
    stops.push(now.index);
  }
  return assert.fail(`${key} does not leave the page`);
}

describe('the panel by keyboard alone', function () {
  this.timeout(120_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  for (const theme of Object.keys(THEMES) as ThemeName[])
    it(`has every control within reach, seen and without a trap in ${theme}`, async () => {
      const opened = await openAll(harness, { theme, width: theme === 'dark' ? 380 : 1200 });
      const { page } = opened;
      const names = await controls(page);
      await page.locator('[data-control="0"]').focus();
      const stops = [0, ...(await walk(page, 'Tab', names))];
      // The choice of the range is one stop; within it one goes by arrows.
      const inToolbar = await page.locator('.time-toolbar button').evaluateAll((all) => all.map((one) => Number(one.dataset['control']))); // prettier-ignore
      const entry = stops.find((index) => inToolbar.includes(index));
      assert.ok(entry !== undefined, 'the choice of the range is a stop');
      await page.locator(`[data-control="${entry}"]`).focus();
      await page.keyboard.press('Home');
      const first = (await focused(page))?.index ?? -1;
      const within = [first, ...(await walk(page, 'ArrowRight', names))];
      assert.deepEqual(within, inToolbar);
      const reached = new Set([...stops, ...within]);
      assert.deepEqual(names.filter((_, index) => !reached.has(index)), []); // prettier-ignore
      assert.deepEqual(stops, [...stops].sort((a, b) => a - b), 'stops come in the order of the page'); // prettier-ignore
      // The same way back, from the last control.
      await page.locator(`[data-control="${stops.at(-1)}"]`).focus();
      const back = await walk(page, 'Shift+Tab', names);
      assert.deepEqual([...back].reverse(), stops.slice(0, -1));
      await assertClean(opened);
      await opened.close();
    });

  it('keeps the focus where a card is added, moved, removed, or its numbers are shown', async () => {
    const opened = await openAll(harness, {});
    const { page } = opened;
    const press = async (name: string, key = 'Enter'): Promise<string | null> => {
      await page.getByRole('button', { name, exact: true }).first().focus();
      await page.keyboard.press(key);
      await settle(page);
      return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null); // prettier-ignore
    };
    assert.equal(await press('Futures volume', 'Space'), 'Futures volume');
    for (const direction of ['up', 'down', 'up'])
      assert.equal(await press(`Move Liquidations ${direction}`), `Move Liquidations ${direction}`);
    assert.equal(await press('Remove Liquidations'), 'Liquidations', 'the choice that brings it back');
    assert.equal(await press('Summed up'), 'Summed up');
    assert.equal(await press('Show numbers: Price'), 'Hide numbers: Price');
    assert.equal(await press('Show the last 7 d'), 'Show the last 7 d');
    await opened.close();
  });

  it('has charts whose keys go on to the next control', async () => {
    const opened = await openAll(harness, {});
    const { page } = opened;
    for (const plot of await page.locator('.plot').all()) {
      await plot.focus();
      for (const key of ['ArrowLeft', 'Shift+ArrowLeft', '+', '-', 'Home', 'End', '0'])
        await page.keyboard.press(key);
      assert.ok(await plot.evaluate((one) => one === document.activeElement));
      await page.keyboard.press('Tab');
      assert.ok(await plot.evaluate((one) => one !== document.activeElement));
    }
    await assertClean(opened);
    await opened.close();
  });
});
