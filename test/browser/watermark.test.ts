import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { assertClean, startHarness, type Harness } from './harness.ts';

const CARDS = ['price', 'open-interest-change'];
const KINDS = ['open-interest', 'funding-heatmap', 'liquidation-heatmap', ...CARDS] as const;

/** A checksum of each column of pixels of a chart. */
const columnsOf = (page: Page, kind: string): Promise<number[]> =>
  page.evaluate((selector) => {
    const { data, width, height } = window.perpscopePage.pixels(selector)!;
    const words = new Uint32Array(data.buffer);
    const sums = new Uint32Array(width);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        sums[x] = (Math.imul(sums[x] ?? 0, 31) + (words[y * width + x] ?? 0)) >>> 0;
    return [...sums];
  }, `[data-kind="${kind}"] .plot canvas`);

/** What the canvas of a chart is told while it is drawn anew: texts, and the colours of strokes and pictures between them. */
async function drawing(page: Page, kind: string): Promise<string[]> {
  return page.evaluate(async (selector) => {
    const canvas = document.querySelector(selector);
    const told: string[] = [];
    const { stroke, fillText, drawImage } = CanvasRenderingContext2D.prototype;
    const proto = CanvasRenderingContext2D.prototype as unknown as Record<string, unknown>;
    const watch = (name: string, own: unknown, wordOf: (pen: CanvasRenderingContext2D, given: unknown[]) => string): void => {
      proto[name] = function watched(this: CanvasRenderingContext2D, ...given: unknown[]): unknown {
        if (this.canvas === canvas) told.push(wordOf(this, given));
        return Reflect.apply(own as (...all: unknown[]) => unknown, this, given);
      };
    };
    watch('stroke', stroke, ({ strokeStyle, lineWidth }) => `stroke ${lineWidth} ${String(strokeStyle)}`);
    watch('fillText', fillText, (_pen, [text]) => `text ${String(text)}`);
    watch('drawImage', drawImage, () => 'cells');
    window.perpscopePage.setTheme('dark');
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    Object.assign(CanvasRenderingContext2D.prototype, { stroke, fillText, drawImage });
    return told;
  }, `[data-kind="${kind}"] .plot canvas`);
} // prettier-ignore

describe('the mark of simulated and modelled numbers in a chart', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());

  for (const width of [1200, 420])
    it(`stands at the left, so that the newest numbers are seen as they are without it: ${width} px wide`, async () => {
      const state = { cards: CARDS, timeWindow: {} };
      const [live, made] = [await harness.open({ state, width }), await harness.open({ state, width, demo: { source: 'simulated' } })];
      for (const opened of [live, made])
        for (const kind of CARDS)
          await opened.page.locator(`[data-kind="${kind}"] .legend :is(.legend-entry, .legend-labels span)`).first().waitFor();
      for (const kind of KINDS) {
        const [one, other] = [await columnsOf(live.page, kind), await columnsOf(made.page, kind)];
        assert.equal(one.length, other.length, kind);
        // The levels are marked as modelled with live numbers too.
        const texts = await made.page.evaluate((each) => window.perpscopePage.canvasTexts(each), kind);
        const mark = texts.find(({ text }) => text.startsWith('SIMULATED')) ?? assert.fail(kind);
        const changed = one.flatMap((sum, at) => (sum === other[at] ? [] : [at]));
        assert.ok(changed.length > 50, `${kind}: the mark is seen`);
        assert.ok(Math.max(...changed) <= mark.right + 4, `${kind}: ${Math.max(...changed)} of ${one.length}`);
        // Also where the chart is narrow.
        assert.ok(mark.right < (one.length * 2) / 3, `${kind}: it ends at ${mark.right} of ${one.length}`);
      }
      for (const opened of [live, made]) {
        await assertClean(opened);
        await opened.close();
      }
    }); // prettier-ignore

  it('lies over cells and under lines, which it never breaks', async () => {
    const opened = await harness.open({ state: { cards: CARDS, timeWindow: {} }, demo: { source: 'simulated' } });
    await opened.page.locator('[data-kind="price"] .legend-entry').first().waitFor();
    const linesOf = { 'open-interest': 'stroke 3.5 #cccccc', price: 'stroke 1.75 #3794ff', 'liquidation-heatmap': 'stroke 2 #ffffff' };
    for (const [kind, line] of Object.entries(linesOf)) {
      const told = await drawing(opened.page, kind);
      const mark = told.findIndex((word) => word.startsWith('text SIMULATED'));
      assert.ok(mark >= 0, kind);
      assert.ok(told.indexOf(line) > mark, `${kind}: ${told.join(', ')}`);
      if (kind === 'liquidation-heatmap') assert.ok(told.lastIndexOf('cells') < mark, 'over cells');
    }
    const told = await drawing(opened.page, 'funding-heatmap');
    assert.ok(told.lastIndexOf('cells') < told.indexOf('text SIMULATED'), told.join(', '));
    await assertClean(opened);
    await opened.close();
  }); // prettier-ignore
});
