import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { assertClean, shoot, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { brokenRules, openAll } from './openedAll.ts';
import { THEMES, type ThemeName } from './themes.ts';

describe('the panel to who does not see it well', function () {
  this.timeout(120_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  for (const theme of Object.keys(THEMES) as ThemeName[])
    for (const width of [1200, 380])
      it(`breaks no rule of axe in ${theme}, ${width} px wide`, async () => {
        const opened = await openAll(harness, { theme, width });
        assert.deepEqual(await brokenRules(opened.page), []);
        await assertClean(opened);
        await shoot(opened.page, `accessibility-${theme}-${width}`);
        await opened.close();
      });

  for (const theme of Object.keys(THEMES) as ThemeName[])
    it(`breaks no rule with the regime over time in ${theme}`, async () => {
      const opened = await harness.open({ theme, chart: 'regime-timeline' });
      assert.deepEqual(await brokenRules(opened.page), []);
      await opened.close();
    });

  it('is looked at by rules that find a fault of each sort', async () => {
    const opened = await openAll(harness, {});
    await opened.page.evaluate(() => {
      document.querySelector('.plot')?.setAttribute('role', 'img');
      document.querySelector('.chart canvas')?.removeAttribute('aria-label');
      const note = document.querySelector<HTMLElement>('.chart .meta');
      if (note) note.style.color = 'rgb(80, 80, 80)';
      document.querySelector('.chart')?.append(document.createElement('button'));
    });
    const found = new Set((await brokenRules(opened.page)).map((line) => line.split(':')[0]));
    for (const rule of ['focus-order-semantics', 'role-img-alt', 'color-contrast', 'button-name'])
      assert.ok(found.has(rule), `${rule}: ${[...found].join(', ')}`);
    await opened.close();
  });
});
